"""Files beside a chapter: how to cite it, and its references for a reference manager."""

from __future__ import annotations

from typing import Any

from sphinx.application import Sphinx

from resistance import __version__
from resistance.site import data, used, written

FOLDER = "cite"


def write(app: Sphinx, pagename: str, chapter: dict[str, Any], url: str) -> dict[str, Any]:
    """Write the chapter's own record and its references; returns what the footer links to."""
    from resistance.references.export import to_bibtex, to_csl_json, to_ris

    stem = f"{FOLDER}/{pagename.removeprefix('chapters/').replace('/', '-')}"
    entries = cited_entries(app, pagename)
    files = {
        "bib": (f"{stem}.bib", _own_bibtex(app, pagename, chapter, url)),
        "ris": (f"{stem}.ris", _own_ris(app, chapter, url)),
        "references_bib": (f"{stem}-references.bib", to_bibtex(entries)),
        "references_ris": (f"{stem}-references.ris", to_ris(entries)),
        "references_json": (f"{stem}-references.json", to_csl_json(entries)),
    }
    for name, text in files.values():
        written.write(app.builder, pagename, name, text)
    return {"files": {key: name for key, (name, _) in files.items()}, "references": len(entries)}


def cited_entries(app: Sphinx, pagename: str) -> list[Any]:
    """Entries of references.bib that a page cites, in the order of the file."""
    return data.current().entries(used.keys(app.env, pagename, "work"))


def _own_bibtex(app: Sphinx, pagename: str, chapter: dict[str, Any], url: str) -> str:
    key = "LivingReview" + "".join(part.title() for part in pagename.split("/")[-1].split("-"))
    fields = {
        "author": "{The living review's contributors}",
        "title": chapter["title"],
        "booktitle": f"{app.config.html_title}: an executable, living review",
        "year": str(chapter["searched"].year),
        "edition": f"version {__version__}",
        "url": url,
        "note": f"Last searched {chapter['searched_text']}",
    }
    lines = "".join(f"  {name} = {{{value}}},\n" for name, value in fields.items())
    return f"@incollection{{{key},\n{lines}}}\n"


def _own_ris(app: Sphinx, chapter: dict[str, Any], url: str) -> str:
    tags = [
        ("TY", "CHAP"),
        ("AU", "The living review's contributors"),
        ("TI", chapter["title"]),
        ("T2", f"{app.config.html_title}: an executable, living review"),
        ("PY", str(chapter["searched"].year)),
        ("DA", chapter["searched"].strftime("%Y/%m/%d")),
        ("ET", __version__),
        ("UR", url),
        ("ER", ""),
    ]
    return "".join(f"{tag}  - {value}\n" for tag, value in tags)
