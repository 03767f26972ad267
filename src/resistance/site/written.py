"""Files that pages bring along (pictures, tables, downloads): written if they differ, gone when no page has them.

Pages may be written by several processes, so what a page wrote is remembered in a small file of its own beside
Sphinx's doctrees; at the end of the build everything in our folders that no page remembers is removed.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

FOLDERS = ("_figures", "_tables", "cite")
_now: dict[str, list[str]] = {}  # by page, in this process, until the page is finished


def write(builder: Any, docname: str, name: str, text: str) -> None:
    """Write ``name`` (relative to the site) for a page, unless it is there with the same text."""
    _now.setdefault(docname, []).append(name)
    put(Path(builder.outdir) / name, text)


def put(path: Path, text: str) -> None:
    """Write a file, unless it is there with the same text; its folder is made."""
    content = text.encode("utf-8")
    if path.is_file() and path.read_bytes() == content:
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)


def remembered(path: Path) -> dict[str, dict[str, Any]]:
    """What a build has left for the next in a file; empty where there is none that can be used."""
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    kept = content.items() if isinstance(content, dict) else ()
    return {name: value for name, value in kept if isinstance(value, dict)}


def finish_page(app: Any, pagename: str, templatename: str, context: dict[str, Any], doctree: Any) -> None:
    """Remember what the page wrote (``html-page-context``, the last thing before its HTML)."""
    if doctree is not None:
        put(_record(app, pagename), json.dumps(sorted(set(_now.pop(pagename, [])))))


def remove_lost(app: Any, out: Path) -> None:
    """Remove files of pages that are gone, and of figures and tables that a page no longer has."""
    kept: set[str] = set()
    for docname in app.env.found_docs:
        record = _record(app, docname)
        if record.is_file():
            kept.update(json.loads(record.read_text(encoding="utf-8")))
    for folder in FOLDERS:
        for path in (out / folder).rglob("*"):
            if path.is_file() and path.relative_to(out).as_posix() not in kept:
                path.unlink()


def _record(app: Any, docname: str) -> Path:
    return Path(app.doctreedir) / "written" / f"{docname}.json"
