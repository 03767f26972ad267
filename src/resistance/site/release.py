"""The files of a release: site, data, notebooks, package and editions, with checksums; the same bytes every time."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import tomllib
import zipfile
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path

import yaml

from resistance.changes.compare import compare
from resistance.changes.render import as_markdown
from resistance.changes.version import CannotRead, at_revision, release_before
from resistance.site.plain_pages import VERSION_FOLDER, VERSIONS, versions_page
from resistance.yaml_text import parse_yaml

SUMS, NOTES = "SHA256SUMS", "NOTES.md"
# Versions that are published beside the newest one; older ones have their archive. A host of pages has its limits.
KEPT = 6
_LONGEST_NOTES = 100_000  # characters; a release takes no more than 125,000
_DAY = (1980, 1, 1, 0, 0, 0)  # of every file in an archive: the oldest that the format knows


class NotReady(ValueError):
    """Why this checkout is no release; the message says what to do."""


def version_of(root: Path) -> str:
    """The version that all files agree on.

    Raises
    ------
    NotReady
        If ``pyproject.toml``, ``CITATION.cff`` and ``CHANGELOG.md`` differ in version or day.
    """
    version = str(tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))["project"]["version"])
    citation = yaml.safe_load((root / "CITATION.cff").read_text(encoding="utf-8"))
    if str(citation["version"]) != version:
        raise NotReady(
            f"CITATION.cff has version {citation['version']} and pyproject.toml {version}; make them the same"
        )
    heading = f"## {version} ({citation['date-released']})"
    if not _section(root, heading):
        raise NotReady(f"CHANGELOG.md has no part {heading!r}; give it the version and day of CITATION.cff")
    return version


def make_release(root: Path, folder: Path, tag: str = "") -> list[Path]:
    """Write every file of the release to ``folder``, which is emptied before.

    Parameters
    ----------
    root : the checkout, whose site is built
    tag : the tag that is released; empty to try it without one

    Raises
    ------
    NotReady
        If the versions differ from each other or from the tag, or the site is not built.
    """
    version = version_of(root)
    if tag not in ("", f"v{version}"):
        raise NotReady(f"the tag {tag} is not v{version}, the version of pyproject.toml; tag the commit that has it")
    site = root / "_build" / "html"
    if not (site / "sitemap.xml").is_file():
        raise NotReady("the site is not built; run 'make site' first")
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    name = f"resistance-{version}"
    archive(site, folder / f"{name}-site.zip")
    archive(site / "data", folder / f"{name}-data.zip")
    archive(site / "notebooks", folder / f"{name}-notebooks.zip")
    _wheel(root, folder)
    editions = root / "_build" / "editions"
    for path in sorted(editions.iterdir()) if editions.is_dir() else []:
        if path.is_file():
            shutil.copyfile(path, folder / path.name)
    shutil.copyfile(root / "CITATION.cff", folder / "CITATION.cff")
    files = sorted(folder.iterdir())
    sums = "".join(f"{sha256(path.read_bytes()).hexdigest()}  {path.name}\n" for path in files)
    (folder / SUMS).write_text(sums, encoding="utf-8")
    (folder / NOTES).write_text(_notes(root, version, tag), encoding="utf-8")
    return [*files, folder / SUMS]


def archive(folder: Path, target: Path) -> None:
    """All files below a folder as a ZIP archive, by name and without times; older versions are left out."""
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as packed:
        for path in sorted(folder.rglob("*")):
            inside = path.relative_to(folder)
            if path.is_file() and not VERSION_FOLDER.fullmatch(inside.parts[0]):
                info = zipfile.ZipInfo(inside.as_posix(), _DAY)
                info.external_attr = 0o644 << 16
                info.compress_type = zipfile.ZIP_DEFLATED
                packed.writestr(info, path.read_bytes())


def add_versions(root: Path, archives: Path, site: Path) -> list[str]:
    """Unpack the newest archives of sites beside the site, and list them on its page of versions.

    Parameters
    ----------
    archives : folder with ``resistance-1.2.3-site.zip`` …
    site : the built site

    Returns
    -------
    list of str
        Names of the folders, newest first.
    """
    found: dict[tuple[int, ...], Path] = {}
    for path in archives.rglob("resistance-*-site.zip"):
        if match := re.fullmatch(r"resistance-(\d+)\.(\d+)\.(\d+)-site\.zip", path.name):
            found[tuple(map(int, match.groups()))] = path
    kept = []
    for version in sorted(found, reverse=True)[:KEPT]:
        name = f"v{'.'.join(map(str, version))}"
        shutil.rmtree(site / name, ignore_errors=True)
        with zipfile.ZipFile(found[version]) as packed:
            packed.extractall(site / name)
        kept.append(name)
    config = parse_yaml((root / "_config.yml").read_text(encoding="utf-8"))
    page = versions_page(str(config["title"]), str(config["repository"]["url"]).rstrip("/"), kept)
    (site / VERSIONS).write_text(page, encoding="utf-8")
    return kept


def _wheel(root: Path, folder: Path) -> None:
    command = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--no-build-isolation"]
    command += ["--wheel-dir", str(folder), str(root)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise NotReady(f"the wheel cannot be built; pip says: {done.stderr.strip().splitlines()[-1:]}")


def _notes(root: Path, version: str, tag: str) -> str:
    """What the release says of itself: the software's changes, then what differs from the release before."""
    heading = next(_headings(root, version))
    parts = [f"# Version {version}\n", "\n".join(_section(root, heading)).strip(), ""]
    try:
        before = release_before(root, tag or "HEAD")
        if before:
            parts += ["", as_markdown(compare(at_revision(root, before), at_revision(root, tag or "HEAD")))]
    except CannotRead:
        pass  # the archive of a tree has no history to compare with
    text = "\n".join(parts)
    return text if len(text) <= _LONGEST_NOTES else text[:_LONGEST_NOTES].rsplit("\n", 1)[0] + "\n"


def _headings(root: Path, version: str) -> Iterator[str]:
    for line in (root / "CHANGELOG.md").read_text(encoding="utf-8").splitlines():
        if line.startswith(f"## {version} ("):
            yield line


def _section(root: Path, heading: str) -> list[str]:
    """Lines below a heading of the list of changes; empty if there is no such heading."""
    lines = (root / "CHANGELOG.md").read_text(encoding="utf-8").splitlines()
    if heading not in lines:
        return []
    rest = lines[lines.index(heading) + 1 :]
    end = next((number for number, line in enumerate(rest) if line.startswith("## ")), len(rest))
    return rest[:end] or [""]
