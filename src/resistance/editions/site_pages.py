"""The built site as the editions read it: its pages in order, and where a link of a page leads."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from urllib.parse import unquote, urlsplit

from bs4 import BeautifulSoup, Tag

from resistance.book.contents import read_contents, read_parts
from resistance.book.pages import read_page
from resistance.paths import root
from resistance.yaml_text import parse_yaml

__all__ = ["NotBuilt", "Place", "Site", "element", "slug"]


class NotBuilt(RuntimeError):
    """The site, or a page of it, has not been built."""


@dataclass(frozen=True)
class Place:
    """Where a link leads.

    Attributes
    ----------
    page : document name of a page of the book, such as ``chapters/introduction``; empty if it leads elsewhere
    fragment : element on that page; empty for the page itself
    address : complete address on the published site, or that of another site
    """

    page: str
    fragment: str
    address: str


@dataclass(frozen=True)
class Site:
    """Pages of the contents in a folder that ``resistance site build`` wrote."""

    folder: Path

    @cached_property
    def base(self) -> str:
        """Address of the published site, with a slash at its end (``_config.yml``)."""
        return str(self._config["html"]["baseurl"])

    @cached_property
    def title(self) -> str:
        """Title of the book (``_config.yml``)."""
        return str(self._config["title"])

    @cached_property
    def author(self) -> str:
        """Author of the book (``_config.yml``)."""
        return str(self._config["author"])

    @cached_property
    def _config(self) -> dict:
        return parse_yaml((root() / "_config.yml").read_text(encoding="utf-8"))

    @cached_property
    def names(self) -> tuple[str, ...]:
        """Document names of all pages, in the order of the contents; the landing page is the first."""
        return tuple(entry.docname for entry in read_contents(root())[0])

    @cached_property
    def parts(self) -> tuple[tuple[str, tuple[str, ...]], ...]:
        """Caption of each part with its pages; the landing page is in none."""
        return tuple((caption, tuple(names)) for caption, names in read_parts(root()))

    @cached_property
    def chapters(self) -> tuple[str, ...]:
        """Pages with a ``review`` block: each of them is an edition of its own."""
        return tuple(name for name in self.names if read_page(root(), name).review is not None)

    def in_order(self, names: Sequence[str] = ()) -> tuple[str, ...]:
        """These pages, or all, in the order of the contents."""
        return tuple(name for name in self.names if name in names or not names)

    def require(self, names: Iterable[str]) -> None:
        """Do nothing if all these pages have been built, else raise :class:`NotBuilt`."""
        for name in names:
            if not (self.folder / f"{name}.html").is_file():
                raise NotBuilt(f"{self.folder / f'{name}.html'} is not there; build the site first: make site")

    def article(self, name: str) -> Tag:
        """A new copy of what the page says, without the frame around it.

        Raises
        ------
        NotBuilt
            If the page is not there, or is no page of this book.
        """
        self.require([name])
        path = self.folder / f"{name}.html"
        article = BeautifulSoup(path.read_text(encoding="utf-8"), "html.parser").find("article")
        if article is None:
            raise NotBuilt(f"{path} has no article; build the site first: make site")
        for line in article.select(".table-note.continued"):
            self._join(name, line)
        return article

    def _join(self, name: str, line: Tag) -> None:
        """Put the rows that stand on pages of their own back into their table, in place of the links to them."""
        body = line.find_parent(class_="evidence-table").find("tbody")
        for link in line.find_all("a"):
            page = posixpath.join(posixpath.dirname(name), urlsplit(link["href"]).path)
            text = (self.folder / page).read_text(encoding="utf-8")
            for row in BeautifulSoup(text, "html.parser").select("article .evidence-table tbody > tr"):
                body.append(row.extract())
        caption = line.find_parent(class_="evidence-table").find(class_="table-caption")
        caption.find("span", class_="shown-rows").decompose()
        line.decompose()

    def place(self, name: str, href: str) -> Place:
        """Where ``href`` on the page ``name`` leads."""
        parts = urlsplit(href)
        if parts.scheme or parts.netloc:
            return Place("", "", href)
        path = posixpath.normpath(posixpath.join(posixpath.dirname(name), unquote(parts.path))) if parts.path else name
        path = re.sub(r"(-tbl-[a-z0-9-]+-\d+)?\.html$", "", path) if parts.path else path
        if path in self._known:
            suffix = f"#{parts.fragment}" if parts.fragment else ""
            return Place(path, unquote(parts.fragment), f"{self.base}{self.address_of(path)}{suffix}")
        return Place("", "", self.base + posixpath.normpath(posixpath.join(posixpath.dirname(name), href)))

    @cached_property
    def _known(self) -> frozenset[str]:
        return frozenset(self.names)

    def parent(self, name: str) -> str:
        """Page below which a page stands in the contents, such as that of all works for those by letter; or empty."""
        above = name.rpartition("/")[0]
        return above if above in self._known else ""

    @staticmethod
    def address_of(name: str) -> str:
        """Address of a page below that of the site; the landing page is the site itself."""
        return "" if name == "index" else f"{name}.html"


def element(name: str, text: str = "", *, classes: list[str] | None = None, **attributes: str) -> Tag:
    """A new element."""
    made = Tag(name=name, attrs={**({"class": classes} if classes else {}), **attributes})
    if text:
        made.append(text)
    return made


def slug(name: str) -> str:
    """Name of a page in one word, as in the addresses of its citations: ``mechanisms-hypoxia``."""
    return name.removeprefix("chapters/").replace("/", "-")
