"""After any change, in any order, the site that is there is brought up to date to what a build from nothing gives."""

from __future__ import annotations

import gc
import importlib
import io
import multiprocessing
import os
import shutil
import sys
from collections.abc import Callable
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path

import pytest

from .small_book import SmallBook

SEED = int(os.environ.get("RESISTANCE_SEED", "7"))
STEPS = int(os.environ.get("RESISTANCE_STEPS", "18"))  # at least every kind of change once


def built(root: Path, folder: Path, jobs: int) -> None:
    """Build in a process of its own, as the command line does, but with everything imported already.

    What a build imports is a third of its work: what one has imported the next finds, and nothing else of it.
    """
    context = multiprocessing.get_context("fork")
    receive, send = context.Pipe(duplex=False)
    process = context.Process(target=_build, args=(root, folder, jobs, send))
    process.start()
    send.close()
    try:
        status, said, imported = receive.recv()
    except EOFError:
        status, said, imported = "died", "", []
    process.join()
    assert status == 0, said
    if imported:
        for name in imported:
            importlib.import_module(name)
        gc.freeze()  # what stands here is not searched through in every build


def _build(root: Path, folder: Path, jobs: int, answer) -> None:
    os.environ["RESISTANCE_ROOT"] = str(root)
    os.environ["PYTHONPATH"] = str(Path(__file__).resolve().parents[2] / "src")
    os.chdir(root)
    from resistance.site import build

    build.processes = lambda: jobs
    before = set(sys.modules)
    out = io.StringIO()
    with redirect_stdout(out), redirect_stderr(out):
        status = build.build_site(folder)
    imported = [
        name
        for name, module in sys.modules.items()
        if name not in before and getattr(getattr(module, "__spec__", None), "name", "") == name
    ]
    answer.send((status, out.getvalue(), imported))


@pytest.fixture(scope="module", autouse=True)
def _imported() -> None:
    """Import once what every build imports."""
    import jupyter_book.sphinx
    import myst_nb.sphinx_

    assert jupyter_book.sphinx, myst_nb.sphinx_


def contents(folder: Path) -> dict[str, bytes]:
    """Every file of a site."""
    return {p.relative_to(folder).as_posix(): p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file()}


def entries(folder: Path) -> dict[str, tuple[bytes, int]]:
    """Pages of drugs and cancers, and when each was written."""
    pages = [page for kind in ("drugs", "cancers") for page in (folder / kind).glob("*.html")]
    assert pages, "there is no page of a drug or a cancer"
    return {page.relative_to(folder).as_posix(): (page.read_bytes(), page.stat().st_mtime_ns) for page in pages}


def differences(warm: dict[str, bytes], cold: dict[str, bytes]) -> list[str]:
    """What differs, with the place where it begins."""
    found = [f"only warm: {name}" for name in warm.keys() - cold.keys()]
    found += [f"only cold: {name}" for name in cold.keys() - warm.keys()]
    for name in sorted(warm.keys() & cold.keys()):
        one, two = warm[name], cold[name]
        if one != two:
            at = next((i for i, (a, b) in enumerate(zip(one, two, strict=False)) if a != b), min(len(one), len(two)))
            start = max(0, at - 60)
            found.append(f"{name} at {at}: warm {one[start : at + 80]!r}, cold {two[start : at + 80]!r}")
    return found


def test_after_any_change_a_warm_build_equals_a_cold_one(tmp_path: Path) -> None:
    book = SmallBook(tmp_path / "book", SEED)
    warm = book.root / "_build" / "html"
    built(book.root, warm, jobs=1)
    changes: list[Callable[[], str]] = book.changes()
    book.random.shuffle(changes)
    changes += book.random.choices(book.changes(), k=max(0, STEPS - len(changes)))
    history = []
    for step, change in enumerate(changes):
        history.append(f"{change.__name__}: {change()}")
        before = entries(warm)
        built(book.root, warm, jobs=1)
        told = {name for name, (page, at) in entries(warm).items() if name in before and before[name][0] == page}
        again = [name for name in told if entries(warm)[name][1] != before[name][1]]
        assert not again, f"{history[-1]}: written again, though nothing in them changed: {again}"
        cold = book.root / "_build" / "cold"
        for path in (cold, cold.with_name(".doctrees-cold"), cold.with_name(".cold-built.json")):
            shutil.rmtree(path, ignore_errors=True) if path.is_dir() else path.unlink(missing_ok=True)
        built(book.root, cold, jobs=1 + step % 2)  # now and then by two processes: that must not show either
        found = differences(contents(warm), contents(cold))
        assert not found, "\n".join([*history, *found[:20]])
