"""``{since-release}``: what has changed in claims, rows and works since the last release, and from each to the next."""

from __future__ import annotations

from datetime import date
from typing import Any

from docutils import nodes
from sphinx.util.docutils import SphinxDirective

from resistance.changes.compare import compare
from resistance.changes.history import Step, steps, told
from resistance.changes.version import CannotRead, at_revision, has_history, in_working_tree, last_tag
from resistance.paths import root
from resistance.site import data, used
from resistance.site.feed import anchor
from resistance.site.freshness import day_text
from resistance.site.searches import fold

_NO_RELEASE = "There is no release yet to compare with."
_NO_HISTORY = (
    "This copy was built without the history of its files, so that versions could not be compared; "
    "a clone of the repository compares them."
)


def _since() -> Step | None:
    """From the last release to the files as they are; None where there is none, or its tables cannot be read."""
    tag = last_tag(root())
    try:
        return told(compare(at_revision(root(), tag), in_working_tree(root())), "", "") if tag else None
    except CannotRead:
        return None


def _current() -> tuple[Step | None, list[Step]]:
    return data.current().once("since-release", lambda: (_since(), released()))


def released() -> list[Step]:
    """What each release changed, newest first."""
    return data.current().once("releases", lambda: steps(root()))


used.register("since-release", lambda _: repr((_current(), has_history(root()))))


class SinceReleaseDirective(SphinxDirective):
    """Claims, rows and works that changed, one list for each kind; then the same for each release."""

    def run(self) -> list[nodes.Node]:
        """Sentences, and the lists."""
        used.note(self.env, "since-release", "")
        since, before = _current()
        if since is None:
            return [nodes.paragraph("", _NO_RELEASE if has_history(root()) else _NO_HISTORY)]
        found: list[nodes.Node] = [nodes.paragraph("", f"Since {since.before}: {since.summary}."), *_lists(since)]
        for step in before:
            name = f"Version {step.name.removeprefix('v')}, {day_text(date.fromisoformat(step.day))}"
            told_of = nodes.paragraph(
                "", "", nodes.strong("", name), nodes.Text(f", since {step.before}: {step.summary}.")
            )
            told_of["ids"] = [anchor(step.name)]
            found.append(told_of)
            if step.kinds:
                block = fold("", title=f"What {step.name} changed")
                block += _lists(step)
                found.append(block)
        return found


def _lists(step: Step) -> list[nodes.Node]:
    found: list[nodes.Node] = []
    for kind, count, things in step.kinds:
        items = nodes.bullet_list(bullet="-")
        for name, text in things:
            words = nodes.paragraph("", "", nodes.literal("", name), nodes.Text(f" {text}"))
            items += nodes.list_item("", words)
        if count > len(things):
            items += nodes.list_item("", nodes.paragraph("", f"and {count - len(things):,} more"))
        found += [nodes.paragraph("", "", nodes.strong("", f"{kind} ({count})")), items]
    return found


def setup(app: Any) -> None:
    """Register the directive."""
    app.add_directive("since-release", SinceReleaseDirective)
