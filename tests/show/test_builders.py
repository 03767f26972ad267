"""Builders: what they draw, say and keep, from rows of a table."""

from __future__ import annotations

import json
import re
from itertools import pairwise
from types import SimpleNamespace

import pytest

from resistance import show
from resistance.evidence.printed import figure_text
from resistance.evidence.schema import load_schema, table_names
from resistance.evidence.tables import check_table
from resistance.show import rows as rows_module
from resistance.show.dot_plots import wilson
from resistance.show.study_map import Cell, counted_cells
from resistance.show.theme import DIRECTION_SHAPES, DIRECTIONS
from resistance.site import evidence_map as map_module
from resistance.site.evidence_map import beginning_of

TABLE = "hypoxia_and_treatment"
TEXTS = {"anchor": "fig-x", "finding": "There is something to see.", "caption": "A caption of the figure."}
FAVOURS = ("treatment better", "control better")


def forest(**other):
    given = {"where": {"statistic": "hazard ratio"}, "favours": FAVOURS} | TEXTS | other
    return show.forest(TABLE, **given).payload


@pytest.fixture(scope="module")
def drawn():
    return forest(group="kind")


def marks(payload) -> list[dict]:
    """Values that the marks with an address are drawn from."""
    found = []

    def walk(part):
        if isinstance(part, dict):
            values = part.get("values")
            if (
                isinstance(values, list)
                and values
                and isinstance(values[0], dict)
                and "link" in values[0]
                and values not in found
            ):
                found.append(values)
            for child in part.values():
                walk(child)
        elif isinstance(part, list):
            for child in part:
                walk(child)

    walk(payload["spec"])
    (values,) = found
    return values


def texts(payload, width="wide") -> str:
    """All that is written in a picture; lines of one text are joined."""
    svg = payload["pictures"][f"light-{width}"].replace("</tspan><tspan", "</tspan> <tspan")
    return " ".join(re.sub(r"<[^>]+>", "", part) for part in re.findall(r"<text.*?</text>", svg))


@pytest.fixture(scope="module")
def table():
    return {row["id"]: row for row in check_table(TABLE).rows}


def test_every_row_is_a_mark_at_its_value_with_its_words(drawn, table):
    chosen = [row for row in table.values() if row["statistic"] == "hazard ratio"]
    found = {mark["link"]: mark for mark in marks(drawn)}
    assert len(found) == len(chosen) == len(drawn["rows"])
    for row in chosen:
        mark = found[f"#row-{TABLE}-{row['id']}".replace("_", "-")]
        assert mark["value"] == row["value"]
        assert (mark["low"], mark["high"]) == (row["ci_low"], row["ci_high"])
        assert mark["direction"] == row["direction"]
        assert figure_text(row).replace("95% CI ", "") in mark["words"]
        assert row["label"] in mark["words"]


def test_numbers_stand_beside_the_marks_in_both_widths(drawn, table):
    for width in ("wide", "narrow"):
        shown = texts(drawn, width)
        for row in table.values():
            if row["statistic"] == "hazard ratio":
                assert row["label"] in shown
                assert row["_text"]["value"] in shown
                assert f"{row['_text']['ci_low']} to" in shown
        assert f"← {FAVOURS[0]}" in shown
        assert f"{FAVOURS[1]} →" in shown
        assert "Hazard ratio (log scale)" in shown
    assert "whole study" in texts(drawn)


def test_rows_stand_under_the_headings_of_their_groups(drawn, table):
    kinds = [row["kind"] for row in table.values() if row["statistic"] == "hazard ratio"]
    for kind in set(kinds):
        assert kind[:1].upper() + kind[1:] in texts(drawn)
    order = [row[1] for row in drawn["rows"]]
    assert [k for i, k in enumerate(order) if i == 0 or order[i - 1] != k] == list(dict.fromkeys(order))


def test_the_area_of_a_mark_goes_by_n_or_by_weight(drawn):
    by_n = {mark["link"]: mark["area"] for mark in marks(drawn)}
    by_weight = {mark["link"]: mark["area"] for mark in marks(forest(size="weight"))}
    assert max(by_n.values()) == max(by_weight.values())
    assert by_n != by_weight
    counts = {
        link: n
        for link, n in zip(
            [f"#row-{r.replace('/', '-').replace('_', '-')}" for r in drawn["links"]],
            [row[8] for row in drawn["rows"]],
            strict=True,
        )
    }
    ordered = sorted(by_n, key=by_n.get)
    assert all(counts[a] <= counts[b] or by_n[a] == by_n[b] for a, b in pairwise(ordered))


