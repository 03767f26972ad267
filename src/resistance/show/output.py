"""What a chapter's cell returns: a bundle of representations, the site's own among them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

MIME = "application/vnd.resistance.output+json"
_ANCHOR = re.compile(r"[a-z]+(-[a-z0-9]+)+")


@dataclass(frozen=True)
class Output:
    """A displayable object; ``bundle`` maps MIME types to content."""

    bundle: dict[str, Any]

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, Any]:
        return self.bundle

    @property
    def payload(self) -> dict[str, Any]:
        """The site's own representation."""
        return self.bundle[MIME]


def check_anchor(anchor: str, prefix: str) -> None:
    """Raise ``ValueError`` unless ``anchor`` is a slug that begins with ``prefix``."""
    if not isinstance(anchor, str) or not anchor.startswith(prefix) or not _ANCHOR.fullmatch(anchor):
        raise ValueError(f"anchor: {anchor!r} is not of the form {prefix}words-and-digits")


def check_text(name: str, text: str, shortest: int) -> None:
    """Raise ``ValueError`` if ``text`` is missing or shorter than ``shortest`` characters."""
    if not isinstance(text, str) or len(text.strip()) < shortest:
        raise ValueError(f"{name}: {text!r} is missing or shorter than {shortest} characters")
