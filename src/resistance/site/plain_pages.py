"""Pages without the theme: lost addresses, moved pages, versions. They need no script and say one thing each."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterable
from html import escape
from urllib.parse import urlsplit

from resistance import __version__
from resistance.site import pages

VERSIONS = "versions.html"
VERSION_FOLDER = re.compile(r"v\d+\.\d+\.\d+")  # where the site of an older version stands


def _plain(book: str, title: str, body: str, home: str, head: str = "") -> str:
    """One page; ``home`` is the way to the site's root, with a slash at its end or empty."""
    return (
        '<!doctype html>\n<html lang="en-GB"><head><meta charset="utf-8">'
        f"<title>{escape(title)} – {escape(book)}</title>\n"
        f'<meta name="viewport" content="width=device-width,initial-scale=1">{head}\n'
        f'<meta http-equiv="Content-Security-Policy" content="{pages.content_security_policy()}">\n'
        f'<link rel="stylesheet" href="{home}_static/review.css">'
        f'<link rel="icon" href="{home}_static/icon.svg"></head>\n'
        f'<body data-theme="auto"><main class="lost"><h1>{escape(title)}</h1>\n{body}\n</main></body></html>\n'
    )


def lost_page(book: str, base: str) -> str:
    """Served for any address that is not there, so its links must not be relative."""
    home = urlsplit(base).path or "/"
    body = (
        "<p>Addresses of this book do not change without a redirect, so the address may be misspelt.</p>\n"
        f'<p><a href="{home}">Contents</a> · <a href="{home}search.html">Search</a></p>'
    )
    return _plain(book, "This page is not here", body, home, '<meta name="robots" content="noindex">')


def moved_page(book: str, base: str, old: str, new: str) -> str:
    """Leads from an old address to the new one: at once, or by a link where that is switched off."""
    target = escape(posixpath.relpath(new, posixpath.dirname(old) or "."), quote=True)
    home = "../" * old.count("/")
    canonical = escape(base + new.partition("#")[0], quote=True)
    head = f'<link rel="canonical" href="{canonical}"><meta http-equiv="refresh" content="0; url={target}">'
    body = f'<p>It is now at <a href="{target}">{escape(new)}</a>.</p>'
    return _plain(book, "This page has moved", body, home, head)


def versions_page(book: str, repository: str, kept: Iterable[str]) -> str:
    """Which version this is, which older ones can be read here, and where the archives are.

    Parameters
    ----------
    book : its title
    repository : address of the repository, whose releases hold the archives
    kept : names of the folders of older versions below the site's root, newest first
    """
    releases = escape(f"{repository}/releases", quote=True)
    items = "".join(f'<li><a href="{name}/index.html">{escape(name)}</a></li>\n' for name in kept)
    older = f"<p>Older versions, as they were released:</p>\n<ul>\n{items}</ul>" if items else ""
    body = (
        f'<p>This is version {__version__} with what came after it: <a href="index.html">the newest text</a>.</p>\n'
        f"{older}\n"
        f"<p>Each release has an archive of its site, its data, its notebooks and its package, with checksums: "
        f'<a href="{releases}">{releases}</a>. What it says is what was known on its day.</p>'
    )
    return _plain(book, "Versions", body, "", '<meta name="robots" content="noindex">')
