"""Every row of data/model_checks.csv, and what the table as a whole must hold."""

import csv
import math

import pytest

from resistance import paths
from resistance.models.checks import evaluate, modules

FILES = sorted((paths.root() / "data" / "model_checks").rglob("*.csv"))
ROWS = [row for path in FILES for row in csv.DictReader(path.read_text(encoding="utf-8").splitlines())]


@pytest.mark.parametrize("row", ROWS, ids=[row["id"] for row in ROWS])
def test_published_number_is_reproduced_or_known_to_differ(row):
    published, tolerance = float(row["published"]), float(row["tolerance"])
    if row["tolerance_kind"] == "relative":
        tolerance *= abs(published)
    computed = evaluate(row["call"])
    assert math.isfinite(computed)
    assert (abs(computed - published) <= tolerance) == (row["agreement"] == "agrees"), (
        f"computed {computed!r}, published {published!r} ± {tolerance:g}, marked {row['agreement']}"
    )


def test_ids_are_unique():
    assert len({row["id"] for row in ROWS}) == len(ROWS)


@pytest.mark.parametrize("row", ROWS, ids=[row["id"] for row in ROWS])
def test_row_is_consistent(row):
    assert row["module"] in modules()
    assert f"{row['module']}." in row["call"]
    assert row["id"].startswith(row["model"].lower() + "-")
    assert row["agreement"] == "agrees" or row["note"], "a difference needs an explanation"


def test_every_model_has_checks_of_its_own():
    assert {"A3", "A11", "A12", "A18a", "A18b"} <= {row["model"] for row in ROWS}
