"""``resistance site …``: build the site, serve it, check the chapters' form."""

from __future__ import annotations

import argparse
import os
from datetime import date
from pathlib import Path


def register(subparsers: argparse._SubParsersAction) -> None:
    """Add ``site`` and its verbs to the command line."""
    parser = subparsers.add_parser("site", help="the published site")
    verbs = parser.add_subparsers(required=True, metavar="VERB")
    build = verbs.add_parser("build", help="execute what is out of date and render the site")
    build.add_argument("--to", type=Path, metavar="DIR", help="folder to write to (default: _build/html)")
    build.add_argument(
        "--today", metavar="DATE", type=date.fromisoformat, help="as if it were this day, for what is due and overdue"
    )
    build.set_defaults(run=_build)
    page = verbs.add_parser("page", help="one page alone, in seconds: resistance build chapters/x.md")
    page.add_argument("page", metavar="PAGE")
    page.set_defaults(run=_page)
    serve = verbs.add_parser("serve", help="build, serve on this machine, and build again when a file changes")
    serve.add_argument("--port", type=int, default=8000)
    serve.set_defaults(run=_serve)


def _build(arguments: argparse.Namespace) -> int:
    from resistance.book.freshness import TODAY
    from resistance.site.build import build_site

    if arguments.today:
        os.environ[TODAY] = arguments.today.isoformat()  # the processes that read pages see it as well
    return build_site(arguments.to)


def _page(arguments: argparse.Namespace) -> int:
    from resistance.site.one_page import build_page

    return build_page(arguments.page)


def _serve(arguments: argparse.Namespace) -> int:
    from resistance.site.serve import serve

    return serve(arguments.port)
