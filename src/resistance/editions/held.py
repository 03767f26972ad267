"""What an edition must hold, counted from the site's pages while it is made."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from bs4 import Tag

from resistance.editions.labels import label_of

__all__ = ["CONTINUED", "Held"]

# How the alternative text of the second and further pieces of a tall figure begins.
CONTINUED = "The figure continued: "
_LEVELS = {f"h{level}": level for level in range(1, 7)}


@dataclass
class Held:
    """Counts of an edition.

    Attributes
    ----------
    labels : what each place is to which a link within may lead, by name of the place
    links : how many links lead to each place within and to each address outside, by address
    pictures : number of figures
    tables : number of tables
    headings : text of every heading in order, with its depth from 1: the bookmarks
    lost : places that a page of the site links to, that are in its pages' edition and were left out of it
    """

    labels: dict[str, str] = field(default_factory=dict)
    links: Counter[str] = field(default_factory=Counter)
    pictures: int = 0
    tables: int = 0
    headings: list[tuple[int, str]] = field(default_factory=list)
    lost: list[str] = field(default_factory=list)

    def add(self, article: Tag, top: str, heading: str, *, prefix: str = "") -> None:
        """Count what a page of the edition holds.

        Parameters
        ----------
        article : page, as it will be in the edition
        top : name of the page's own place
        heading : title of the page
        prefix : what stands before the name of each place in ``labels``
        """
        self.labels[top] = heading
        for tag in article.find_all(id=True):
            self.labels[f"{prefix}{tag['id']}"] = label_of(tag)
        self.headings += [
            (_LEVELS[tag.name], " ".join(tag.get_text().split())) for tag in article.find_all(list(_LEVELS))
        ]
        self.links.update(str(link["href"]) for link in article.find_all("a", href=True))
        self.pictures += sum(not str(each["alt"]).startswith(CONTINUED) for each in article.find_all("img"))
        self.tables += len(article.find_all("table"))
