"""``resistance diff`` between two commits of a repository names every kind of change, and nothing else."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from resistance.changes.version import last_tag
from resistance.cli import main

CLAIMS = "id,claim,direction,level,confidence,sources,needs,adds,against,balance,supersedes"
ROWS = "id,study,label,drug,measure,value,unit,level,confidence,direction,source"
WORKS = "key,doi,pmid,title,first_author,year,container,status,seen_at,seen_on,notice,notice_on,listed_on"
CHECKS = "id,call,expected"

BEFORE = {
    "data/schemas/_common.yaml": "leading: []\n",
    "data/schemas/doses.yaml": "name: doses\nstatement: it helps\n",
    "data/schemas/claims.yaml": "name: claims\ncommon: false\nper_chapter: true\n",
    "data/schemas/model_checks.yaml": "name: model_checks\ncommon: false\nper_chapter: true\n",
    "data/schemas/references.yaml": "name: references\ncommon: false\n",
    "data/claims/a/one.csv": f"""{CLAIMS}
same,Nothing happens to this one.,supports,B,3,One2020,doses/r1,doses/r2;doses/r3,,,
level,Its level moves.,supports,C,2,One2020,doses/r1,,,,
stars,Its stars move.,supports,B,2,One2020,doses/r1,,,,
turned,Its direction moves.,supports,B,2,One2020,doses/r1,,,,
weighed,Its balance moves.,supports,B,2,One2020,doses/r1,doses/r2,,,
words,Its words change.,supports,B,2,One2020,doses/r1,,,,
gone,This one is withdrawn.,supports,B,2,One2020,doses/r1,,,,
""",
    "data/doses.csv": f"""{ROWS}
r1,s1,One 2020,x,response,10,%,B,3,supports,One2020
r2,s1,One 2020,x,response,20,%,B,3,supports,One2020
r3,s2,Two 2021,y,"response, all",30,%,B,3,supports,Two2021
r4,s2,Two 2021,y,survival,40,%,B,3,supports,Two2021
""",
    "data/model_checks/a/one.csv": f"{CHECKS}\nc1,f(1),1\nc2,f(2),2\n",
    "data/references.csv": f"""{WORKS}
One2020,10.1/one,1,One,One,2020,J,current,https://x.org/1,2026-01-01,,,
Two2021,10.1/two,2,Two,Two,2021,J,current,https://x.org/2,2026-01-01,,,
Three2022,10.1/three,3,Three,Three,2022,J,not checked,https://x.org/3,2026-01-01,,,
Four2022,10.1/four,4,Four,Four,2022,J,current,https://x.org/4,2026-01-01,,,
Five2022,10.1/five,5,Five,Five,2022,J,current,https://x.org/5,2026-01-01,,,
""",
}
AFTER = {
    # The order of rows and of a list's members, a line that is quoted and a file that is called otherwise say nothing.
    "data/claims/a/one.csv": f"""{CLAIMS}
level,Its level moves.,supports,B,2,One2020,doses/r1,,,,
same,"Nothing happens to this one.",supports,B,3,One2020,doses/r1,doses/r3;doses/r2,,,
stars,Its stars move.,supports,B,3,One2020,doses/r1,,,,
turned,Its direction moves.,mixed,B,2,One2020,doses/r1,,,,
weighed,Its balance moves.,supports,B,2,One2020,doses/r1,,doses/r2,It was larger.,
words,Its words are others.,supports,B,2,One2020,doses/r1,,,,
""",
    "data/claims/a/two.csv": f"{CLAIMS}\nnew,This one is new.,supports,B,2,One2020,doses/r5,,,,\n",
    "data/doses.csv": f"""{ROWS}
r3,s2,Two 2021,y,"response, all",30,%,B,3,supports,Two2021
r1,s1,One 2020,x,response,12,%,B,2,supports,One2020
r2,s1,One 2020,x,response,20,%,B,3,supports,One2020
r5,s3,Six 2026,z,response,50,%,B,3,supports,Six2026
""",
    "data/model_checks/a/one.csv": f"{CHECKS}\nc1,f(1),1.5\nc3,f(3),3\n",
    "data/references.csv": f"""{WORKS}
One2020,10.1/one,1,One,One,2020,J,current,https://y.org/1,2026-06-01,,,2026-06
Two2021,10.1/two,2,Two,Two,2021,J,retracted,https://x.org/2,2026-06-01,10.1/r,2026-05-01,
Three2022,10.1/three,3,Three,Three,2022,J,not listed,https://x.org/3,2026-01-01,,,2026-06
Four2022,10.1/four,4,Four,Four,2023,J,corrected,https://x.org/4,2026-01-01,,,
Six2026,10.1/six,6,Six,Six,2026,J,current,https://x.org/6,2026-06-01,,,
""",
}
EXPECTED = """\
From v1 to v2: 4 claims whose level, stars, direction or balance moved, 1 claims added, 1 claims withdrawn, \
1 claims reworded, with the same standing, 2 works corrected, retracted or cleared, 1 rows added, 1 rows withdrawn, \
1 rows changed, 1 works added, 1 works withdrawn, 1 works whose record changed, 1 other rows added, \
1 other rows withdrawn, 1 other rows changed.

