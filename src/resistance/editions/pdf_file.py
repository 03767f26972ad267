"""From what the browser printed to the file that is published: tags, descriptions, dates, the same bytes twice."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from resistance import __version__

__all__ = ["finish", "pages_of_places"]


def finish(
    printed: Path,
    target: Path,
    *,
    title: str,
    author: str,
    when: datetime,
    labels: Mapping[str, str],
    headings: Iterable[str],
) -> None:
    """Write the published file.

    Parameters
    ----------
    printed : file that the browser wrote, tagged
    target : file to write
    title, author : of the document
    when : date of the document, instead of the moment at which it is made
    labels : what each place within is to which a link may lead
    headings : text of every heading, in order
    """
    from pikepdf import Dictionary, Name, Object, ObjectStreamMode, Pdf

    from resistance.editions.artifacts import mark_artifacts
    from resistance.editions.numbering import number_all, without_lost
    from resistance.editions.tags import retag

    def describe(annotation: Object) -> str:
        place = annotation.get("/Dest")
        if place is None:
            return str(annotation.A.URI)
        return labels.get(unquote(str(place).removeprefix("/")), str(place).removeprefix("/"))

    with Pdf.open(printed) as pdf:
        dropped = retag(pdf, describe)
        by_page: dict[tuple[int, int], set[int]] = {}
        for content in dropped:
            by_page.setdefault(content.page, set()).add(content.mcid)
        for page in pdf.pages:
            numbers = frozenset(by_page.get(page.obj.objgen, ()))
            page.obj.Contents.write(mark_artifacts(page.obj.Contents.read_bytes(), numbers))
        _name_bookmarks(pdf.Root.get("/Outlines"), iter(headings))
        pdf.Root.ViewerPreferences = Dictionary(DisplayDocTitle=True)
        pdf.Root.PageMode = Name.UseOutlines
        pdf.Root.Lang = "en-GB"
        with pdf.open_metadata(set_pikepdf_as_editor=False, update_docinfo=False) as metadata:
            metadata["dc:title"], metadata["dc:creator"], metadata["dc:language"] = title, [author], ["en-GB"]
            metadata["xmp:CreateDate"] = metadata["xmp:ModifyDate"] = when.astimezone(UTC).strftime(
                "%Y-%m-%dT%H:%M:%SZ"
            )
        stamp = when.astimezone(UTC).strftime("D:%Y%m%d%H%M%S+00'00'")
        pdf.trailer.Info = pdf.make_indirect(
            Dictionary(
                Title=title,
                Author=author,
                Creator=f"resistance {__version__}",
                Producer=str(pdf.docinfo.get("/Producer", "")),
                CreationDate=stamp,
                ModDate=stamp,
            )
        )
        pdf.remove_unreferenced_resources()
        with without_lost(pdf) as clean:
            number_all(clean)
            if "/ID" in clean.trailer:
                del clean.trailer["/ID"]  # the browser's half of it would be kept, and holds the moment of printing
            clean.save(
                target,
                object_stream_mode=ObjectStreamMode.generate,
                recompress_flate=True,
                deterministic_id=True,
                min_version="1.7",
            )


def _name_bookmarks(above: Any, headings: Iterator[str]) -> None:
    """The browser joins the words between which it broke the line of a heading; here they are apart again."""
    item = above.get("/First") if above is not None else None
    while item is not None:
        heading = next(headings, "")
        if "".join(str(item.Title).split()) == "".join(heading.split()):
            item.Title = heading
        _name_bookmarks(item, headings)
        item = item.get("/Next")


def pages_of_places(printed: Path, places: Iterable[str]) -> dict[str, int]:
    """Number of the page, from 1, on which each of the named places is; without those that nothing leads to."""
    from pikepdf import Pdf

    wanted = set(places)
    with Pdf.open(printed) as pdf:
        numbers = {page.obj.objgen: number for number, page in enumerate(pdf.pages, start=1)}
        found = {unquote(key.removeprefix("/")): value for key, value in pdf.Root.get("/Dests", {}).items()}
        return {place: numbers[found[place][0].objgen] for place in sorted(wanted & found.keys())}
