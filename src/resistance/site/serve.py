"""Live preview: builds the site again when a source changes, and tells the open pages to reload."""

from __future__ import annotations

import os
import subprocess
import sys

from livereload import Server

from resistance.paths import root
from resistance.site.build import PREVIEW

_WATCHED = ("index.md", "_toc.yml", "_config.yml", "references.bib", "chapters", "data", "data/schemas", "src")


def serve(port: int) -> int:
    """Serve ``_build/preview/html`` on this machine until interrupted; returns an exit status."""
    folder = root() / "_build" / "preview" / "html"

    def rebuild() -> None:
        # A process of its own: changed modules are imported afresh, and a failed build leaves the last site in place.
        command = [sys.executable, "-m", "resistance", "site", "build", "--to", str(folder)]
        subprocess.run(command, cwd=root(), env={**os.environ, PREVIEW: "1"}, check=False)

    rebuild()
    server = Server()
    for name in _WATCHED:
        server.watch(str(root() / name), rebuild, delay=1)
    server.serve(port=port, host="127.0.0.1", root=str(folder))
    return 0
