"""``resistance site …``: build the site, serve it, check the chapters' form."""

from __future__ import annotations

import argparse
from pathlib import Path


def register(subparsers: argparse._SubParsersAction) -> None:
    """Add ``site`` and its verbs to the command line."""
    parser = subparsers.add_parser("site", help="the published site")
    verbs = parser.add_subparsers(required=True, metavar="VERB")
    build = verbs.add_parser("build", help="execute what is out of date and render the site")
    build.add_argument("--to", type=Path, metavar="DIR", help="folder to write to (default: _build/html)")
    build.set_defaults(run=_build)
    serve = verbs.add_parser("serve", help="build, serve on this machine, and build again when a file changes")
    serve.add_argument("--port", type=int, default=8000)
    serve.set_defaults(run=_serve)


def _build(arguments: argparse.Namespace) -> int:
    from resistance.site.build import build_site

    return build_site(arguments.to)


def _serve(arguments: argparse.Namespace) -> int:
    from resistance.site.serve import serve

    return serve(arguments.port)
