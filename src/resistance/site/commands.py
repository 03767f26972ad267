"""``resistance site …``: build the site, serve it, check the chapters' form."""

from __future__ import annotations

import argparse
import os
import sys
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

    release = verbs.add_parser("release", help="the files of a release, with checksums, from the built site")
    release.add_argument("--tag", default="", help="the tag that is released: v1.2.3; it must be the version")
    release.add_argument("--to", type=Path, metavar="DIR", help="folder to write to (default: _build/release)")
    release.set_defaults(run=_release)
    versions = verbs.add_parser("versions", help="put sites of older releases beside the built one")
    versions.add_argument("archives", type=Path, metavar="DIR", help="folder with resistance-1.2.3-site.zip …")
    versions.add_argument("--site", type=Path, metavar="DIR", help="folder of the site (default: _build/html)")
    versions.set_defaults(run=_versions)


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


def _release(arguments: argparse.Namespace) -> int:
    from resistance.paths import relative, root
    from resistance.site.release import NotReady, make_release

    try:
        files = make_release(root(), arguments.to or root() / "_build" / "release", arguments.tag)
    except NotReady as error:
        print(f"resistance: {error}.", file=sys.stderr)
        return 1
    for path in files:
        print(f"{path.stat().st_size:>12,}  {relative(path)}")
    return 0


def _versions(arguments: argparse.Namespace) -> int:
    from resistance.paths import root
    from resistance.site.release import add_versions

    kept = add_versions(root(), arguments.archives, arguments.site or root() / "_build" / "html")
    print(f"Beside the newest version: {', '.join(kept) or 'none, for there is no release yet'}.")
    return 0