def test_first_words_and_data(drawn):
    assert drawn["alt"].startswith(f"Forest plot of {len(drawn['rows'])} ratios from ")
    assert f"below one means {FAVOURS[0]}" in drawn["alt"]
    assert [c["name"] for c in drawn["columns"]][:3] == ["study", "kind", "what"]
    assert drawn["links"][0].startswith(f"{TABLE}/")
    assert forest(alt="And this.")["alt"].endswith("And this.")


def test_ids_keep_their_order_and_their_words(table):
    ids = [row["id"] for row in table.values() if row["statistic"] == "hazard ratio"][:3][::-1]
    payload = forest(where=None, ids=dict.fromkeys(ids, "called so"))
    assert [row[1] for row in payload["rows"]] == ["called so"] * 3
    assert [link.split("/")[1] for link in payload["links"]] == ids
    assert "called so" in texts(payload)


def test_a_pooled_ratio_is_a_diamond_with_its_numbers(drawn):
    payload = forest(pooled={"value": 0.85, "low": 0.7, "high": 1.03, "label": "Pooled, random effects"})
    assert "0.85 (0.7 to 1.03)" in texts(payload)
    assert payload["links"][-1] is None
    assert payload["rows"][-1][0] == "Pooled, random effects"
    assert '"linear-closed"' in json.dumps(payload["spec"])
    assert '"linear-closed"' not in json.dumps(drawn["spec"])


def test_computed_ratios_stand_for_their_rows_dashed_and_said_to_be_ours(table):
    first, second = [name for name, row in table.items() if row["statistic"] == "survival probability"][:2]
    payload = forest(where=None, computed={first: (0.8491, 0.5604, 1.2865), second: (1.0613, 0.8793, 1.281)})
    assert [link.split("/")[1] for link in payload["links"]] == [first, second]
    assert [(mark["value"], mark["computed"]) for mark in marks(payload)] == [(0.8491, True), (1.0613, True)]
    assert "0.85 (0.56 to 1.29)" in texts(payload)
    assert "computed here" in payload["caption"]
    assert all("95%, computed here" in row for row in payload["rows"])
    assert "computed here" not in forest()["caption"]


def test_an_interval_that_is_open_or_beyond_the_axis_has_an_arrow(monkeypatch, table):
    row = next(r for r in table.values() if r["statistic"] == "hazard ratio")
    record = row | {"ci_high": None, "ci_low": 0.01, "_text": row["_text"] | {"ci_high": "", "ci_low": "0.01"}}
    monkeypatch.setattr("resistance.show.forest_plot.chosen", lambda *_: [record])
    (mark,) = marks(forest(domain=(0.5, 2)))
    assert mark["open_low"] and mark["open_high"]
    assert (mark["low"], mark["high"]) == (0.5, 2)
    assert "0.01 to not reached" in texts(forest(domain=(0.5, 2)))


@pytest.mark.parametrize(
    ("other", "said"),
    [
        ({"where": {"statistic": "survival probability"}}, "not a ratio with an interval"),
        ({"where": {"statistics": "x"}}, "there is no column 'statistics'"),
        ({"where": {"statistic": "magic"}}, "no row of hypoxia_and_treatment is left"),
        ({"where": None}, "one of them"),
        ({"where": None, "ids": ["nobody"]}, "nobody not in the table"),
        ({"what": "{colour}"}, "there is no column colour"),
        ({"finding": "short"}, "finding"),
    ],
)
def test_what_is_wrong_is_named(other, said):
    with pytest.raises(ValueError, match=said):
        forest(**other)


def test_shares_print_their_denominators_and_their_sources_intervals():
    payload = show.shares("chemotherapy_outcomes", where={"statistic": "survival probability"}, **TEXTS).payload
    table = {row["id"]: row for row in check_table("chemotherapy_outcomes").rows}
    shown = texts(payload)
    for mark, ref in zip(marks(payload), payload["links"], strict=True):
        row = table[ref.split("/")[1]]
        assert mark["value"] == row["value"]
        assert (mark["low"], mark["high"]) == (row["ci_low"], row["ci_high"])
        assert f"{row['n']:,}" in shown
    assert "computed" not in payload["caption"]
    assert [row[2] for row in payload["rows"]] == sorted((row[2] for row in payload["rows"]), reverse=True)


