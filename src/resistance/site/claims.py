"""``{claim}``, ``{in-brief}`` and ``{claims-table}``: a claim's badge, which opens its evidence, and all claims."""

from __future__ import annotations

from html import escape
from typing import Any, ClassVar

from docutils import nodes
from docutils.parsers.rst import directives
from sphinx.util.docutils import SphinxDirective, SphinxRole

from resistance.evidence.cells import Row, split_list
from resistance.show.payload import json_row, table_payload
from resistance.site import claim_cards, data, row_links, used
from resistance.site.cells import DIRECTIONS, LEVELS
from resistance.site.citations import citation
from resistance.site.claim_cards import STANDING, claim_card
from resistance.site.nodes import skip
from resistance.site.table_directives import TableDirective, of_parts

_COLUMNS = ("claim", "id", "chapter", "level", "confidence", "direction", "sources")
_COUNTED = {
    "studies_for": ("For", "Studies whose rows the claim needs, or that add to it"),
    "studies_against": ("Against", "Studies whose rows speak against the claim"),
}


class claim_badge(nodes.General, nodes.Inline, nodes.Element):
    """Button that opens the claim's evidence; it needs no script."""


def badge_of(env: Any, identifier: str) -> claim_badge:
    """Badge of a claim; ``KeyError`` if there is none."""
    claim = data.current().claims[identifier]
    used.note(env, "claim", identifier)
    counted = claim_cards.sides_of(claim)
    grade: dict[str, Any] = {key: claim[key] for key in ("level", "confidence", "direction")}
    badge = claim_badge("", claim=identifier, grade=grade, sides=(counted.supporting, counted.against))
    badge["spoken"], badge["notices"] = str(counted), sorted(set(claim_cards.notices_of(claim).values()))
    return badge


def claim_nodes(env: Any, identifier: str) -> list[nodes.Node]:
    """Badge of a claim, followed by its card the first time that a page uses it; ``KeyError`` if there is none."""
    badge = badge_of(env, identifier)
    shown = env.temp_data.setdefault("resistance_claims", [])
    if identifier in shown:
        return [badge]
    shown.append(identifier)
    env.metadata[env.docname].setdefault("resistance_claims", []).append(identifier)
    row_links.note_shown(env, row_links.SAID, identifier)
    badge["first"] = True
    return [badge, claim_cards.card(env, data.current().claims[identifier])]


class ClaimRole(SphinxRole):
    """``{claim}`id```: the badge of a claim at the end of the sentence that draws it."""

    def run(self) -> tuple[list[nodes.Node], list[nodes.system_message]]:
        """Badge and card, or a warning if there is no such claim."""
        try:
            return claim_nodes(self.env, self.text.strip()), []
        except KeyError:
            message = self.inliner.reporter.warning(f"there is no claim {self.text!r}", line=self.lineno)
            return [nodes.Text(self.text)], [message]


class ClaimLinkRole(SphinxRole):
    """``{claim-link}`id```: the badge as a link to the sentence that draws the claim, where its evidence opens."""

    def run(self) -> tuple[list[nodes.Node], list[nodes.system_message]]:
        """The link, or a warning if there is no such claim."""
        identifier = self.text.strip()
        try:
            badge = badge_of(self.env, identifier)
        except KeyError:
            message = self.inliner.reporter.warning(f"there is no claim {self.text!r}", line=self.lineno)
            return [nodes.Text(self.text)], [message]
        row_links.note_link(self.env, f"{row_links.SAID}/{identifier}")
        badge["away"] = True
        return [badge], []


class InBriefDirective(SphinxDirective):
    """``{in-brief}``: one claim id a line; prints each claim's sentence, its sources and its badge."""

    has_content = True

    def run(self) -> list[nodes.Node]:
        """A list with one item a claim."""
        result = nodes.bullet_list(classes=["in-brief"], bullet="-")
        for offset, line in enumerate(self.content):
            identifier = line.strip()
            if not identifier:
                continue
            claim = data.current().claims.get(identifier)
            if claim is None:
                where = self.content_offset + offset + 1
                return [self.state.document.reporter.warning(f"there is no claim {identifier!r}", line=where)]
            cites = citation(self.env, split_list(claim["sources"]))[0]
            paragraph = nodes.paragraph("", "", nodes.Text(f"{claim['claim']} "), cites, nodes.Text(" "))
            paragraph += claim_nodes(self.env, identifier)
            result += nodes.list_item("", paragraph)
        return [result]


