"""Break one link of the chain from sentence to claim, row and source: the check of the real book names its line."""

from __future__ import annotations

import re

import pytest

from .book_copy import Copy


def test_a_removed_claim_breaks_the_check_where_its_badge_stands(book_copy: Copy) -> None:
    claims = book_copy.table("claims")
    chapter_of = {row["id"]: row["_file"].removeprefix("data/claims/").removesuffix(".csv") for row in claims}
    gone = next(
        row for row in claims if f"{{claim}}`{row['id']}`" in book_copy.text(f"chapters/{chapter_of[row['id']]}.md")
    )
    book_copy.write_table("claims", [row for row in claims if row is not gone])
    chapter = f"chapters/{chapter_of[gone['id']]}.md"
    used = [
        number
        for number, text in enumerate(book_copy.lines(chapter), start=1)
        if f"{{claim}}`{gone['id']}`" in text or text == gone["id"]
    ]
    found, done = book_copy.check()
    assert done.returncode == 1
    told = {f"{chapter}:{number}: CLM002 error: there is no claim '{gone['id']}'." for number in used}
    assert told
    assert {line.partition(" Add the claim")[0] for line in found if ": CLM002 " in line} == told


@pytest.mark.parametrize(
    ("start", "form"), [("{claim}`", "{{claim}}`{}`"), ("```{in-brief}\n", "\n{}\n")], ids=["badge", "in-brief"]
)
def test_a_misspelt_badge_breaks_the_check_at_its_line(book_copy: Copy, start: str, form: str) -> None:
    chapter = "chapters/mechanisms/drug-targets.md"
    text = book_copy.text(chapter)
    name = re.match(r"[a-z0-9-]+", text[text.index(start) + len(start) :])[0]
    line = book_copy.replace(chapter, form.format(name), form.format(f"{name}x")) + form.startswith("\n")
    found, done = book_copy.check()
    assert done.returncode == 1
    assert [text for text in found if ": CLM002 " in text] == [
        f"{chapter}:{line}: CLM002 error: there is no claim '{name}x'. "
        "Add the claim to data/claims/<chapter>.csv, or correct the id."
    ]


def test_a_deleted_row_breaks_the_check_at_the_claim_that_rests_on_it(book_copy: Copy) -> None:
    ref = book_copy.table("claims")[0]["needs"].split(";")[0]
    name, _, row = ref.partition("/")
    rows = [other for other in book_copy.table(name) if other["id"] != row]
    book_copy.write_table(name, rows)
    claims = book_copy.table("claims")
    resting = [
        (claim["_file"], number, claim["id"])
        for number, claim in zip(book_copy.write_table("claims", claims), claims, strict=True)
        if ref in ";".join((claim["needs"], claim["adds"], claim["against"])).split(";")
    ]
    assert resting
    found, done = book_copy.check()
    assert done.returncode == 1
    assert {text for text in found if ": CLM003 " in text} == {
        f"{file}:{number}: CLM003 error: claim '{claim}' names '{ref}', which is not a row. "
        "Name an existing row as table/id."
        for file, number, claim in resting
    }


def test_a_source_that_is_retracted_breaks_the_check_until_its_rows_say_so(book_copy: Copy) -> None:
    rows = book_copy.table("chemotherapy_outcomes")
    claims = {key for row in book_copy.table("claims") for key in row["sources"].split(";")}
    key = next(row["source"] for row in rows if row["source"] in claims)
    snapshot = book_copy.table("references")
    for row in snapshot:
        row["status"] = "retracted" if row["key"] == key else row["status"]
    book_copy.write_table("references", snapshot)
    found, done = book_copy.check()
    assert done.returncode == 1
    told = [text for text in found if re.search(r": (REF050|EVI038|CLM008) ", text)]
    places = {text.split(":")[0] for text in told}
    assert places >= {"references.bib", "data/chemotherapy_outcomes.csv"}
    assert any(place.startswith("data/claims/") for place in places)
    for name in {place.split("/")[1].removesuffix(".csv") for place in places if place.startswith("data/")} - {
        "claims"
    }:
        rows = book_copy.table(name)
        source, told = ("sources", "found") if name == "counter_searches" else ("source", "note")
        for row in rows:
            row[told] = "cited as retracted" if key in row[source].split(";") else row[told]
        book_copy.write_table(name, rows)
    book_copy.replace("references.bib", f"{{{key},\n", f"{{{key},\n  status = {{cited as retracted}},\n")
    found, done = book_copy.check()
    assert done.returncode == 0, "\n".join(text for text in found if "REF019" not in text)


MISSING = {
    "{row}`no-such-row.value`": "CHP028",
    "{count}`rows of no_such_table`": "CHP029",
    "{looked}`no-such-search`": "CHP030",
    "{glue:text}`no-such-number`": "CHP021",
    "{cite}`Nobody1999`": "REF061",
    "```{evidence-table} no_such_table\n:anchor: tbl-none\n```": "CHP013",
    "```{evidence-table} drug_target_mutations\n:anchor: tbl-none-else\n:columns: colour\n```": "CHP029",
}


def test_a_page_that_names_what_is_not_there_breaks_the_check_at_its_line(book_copy: Copy, subtests) -> None:
    """All faults in one page and one run: a check of the whole book takes seconds, and none may hide another."""
    chapter = "chapters/mechanisms/drug-targets.md"
    before, _ = book_copy.check()
    lines = {
        text: book_copy.replace(chapter, "## Open questions\n", f"{text}\n\n## Open questions\n") for text in MISSING
    }
    after, done = book_copy.check()
    assert done.returncode == 1
    new = {found for found in after - before if ": CHP039 " not in found}  # the words may be too many by now
    for text, code in MISSING.items():
        with subtests.test(text):
            assert [found for found in new if found.startswith(f"{chapter}:{lines[text]}: {code} ")]
    expected = {f"{chapter}:{lines[text]}: {code} " for text, code in MISSING.items()}
    assert [found for found in new if not found.startswith(tuple(expected))] == []
