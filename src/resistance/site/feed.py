"""The Atom feed: what changed in the conclusions, and what each release changed in claims, rows and works."""

from __future__ import annotations

from html import escape
from typing import Any

from resistance.changes.history import Step

# Of a release the feed tells what a reader of conclusions wants to know; the page of changes has the rest.
_TOLD = ("Claims", "Works corrected", "Works withdrawn", "Rows added", "Rows withdrawn")


def feed(title: str, base: str, changes: list[dict[str, Any]], steps: list[Step]) -> str:
    """The feed, newest first, with the same bytes whenever it is built.

    Parameters
    ----------
    title, base : of the book, and the address of its site
    changes : rows of ``data/changes``
    steps : what each release changed
    """
    entries = [(row["date"].isoformat(), row["id"], _of_change(base, row)) for row in changes]
    entries += [(step.day, f"release {step.name}", _of_release(base, step)) for step in steps]
    entries.sort(reverse=True)
    newest = entries[0][0] if entries else "2026-01-01"
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n<feed xmlns="http://www.w3.org/2005/Atom">\n'
        f"<title>{escape(title)}: changes in the conclusions</title>\n<id>{base}</id>\n"
        f'<link href="{base}"/>\n<link rel="self" href="{base}feed.xml"/>\n<updated>{newest}T00:00:00Z</updated>\n'
        "<author><name>The living review's contributors</name></author>\n"
        f"{''.join(text for *_, text in entries)}</feed>\n"
    )


def _of_change(base: str, row: dict[str, Any]) -> str:
    page = f"{base}chapters/{row['chapter']}.html"
    return _entry(row["summary"], f"{base}changes/{row['id']}", page, row["date"].isoformat(), _kind(row))


def _kind(row: dict[str, Any]) -> str:
    return f"{row['kind']}: {row['summary']}"


def _of_release(base: str, step: Step) -> str:
    lines = [f"From {step.before} to {step.name}: {step.summary}."]
    for kind, count, things in step.kinds:
        if kind.startswith(_TOLD):
            lines.append(f"{kind} ({count}):")
            lines += [f"- {name}: {text}" if text else f"- {name}" for name, text in things]
            lines += [f"- and {count - len(things)} more"] if count > len(things) else []
    page = f"{base}chapters/about/changes.html#{anchor(step.name)}"
    title = f"Version {step.name.removeprefix('v')}: {step.summary}"
    return _entry(title, f"{base}changes/release-{step.name}", page, step.day, "\n".join(lines))


def anchor(release: str) -> str:
    """Id of a release on the page of changes."""
    return f"release-{release.replace('.', '-')}"


def _entry(title: str, identifier: str, page: str, day: str, text: str) -> str:
    return (
        f'<entry><title>{escape(title)}</title><id>{identifier}</id><link href="{escape(page)}"/>'
        f"<updated>{day}T00:00:00Z</updated><summary>{escape(text)}</summary></entry>\n"
    )