def test_computed_intervals_are_dashed_said_to_be_ours_and_only_for_groups():
    where = {"statistic": ["proportion", "count"], "system": "patients", "unit": ["%", "patients"]}
    plain = show.shares("drug_target_mutations", where=where, **TEXTS).payload
    payload = show.shares("drug_target_mutations", where=where, computed=True, **TEXTS).payload
    assert "Wilson" in payload["caption"] and "Wilson" not in plain["caption"]
    table = {row["id"]: row for row in check_table("drug_target_mutations").rows}
    ours = 0
    for mark, ref in zip(marks(payload), payload["links"], strict=True):
        row = table[ref.split("/")[1]]
        share = 100 * row["value"] / row["n"] if row["statistic"] == "count" else row["value"]
        assert mark["value"] == pytest.approx(share)
        if row["ci_low"] is None and row["n_scope"] == "group" and not row["qualifier"]:
            assert mark["computed"]
            assert (mark["low"], mark["high"]) == pytest.approx(wilson(share / 100, row["n"]))
            ours += 1
        elif row["ci_low"] is not None:
            assert (mark["low"], mark["high"]) == (row["ci_low"], row["ci_high"])
    assert ours
    assert any(
        row["statistic"] == "count" and f"{row['value']:g} of {row['n']}" in texts(payload)
        for row in table.values()
        if row["n"]
    )


def test_wilsons_interval():
    """Brown, Cai and DasGupta 2001 print it; 0 of n and n of n stay within 0 and 100."""
    assert wilson(0.5, 100) == pytest.approx((40.383, 59.617), abs=1e-3)
    assert wilson(0.0, 20)[0] == 0
    assert wilson(1.0, 20)[1] == 100


def test_shares_refuse_what_is_no_share():
    with pytest.raises(ValueError, match="no share in %"):
        show.shares(TABLE, where={"statistic": "hazard ratio"}, **TEXTS)


def test_potencies_join_both_forms_on_a_log_axis():
    payload = show.potencies(
        "kinase_inhibitor_potency", where={"kinase": "ABL1"}, what="{variant}, {drug}", title="Kd (nmol/L)",
        reference="reference_value", **TEXTS,
    ).payload  # fmt: skip
    table = {row["id"]: row for row in check_table("kinase_inhibitor_potency").rows}
    for mark, ref in zip(marks(payload), payload["links"], strict=True):
        row = table[ref.split("/")[1]]
        assert (mark["value"], mark["other"]) == (row["value"], row["reference_value"])
    assert "Kd (nmol/L, log scale)" in texts(payload)
    assert {c["name"]: c["unit"] for c in payload["columns"]}["reference"] == "nmol/L"


def test_measures_have_one_unit_and_a_log_axis_no_zero():
    with pytest.raises(ValueError, match="the rows have the units"):
        show.measures("tumour_oxygenation", where={"statistic": "median"}, title="Median", **TEXTS)


def test_marks_and_colours_of_directions_are_the_same_everywhere(drawn):
    payloads = [
        drawn,
        show.shares("chemotherapy_outcomes", where={"statistic": "survival probability"}, **TEXTS).payload,
        show.evidence_map(**TEXTS).payload,
    ]
    for payload in payloads:
        text = json.dumps(payload["spec"])
        assert json.dumps({"domain": DIRECTIONS, "range": [DIRECTION_SHAPES[d] for d in DIRECTIONS]}) in text
        assert json.dumps({"domain": DIRECTIONS, "range": "ordinal"}) in text


def test_curves_and_points():
    from resistance.show import axis, curves

    over = {"dose": [1, 2, 4]}
    payload = curves(
        over, {"fitted": [3.0, 2.0, 1.0], "Poisson": [3.0, 1.0, 0.0]}, points={"cultures": ([1, 3], [2.5, 1.5])},
        x=axis("Dose (mg)"), y=axis("Share (%)"), rules=[("y", 1), ("x", 2)], **TEXTS,
    ).payload  # fmt: skip
    assert "Fitted goes from 3 at dose 1 to 1 at 4." in payload["alt"]
    assert "2 points (cultures) lie between 1.5 and 2.5." in payload["alt"]
    assert len(payload["rows"]) == 8
    with pytest.raises(ValueError, match="one value for each of the 3 points"):
        curves(over, {"short": [1.0]}, x=axis("Dose"), y=axis("Share"), **TEXTS)


def test_the_map_counts_each_study_once_a_cell():
    schema = load_schema(TABLE)
    row = {"study": "a", "level": "A", "direction": "supports"}
    rows = [row, row, row | {"study": "b"}, row | {"direction": "mixed"}]
    assert counted_cells([(schema, rows)]) == [
        Cell("mechanisms/hypoxia", "A", "mixed", frozenset("a"), 1),
        Cell("mechanisms/hypoxia", "A", "supports", frozenset("ab"), 3),
    ]


