"""What each page carries beside its text: header, footer, metadata for machines, files to cite it with."""

from __future__ import annotations

import os
import re
from base64 import b64encode
from functools import lru_cache
from hashlib import sha256
from html import escape
from pathlib import Path
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx

from resistance import __version__, private
from resistance.book.freshness import freshness_of, today
from resistance.book.pages import read_page
from resistance.paths import root
from resistance.site import (
    chapter_files,
    data,
    entries,
    entry_parts,
    entry_picture,
    explorer,
    facts,
    json_ld,
    run_anywhere,
)
from resistance.site.build import PREVIEW
from resistance.site.freshness import banner, day_text
from resistance.site.nodes import evidence_table

# Sets the colour mode before anything is drawn, and tells the style sheet that scripts run.
INLINE_SCRIPT = (
    'document.documentElement.className="js";'
    'try{document.body.dataset.theme=localStorage.getItem("theme")||"auto"}catch(e){}'
)
_SEARCH_SCRIPTS = [
    "_static/vendor/minisearch.js",
    "_static/search.js",
]
# Names, punctuation and spaces of code have the colour of the code around them in both modes, and are most of it.
_UNCOLOURED = re.compile(r'<span class="[npw]">([^<]*)</span>')
OVERVIEW = "chapters/about/freshness"  # the page that lists the state of every chapter


def content_security_policy() -> str:
    """Only the site itself; the one inline script is named by its hash. The live preview adds its reload script."""
    if os.environ.get(PREVIEW):
        return "default-src 'self' 'unsafe-inline' data:; connect-src 'self' ws:"
    digest = b64encode(sha256(INLINE_SCRIPT.encode()).digest()).decode()
    return (
        f"default-src 'none'; script-src 'self' 'sha256-{digest}'; style-src 'self'; img-src 'self' data:; "
        "font-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'"
    )


@lru_cache(maxsize=1)
def assets_digest() -> str:
    """Changes when a style sheet or script of ours does."""
    total = sha256()
    for path in sorted((Path(__file__).parent / "static").rglob("*")):
        if path.is_file():
            total.update(path.read_bytes())
    total.update(entry_picture.style().encode())
    return total.hexdigest()[:10]


def add_context(app: Sphinx, pagename: str, templatename: str, context: dict[str, Any], doctree: Any) -> None:
    """Fill ``review`` in a page's template context."""
    if app.builder.name not in ("html", "dirhtml"):
        return
    # Code may be wider than the page: it scrolls, so it must take the focus.
    body = _UNCOLOURED.sub(r"\1", context.get("body", "")).replace("<pre>", '<pre tabindex="0">')
    title = _plain(context.get("title", "")) or app.config.html_title
    is_text = doctree is not None or "generated" in context
    review: dict[str, Any] = {
        "csp": content_security_policy(),
        "inline_script": INLINE_SCRIPT,
        "assets": assets_digest(),
        "scripts": _SEARCH_SCRIPTS if templatename == "search.html" else explorer.scripts_of(app, pagename),
        "version": __version__,
        "head_title": app.config.html_title if pagename == "index" else f"{title} – {app.config.html_title}",
        "description": context.get("generated")
        or _description(doctree)
        or f"{title}: a page of the living review of drug resistance in cancer.",
        "url": app.config.html_baseurl + page_address(pagename) if is_text else None,
        "lists": [(kind, entry_parts.PLURAL[kind]) for kind in entries.kinds()],
        "meta": [],
        "chapter": None,
        "notebook": None,
        "body": body,
    }
    context["review"] = review
    context["script_files"], context["css_files"] = [], []
    # Sphinx gives the captions of the contents the role of a heading and leaves out its level.
    tree = context.get(private.NAVIGATION, "")
    context[private.NAVIGATION] = tree.replace('role="heading"', 'role="heading" aria-level="2"')
    if not is_text:
        return
    review["notebook"] = _notebook(app, pagename) if doctree is not None else None
    chapter = _chapter(app, pagename, title, doctree) if doctree is not None else None
    if chapter:
        header = _render(app, "review/chapter-header.html", chapter=chapter)
        review["chapter"] = chapter
        review["body"] = body.replace("</h1>", "</h1>\n" + header, 1)
    review["meta"] = _meta(app, title, review)
    review["json_ld"] = json_ld.text(app, pagename, title, review, _tables_shown(doctree))


def page_address(pagename: str) -> str:
    """Address of a page below the site's base."""
    return "" if pagename == "index" else f"{pagename}.html"


def forget(app: Sphinx, env: Any, docname: str) -> None:
    """Nothing of a page outlives its reading: claims shown are kept in ``env.metadata``, which Sphinx clears."""
    env.temp_data.pop("resistance_claims", None)
    env.temp_data.pop("resistance_searches", None)


