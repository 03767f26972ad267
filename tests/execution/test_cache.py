"""The cache: what is stored, what is removed, and how it survives damage."""

from __future__ import annotations

import shutil
import sqlite3
from contextlib import closing

import nbformat
import pytest
from jupyter_cache import get_cache
from nbformat import v4

from resistance.execution.cache import cache_path, keep_only, recorded_results, result_path, store


def executed(source: str, output: str = "1\n", **metadata) -> nbformat.NotebookNode:
    cell = v4.new_code_cell(source, execution_count=1, outputs=[v4.new_output("stream", name="stdout", text=output)])
    kernel = {"name": "python3", "display_name": "Python 3"}
    return v4.new_notebook(cells=[v4.new_markdown_cell("Prose"), cell], metadata={"kernelspec": kernel, **metadata})


def test_stored_result_is_what_jupyter_cache_finds(tmp_path):
    notebook = executed("print(1)", title="A page")
    key, digest = store(tmp_path, notebook, "a.md", 1.234)
    assert recorded_results(tmp_path) == {key: digest}
    cache = get_cache(str(cache_path(tmp_path)))
    asked = executed("print(1)", output="not known yet")
    assert cache.match_cache_notebook(asked).hashkey == key
    assert cache.merge_match_into_notebook(asked)[1].cells[1].outputs == notebook.cells[1].outputs
    assert cache.match_cache_notebook(asked).data == {"execution_seconds": 1.23}


def test_equal_results_are_equal_bytes(tmp_path):
    first = store(tmp_path, executed("print(1)", title="A"), "a.md", 1.0)
    second = store(tmp_path, executed("print(1)", title="B"), "b.md", 2.0)
    other = store(tmp_path, executed("print(1)", output="2\n"), "b.md", 2.0)
    assert first == second
    assert other[0] == first[0]
    assert other[1] != first[1]


def test_keep_only_removes_records_and_folders(tmp_path):
    kept, _ = store(tmp_path, executed("1"), "a.md", 1.0)
    gone, _ = store(tmp_path, executed("2"), "b.md", 1.0)
    keep_only(tmp_path, {kept})
    assert set(recorded_results(tmp_path)) == {kept}
    assert not result_path(tmp_path, gone).parent.exists()
    assert [record.hashkey for record in get_cache(str(cache_path(tmp_path))).list_cache_records()] == [kept]


def test_half_written_results_do_not_count_and_are_removed(tmp_path):
    kept, _ = store(tmp_path, executed("1"), "a.md", 1.0)
    half, _ = store(tmp_path, executed("2"), "b.md", 1.0)
    shutil.rmtree(result_path(tmp_path, half).parent)  # a record without a notebook
    (result_path(tmp_path, "0" * 32).parent).mkdir()  # a folder without a record
    assert set(recorded_results(tmp_path)) == {kept}
    keep_only(tmp_path, {kept})
    assert [path.name for path in (cache_path(tmp_path) / "executed").iterdir()] == [kept]
    assert len(get_cache(str(cache_path(tmp_path))).list_cache_records()) == 1


def test_no_cache_yet(tmp_path):
    assert recorded_results(tmp_path) == {}
    keep_only(tmp_path, set())
    assert not cache_path(tmp_path).exists()


@pytest.mark.parametrize("damage", [b"", b"not a database" * 100])
def test_damaged_cache_is_begun_anew(tmp_path, damage):
    store(tmp_path, executed("1"), "a.md", 1.0)
    (cache_path(tmp_path) / "global.db").write_bytes(damage)
    assert recorded_results(tmp_path) == {}
    key, digest = store(tmp_path, executed("1"), "a.md", 1.0)
    assert recorded_results(tmp_path) == {key: digest}


def test_cache_in_use_is_not_taken_for_damaged(tmp_path, monkeypatch):
    store(tmp_path, executed("1"), "a.md", 1.0)
    connect = sqlite3.connect
    monkeypatch.setattr(sqlite3, "connect", lambda *a, **k: connect(*a, **k | {"timeout": 0.05}))
    with closing(connect(cache_path(tmp_path) / "global.db", isolation_level=None)) as writer:
        writer.execute("BEGIN EXCLUSIVE")
        with pytest.raises(sqlite3.OperationalError, match="locked"):
            recorded_results(tmp_path)
    assert len(recorded_results(tmp_path)) == 1
