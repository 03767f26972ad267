"""What the site has beside its pages: assets in few files, data package, site map, feed, page for lost addresses."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterable
from html import escape
from pathlib import Path

from sphinx.application import Sphinx

from resistance import __version__, private
from resistance.book.pages import read_page
from resistance.book.redirects import read_redirects
from resistance.evidence.croissant import FILE as CROISSANT
from resistance.evidence.croissant import croissant
from resistance.evidence.machine_files import machine_files, newest_date
from resistance.evidence.package import package_files
from resistance.evidence.schema import table_names
from resistance.paths import root
from resistance.show.theme import MODES, WIDTHS, config
from resistance.site import (
    continued,
    data,
    entries,
    entry_picture,
    explorer,
    facts,
    outdated,
    pages,
    plain_pages,
    written,
)
from resistance.site.entry_parts import PLURAL
from resistance.site.feed import feed
from resistance.site.releases import released

STATIC = Path(__file__).parent / "static"
# Files that Sphinx and the theme put into every site and that no page of ours asks for.
_UNUSED = (
    "*.map",
    "design-tabs.js",
    "sphinx-design.min.css",
    "mystnb.*.css",
    "pygments.css",
    "plus.png",
    "minus.png",
    "file.png",
    "basic.css",
    "styles",
    "scripts",
    "skeleton.css",
    "debug.css",
    "doctools.js",
    "documentation_options.js",
    "language_data.js",
    "searchtools.js",
    "sphinx_highlight.js",
)


def finish(app: Sphinx, error: Exception | None) -> None:
    """Put the site together after the pages are written; does nothing after a failed build."""
    if error is not None or app.builder.name not in ("html", "dirhtml"):
        return
    out = Path(app.builder.outdir)
    static = out / "_static"
    static.mkdir(exist_ok=True)
    written.put(static / "review.css", _style_sheet(static))
    for name in ("review.js", "search.js", "vendor/minisearch.js", "vendor/minisearch.LICENSE.txt", explorer.SCRIPT):
        written.put(static / name, (STATIC / name).read_text(encoding="utf-8"))
    written.put(static / "icon.svg", (STATIC / "icon.svg").read_text())
    if (STATIC / "card.png").exists():
        shutil.copyfile(STATIC / "card.png", static / "card.png")
    vega_bundle(static / "vega.js")
    _publish_data(app, out / "data")
    explorer.publish(app, out)
    base = app.config.html_baseurl
    written.put(
        out / "sitemap.xml",
        _site_map(base, [*sorted(app.env.found_docs), *continued.names(app.env), *sorted(entries.names(app))]),
    )
    written.put(out / "robots.txt", f"User-agent: *\nAllow: /\nSitemap: {base}sitemap.xml\n")
    title = app.config.html_title
    written.put(out / "feed.xml", feed(title, base, facts.rows("changes"), released()))
    written.put(
        out / "404.html", plain_pages.lost_page(title, base, [(kind, PLURAL[kind]) for kind in entries.kinds()])
    )
    written.put(out / plain_pages.VERSIONS, plain_pages.versions_page(title, pages.repository_url(app), []))
    moved = {redirect.old: redirect.new for redirect in read_redirects(root())[0]}
    for old, new in moved.items():
        written.put(out / old, plain_pages.moved_page(title, base, old, new))
    written.remove_lost(app, out)
    _remove_lost_pages(app, out, moved)
    (out / "searchindex.js").unlink(missing_ok=True)  # of a site that an older version has built
    for pattern in _UNUSED:
        for path in static.glob(pattern):
            shutil.rmtree(path) if path.is_dir() else path.unlink()


def _remove_lost_pages(app: Sphinx, out: Path, moved: Iterable[str]) -> None:
    """Sphinx leaves the page of a removed source where it is, and its pictures; they must not stay published."""
    generated = {f"{name}.html" for name in (*entries.names(app), *continued.names(app.env))}
    generated |= {"search.html", "404.html", plain_pages.VERSIONS}
    kept = {f"{doc}.html" for doc in app.env.found_docs} | generated | set(moved)
    pictures = {name for _, name in app.env.images.values()}
    for path in (out / "_images").glob("*"):
        if path.name not in pictures:
            path.unlink()
    for path in out.rglob("*.html"):
        inside = path.relative_to(out)
        if plain_pages.VERSION_FOLDER.fullmatch(inside.parts[0]):  # an older version, put there whole
            continue
        if inside.as_posix() not in kept and "_static" not in inside.parts:
            path.unlink()
    for folder in sorted((p for p in out.rglob("*") if p.is_dir()), reverse=True):
        if not any(folder.iterdir()):
            folder.rmdir()


def _style_sheet(static: Path) -> str:
    """One style sheet: code colours, theme, ours."""
    pygments = static / "pygments.css"
    parts = [
        pygments.read_text(encoding="utf-8") if pygments.exists() else "",
        private.theme_style_sheet(),
        (STATIC / "review.css").read_text(encoding="utf-8"),
        entry_picture.style(),
    ]
    return "\n".join(parts)


def vega_bundle(target: Path) -> None:
    """Our own copy of Vega, with the house configuration of each mode and width; made once a version."""
    import vl_convert

    stamp = f"/* vl-convert {vl_convert.__version__} */\n"
    cached = root() / "_build" / "vega-bundle.js"
    if not cached.exists() or not cached.read_text(encoding="utf-8").startswith(stamp):
        cached.parent.mkdir(exist_ok=True)
        part = cached.with_suffix(".part")
        part.write_text(stamp + vl_convert.javascript_bundle("window.vegaEmbed = vegaEmbed;"), encoding="utf-8")
        os.replace(part, cached)
    looks = {mode: {width: config(mode, width) for width in WIDTHS} for mode in MODES}
    text = f"{cached.read_text(encoding='utf-8')}\nwindow.reviewVegaConfig = {json.dumps(looks)};\n"
    written.put(target, text)


def _publish_data(app: Sphinx, folder: Path) -> None:
    """Tables, descriptor and references under stable addresses: ``data/<table>.csv``, ``data/v1/rows.json`` …

    Nothing is done while the files that they are made from, and the code, are those of the last build.
    """
    bibliography = root() / "references.bib"
    stamp = Path(app.doctreedir) / "data-published.json"
    state = outdated.data_digest() + data.current().once("code", outdated.code_digest)
    if stamp.is_file():
        before = json.loads(stamp.read_text(encoding="utf-8"))
        if before["state"] == state and all((folder / name).is_file() for name in before["files"]):
            return
    tables = {name: (facts.schema(name), facts.rows(name)) for name in table_names() if facts.rows(name)}
    schemas = [schema for schema, _ in tables.values()]
    files = package_files(schemas, {name: rows for name, (_, rows) in tables.items()})
    entries = data.current().library.entries if bibliography.exists() else []
    base = app.config.html_baseurl
    files |= machine_files(tables, data.current().index, entries, f"{base}data/")
    texts = {name: files[f"{name}.csv"] for name in tables}
    described = croissant(schemas, texts, f"{base}data/", __version__, newest_date(tables), base)
    files[CROISSANT] = json.dumps(described, ensure_ascii=False, indent=1) + "\n"
    if bibliography.exists():
        from resistance.references.export import to_csl_json, to_ris

        files |= {
            "references.bib": bibliography.read_text(encoding="utf-8"),
            "references.ris": to_ris(entries),
            "references.csl.json": to_csl_json(entries),
        }
    for name, text in files.items():
        written.put(folder / name, text)
    for path in folder.rglob("*"):
        if path.is_file() and path.relative_to(folder).as_posix() not in files:
            path.unlink()
    written.put(stamp, json.dumps({"state": state, "files": sorted(files)}))


def _site_map(base: str, docs: list[str]) -> str:
    lines = []
    for doc in docs:
        searched = read_page(root(), doc).searched if (root() / f"{doc}.md").is_file() else None
        stamp = f"<lastmod>{searched.isoformat()}</lastmod>" if searched else ""
        lines.append(f"<url><loc>{escape(base + pages.page_address(doc))}</loc>{stamp}</url>")
    body = "\n".join(lines)
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f'<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">\n{body}\n</urlset>\n'
    )