class ClaimsTableDirective(TableDirective):
    """``{claims-table}``: claims with the studies on both sides, the most contested first.

    ``:parts:`` keeps those of some chapters or folders of chapters, ``:contested:`` those for which no more studies
    speak than against them.
    """

    option_spec: ClassVar[dict[str, Any]] = {
        **{name: option for name, option in TableDirective.option_spec.items() if name in ("anchor", "caption")},
        "parts": directives.unchanged_required,
        "contested": directives.flag,
    }

    def table(self) -> str:
        """All claims."""
        return "claims"

    def keeps(self, row: Row) -> bool:
        """Claims of the parts that are asked for, and of these the contested where only they are."""
        if not of_parts(row, self.options.get("parts", "")):
            return False
        return "contested" not in self.options or claim_cards.sides_of(row).balance <= 0

    def payload(self) -> dict[str, Any]:
        """The claims in the order of their balance, with two columns that are counted."""
        schema = data.current().schema("claims")
        claims = [claim for claim in data.current().claims.values() if self.keeps(claim)]
        if "parts" in self.options and not claims:
            raise ValueError(f"no claim is of the parts {self.options['parts']!r}: name chapters, or their folders")
        for claim in claims:
            used.note(self.env, "claim", claim["id"])
        fields = [*schema.columns, *_COUNTED]
        claims.sort(key=_order)
        payload = table_payload(
            schema,
            fields,
            [[*json_row(claim, schema.columns), *_counted(claim)] for claim in claims],
            anchor=self.options["anchor"],
            caption=self.options["caption"],
            columns=[*_COLUMNS[:3], *_COUNTED, *_COLUMNS[3:]],
        )
        for column in payload["columns"]:
            if column["name"] in _COUNTED:
                column["title"], column["description"] = _COUNTED[column["name"]]
                column["type"] = "integer"
            elif column["name"] == "id":
                column["role"] = "claim-link"  # the cards of all claims would be too much for one page
        return payload

    def run(self) -> list[nodes.Node]:
        """The table, whole: a reader of this page came for all of it."""
        found = super().run()
        for node in found:
            node["whole"] = True
        return found


def _counted(claim: Row) -> tuple[int, int]:
    counted = claim_cards.sides_of(claim)
    return counted.supporting, counted.against


def _order(claim: Row) -> tuple[int, int, str, str]:
    counted = claim_cards.sides_of(claim)
    return counted.balance, -counted.against, claim["chapter"], claim["id"]


def visit_claim_badge(translator: Any, node: claim_badge) -> None:
    """A button; the popover attribute opens the card without any script."""
    identifier = escape(node["claim"], quote=True)
    spoken = _spoken(node["grade"], node["spoken"], node["notices"])
    inside = _inside(node["grade"], node["sides"], node["notices"])
    close = "</a>" if node.get("away") else "</button>"
    translator.body.append(f"{_open(translator, node, identifier, spoken)}{inside}{close}")
    raise nodes.SkipNode


def badge_link(claim: Row, address: str) -> str:
    """HTML of a claim's badge as a link to ``address``, for pages that are made of no document."""
    counted, notices = claim_cards.sides_of(claim), sorted(set(claim_cards.notices_of(claim).values()))
    inside = _inside(claim, (counted.supporting, counted.against), notices)
    spoken = _spoken(claim, str(counted), notices)
    return f'<a class="claim" href="{escape(address, quote=True)}" aria-label="{spoken}">{inside}</a>'


def _spoken(grade: dict[str, Any], sides: str, notices: list[str]) -> str:
    """What a badge says to those who hear it."""
    return (
        f"Evidence for this claim: level {grade['level']}, {LEVELS[grade['level']]}, "
        f"{grade['confidence']} of 5 stars, {grade['direction']}; {sides}"
        + "".join(f"; rests on a work that is {STANDING[status]}" for status in notices)
    )


def _inside(grade: dict[str, Any], sides: tuple[int, int], notices: list[str]) -> str:
    flags = "".join(f' <span class="status status-{s.replace(" ", "-")}">{s}</span>' for s in notices)
    return (
        f'<span class="level level-{grade["level"].lower()}">{grade["level"]}</span>'
        f'<span class="stars">{"★" * grade["confidence"]}</span>'
        f'<span class="sign">{DIRECTIONS[grade["direction"]]}</span>'
        f'<span class="sides">{sides[0]}:{sides[1]}</span>{flags}'
    )


def _open(translator: Any, node: claim_badge, identifier: str, spoken: str) -> str:
    """Start of a badge: a button that opens the card, or a link to the sentence where it stands."""
    if node.get("away"):
        page, ref = translator.builder.current_docname, f"{row_links.SAID}/{node['claim']}"
        to = escape(row_links.address(translator.builder, page, ref) or "", quote=True)
        return f'<a class="claim" href="{to}" aria-label="{spoken}">'
    place = f' id="{row_links.anchor(row_links.SAID, identifier)}"' if node.get("first") else ""
    return f'<button type="button" class="claim"{place} popovertarget="claim-{identifier}" aria-label="{spoken}">'


def visit_claim_card(translator: Any, node: claim_card) -> None:
    """Open the card."""
    identifier = escape(node["claim"], quote=True)
    translator.body.append(
        f'<span popover class="card" id="claim-{identifier}" role="dialog" aria-label="Evidence for {identifier}">'
    )


def depart_claim_card(translator: Any, node: claim_card) -> None:
    """Close the card."""
    translator.body.append("</span>")


def setup(app: Any) -> None:
    """Register badge, card, role and directives."""
    app.add_node(claim_badge, html=(visit_claim_badge, skip))
    app.add_node(claim_card, html=(visit_claim_card, depart_claim_card))
    app.add_role("claim", ClaimRole())
    app.add_role("claim-link", ClaimLinkRole())
    app.add_directive("in-brief", InBriefDirective)
    app.add_directive("claims-table", ClaimsTableDirective)
