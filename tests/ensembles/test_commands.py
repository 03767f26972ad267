"""``resistance ensemble``: parameters as they are typed, summaries as they are printed, faults in one line."""

from __future__ import annotations

from pathlib import Path

import pytest
from scipy import stats

from resistance import cli
from resistance.ensembles import EnsembleError, run
from resistance.ensembles.commands import parameter
from resistance.ensembles.virtual_trial import outcomes, population

HERE = ("--scheduler", "processes:1")


def test_numbers_lists_and_distributions_are_read() -> None:
    assert parameter("m=1e9") == ("m", 1e9)
    assert parameter("n12 = 0,1,2") == ("n12", [0, 1, 2])
    assert parameter("x=[-1.5]") == ("x", [-1.5])
    name, found = parameter("cl=lognorm(0.286, scale=1.31)")
    assert (name, found.dist.name, found.args, found.kwds) == ("cl", "lognorm", (0.286,), {"scale": 1.31})
    assert found.mean() == stats.lognorm(0.286, scale=1.31).mean()


@pytest.mark.parametrize(
    "text",
    [
        "m",
        "=3",
        "m=",
        "m=many",
        "m='a'",
        "m=True",
        "m=open('x')",
        "m=norm(x)",
        "m=rv_continuous()",
        "m=1,'a'",
        "m=norm(",
    ],
)
def test_everything_else_is_refused(text: str) -> None:
    with pytest.raises(EnsembleError):
        parameter(text)


def test_a_grid_is_printed_with_its_groups(capsys: pytest.CaptureFixture[str]) -> None:
    given = ["branching.survival", "birth=0.14", "death=0.07,0.105", "--patients", "4", "--by", "point"]
    assert cli.main(["ensemble", "run", *given, *HERE]) == 0
    captured = capsys.readouterr()
    head, digest, columns, *rows = captured.out.splitlines()
    assert head.startswith("resistance.models.branching:survival, 8 patients, seed 0, source ")
    assert digest.startswith("digest of all summaries ")
    assert columns.split()[:4] == ["group", "output", "patients", "mean"]
    assert [row.split()[:4] for row in rows] == [["0", "survival", "4", "0.5"], ["1", "survival", "4", "0.25"]]
    assert "[1/1] 8 of 8 patients" in captured.err


def test_the_trial_is_that_of_the_page(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    given = ["ensemble", "trial", "--patients", "2e4", "--seed", "3", *HERE]
    assert cli.main([*given, "--to", str(tmp_path / "run")]) == 0
    digest = capsys.readouterr().out.splitlines()[1].split()[-1]
    assert digest == run(outcomes, population(), 20_000, 3, by="arm").digest
    assert cli.main([*given, "--to", str(tmp_path / "run")]) == 1
    assert "holds a run already; resume it" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["run", "branching.survival", "birth=0.14", "--patients", "5"], "missing a required argument: 'death'"),
        (["run", "branching.survival", "birth", "--patients", "5"], "a parameter is NAME=VALUE, got 'birth'"),
        (["run", "nothing.here", "--patients", "5"], "there is no model 'resistance.models.nothing:here'"),
        (["trial", "--patients", "5", "--full"], "--full needs --to DIR"),
    ],
)
def test_faults_are_one_line(arguments: list[str], message: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["ensemble", *arguments, *HERE]) == 1
    captured = capsys.readouterr()
    assert captured.out == ""
    assert captured.err.count("\n") == 1
    assert message in captured.err


@pytest.mark.parametrize("size", ["1.5", "-1", "many", "inf"])
def test_patients_are_a_whole_number(size: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        cli.main(["ensemble", "trial", f"--patients={size}"])
    assert "is not a whole number" in capsys.readouterr().err
