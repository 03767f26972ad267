"""Which pages Sphinx must read again though their own text has not changed."""

from __future__ import annotations

from collections.abc import Iterable
from hashlib import sha256
from pathlib import Path
from typing import Any

from sphinx.application import Sphinx

from resistance.paths import root

# What every page's furniture is made from: references, claims, and the code that draws them.
_EVERY_PAGE = ("references.bib", "data/references.csv")


def changed_pages(app: Sphinx, env: Any, added: set[str], changed: set[str], removed: set[str]) -> Iterable[str]:
    """Pages whose results or shared inputs differ from those of the last build."""
    shared = _digest(
        [root() / name for name in _EVERY_PAGE]
        + sorted((root() / "data" / "claims").rglob("*.csv"))
        + sorted(Path(__file__).parent.glob("*.py"))
    )
    before: dict[str, str] = getattr(env, "resistance_digests", {})
    now = {page: f"{shared}:{_page_digest(page)}" for page in env.found_docs}
    env.resistance_digests = now
    # The index of references depends on what every page cites.
    always = {"chapters/references"} & env.found_docs
    return {page for page in now if before.get(page) not in (None, now[page])} | always


def _page_digest(page: str) -> str:
    """Digest of what the page's execution was made from: its manifest, which the executor writes."""
    return _digest([root() / "_build" / "manifests" / f"{page.removeprefix('chapters/')}.json"])


def _digest(paths: Iterable[Path]) -> str:
    total = sha256()
    for path in paths:
        total.update(path.name.encode())
        if path.exists():
            total.update(path.read_bytes())
    return total.hexdigest()
