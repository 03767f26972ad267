"""What no file of the project may hold: other hosts that pages would load from, registries, paths of one machine."""

from __future__ import annotations

import ast
import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
# Put together from pieces, so that this file does not hold what it looks for.
_NETWORKS = [
    r"cdn\.",
    "js" + "delivr",
    "unp" + r"kg\.com",
    "cdn" + "js",
    r"fonts\.google" + "apis",
    "poly" + r"fill\.io",
]
_REGISTRIES = ["py" + r"pi\.org", "python" + r"hosted\.org", r"registry\.npm" + "js", r"deb\.deb" + r"ian\.org"]
FORBIDDEN = {
    "content delivery network": "|".join(_NETWORKS),
    "package registry": "|".join(_REGISTRIES),
    "absolute path": r"(?<![\w.:/-])/(home|Users|root|work|opt|mnt|tmp|srv)/\w+",
}
BINARY = {".png", ".woff2", ".ico"}


def tracked_files() -> list[Path]:
    """Files that git tracks; outside a checkout every file but what is built."""
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=False)
    if listed.returncode == 0:
        names = [name for name in listed.stdout.split("\0") if name]
    else:
        skipped = {".venv", "_build", "__pycache__", ".git"}
        names = [str(p.relative_to(ROOT)) for p in ROOT.rglob("*") if p.is_file() and not skipped & set(p.parts)]
    return [ROOT / name for name in names if (ROOT / name).is_file() and Path(name).suffix not in BINARY]


@pytest.mark.parametrize("what", FORBIDDEN)
def test_no_tracked_file_holds(what: str) -> None:
    pattern = re.compile(FORBIDDEN[what])
    # Addresses of copies that were read, in the tables, are links: no page loads anything from them.
    tables = ROOT / "data" if what == "content delivery network" else ROOT / "nowhere"
    hits = [
        f"{path.relative_to(ROOT)}:{number}: {line.strip()[:120]}"
        for path in tracked_files()
        if not path.is_relative_to(tables)
        for number, line in enumerate(path.read_text(encoding="utf-8", errors="replace").splitlines(), start=1)
        if pattern.search(line)
    ]
    assert not hits, "\n".join(hits)


@pytest.mark.parametrize(
    ("what", "text"),
    [
        ("content delivery network", "https://cdn" + ".example.org/vega.js"),
        ("content delivery network", "//unp" + "kg.com/vega"),
        ("package registry", "--index-url https://py" + "pi.org/simple"),
        ("package registry", "https://registry.npm" + "js.org/vega"),
        ("absolute path", '"/' + 'home/someone/book"'),
        ("absolute path", "open('/" + "tmp/book')"),
    ],
)
def test_what_is_looked_for_would_be_found(what: str, text: str) -> None:
    assert re.search(FORBIDDEN[what], text)


def test_lock_files_name_no_host() -> None:
    locks = [path for path in tracked_files() if path.name in ("requirements.txt", "package-lock.json")]
    assert len(locks) >= 3
    for path in locks:
        text = path.read_text(encoding="utf-8")
        if path.suffix == ".json":  # a package's own funding page is named there, too, and nothing is loaded from it
            assert '"resolved"' not in text, path
        else:
            assert "://" not in text, path
            assert not re.search(r"^\s*(-i|-f|--(extra-)?index-url|--find-links|--trusted-host)\b", text, re.MULTILINE)


def test_every_requirement_is_pinned_with_a_hash() -> None:
    text = (ROOT / "requirements.txt").read_text(encoding="utf-8")
    requirements = re.findall(r"^([A-Za-z0-9._-]+)([^\n]*)", text, re.MULTILINE)
    assert len(requirements) > 50
    for name, rest in requirements:
        assert rest.startswith("=="), f"{name} is not pinned"
    assert len(re.findall(r"--hash=sha256:[0-9a-f]{64}", text)) >= len(requirements)


def test_the_lock_file_holds_what_pyproject_asks_for() -> None:
    import tomllib

    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    extras = project["optional-dependencies"]
    wanted = [*project["dependencies"], *extras["scale"], *extras["dev"]]
    wanted.remove("resistance[scale]")  # this project itself, with the extra that the tests need
    locked = set(re.findall(r"^([A-Za-z0-9._-]+)==", (ROOT / "requirements.txt").read_text(), re.MULTILINE))
    missing = {re.split(r"[<>=\[; ]", w)[0].lower().replace("_", "-") for w in wanted} - locked
    assert not missing, "run 'make lock'"


