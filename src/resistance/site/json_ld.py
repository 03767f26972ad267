"""What a page is, in the words of schema.org: for search engines, those of data sets among them.

A chapter is a scholarly article, the page on data a catalogue, any other a page; each has the tables that it shows
as data sets. What is said of a table comes from its schema alone, not from its rows, so that a page need not be
written again for rows that it does not show.
"""

from __future__ import annotations

import json
from typing import Any

from sphinx.application import Sphinx

from resistance import __version__
from resistance.evidence.descriptor import CREATOR, DESCRIPTION, NAME, TITLE
from resistance.evidence.machine_files import LICENCE
from resistance.evidence.schema import table_names
from resistance.site import facts

CATALOGUE = "chapters/about/data"  # the page that lists the tables
_PEOPLE = {"@type": "Organization", "name": CREATOR}
_LONGEST = 5000  # characters of a data set's description that search engines take


def text(app: Sphinx, pagename: str, title: str, review: dict[str, Any], tables: dict[str, str]) -> str:
    """The description of a page as JSON for a script element.

    Parameters
    ----------
    review : what the page's template is given: its address, and its facts if it is a chapter
    tables : tables that the page shows, each with its anchor
    """
    described = {"@context": "https://schema.org", "url": review["url"], "name": title, "inLanguage": "en-GB"}
    places = {table: review["url"] + (f"#{anchor}" if anchor else "") for table, anchor in tables.items()}
    sets = [_data_set(app, table, place) for table, place in places.items()]
    if review["chapter"]:
        described |= _article(app, title, review["chapter"])
    elif pagename == CATALOGUE:
        described |= _catalogue(app)
    else:
        described |= {"@type": "WebPage", "isPartOf": {"@type": "WebSite", "name": app.config.html_title}}
    if sets or review["chapter"]:
        described["hasPart"] = sets
    # A closing tag inside a string would end the script element.
    return json.dumps(described, ensure_ascii=False, sort_keys=True).replace("</", "<\\/")


def _article(app: Sphinx, title: str, chapter: dict[str, Any]) -> dict[str, Any]:
    return {
        "@type": "ScholarlyArticle",
        "headline": title,
        "abstract": chapter["question"],
        "author": _PEOPLE,
        "dateModified": chapter["searched"].isoformat(),
        "version": __version__,
        "license": LICENCE["url"],
        "isAccessibleForFree": True,
        "isPartOf": {"@type": "Book", "name": app.config.html_title, "url": app.config.html_baseurl},
    }


def _catalogue(app: Sphinx) -> dict[str, Any]:
    """The data as a whole: one data set with a file of every table that has rows, under the name that loaders know."""
    folder = f"{app.config.html_baseurl}data/"
    whole = {
        "@type": "Dataset",
        "@id": f"{folder}datapackage.json",
        "identifier": NAME,
        "name": TITLE,
        "description": DESCRIPTION,
        "url": app.config.html_baseurl,
        "license": LICENCE["url"],
        "creator": _PEOPLE,
        "isAccessibleForFree": True,
        "version": __version__,
        "distribution": [
            _download("application/json", f"{folder}v1/index.json"),
            _download("application/json", f"{folder}datapackage.json"),
            _download("application/ld+json", f"{folder}croissant.json"),
        ],
    }
    tables = [_short(app, name) for name in table_names() if facts.rows(name)]
    return {"@type": ["WebPage", "DataCatalog"], "license": LICENCE["url"], "dataset": [whole, *tables]}


def _short(app: Sphinx, table: str) -> dict[str, Any]:
    """A data set that another page describes in full."""
    schema = facts.schema(table)
    folder = f"{app.config.html_baseurl}data/"
    return {
        "@type": "Dataset",
        "@id": _identity(app, table),
        "name": schema.title,
        "description": schema.description[:_LONGEST],
        "license": LICENCE["url"],
        "creator": _PEOPLE,
        "distribution": _download("text/csv", f"{folder}{table}.csv"),
    }


def _data_set(app: Sphinx, table: str, url: str) -> dict[str, Any]:
    """A table as a data set, with its own columns; the page on data tells those that evidence tables share."""
    schema = facts.schema(table)
    folder = f"{app.config.html_baseurl}data/"
    return _short(app, table) | {
        "identifier": table,
        "url": url,
        "includedInDataCatalog": {"@type": "DataCatalog", "url": f"{app.config.html_baseurl}{CATALOGUE}.html"},
        # Their names alone: a page may show several tables, and has its limit of bytes.
        "variableMeasured": [schema.by_name[name].title for name in schema.own],
        "distribution": [
            _download("text/csv", f"{folder}{table}.csv"),
            _download("application/json", f"{folder}{table}.json"),
        ],
    }


def _identity(app: Sphinx, table: str) -> str:
    """The same on every page that shows the table, so that it is one data set."""
    return f"{app.config.html_baseurl}data/datapackage.json#{table}"


def _download(form: str, address: str) -> dict[str, str]:
    return {"@type": "DataDownload", "encodingFormat": form, "contentUrl": address}
