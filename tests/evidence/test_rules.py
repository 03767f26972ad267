"""Every rule fires once, at its line, and alone: each case makes one change to a project without a fault."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path

import pytest

from resistance.book.limits import LONGEST_BALANCE, LONGEST_CLAIM
from resistance.evidence.rules import RULES

from .conftest import CLAIM_ROW, Change, Project

DOSES, TRIALS, CLAIMS, PARAMETERS = (
    "data/doses.csv",
    "data/trials.csv",
    "data/claims/lung.csv",
    "data/model_parameters/lung.csv",
)
SCHEMA = "data/schemas/trials.yaml"
CHAPTER = "chapters/lung.md"
RETRACTED = ("Engelman2007",)
REAL = Path(__file__).parents[2] / "data" / "schemas"


@dataclass(frozen=True)
class Case:
    """One change, and the one finding that it must give."""

    code: str
    what: str
    change: Change
    path: str = DOSES
    line: int = 3
    retracted: tuple[str, ...] = ()


def cells(**values: str) -> Change:
    """Change cells of the second row of ``doses``, which stands on line 3."""
    return lambda project: project.change("doses", 1, **values)


def claim(**values: str) -> Change:
    """Change cells of the claim."""
    return lambda project: project.change("claims", 0, **values)


def parameter(**values: str) -> Change:
    """Change cells of the parameter."""
    return lambda project: project.change("model_parameters", 0, **values)


def raw(old: str, new: str, name: str = DOSES) -> Change:
    """Replace text of a file."""
    return lambda project: project.edit(name, old, new)


def second_claim(project: Project, **values: str) -> None:
    project.add("claims", id="another-claim", **values)


def use_in_another_chapter(project: Project) -> None:
    project.write("chapters/breast.md", "# Breast\n\nText {claim}`osimertinib-delays-progression`.\n")


WAIVERS, SEARCHES = "data/waived_rows/lung.csv", "data/counter_searches/lung.csv"
WAIVER = {"id": "left-out", "claim": CLAIM_ROW["id"], "row": "trials/none", "reason": "Another population."}


def search(**values: str) -> Change:
    """Change cells of the counter-search."""
    return lambda project: project.change("counter_searches", 0, **values)


def contrary_row(project: Project) -> None:
    project.add("trials", id="another-trial", study="another", direction="does not support")


def absent(project: Project) -> None:
    project.change("claims", 0, claim="No trial has tested osimertinib in this setting.", level="C")
    project.change("counter_searches", 0, claims="")


def interim(project: Project) -> None:
    project.change("doses", 0, note="final analysis")
    project.change("doses", 2, note="second interim analysis")


OTHER_CLAIMS = "data/claims/mechanisms/hypoxia.csv"


def claim_of_another_chapter(project: Project) -> None:
    project.write(OTHER_CLAIMS, project.path(CLAIMS).read_text(encoding="utf-8"))
    project.write("chapters/mechanisms/hypoxia.md", "# Hypoxia\n")


def weaker_row(project: Project) -> None:
    project.change("doses", 2, level="D", system="cell line")
    project.change("claims", 0, needs="trials/osimertinib-soria-2018;doses/third")


def last_column_first(project: Project) -> None:
    """No cell of the file holds a comma, so that the last column can be moved by cutting."""
    lines = project.path(DOSES).read_text(encoding="utf-8").splitlines()
    moved = [",".join([*line.split(",")[-1:], *line.split(",")[:-1]]) for line in lines]
    project.write(DOSES, "\n".join(moved) + "\n")


def vocabulary(*rows: dict[str, str], **changed: str) -> Change:
    """Give the project a vocabulary of drugs that ``doses`` goes by, and change cells of that table's second row."""

    def change(project: Project) -> None:
        shutil.copy(REAL / "drugs.yaml", project.path("data/schemas/drugs.yaml"))
        project.edit("data/schemas/doses.yaml", "{name: drug,", "{name: drug, names: drugs, plain: [none],")
        project.table("drugs", {"name": "osimertinib", "kind": "drug", "synonyms": "Tagrisso"}, *rows)
        project.change("doses", 1, **changed)

    return change


def other_comparison(project: Project) -> None:
    vocabulary(GEFITINIB, drug="gefitinib", measure="death, against osimertinib")(project)
    project.edit("data/schemas/doses.yaml", "{name: drug,", "{name: drug, control: true,")


GEFITINIB = {"name": "gefitinib", "kind": "drug", "synonyms": "Iressa"}
DRUGS = "data/drugs.csv"
NO_INTERVAL = {"ci_low": "", "ci_high": "", "ci_kind": ""}
CELL_LINE = {"system": "cell line", "level": "D"}

