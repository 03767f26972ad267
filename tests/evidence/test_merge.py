"""Merging tables row by row and cell by cell."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from resistance.cli import main
from resistance.evidence.merge import Both, merge_tables

HEADER = "id,value,note\n"


def table(*rows: str) -> str:
    return HEADER + "".join(f"{row}\n" for row in rows)


BASE = table("a,1,x", "b,2,y", "c,3,z")


def test_neighbours_that_two_sides_change_stand_once() -> None:
    merged = merge_tables(BASE, table("a,1,x", "b,9,y", "c,3,z"), table("a,1,x", "b,2,y", 'c,3,"z, and more"'))
    assert merged == (table("a,1,x", "b,9,y", 'c,3,"z, and more"'), [])


def test_two_cells_of_one_row_are_both_taken() -> None:
    merged = merge_tables(BASE, table("a,1,x", "b,9,y", "c,3,z"), table("a,1,x", "b,2,other", "c,3,z"))
    assert merged == (table("a,1,x", "b,9,other", "c,3,z"), [])


def test_a_cell_that_both_change_is_told_and_this_sides_stays() -> None:
    merged = merge_tables(BASE, table("a,1,x", "b,9,y", "c,3,z"), table("a,1,x", "b,8,n", "c,3,z"))
    assert merged == (table("a,1,x", "b,9,n", "c,3,z"), [Both("b", "value", "9", "8")])
    assert str(merged[1][0]) == "value of b: '9' and '8'"


def test_rows_that_both_add_stand_where_they_were_added() -> None:
    ours, theirs = table("a,1,x", "n,5,", "b,2,y", "c,3,z"), table("a,1,x", "b,2,y", "m,6,", "c,3,z", "o,7,")
    assert merge_tables(BASE, ours, theirs) == (table("a,1,x", "n,5,", "b,2,y", "m,6,", "c,3,z", "o,7,"), [])


def test_a_row_that_one_side_removes_goes_unless_the_other_changed_it() -> None:
    without = table("a,1,x", "c,3,z")
    assert merge_tables(BASE, without, BASE) == merge_tables(BASE, BASE, without) == (without, [])
    changed = table("a,1,x", "b,9,y", "c,3,z")
    for ours, theirs in ((without, changed), (changed, without)):
        merged, found = merge_tables(BASE, ours, theirs)
        assert merged == changed and [str(each) for each in found] == ["b, which one of them removed"]


def test_the_same_row_added_twice_is_one_and_a_different_one_is_told_by_cell() -> None:
    assert merge_tables(BASE, BASE + "d,4,w\n", BASE + "d,4,w\n") == (BASE + "d,4,w\n", [])
    assert merge_tables(BASE, BASE + "d,4,w\n", BASE + "d,5,w\n")[1] == [Both("d", "value", "4", "5")]


@pytest.mark.parametrize("text", ["id,other\na,1\n", table("a,1,x", "a,2,x"), table("a,1"), 'id,value,note\na,"1,x\n'])
def test_what_is_no_table_of_the_same_columns_with_ids_is_refused(text: str) -> None:
    with pytest.raises(ValueError):
        merge_tables(BASE, BASE, text)


ROWS = st.dictionaries(st.sampled_from("abcdef"), st.tuples(st.sampled_from("123"), st.sampled_from(["x", "y, z"])))


def written(rows: dict[str, tuple[str, str]]) -> str:
    return HEADER + "".join(
        f'{key},{value},"{note}"\n' if "," in note else f"{key},{value},{note}\n" for key, (value, note) in rows.items()
    )


@given(base=ROWS, ours=ROWS)
def test_merging_with_what_did_not_change_gives_the_other_side(base, ours) -> None:
    assert merge_tables(written(base), written(ours), written(base)) == (written(ours), [])
    merged, found = merge_tables(written(base), written(base), written(ours))
    assert found == [] and sorted(merged.splitlines()) == sorted(written(ours).splitlines())


@given(base=ROWS, ours=ROWS, theirs=ROWS)
def test_no_id_twice_and_no_change_of_one_side_lost(base, ours, theirs) -> None:
    merged, found = merge_tables(written(base), written(ours), written(theirs))
    lines = merged.splitlines()[1:]
    ids = [line.partition(",")[0] for line in lines]
    assert len(ids) == len(set(ids))
    told = {each.row for each in found}
    for side, other in ((ours, theirs), (theirs, ours)):
        for key in base.keys() | side.keys():
            if side.get(key) != base.get(key) and other.get(key) == base.get(key):
                wanted = written({key: side[key]}).splitlines()[1:] if key in side else []
                assert key in told or [line for line in lines if line.startswith(f"{key},")] == wanted


def three(folder: Path, base: str, ours: str, theirs: str) -> list[str]:
    paths = []
    for name, text in (("base", base), ("ours", ours), ("theirs", theirs)):
        (folder / name).write_text(text, encoding="utf-8", newline="")
        paths.append(str(folder / name))
    return paths


def test_the_driver_tells_what_both_changed_and_where_the_other_side_is(tmp_path: Path, capsys) -> None:
    paths = three(tmp_path, BASE, table("a,7,x"), table("a,8,x"))
    assert main(["data", "merge", *paths, "data/t.csv"]) == 1
    assert capsys.readouterr().err == (
        "data/t.csv: both sides changed value of a: '7' and '8'\n"
        "The file has this side's; `git show :3:data/t.csv` prints the other's.\n"
    )
    assert (tmp_path / "ours").read_text(encoding="utf-8") == table("a,7,x")


def test_contents_and_tables_without_ids_keep_the_lines_of_both(tmp_path: Path) -> None:
    for name, lines in (("_toc.yml", ["- file: a", "- file: b", "- file: c"]), ("data/x.csv", ["k,v", "a,1", "a,2"])):
        base, ours, theirs = lines[0], "\n".join(lines[:2]), "\n".join([lines[0], lines[2]])
        paths = three(tmp_path, f"{base}\n", f"{ours}\n", f"{theirs}\n")
        if name.endswith(".csv"):
            (tmp_path / "base").write_text("k,v\na,0\na,3\n", encoding="utf-8")
        assert main(["data", "merge", *paths, name]) == 0
        assert {*lines} <= {*(tmp_path / "ours").read_text(encoding="utf-8").splitlines()}


def test_git_takes_the_driver_in_the_place_of_its_own_union(tmp_path: Path) -> None:
    """Configured under the name that .gitattributes gives: a clone without it merges as git does by itself."""
    log = tmp_path / "called"

    def git(*arguments: str) -> None:
        named = ["-c", "user.name=S", "-c", "user.email=s@example.org"]
        subprocess.run(["git", *named, *arguments], cwd=tmp_path, check=True, capture_output=True)

    git("init", "-q", "-b", "main")
    (tmp_path / ".gitattributes").write_text("*.csv merge=union\n", encoding="utf-8")
    (tmp_path / "t.csv").write_text(BASE, encoding="utf-8")
    git("add", ".")
    git("commit", "-q", "-m", "base")
    for branch, text in (("one", BASE.replace("b,2", "b,9")), ("two", BASE.replace("c,3", "c,8"))):
        git("switch", "-q", "-c", branch, "main")
        (tmp_path / "t.csv").write_text(text, encoding="utf-8")
        git("commit", "-q", "-a", "-m", branch)
    git("config", "merge.union.driver", f"touch '{log}'; cp %B %A")
    git("merge", "-q", "--no-edit", "one")
    assert log.exists()
