"""``resistance editions …``: the book and its chapters as PDF, the book as EPUB, the site with both."""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable
from pathlib import Path


def register(subparsers: argparse._SubParsersAction) -> None:
    """Add ``editions`` and its verbs to the command line."""
    parser = subparsers.add_parser("editions", help="the book as PDF and EPUB, from the built site")
    verbs = parser.add_subparsers(required=True, metavar="VERB")
    shared = argparse.ArgumentParser(add_help=False)
    shared.add_argument("--site", type=Path, metavar="DIR", help="folder of the built site (default: _build/html)")
    shared.add_argument("--to", type=Path, metavar="DIR", help="folder to write to (default: _build/editions)")
    pdf = verbs.add_parser("pdf", parents=[shared], help="the whole book and each chapter as PDF")
    pdf.add_argument("page", nargs="*", metavar="PAGE", help="chapters/x.md: only this page, as a PDF of its own")
    pdf.set_defaults(run=_pdf)
    epub = verbs.add_parser("epub", parents=[shared], help="the whole book as EPUB")
    epub.set_defaults(run=_epub)
    publish = verbs.add_parser("publish", help="copy the site and its editions together, with links to them")
    publish.add_argument("--site", type=Path, metavar="DIR", help="folder of the built site (default: _build/html)")
    publish.add_argument("--editions", type=Path, metavar="DIR", help="folder of the editions (_build/editions)")
    publish.add_argument("--to", type=Path, metavar="DIR", help="folder to write to (default: _build/published)")
    publish.set_defaults(run=_publish)


def _folders(arguments: argparse.Namespace, name: str = "editions") -> tuple[Path, Path]:
    from resistance.paths import root

    return (arguments.site or root() / "_build" / "html").resolve(), arguments.to or root() / "_build" / name


def _said(run: Callable[[], int]) -> int:
    """Run; what keeps an edition from being made is one line."""
    from resistance.editions.printing import Cannot
    from resistance.editions.site_pages import NotBuilt

    try:
        return run()
    except (NotBuilt, Cannot) as error:
        print(f"resistance: {error}", file=sys.stderr)
        return 1
    except ModuleNotFoundError as error:
        if error.name not in ("pikepdf", "playwright"):
            raise
        print(f"resistance: {error.name} is missing; install the extra 'resistance[editions]'.", file=sys.stderr)
        return 1


def _pdf(arguments: argparse.Namespace) -> int:
    return _said(lambda: _write_pdf(arguments))


def _write_pdf(arguments: argparse.Namespace) -> int:
    from resistance.editions.checking import pdf_faults
    from resistance.editions.pdf import BOOK, write_book, write_pages
    from resistance.editions.printing import printer
    from resistance.editions.site_pages import Site, slug

    folder, target = _folders(arguments)
    site = Site(folder)
    started, failed = time.perf_counter(), False
    chosen = [name.removesuffix(".md") for name in arguments.page]
    site.require(chosen or site.names)
    with printer() as browser:
        for name in chosen or site.chapters:
            path = target / "chapters" / f"{slug(name)}.pdf"
            failed |= _told(path, pdf_faults(path, write_pages(site, name, path, browser)))
        if not chosen:
            path = target / f"{BOOK}.pdf"
            failed |= _told(path, pdf_faults(path, write_book(site, path, browser)))
    print(f"{'Faults in the PDF' if failed else 'PDF written and checked'}; {time.perf_counter() - started:.0f} s.")
    return int(failed)


def _epub(arguments: argparse.Namespace) -> int:
    return _said(lambda: _write_epub(arguments))


def _write_epub(arguments: argparse.Namespace) -> int:
    from resistance.editions.checking import epub_faults, epubcheck_faults
    from resistance.editions.epub import write_epub
    from resistance.editions.pdf import BOOK
    from resistance.editions.site_pages import Site

    folder, target = _folders(arguments)
    started = time.perf_counter()
    path = target / f"{BOOK}.epub"
    held = write_epub(Site(folder), path)
    more = epubcheck_faults(path)
    failed = _told(path, [*epub_faults(path, held), *(more or [])])
    if more is None:
        print("EPUBCheck did not run: it needs the requirements for development, and Java.")
    print(f"{'Faults in the EPUB' if failed else 'EPUB written and checked'}; {time.perf_counter() - started:.0f} s.")
    return int(failed)


def _told(path: Path, faults: list[str]) -> bool:
    from resistance.paths import relative

    print(f"{relative(path)}: {path.stat().st_size / 1e6:.1f} MB", flush=True)
    for fault in faults[:20]:
        print(f"  {fault}", file=sys.stderr)
    if faults[20:]:
        print(f"  and {len(faults) - 20} more", file=sys.stderr)
    return bool(faults)


def _publish(arguments: argparse.Namespace) -> int:
    def run() -> int:
        from resistance.editions.publish import publish
        from resistance.editions.site_pages import Site
        from resistance.paths import relative, root

        folder, target = _folders(arguments, "published")
        pages = publish(Site(folder), arguments.editions or root() / "_build" / "editions", target)
        print(f"Copied the site with its editions to {relative(target)}; {pages} pages link to them.")
        return 0

    return _said(run)
