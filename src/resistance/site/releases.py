"""``{since-release}``: what has changed in claims, rows and works since the last release."""

from __future__ import annotations

from typing import Any

from docutils import nodes
from sphinx.util.docutils import SphinxDirective

from resistance.changes.compare import Difference, compare
from resistance.changes.render import groups, summary
from resistance.changes.version import CannotRead, at_revision, in_working_tree, last_tag
from resistance.paths import root
from resistance.site import data, used

_NO_RELEASE = "There is no release yet to compare with."
_LISTED = 50  # of one kind; the command lists all


def _difference() -> Difference | None:
    """From the last tag to the files as they are; None where there is no tag, or the tag's tables cannot be read."""
    tag = last_tag(root())
    try:
        return compare(at_revision(root(), tag), in_working_tree(root())) if tag else None
    except CannotRead:
        return None


def _current() -> Difference | None:
    return data.current().once("since-release", _difference)


used.register("since-release", lambda _: repr(_current()))


class SinceReleaseDirective(SphinxDirective):
    """Claims and works that changed, one list for each kind."""

    def run(self) -> list[nodes.Node]:
        """A sentence, and the lists."""
        used.note(self.env, "since-release", "")
        difference = _current()
        if difference is None:
            return [nodes.paragraph("", _NO_RELEASE)]
        found: list[nodes.Node] = [nodes.paragraph("", f"Since {difference.before}: {summary(difference)}.")]
        for name, things in groups(difference):
            items = nodes.bullet_list(bullet="-")
            for moved, words in things[:_LISTED]:
                told = [f"{what} {one or 'nothing'} → {other or 'nothing'}" for what, one, other in moved.changes]
                text = "; ".join([*([words] if words else []), *told])
                items += nodes.list_item(
                    "", nodes.paragraph("", "", nodes.literal("", moved.name), nodes.Text(f" {text}"))
                )
            found += [nodes.paragraph("", "", nodes.strong("", f"{name} ({len(things)})")), items]
        return found


def setup(app: Any) -> None:
    """Register the directive."""
    app.add_directive("since-release", SinceReleaseDirective)
