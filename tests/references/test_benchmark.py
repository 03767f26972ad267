"""What the benchmark measures is a whole check of a clean bibliography: else its times would mean nothing."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from types import ModuleType

import pytest

from resistance.references import check, collect_citations

SCRIPT = Path(__file__).parents[2] / "benchmarks" / "references.py"


@pytest.fixture(scope="module")
def benchmark_script() -> ModuleType:
    spec = importlib.util.spec_from_file_location("benchmark_of_references", SCRIPT)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize("number", [1, 700])
def test_the_generated_bibliography_is_clean_and_whole(
    benchmark_script: ModuleType, tmp_path: Path, number: int
) -> None:
    benchmark_script.generate(tmp_path, number)
    findings, counts = check(tmp_path, collect_citations(tmp_path), benchmark_script.TODAY)
    assert findings == []
    assert counts == {
        "references": number,
        "verified": number,
        "not checked": 0,
        "snapshot rows": number,
        "citations": number,
    }


def test_it_measures_and_finds_faults(benchmark_script: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    seconds, megabytes, findings = benchmark_script.measure(20)
    assert seconds > 0
    assert megabytes > 1
    assert findings == []
