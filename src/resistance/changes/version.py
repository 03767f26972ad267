"""The tables of one version of the book, read from git or from the working tree."""

from __future__ import annotations

import io
import os
import re
import subprocess
import tarfile
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

import yaml

from resistance.csv_text import RecordError, records
from resistance.yaml_text import parse_yaml

WORKS, CLAIMS = "references", "claims"
RELEASE = re.compile(r"v\d+(\.\d+)*")
Cells = dict[str, str]


class CannotRead(ValueError):
    """Why a version cannot be read; the message names file, line and what to do."""


@dataclass
class Version:
    """Rows of every table by id, cells as they stand in the files; ``chapter`` is filled from a path that says it."""

    name: str
    tables: dict[str, dict[str, Cells]] = field(default_factory=dict)
    columns: dict[str, list[str]] = field(default_factory=dict)
    evidence: set[str] = field(default_factory=set)

    def rows(self, table: str) -> dict[str, Cells]:
        """Rows of a table by id; empty where this version has no such table."""
        return self.tables.get(table, {})


def at_revision(root: Path, revision: str) -> Version:
    """The version of a commit, tag or branch.

    Raises
    ------
    CannotRead
        If git knows no such revision, or a file of it cannot be read.
    """
    commit = commit_of(root, revision)
    inside = _git(root, "rev-parse", "--show-prefix").stdout.decode().strip()
    packed = _git(root, "archive", "--format=tar", f"{commit}:{inside}", "data")
    if packed.returncode:
        raise CannotRead(f"{revision} has no folder data; name a version of the book that has tables")
    with tarfile.open(fileobj=io.BytesIO(packed.stdout)) as archive:
        files = {m.name: archive.extractfile(m).read() for m in archive.getmembers() if m.isfile()}  # type: ignore[union-attr]
    return _version(revision, files)


def in_working_tree(root: Path) -> Version:
    """The version of the files as they are now, committed or not. Raises as :func:`at_revision`."""
    folder = root / "data"
    paths = [path for path in sorted(folder.rglob("*")) if path.is_file()]
    return _version("the working tree", {path.relative_to(root).as_posix(): path.read_bytes() for path in paths})


def last_tag(root: Path) -> str | None:
    """The newest release from which the present commit descends; None without one or without git."""
    return releases(root)[-1] if releases(root) else None


def releases(root: Path) -> list[str]:
    """Tags (``v1``, ``v1.2.3``) of releases from which the present commit descends, oldest first; none without git."""
    try:
        found = _git(root, "tag", "--merged", "HEAD", "--list", "v[0-9]*")
    except CannotRead:
        return []
    tags = found.stdout.decode().split() if found.returncode == 0 else []
    return sorted((tag for tag in tags if RELEASE.fullmatch(tag)), key=_numbers)


def release_before(root: Path, revision: str) -> str | None:
    """The release before a revision: of a tag the one before it, else the newest."""
    tags = releases(root)
    earlier = tags[: tags.index(revision)] if revision in tags else tags
    return earlier[-1] if earlier else None


def has_history(root: Path) -> bool:
    """Whether this is a clone in which releases would be seen: with git, and not cut off (``fetch-depth``)."""
    try:
        found = _git(root, "rev-parse", "--is-shallow-repository")
    except CannotRead:
        return False
    return found.returncode == 0 and found.stdout.strip() == b"false"


def commit_of(root: Path, revision: str) -> str:
    """The commit that a tag, branch or commit names. Raises ``CannotRead`` if git knows no such revision."""
    # A revision that began with a dash would be an option.
    known = _git(root, "rev-parse", "--verify", "--quiet", "--end-of-options", f"{revision}^{{commit}}")
    if known.returncode:
        raise CannotRead(f"git knows no commit {revision!r} here; name a tag, branch or commit that 'git log' shows")
    return known.stdout.decode().strip()


def day_of(root: Path, revision: str) -> str:
    """Day of a commit or tag in ISO form, in UTC. Raises as :func:`commit_of`."""
    command = ("show", "--no-patch", "--format=%cd", "--date=format-local:%Y-%m-%d", commit_of(root, revision))
    return _git(root, *command).stdout.decode().strip()


def _numbers(tag: str) -> tuple[int, ...]:
    return tuple(int(number) for number in tag.removeprefix("v").split("."))


def _git(root: Path, *arguments: str) -> subprocess.CompletedProcess[bytes]:
    try:
        # Days are those of UTC wherever it is built.
        return subprocess.run(
            ["git", *arguments], cwd=root, capture_output=True, check=False, env=os.environ | {"TZ": "UTC"}
        )
    except FileNotFoundError:
        raise CannotRead("git is not installed; versions are compared in a clone of the repository") from None


def _version(name: str, files: dict[str, bytes]) -> Version:
    version = Version(name)
    for path, content in sorted(files.items()):
        parts = PurePosixPath(path).relative_to("data")
        if parts.suffix == ".yaml" and parts.parts[0] == "schemas" and not parts.name.startswith("_"):
            if _is_evidence(_text(name, path, content), name, path):
                version.evidence.add(parts.stem)
        elif parts.suffix == ".csv":
            table = parts.parts[0].removesuffix(".csv")
            chapter = parts.relative_to(table).with_suffix("").as_posix() if len(parts.parts) > 1 else None
            _read(version, table, chapter, path, _text(name, path, content))
    return version


def _text(name: str, path: str, content: bytes) -> str:
    try:
        return content.decode("utf-8-sig").replace("\r\n", "\n")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise CannotRead(f"{path}:{line} of {name} is not UTF-8; name a version that passes make check") from None


def _is_evidence(text: str, name: str, path: str) -> bool:
    try:
        schema = parse_yaml(text)
    except yaml.YAMLError as error:
        raise CannotRead(f"{path} of {name} is not YAML ({error}); name a version that passes make check") from None
    return isinstance(schema, dict) and schema.get("common", True) is not False


def _read(version: Version, table: str, chapter: str | None, path: str, text: str) -> None:
    """Add the rows of one file."""
    header: list[str] = []
    rows = version.tables.setdefault(table, {})
    again: Counter[str] = Counter()
    for line, cells in _records(version.name, path, text):
        if not header:
            header = cells
            known = version.columns.setdefault(table, [])
            known += [column for column in (*header, *(["chapter"] if chapter else [])) if column not in known]
            continue
        if len(cells) != len(header):
            raise CannotRead(
                f"{path}:{line} of {version.name} has {len(cells)} cells and its header {len(header)}; "
                "name a version that passes make check"
            )
        row = dict(zip(header, cells, strict=True)) | ({"chapter": chapter} if chapter else {})
        key = row.get("key") if table == WORKS else row.get("id")
        # A table whose rows have no name of their own is compared row by row: any change withdraws one and adds one.
        name = key or ",".join(cells)
        rows[f"{name} (again {again[name]})" if again[name] else name] = row
        again[name] += 1


def _records(name: str, path: str, text: str) -> Iterator[tuple[int, list[str]]]:
    try:
        yield from records(text)
    except RecordError as error:
        raise CannotRead(f"{path}:{error.line} of {name}: {error}; name a version that passes make check") from None