def _chapter(app: Sphinx, pagename: str, title: str, doctree: Any) -> dict[str, Any] | None:
    """Facts of a chapter: pages whose front matter has a ``review`` block."""
    page = read_page(root(), pagename)
    block, searched = page.review, page.searched
    if block is None or searched is None:
        return None
    fresh = freshness_of(page, today())
    if fresh is None:
        return None
    tables = [t for t in doctree.findall(evidence_table) if t.get("evidence")]
    short = pagename.removeprefix("chapters/")
    chapter = {
        "question": block.get("question", ""),
        "section": block.get("section", ""),
        "searched": searched,
        "searched_text": day_text(searched),
        "due": fresh.due,
        "due_text": day_text(fresh.due),
        "state": str(fresh.state),
        "banner": banner(fresh),
        "overview": app.builder.get_relative_uri(pagename, OVERVIEW) if OVERVIEW in app.env.found_docs else "",
        "rows": len({(t["table"], tuple(map(str, row))) for t in tables for row in t["rows"]}),
        "claims": len(app.env.metadata[pagename].get("resistance_claims", [])),
        "checks": sum(row["chapter"] == short for row in facts.rows("model_checks")),
        "tables": list(_tables_shown(doctree)),
        "title": title,
    }
    url = app.config.html_baseurl + page_address(pagename)
    repository = repository_url(app)
    chapter["cite_as"] = (
        f"The living review’s contributors ({searched.year}). {title}. In: {app.config.html_title}: an executable, "
        f"living review, version {__version__}; last searched {day_text(searched)}. {url}"
    )
    chapter["edit_url"] = f"{repository}/edit/main/{pagename}.md"
    chapter["report_url"] = f"{repository}/issues/new?title=Error%20in%20{escape(pagename)}"
    chapter |= chapter_files.write(app, pagename, chapter, url)
    return chapter


def _tables_shown(doctree: Any) -> dict[str, str]:
    """Tables of ``data/`` that a page shows, by name, each with the anchor where it stands first."""
    shown: dict[str, str] = {}
    for node in doctree.findall(evidence_table) if doctree is not None else ():
        if node.get("table"):
            shown.setdefault(node["table"], node.get("anchor", ""))
    return dict(sorted(shown.items()))


def _notebook(app: Sphinx, pagename: str) -> dict[str, Any] | None:
    """Where the executed notebook of a page is, and who else opens it; None for a page without code."""
    page = read_page(root(), pagename)
    if not page.executes:
        return None
    branch = str(data.current().settings["repository"].get("branch") or "main")
    places = run_anywhere.places(repository_url(app), branch, page.name)
    return {"file": f"notebooks/{page.name}.ipynb", "places": places}


def repository_url(app: Sphinx) -> str:
    """Address of the repository, from ``_config.yml``."""
    return data.current().settings["repository"]["url"].rstrip("/")


def _render(app: Sphinx, template: str, **values: Any) -> str:
    return app.builder.templates.render(template, values)


def _plain(title: str) -> str:
    return nodes.unescape(" ".join(_strip_tags(title).split()))


def _strip_tags(text: str) -> str:
    import re
    from html import unescape

    return unescape(re.sub(r"<[^>]+>", "", text))


def _description(doctree: Any) -> str:
    """First paragraph or claim of a page, cut at a word before 160 characters."""
    if doctree is None:
        return ""
    for paragraph in doctree.findall(nodes.paragraph):
        text = " ".join(paragraph.astext().split())
        if len(text) > 60:
            return text if len(text) <= 160 else text[:157].rsplit(" ", 1)[0] + " …"
    return ""


def _meta(app: Sphinx, title: str, review: dict[str, Any]) -> list[tuple[str, str]]:
    """Open Graph for every page; ``citation_*`` for chapters, which reference managers read."""
    meta = [
        ("og:title", title),
        ("og:type", "article" if review["chapter"] else "website"),
        ("og:url", review["url"]),
        ("og:description", review["description"]),
        ("og:site_name", app.config.html_title),
        ("og:image", app.config.html_baseurl + "_static/card.png"),
    ]
    if review["chapter"]:
        chapter = review["chapter"]
        meta += [
            ("citation_title", title),
            ("citation_author", "The living review's contributors"),
            ("citation_publication_date", chapter["searched"].strftime("%Y/%m/%d")),
            ("citation_online_date", chapter["searched"].strftime("%Y/%m/%d")),
            ("citation_inbook_title", f"{app.config.html_title}: an executable, living review"),
            ("citation_public_url", review["url"]),
            ("citation_language", "en"),
        ]
    return meta
