"""Bytes in, bytes out: any encoding is read, and a file is written whole or not at all."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from resistance.references.files import decode, read_text, write_atomically
from resistance.references.latex import escape, fold, to_unicode


def codes(data: bytes) -> list[tuple[str, int]]:
    return [(finding.code, finding.line) for finding in decode(data, "x")[1]]


def test_clean_utf_8_has_no_faults() -> None:
    assert decode("é\n".encode(), "x") == ("é\n", [])


def test_only_the_stray_bytes_are_read_as_latin_1() -> None:
    text, findings = decode(b"a\n\xc3\xa9 \xe9\n\xfc\n", "x")
    assert text == "a\né é\nü\n"
    assert [(f.code, f.line) for f in findings] == [("REF001", 2)]


def test_line_ends_and_marks_are_named_once_each_with_their_first_line() -> None:
    assert codes(b"\xef\xbb\xbfa\nb\r\nc\r\n") == [("REF002", 1), ("REF003", 2)]
    assert codes(b"a\rb\n") == [("REF003", 1)]
    assert decode(b"\xef\xbb\xbfa\r\nb\rc\n", "x")[0] == "a\nb\nc\n"


def test_a_file_that_cannot_be_opened_is_a_finding(tmp_path: Path) -> None:
    for path in (tmp_path / "absent", tmp_path):
        text, findings = read_text(path, "x")
        assert text is None
        assert [f.code for f in findings] == ["REF008"]


def test_files_are_written_with_the_mode_that_they_had(tmp_path: Path) -> None:
    path = tmp_path / "deep" / "file"
    write_atomically({path: "one é\n"})
    assert path.read_bytes() == "one é\n".encode()
    path.chmod(0o640)
    write_atomically({path: "two\n"})
    assert path.stat().st_mode & 0o777 == 0o640
    assert [p.name for p in path.parent.iterdir()] == ["file"]


@pytest.mark.parametrize("step", ["fsync", "replace"])
def test_a_failure_leaves_everything_as_it_was(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: str) -> None:
    old, new = tmp_path / "old", tmp_path / "new"
    old.write_text("before", encoding="utf-8")
    calls = 0
    real = getattr(os, step)

    def failing(*arguments: object) -> None:
        nonlocal calls
        calls += 1
        if calls == 2:
            raise OSError("no space left")
        real(*arguments)

    monkeypatch.setattr(f"resistance.references.files.os.{step}", failing)
    with pytest.raises(OSError, match="no space left"):
        write_atomically({new: "after", old: "after"})
    assert old.read_text(encoding="utf-8") == "before"
    assert [p.name for p in tmp_path.iterdir()] == ["old"]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Résumé of µM", "resume OF mum"),
        ("<i>TP53</i> &amp; IC<sub>50</sub>", "TP53 IC50"),
        ("β-catenin", "beta catenin"),
        ("Straße", "STRASSE"),
        ("Ångström–Łódź", "angstrom lodz"),
        ("10⁻⁶ and IC₅₀", "10 6 and ic50"),
    ],
)
def test_folding(one: str, other: str) -> None:
    assert fold(one) == fold(other)


def test_folding_keeps_what_differs() -> None:
    assert fold("phase 2") != fold("phase 3")
    assert fold("腫瘍") == "腫瘍"


def test_what_is_escaped_reads_as_it_was() -> None:
    text = r"50% of A & B, a_b #1 {x} \ ~ $5"
    assert to_unicode(escape(text)) == text