CASES = [
    Case("EVI001", "Latin-1", lambda p: p.edit_bytes(DOSES, lambda b: b.replace(b"second", b"s\xe9cond"))),
    Case("EVI002", "byte order mark", lambda p: p.edit_bytes(DOSES, lambda b: b"\xef\xbb\xbf" + b), line=1),
    Case("EVI003", "CRLF throughout", lambda p: p.edit_bytes(DOSES, lambda b: b.replace(b"\n", b"\r\n")), line=1),
    Case("EVI003", "one CRLF", lambda p: p.edit_bytes(DOSES, lambda b: b.replace(b"\nthird", b"\r\nthird"))),
    Case("EVI003", "old Mac line ends", lambda p: p.edit_bytes(DOSES, lambda b: b.replace(b"\n", b"\r")), line=1),
    Case("EVI004", "no byte", lambda p: p.write(DOSES, ""), line=1),
    Case("EVI004", "blank lines only", lambda p: p.write(DOSES, "\n \n\n"), line=1),
    Case("EVI005", "missing column", raw(",locator,", ","), line=1),
    Case("EVI006", "unknown column", raw(",note\n", ",note,extra\n"), line=1),
    Case("EVI006", "column twice", raw(",note\n", ",note,drug\n"), line=1),
    Case("EVI007", "columns in another order", last_column_first, line=1),
    Case("EVI008", "one cell too many", raw(",2026-11-01,\nthird", ",2026-11-01,,\nthird")),
    Case("EVI008", "one cell too few", raw(",2026-11-01,\nthird", ",2026-11-01\nthird")),
    Case("EVI009", "quote left open", raw("third,flaura", 'third,"flaura'), line=4),
    Case("EVI009", "text after a quote", raw("second,flaura", 'second,"fla"ura')),
    Case("EVI023", "semicolons", lambda p: p.edit_bytes(DOSES, lambda b: b.replace(b",", b";")), line=1),
    Case("EVI023", "tabs", lambda p: p.edit_bytes(DOSES, lambda b: b.replace(b",", b"\t")), line=1),
    Case(
        "EVI024", "a merge", lambda p: p.edit_bytes(DOSES, lambda b: b.replace(b"\nsecond", b"\n<<<<<<< HEAD\nsecond"))
    ),
    Case("EVI025", "NUL", lambda p: p.edit_bytes(DOSES, lambda b: b.replace(b"second", b"sec\x00ond"))),
    Case("EVI011", "digits of another script", cells(dose="\u0668\u0660")),
    Case("EVI010", "quoted newline", cells(note="one\ntwo")),
    Case("EVI011", "number", cells(dose="eighty")),
    Case("EVI011", "decimal comma", cells(value="0,46")),
    Case("EVI011", "not a number", cells(dose="nan")),
    Case("EVI011", "infinity", cells(dose="inf")),
    Case("EVI011", "integer", cells(n="556.5")),
    Case("EVI011", "boolean", cells(crossover="TRUE")),
    Case("EVI011", "date in another order", cells(seen_on="01/11/2026")),
    Case("EVI011", "day that does not exist", cells(seen_on="2026-02-30")),
    Case("EVI012", "required", cells(drug="")),
    Case("EVI012", "spaces are nothing", cells(drug="  ")),
    Case("EVI013", "unknown level", cells(level="F")),
    Case("EVI013", "unknown system", cells(system="mouse")),
    Case("EVI014", "below the minimum", cells(n="0")),
    Case("EVI014", "above the maximum", cells(dose="1000.5")),
    Case("EVI015", "form", cells(registry="NCT123")),
    Case("EVI015", "id", cells(id="Second Row")),
    Case("EVI016", "duplicate id", cells(id="third"), line=4),
    Case("EVI016", "id of another table", cells(id="osimertinib-soria-2018"), TRIALS, 2),
    Case("EVI016", "claim of another chapter", claim_of_another_chapter, OTHER_CLAIMS, 2),
    Case("EVI017", "unknown source", cells(source="Nobody1999")),
    Case("EVI017", "one of a list", claim(sources="Soria2018; Nobody1999"), CLAIMS, 2),
    Case("EVI018", "HTML", cells(note="see <b>Table 2</b>")),
    Case("EVI018", "script", cells(note="<script>alert(1)</script>")),
    Case("EVI019", "formula", cells(note="=cmd|' /C calc'!A0")),
    Case("EVI019", "at sign", cells(note="@SUM(A1)")),
    Case("EVI019", "minus before text", cells(note="-2+3")),
    Case("EVI019", "formula in a number column", cells(dose="=1+1")),
    Case("EVI019", "formula in a date column", cells(seen_on="=TODAY()")),
    Case("EVI020", "space after", cells(drug="osimertinib ")),
    Case("EVI021", "address", cells(seen_at="doi:10.1056/NEJMoa1713137")),
    Case("EVI022", "tomorrow", cells(seen_on="2026-11-24")),
    Case("EVI030", "patients without n", cells(n="", n_scope="")),
    Case("EVI031", "level B in a cell line", cells(system="cell line")),
    Case("EVI031", "level D in patients", cells(level="D")),
    Case("EVI032", "hazard ratio", cells(**NO_INTERVAL)),
    Case("EVI032", "odds ratio", cells(statistic="odds ratio", **NO_INTERVAL)),
    Case("EVI033", "bounds reversed", cells(ci_low="0.57", ci_high="0.37")),
    Case("EVI034", "value above", cells(value="0.6")),
    Case("EVI034", "value below", cells(value="0.3")),
    Case("EVI035", "no kind", cells(ci_kind="")),
    Case("EVI035", "no lower bound", cells(ci_low="")),
    Case("EVI035", "no upper bound and no word of it", cells(ci_high="")),
    Case("EVI036", "fraction", cells(statistic="proportion", value="0.46")),
    Case("EVI036", "above 100", cells(statistic="proportion", value="101", unit="%", **NO_INTERVAL)),
    Case("EVI037", "no place in the source", parameter(locator=""), PARAMETERS, 2),
    Case("EVI037", "no source", parameter(source="", seen_at="", seen_on=""), PARAMETERS, 2),
    Case("EVI038", "row on a retracted work", cells(source="Engelman2007"), retracted=RETRACTED),
    Case("EVI038", "parameter", parameter(source="Engelman2007"), PARAMETERS, 2, RETRACTED),
    Case("EVI040", "no schema", lambda p: p.write("data/stray.csv", "id\n1\n"), "data/stray.csv", 1),
    Case("EVI041", "no table", lambda p: p.path(DOSES).unlink(), "data/schemas/doses.yaml", 1),
    Case("EVI042", "unknown key", raw("maximum:", "maximal:", "data/schemas/doses.yaml"), "data/schemas/doses.yaml", 1),
    Case("EVI044", "n without what it counts", cells(n_scope="")),
    Case("EVI044", "what n counts without n", cells(n="", n_scope="cells", statistic="mean", **CELL_LINE)),
    Case("EVI045", "effect of treatment on no patient", cells(**{**CELL_LINE, "system": "in silico"})),
    Case("EVI046", "interim beside the final", interim, line=4),
    Case("EVI050", "synonym of two", vocabulary({**GEFITINIB, "synonyms": "tagrisso"}), DRUGS),
    Case("EVI051", "class of another name", vocabulary({**GEFITINIB, "class": "EGFR inhibitor"}), DRUGS),
    Case("EVI052", "no such drug", vocabulary(GEFITINIB, drug="olaparib")),
    Case("EVI052", "second of two", vocabulary(GEFITINIB, drug="osimertinib + savolitinib")),
    Case("EVI052", "nearly a name", vocabulary(GEFITINIB, drug="osimertinib after gefitnib or gefitinib")),
    Case("EVI053", "address of another drug", vocabulary({**GEFITINIB, "name": "osimertinib +"}), DRUGS),
    Case("EVI054", "other drug in the measure", other_comparison),
    Case("EVI048", "no strategy", raw("strategy: another drug, ", "", SCHEMA), SCHEMA, 1),
    Case("EVI047", "abstract with four stars", cells(locator="abstract")),
    Case("EVI047", "report with four stars", cells(locator="Results, read in a report of the paper")),
    Case("EVI047", "congress with three stars", cells(locator="report of the congress abstract", confidence="3")),
    Case("CLM001", "not used", lambda p: second_claim(p, level="C"), CLAIMS, 3),
    Case("CLM002", "role", raw("Text {claim}`osimertinib-", "Text {claim}`nobody-", CHAPTER), CHAPTER, 10),
    Case("CLM002", "in brief", raw("```\n\nText", "no-such-claim\n```\n\nText", CHAPTER), CHAPTER, 8),
    Case("CLM003", "row", claim(needs="trials/osimertinib-soria-2018;trials/none"), CLAIMS, 2),
    Case("CLM003", "table", claim(needs="trials/osimertinib-soria-2018;none/second"), CLAIMS, 2),
    Case("CLM003", "table without evidence", claim(needs="trials/osimertinib-soria-2018;claims/x"), CLAIMS, 2),
    Case("CLM004", "another chapter", use_in_another_chapter, "chapters/breast.md", 3),
    Case("CLM003", "row against", claim(against="trials/none", balance="One sentence."), CLAIMS, 2),
    Case("CLM005", "better than its only row", claim(level="A"), CLAIMS, 2),
    Case("CLM005", "better than its weakest row", weaker_row, CLAIMS, 2),
    Case("CLM006", "more stars than its best row", claim(confidence="5"), CLAIMS, 2),
    Case("CLM007", "source of a row", claim(sources="Hata2016"), CLAIMS, 2),
    Case("CLM009", "row on two sides", claim(adds="trials/osimertinib-soria-2018"), CLAIMS, 2),
    Case("CLM010", "no balance", claim(against="doses/second"), CLAIMS, 2),
    Case("CLM011", "row that disagrees", contrary_row, CLAIMS, 2),
    Case("CLM012", "nobody tried to refute it", search(reader="author"), CLAIMS, 2),
    Case("CLM013", "search for a claim that is not there", search(claims=f"{CLAIM_ROW['id']};none"), SEARCHES, 2),
    Case("CLM014", "absence without a search", absent, CLAIMS, 2),
    Case("CLM015", "waiver of a row that is not there", lambda p: p.table("waived_rows", WAIVER), WAIVERS, 2),
    Case("CLM016", "control arm", lambda p: p.change("trials", 0, role="control arm"), CLAIMS, 2),
    Case("CLM017", "claim of many findings", claim(claim="A word" + " or two" * (LONGEST_CLAIM // 2)), CLAIMS, 2),
    Case("CLM018", "balance of many words", claim(balance="A word" + " or two" * (LONGEST_BALANCE // 2)), CLAIMS, 2),
    Case("CLM008", "retracted", claim(sources="Soria2018;Engelman2007"), CLAIMS, 2, RETRACTED),
]


def test_the_base_has_no_finding(project):
    assert project.check() == []


def test_every_rule_has_a_case():
    assert {case.code for case in CASES} == set(RULES)


@pytest.mark.parametrize("case", CASES, ids=[f"{case.code}-{case.what.replace(' ', '-')}" for case in CASES])
def test_rule_fires_once_at_its_line_and_alone(project, case):
    case.change(project)
    found = project.check(retracted=case.retracted)
    assert [(f.code, f.path, f.line) for f in found] == [(case.code, case.path, case.line)], "\n".join(map(str, found))
    rule = RULES[case.code]
    assert (found[0].remedy, found[0].severity) == (rule.remedy, rule.severity)


VALID = {
    "name of the vocabulary": vocabulary(GEFITINIB),
    "synonym, combination, and words that name none": vocabulary(GEFITINIB, drug="Iressa + osimertinib, none"),
    "ratio with interval": cells(),
    "proportion in per cent": cells(statistic="proportion", value="46", unit="%", **NO_INTERVAL),
    "bounds of 0 and 100": cells(statistic="proportion", value="100", unit="%", **NO_INTERVAL),
    "cell line without n": cells(n="", n_scope="", statistic="ic50", value="12", unit="nM", **CELL_LINE, **NO_INTERVAL),
    "value at its bound": cells(value="0.37"),
    "equal bounds": cells(value="0.37", ci_high="0.37"),
    "SD is no interval about the value": cells(statistic="mean", value="5", ci_low="1", ci_high="2", ci_kind="SD"),
    "upper bound not reached": cells(
        statistic="median time", value="31", unit="months", ci_high="", note="upper bound not reached"
    ),
    "negative number": cells(statistic="difference", value="-2.5", unit="mm", **NO_INTERVAL),
    "number without leading zero": cells(value=".46"),
    "exponent": cells(dose="8e1"),
    "abstract with three stars": cells(locator="abstract; n from the registry", confidence="3"),
    "congress with two stars": cells(locator="congress abstract", confidence="2"),
    "paper with five stars, abstract beside it": cells(locator="Table 2; n in the abstract", confidence="5"),
    "less-than sign in prose": cells(note="P < 0.001 and n > 20"),
    "quote and comma in a cell": cells(note='said "never", twice'),
    "other scripts": cells(note="β-catenin, Ångström, 薬剤耐性"),
    "today": cells(seen_on="2026-11-23"),
    "retracted and said so": cells(source="Engelman2007", note="cited as retracted"),
    "chosen parameter needs no source": parameter(kind="chosen", source="", locator="", seen_at="", seen_on=""),
    "the same claim on a page about the book": lambda p: p.write(
        "chapters/about/methods.md", "Text {claim}`osimertinib-delays-progression`.\n"
    ),
    "claim weaker than its rows": claim(level="E", confidence="1"),
    "rows that add and rows against, with a balance": claim(
        adds="doses/second", against="doses/third", balance="Its patients had had other treatment."
    ),
}


@pytest.mark.parametrize("change", VALID.values(), ids=[name.replace(" ", "-") for name in VALID])
def test_what_is_right_gives_no_finding(project, change):
    change(project)
    assert project.check(retracted=RETRACTED) == []


def test_rules_have_stable_codes_and_one_remedy_each():
    names = [rule.name for rule in RULES.values()]
    assert len(set(names)) == len(names)
    for code, rule in RULES.items():
        assert code == rule.code
        assert code[:3] in ("EVI", "CLM") and code[3:].isdigit() and len(code) == 6
        assert rule.remedy and not rule.remedy.endswith(".")