Claims whose level, stars, direction or balance moved (4):
  level: Its level moves.; level C → B
  stars: Its stars move.; stars 2 → 3
  turned: Its direction moves.; direction supports → mixed
  weighed: Its balance moves.; adds lost doses/r2; against gained doses/r2; balance nothing → It was larger.

Claims added (1):
  new: This one is new.

Claims withdrawn (1):
  gone: This one is withdrawn.

Claims reworded, with the same standing (1):
  words: claim Its words change. → Its words are others.

Works corrected, retracted or cleared (2):
  Four2022: Four; status current → corrected
  Two2021: Two; status current → retracted

Rows added (1):
  doses/r5: Six 2026, response, 50 %

Rows withdrawn (1):
  doses/r4: Two 2021, survival, 40 %

Rows changed (1):
  doses/r1: value 10 → 12; confidence 3 → 2

Works added (1):
  Six2026: Six

Works withdrawn (1):
  Five2022: Five

Works whose record changed (1):
  Four2022: year 2022 → 2023

Other rows added (1):
  model_checks/c3

Other rows withdrawn (1):
  model_checks/c2

Other rows changed (1):
  model_checks/c1: expected 1 → 1.5
"""


def git(root: Path, *arguments: str) -> None:
    named = ("-c", "user.name=A reader", "-c", "user.email=reader@example.org", "-c", "commit.gpgsign=false")
    subprocess.run(["git", *named, *arguments], cwd=root, check=True, capture_output=True)


def write(root: Path, files: dict[str, str]) -> None:
    for name, text in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text, encoding="utf-8", newline="\n")


@pytest.fixture
def repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A repository with one version, tagged v1."""
    git(tmp_path, "init", "-q")
    write(tmp_path, BEFORE)
    git(tmp_path, "add", ".")
    git(tmp_path, "commit", "-qm", "One")
    git(tmp_path, "tag", "v1")
    monkeypatch.setenv("RESISTANCE_ROOT", str(tmp_path))
    return tmp_path


def test_two_commits_differ_in_every_kind_of_change_and_in_nothing_else(repository: Path, capsys) -> None:
    write(repository, AFTER)
    git(repository, "add", ".")
    git(repository, "commit", "-qm", "Two")
    git(repository, "tag", "v2")
    assert main(["diff", "v1", "v2"]) == 0
    assert capsys.readouterr().out == EXPECTED
    assert main(["diff", "v1"]) == 0
    assert capsys.readouterr().out == EXPECTED.replace("to v2", "to the working tree")
    assert main(["diff", "v1", "v2", "--markdown"]) == 0
    markdown = capsys.readouterr().out
    assert "## Claims added (1)\n\n- `new`: This one is new.\n" in markdown
    assert "- `doses/r1`: **value** 10 → 12; **confidence** 3 → 2\n" in markdown
    assert markdown.count("\n- ") == EXPECTED.count("\n  ")
    assert last_tag(repository) == "v2"


def test_the_way_back_names_the_opposite(repository: Path, capsys) -> None:
    write(repository, AFTER)
    git(repository, "add", ".")
    git(repository, "commit", "-qm", "Two")
    assert main(["diff", "HEAD", "v1"]) == 0
    said = capsys.readouterr().out
    assert "level: Its level moves.; level B → C" in said
    assert "Claims added (1):\n  gone: " in said
    assert "Two2021: Two; status retracted → current" in said


def test_layout_alone_is_no_change(repository: Path, capsys) -> None:
    path = repository / "data/doses.csv"
    header, *rows = path.read_text(encoding="utf-8").splitlines()
    path.write_bytes("\r\n".join([header, *reversed(rows), ""]).encode())
    assert main(["diff", "v1"]) == 0
    assert capsys.readouterr().out == "From v1 to the working tree: no claim, row or work has changed.\n"


def test_a_new_column_is_told_once_and_not_row_by_row(repository: Path, capsys) -> None:
    path = repository / "data/doses.csv"
    header, *rows = path.read_text(encoding="utf-8").splitlines()
    path.write_text("\n".join([f"{header},note", *(f"{row},read" for row in rows), ""]), encoding="utf-8")
    assert main(["diff", "v1"]) == 0
    assert "changed" not in (said := capsys.readouterr().out)
    assert said.endswith("Columns of tables (1):\n  doses.note added\n")


@pytest.mark.parametrize(
    ("revision", "content", "said"),
    [
        ("nowhere", "", "git knows no commit 'nowhere' here; name a tag"),
        ("--help", "", "the following arguments are required: REV"),
        ("v1", 'id,value\nr1,"1\n', "data/doses.csv:2 of the working tree: the record that begins here cannot be read"),
        ("v1", "id,value\nr1,1,2\n", "data/doses.csv:2 of the working tree has 3 cells and its header 2; name"),
    ],
)
def test_what_cannot_be_read_is_one_line(repository: Path, capsys, revision: str, content: str, said: str) -> None:
    if content:
        (repository / "data/doses.csv").write_text(content, encoding="utf-8")
    if revision.startswith("--"):
        with pytest.raises(SystemExit):
            main(["diff", revision])
        return
    assert main(["diff", revision]) == 1
    out, err = capsys.readouterr()
    assert out == ""
    assert said in err
    assert err.count("\n") == 1
