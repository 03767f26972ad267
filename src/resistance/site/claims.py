"""``{claim}`` and ``{in-brief}``: a claim's badge, and the rows behind it, which the badge opens."""

from __future__ import annotations

from functools import lru_cache
from html import escape
from typing import Any

from docutils import nodes
from sphinx.util.docutils import SphinxDirective, SphinxRole

from resistance import private
from resistance.evidence.cells import Row, split_list
from resistance.evidence.claims import SIDES
from resistance.site.bibliography import FLAGGED, snapshot
from resistance.site.cells import DIRECTIONS, LEVELS, figure_text, stars
from resistance.site.markup import inline_nodes

_SIDE_WORDS = {"adds": "Adds to it", "against": "Speaks against it"}
_STANDING = {"retracted": "retracted", "expression of concern": "under an expression of concern"}


class claim_badge(nodes.General, nodes.Inline, nodes.Element):
    """Button that opens the claim's evidence; it needs no script."""


class claim_card(nodes.General, nodes.Inline, nodes.Element):
    """The claim, its grade, its rows and its sources, in a popover."""


@lru_cache(maxsize=1)
def all_claims() -> dict[str, Row]:
    """Rows of the table of claims by id."""
    from resistance.evidence.tables import check_table

    return {row["id"]: row for row in check_table("claims").rows}


@lru_cache(maxsize=1)
def all_rows() -> dict[str, Row]:
    """Evidence rows of all tables by ``table/id``."""
    from resistance.evidence.check import evidence_rows
    from resistance.evidence.schema import table_names
    from resistance.evidence.tables import check_table

    return evidence_rows({name: check_table(name) for name in table_names()})


class _ClaimMixin:
    """What role and directive share."""

    def claim_nodes(self, identifier: str, parse: Any) -> list[nodes.Node]:
        """Badge of a claim, followed by its card the first time that a page uses it."""
        claim = all_claims().get(identifier)
        if claim is None:
            raise KeyError(identifier)
        shown = self.env.temp_data.setdefault("resistance_claims", [])
        notices = _notices(claim)
        badge = claim_badge("", claim=identifier, grade=_grade(claim), notices=sorted(set(notices.values())))
        if identifier in shown:
            return [badge]
        shown.append(identifier)
        self.env.metadata[self.env.docname].setdefault("resistance_claims", []).append(identifier)
        card = claim_card("", claim=identifier, folded=True)
        card += [nodes.inline("", claim["claim"], classes=["card-claim"]), nodes.inline("", *grade_nodes(claim))]
        for key, status in notices.items():
            words = f"{key}, on which this claim rests, is {_STANDING[status]}."
            card += nodes.inline("", words, classes=["card-note", "status", f"status-{status.replace(' ', '-')}"])
        for side in SIDES:
            found = [all_rows()[ref] for ref in split_list(claim[side]) if ref in all_rows()]
            if found and side != "needs":
                card += nodes.inline("", _SIDE_WORDS[side], classes=["card-side"])
            for row in found:
                card += nodes.inline("", *_row_nodes(row, parse), classes=["card-row"])
        if claim["balance"]:
            card += nodes.inline("", claim["balance"], classes=["card-note"])
        if claim["supersedes"]:
            text = f"The source review said: {claim['supersedes']}"
            card += nodes.inline("", text, classes=["card-note"])
        return [badge, card]


def grade_nodes(claim: Row) -> list[nodes.Node]:
    """Level, stars and direction in words."""
    level = f"Level {claim['level']} ({LEVELS[claim['level']]}), "
    return [nodes.Text(level), *stars(claim["confidence"]), nodes.Text(f", {claim['direction']}")]


def _notices(claim: Row) -> dict[str, str]:
    """Works under a claim that are retracted or under concern, by key."""
    status = {key: (snapshot().get(key) or {}).get("status") for key in split_list(claim["sources"])}
    return {key: value for key, value in status.items() if value in FLAGGED}


def _grade(claim: Row) -> dict[str, Any]:
    return {key: claim[key] for key in ("level", "confidence", "direction")}


def _row_nodes(row: Row, parse: Any) -> list[nodes.Node]:
    text = f"{row['measure']}: {figure_text(row)}"
    if row["n"]:
        text += f", n = {row['n']}"
    return [nodes.Text(f"{text} "), *parse("{cite:p}`" + row["source"] + "`")]


class ClaimRole(SphinxRole, _ClaimMixin):
    """``{claim}`id```: the badge of a claim at the end of the sentence that draws it."""

    def run(self) -> tuple[list[nodes.Node], list[nodes.system_message]]:
        """Badge and card, or a warning if there is no such claim."""
        try:
            return self.claim_nodes(self.text.strip(), self._parse), []
        except KeyError:
            message = self.inliner.reporter.warning(f"there is no claim {self.text!r}", line=self.lineno)
            return [nodes.Text(self.text)], [message]

    def _parse(self, text: str) -> list[nodes.Node]:
        return inline_nodes(private.markdown_renderer(self.inliner), text, self.lineno)


class InBriefDirective(SphinxDirective, _ClaimMixin):
    """``{in-brief}``: one claim id a line; prints each claim's sentence, its badge and its sources."""

    has_content = True

    def run(self) -> list[nodes.Node]:
        """A list with one item a claim."""
        result = nodes.bullet_list(classes=["in-brief"], bullet="-")
        for offset, line in enumerate(self.content):
            identifier = line.strip()
            if not identifier:
                continue
            try:
                claim = all_claims()[identifier]
            except KeyError:
                where = self.content_offset + offset + 1
                return [self.state.document.reporter.warning(f"there is no claim {identifier!r}", line=where)]
            cites = self._parse(" {cite:p}`" + ",".join(split_list(claim["sources"])) + "` ")
            paragraph = nodes.paragraph("", "", nodes.Text(claim["claim"]), *cites)
            paragraph += self.claim_nodes(identifier, self._parse)
            result += nodes.list_item("", paragraph)
        return [result]

    def _parse(self, text: str) -> list[nodes.Node]:
        return inline_nodes(private.markdown_renderer(self.state), text, self.lineno)


def visit_claim_badge(translator: Any, node: claim_badge) -> None:
    """A button; the popover attribute opens the card without any script."""
    grade, identifier = node["grade"], escape(node["claim"], quote=True)
    spoken = (
        f"Evidence for this claim: level {grade['level']}, {LEVELS[grade['level']]}, "
        f"{grade['confidence']} of 5 stars, {grade['direction']}"
        + "".join(f"; rests on a work that is {_STANDING[status]}" for status in node["notices"])
    )
    flags = "".join(f' <span class="status status-{s.replace(" ", "-")}">{s}</span>' for s in node["notices"])
    translator.body.append(
        f'<button type="button" class="claim" popovertarget="claim-{identifier}" aria-label="{spoken}">'
        f'<span class="level level-{grade["level"].lower()}">{grade["level"]}</span>'
        f'<span class="stars">{"★" * grade["confidence"]}</span>'
        f'<span class="sign">{DIRECTIONS[grade["direction"]]}</span>{flags}</button>'
    )
    raise nodes.SkipNode


def visit_claim_card(translator: Any, node: claim_card) -> None:
    """Open the card."""
    identifier = escape(node["claim"], quote=True)
    translator.body.append(
        f'<span popover class="card" id="claim-{identifier}" role="dialog" aria-label="Evidence for {identifier}">'
    )


def depart_claim_card(translator: Any, node: claim_card) -> None:
    """Close the card."""
    translator.body.append("</span>")