def test_the_map_has_a_mark_for_each_cell_and_no_other():
    payload = show.evidence_map(**TEXTS).payload
    found = marks(payload)
    assert len(found) == len(payload["rows"])
    for mark, (page, level, direction, studies, _) in zip(found, payload["rows"], strict=True):
        assert mark["link"] == f"#page-{page}"
        assert f"level {level}, {direction}: {studies} stud" in mark["words"]
    total: dict[str, set[str]] = {}
    for name in table_names():
        schema = load_schema(name)
        for row in check_table(name).rows if schema.evidence else ():
            for page in schema.chapters:
                if page.startswith("mechanisms/"):
                    total.setdefault(f"{page}|{row['level']}|{row['direction']}", set()).add(row["study"])
    assert {f"{p}|{le}|{d}": n for p, le, d, n, _ in payload["rows"]} == {key: len(v) for key, v in total.items()}
    with pytest.raises(ValueError, match="no table of this part"):
        show.evidence_map(cells=[], **TEXTS)


def test_the_map_of_several_parts_has_a_heading_above_the_first_page_of_each():
    pages = {"mechanisms/a": "Mechanisms", "mechanisms/b": "Mechanisms", "challenges/c": "Challenges"}
    cells = [Cell(page, "B", "supports", frozenset({page}), 1) for page in pages]
    titles = dict(zip(pages, "ABC", strict=True))
    payload = show.evidence_map(cells=cells, titles=titles, parts=pages, **TEXTS).payload
    for width in ("wide", "narrow"):
        assert texts(payload, width).count("Mechanisms") == texts(payload, width).count("Challenges") == 1
    assert "Mechanisms. A: B 1" in payload["alt"]
    assert "Challenges. C: B 1" in payload["alt"]
    assert [mark["link"] for mark in marks(payload)] == [f"#page-{page}" for page in pages]
    places = [mark["y"] for mark in marks(payload)]
    assert places[2] - places[1] > places[1] - places[0], "the heading takes room"
    one = show.evidence_map(cells=cells[:2], titles=titles, parts=pages, **TEXTS).payload
    assert "Mechanisms" not in texts(one), "one part needs no heading"


@pytest.mark.parametrize(
    ("page", "option", "beginning"),
    [
        ("chapters/challenges/index", None, "challenges/"),
        ("chapters/conclusion", None, ""),
        ("index", None, ""),
        ("index", "mechanisms", "mechanisms/"),
        ("chapters/challenges/index", "all", ""),
    ],
)
def test_the_map_on_a_page_is_of_its_part_unless_it_says_otherwise(page, option, beginning):
    assert beginning_of(page, option) == beginning


@pytest.mark.parametrize(("part", "said"), [("challenges", "paragraph"), ("chalenges", "warning")])
def test_a_part_without_rows_says_so_and_one_without_pages_is_a_fault(part, said, monkeypatch):
    monkeypatch.setattr(map_module, "_counts", lambda part: [])
    monkeypatch.setattr(map_module, "read_parts", lambda root: [("Challenges", ["chapters/challenges/index"])])
    env = SimpleNamespace(docname="index")
    reporter = SimpleNamespace(warning=lambda text, line: SimpleNamespace(tagname="warning"))
    state = SimpleNamespace(document=SimpleNamespace(reporter=reporter, settings=SimpleNamespace(env=env)))
    options = TEXTS | {"part": part}
    machine = SimpleNamespace(reporter=reporter)
    directive = map_module.EvidenceMapDirective("evidence-map", [], options, [], 1, 0, "", state, machine)
    (node,) = directive.run()
    assert node.tagname == said


def test_no_module_bears_the_name_of_a_function():
    """Importing the module would put it in the function's place."""
    modules = {home.rpartition(".")[2] for home in show._HOME.values()}
    assert not modules & set(show.__all__)
    assert set(show.__all__) == set(show._HOME)


def test_what_n_counts_is_said():
    record = {"n": 4805, "n_scope": "whole study", "system": "patients", "_text": {"n": "4805"}}
    assert rows_module.counted(record) == "4,805 patients, whole study"
    assert rows_module.counted(record | {"n_scope": "group"}) == "4,805 patients"
    assert rows_module.counted(record | {"n_scope": "cell lines", "system": "cell line"}) == "4,805 cell lines"
    assert rows_module.counted(record | {"n": None}) == ""
