"""What differs from run to run is seen in the code; what has a seed, or only looks like chance, is not."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from resistance import models
from resistance.book.varying import varying


def found(*cells: str) -> list[tuple[int, str]]:
    return [(line, name) for _, line, name in varying(map(ast.parse, cells))]


@pytest.mark.parametrize(
    ("code", "name"),
    [
        ("import numpy as np\nnp.random.default_rng()", "numpy.random.default_rng"),
        ("import numpy\nnumpy.random.default_rng(None)", "numpy.random.default_rng"),
        ("from numpy.random import default_rng as rng\nrng(seed=None)", "numpy.random.default_rng"),
        ("import numpy.random as r\nr.RandomState()", "numpy.random.RandomState"),
        ("import random\nrandom.shuffle(x)", "random.shuffle"),
        ("import random\nrandom.Random().random()", "random.Random"),
        ("from random import choice\nchoice(x)", "random.choice"),
        ("import random\nrandom.seed()", "random.seed"),
        ("import uuid\nuuid.uuid4()", "uuid.uuid4"),
        ("import secrets\nsecrets.token_hex()", "secrets.token_hex"),
        ("from datetime import datetime\nf'{datetime.now()}'", "datetime.datetime.now"),
        ("import datetime as dt\ndt.date.today()", "datetime.date.today"),
        ("import time\ntime.ctime()", "time.ctime"),
        ("import pandas as pd\npd.Timestamp.now()", "pandas.Timestamp.now"),
        ("1\nframe.sample(5)", ".sample"),
        ("1\nframe.sample(frac=0.5)", ".sample"),
        ("1\nstats.norm(0, 1).rvs(10)", ".rvs"),
    ],
)
def test_what_differs_is_told_at_its_line(code, name):
    assert found(code) == [(2, name)]


@pytest.mark.parametrize(
    "code",
    [
        "import numpy as np\nrng = np.random.default_rng(1)\nrng.normal(0, 1)",
        "import numpy as np\nnp.random.default_rng(seed)",
        "import numpy as np\nnp.random.default_rng(*seeds)",
        "import random\nrandom.Random(4).random()",
        "import random\nrandom.seed(4)\nrandom.random()",
        "from datetime import date\ndate(2026, 1, 1)",
        "import time\ntime.ctime(0)",
        "frame.sample(5, random_state=1)",
        "frame.sample(5, **options)",
        "model.sample(rng)",
        "norm.rvs(size=3, random_state=rng)",
        "random = 3\nrandom.choice(x)",
    ],
)
def test_what_is_the_same_is_not(code):
    assert found(code) == []


def test_a_cell_knows_what_another_imports():
    assert found("import random", "2\nrandom.random()") == [(2, "random.random")]


def test_no_model_has_chance_of_its_own():
    files = sorted(Path(models.__file__).parent.glob("*.py"))
    assert len(files) > 20
    assert {path.name: found(path.read_text(encoding="utf-8")) for path in files} == {path.name: [] for path in files}
