"""The day of an edition: that of what is in it, so that the same book gives the same bytes."""

from __future__ import annotations

import os
from datetime import UTC, date, datetime

from resistance.book.pages import read_page
from resistance.editions.site_pages import Site
from resistance.paths import root
from resistance.site.facts import rows

__all__ = ["date_of"]


def date_of(site: Site) -> datetime:
    """``SOURCE_DATE_EPOCH`` if set, else the newest day of a search or of a change in the conclusions, in UTC."""
    if given := os.environ.get("SOURCE_DATE_EPOCH"):
        return datetime.fromtimestamp(int(given), tz=UTC)
    days = [read_page(root(), name).searched for name in site.names]
    days += [row["date"] for row in rows("changes")]
    newest = max((day for day in days if isinstance(day, date)), default=date(2026, 1, 1))
    return datetime(newest.year, newest.month, newest.day, tzinfo=UTC)
