"""What a claim's card says: its grade, the rows on both sides, why the balance falls so, and what was looked for."""

from __future__ import annotations

from typing import Any

from docutils import nodes

from resistance.evidence.cells import Row, split_list
from resistance.evidence.printed import figure_text, n_text
from resistance.evidence.sides import Sides, sides
from resistance.site import data, row_links
from resistance.site.cells import LEVELS, linked, stars
from resistance.site.citations import FLAGGED, status_node, status_of
from resistance.site.searches import in_short, only_linked

STANDING = {"retracted": "retracted", "expression of concern": "under an expression of concern"}
_IN_WORDS = 1  # searches that a card tells in words: the newest; the earlier ones are dates that lead to their records
_SIDES = {"needs": "Rests on", "adds": "Adds to it", "against": "Speaks against it"}


class claim_card(nodes.General, nodes.Inline, nodes.Element):
    """The claim, its grade and its two sides, in a popover."""


def sides_of(claim: Row) -> Sides:
    """Studies for and against a claim."""
    return sides(claim, data.current().evidence_rows)


def notices_of(claim: Row) -> dict[str, str]:
    """Works under a claim that are retracted or under concern, by key."""
    status = {key: status_of(key) for key in split_list(claim["sources"])}
    return {key: value for key, value in status.items() if value in FLAGGED}


def card(env: Any, claim: Row) -> claim_card:
    """The card of a claim."""
    node = claim_card("", claim=claim["id"], folded=True)
    node += [_line("card-claim", nodes.Text(claim["claim"])), _grade(claim)]
    for key, status in notices_of(claim).items():
        words = f"{key}, on which this claim rests, is {STANDING[status]}."
        note = _line("card-note", nodes.Text(words))
        note["classes"] += ["status", f"status-{status.replace(' ', '-')}"]
        node += note
    for side, title in _SIDES.items():
        found = [ref for ref in split_list(claim[side]) if ref in data.current().evidence_rows]
        if found:
            node += [_line("card-side", nodes.Text(title)), *(_row(env, ref) for ref in found)]
    if claim["balance"]:
        node += _line("card-note", nodes.Text("Balance: "), *linked(claim["balance"]))
    node += [_waiver(env, waiver) for waiver in data.current().rows_by("waived_rows", "claim").get(claim["id"], [])]
    searched = data.current().rows_by("counter_searches", "claims", is_list=True).get(claim["id"], [])
    newest = sorted(searched, key=lambda search: search["searched_on"])  # of one day the last that was entered
    for search in newest[-_IN_WORDS:]:
        node += _line("card-note", nodes.Text("Looked for to refute it: "), *in_short(env, search))
    if earlier := newest[:-_IN_WORDS]:
        node += _line("card-note", nodes.Text("Looked for before: "), *only_linked(env, earlier))
    if claim["supersedes"]:
        node += _line("card-note", nodes.Text(f"The source review said: {claim['supersedes']}"))
    return node


def _grade(claim: Row) -> nodes.inline:
    level = f"Level {claim['level']} ({LEVELS[claim['level']]}), "
    words = f", {claim['direction']}; {sides_of(claim)}"
    return nodes.inline("", "", nodes.Text(level), *stars(claim["confidence"]), nodes.Text(words))


def _row(env: Any, ref: str) -> nodes.inline:
    """A row of a side: its study as a link to it, what it is, the figure with unit, and what n counts."""
    row = data.current().evidence_rows[ref]
    figure = ", ".join(part for part in (figure_text(row), n_text(row)) if part)
    words = [row_links.link(env, ref, nodes.Text(row["label"])), nodes.Text(f": {row['measure']}: {figure}")]
    status = status_of(row["source"])
    return _line("card-row", *words, *([nodes.Text(" "), status_node(status)] if status in FLAGGED else []))


def _waiver(env: Any, waiver: Row) -> nodes.inline:
    """Rows of the same thing that the claim leaves out, and why."""
    line = _line("card-note", nodes.Text("Left out: "))
    refs = [ref for ref in split_list(waiver["row"]) if ref in data.current().evidence_rows]
    for number, ref in enumerate(refs):
        line += [nodes.Text(", ")] if number else []
        line += row_links.link(env, ref, nodes.Text(data.current().evidence_rows[ref]["label"]))
    line += nodes.Text(f". {waiver['reason']}")
    return line


def _line(kind: str, *content: nodes.Node) -> nodes.inline:
    return nodes.inline("", "", *content, classes=[kind])