def test_modules_stay_short() -> None:
    long = [
        f"{path.relative_to(ROOT)}: {count} lines"
        for path in (ROOT / "src").rglob("*.py")
        if (count := len(path.read_text(encoding="utf-8").splitlines())) > 300
    ]
    assert not long, "\n".join(long)


PACKAGE = ROOT / "src/resistance"
FLOORS = (
    {"__init__", "csv_text", "diagnostics", "paths", "private", "yaml_text"},
    {"cluster", "debt", "exclusive", "placeholders", "storage"},
    {"book"},
    {"models", "references"},
    {"evidence"},
    {"changes", "links", "model_checks", "surveillance"},
    {"ensembles", "show", "execution", "site"},
    {"check", "cli", "new_chapter", "scaffolds", "__main__"},
)


def imported(path: Path) -> set[tuple[int, str]]:
    """Line and name of every module and package of ours that a file imports, in whatever form and wherever."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {(node.lineno, alias.name) for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.level == 0:
            found |= {(node.lineno, f"{node.module}.{alias.name}") for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            base = path.relative_to(ROOT / "src").with_suffix("").parts[: -node.level]
            found |= {(node.lineno, ".".join([*base, node.module or "", a.name])) for a in node.names}
    return {(line, name) for line, name in found if name.split(".")[0] == "resistance"}


def part_of(name: str) -> str:
    """Part of the package to which a module belongs: ``resistance.site.pages`` is in ``site``."""
    _, part, *_ = [*name.split("."), "__init__"]
    is_part = (PACKAGE / part).is_dir() or (PACKAGE / f"{part}.py").is_file()
    return part if is_part else "__init__"  # a name such as __version__


def module_graph() -> dict[str, set[str]]:
    """Modules of ours that each module imports, wherever the import stands."""
    paths = {
        ".".join(path.relative_to(ROOT / "src").with_suffix("").parts).removesuffix(".__init__"): path
        for path in PACKAGE.rglob("*.py")
    }
    graph: dict[str, set[str]] = {name: set() for name in paths}
    for name, path in paths.items():
        for _, target in imported(path):
            module = target if target in paths else target.rpartition(".")[0]
            graph[name] |= {module} & paths.keys() - {name}
    return graph


def test_no_module_imports_itself_round_a_circle() -> None:
    graph, done, circles = module_graph(), set(), []

    def visit(name: str, way: list[str]) -> None:
        if name in way:
            circles.append(" → ".join([*way[way.index(name) :], name]))
        elif name not in done:
            for target in sorted(graph[name]):
                visit(target, [*way, name])
            done.add(name)

    for name in sorted(graph):
        visit(name, [])
    assert not circles, "\n".join(circles)
    assert len(graph) > 100


@pytest.mark.parametrize(
    "form",
    [
        "from resistance import site",
        "import resistance.site.pages",
        "from resistance.site import x",
        "from ..site import y",
    ],
)
def test_an_import_is_seen_in_every_form(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, form: str) -> None:
    path = tmp_path / "src/resistance/evidence/odd.py"
    path.parent.mkdir(parents=True)
    path.write_text(f"def late():\n    {form}\n", encoding="utf-8")
    monkeypatch.setattr("tests.test_hygiene.ROOT", tmp_path)
    ((line, name),) = imported(path)
    assert (line, name.split(".")[:2]) == (2, ["resistance", "site"])


def test_floors_of_the_house() -> None:
    """A module imports its own part and what stands below it; ``show``, ``execution`` and ``site`` share a floor."""
    floor = {part: number for number, parts in enumerate(FLOORS) for part in parts}
    hits = []
    for path in sorted(PACKAGE.rglob("*.py")):
        own = path.relative_to(PACKAGE).parts[0].removesuffix(".py")
        assert own in floor, f"{own} has no floor"
        for line, name in imported(path):
            if own != (other := part_of(name)) and floor[other] >= floor[own] and floor[own] < len(FLOORS) - 1:
                if floor[other] == floor[own] and own == "site":  # it renders what the two beside it made
                    continue
                hits.append(f"{path.relative_to(ROOT)}:{line}: imports {name}")
    assert not hits, "\n".join(hits)
