"""How the registries are asked: who asks, where, and how patiently."""

from __future__ import annotations

import os
import sys
import tomllib
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Settings:
    """Addresses and limits; times are in seconds.

    ``interval`` is the least time between two requests to one service, ``backoff`` the first wait after a failure (it
    doubles with each), and ``longest_wait`` the longest that a service may ask for with ``Retry-After`` before it
    counts as down.
    """

    contact: str = ""
    crossref: str = "https://api.crossref.org"
    pubmed: str = "https://eutils.ncbi.nlm.nih.gov/entrez/eutils"
    europe_pmc: str = "https://www.ebi.ac.uk/europepmc/webservices/rest"
    interval: float = 0.4
    timeout: float = 30.0
    attempts: int = 4
    backoff: float = 1.0
    longest_wait: float = 120.0


def load_settings(root: Path) -> Settings:
    """Settings from the environment; the contact address also from ``[tool.resistance]`` in ``pyproject.toml``.

    The variables are ``RESISTANCE_CONTACT``, ``RESISTANCE_CROSSREF_URL``, ``RESISTANCE_PUBMED_URL``,
    ``RESISTANCE_EUROPE_PMC_URL``, and ``RESISTANCE_REQUEST_INTERVAL``, ``RESISTANCE_REQUEST_TIMEOUT``,
    ``RESISTANCE_REQUEST_ATTEMPTS`` and ``RESISTANCE_REQUEST_BACKOFF``.

    Raises
    ------
    ValueError
        If one of the last four is not a number.
    """
    default = Settings()
    env = os.environ
    return Settings(
        contact=env.get("RESISTANCE_CONTACT") or _configured_contact(root),
        crossref=env.get("RESISTANCE_CROSSREF_URL", default.crossref).rstrip("/"),
        pubmed=env.get("RESISTANCE_PUBMED_URL", default.pubmed).rstrip("/"),
        europe_pmc=env.get("RESISTANCE_EUROPE_PMC_URL", default.europe_pmc).rstrip("/"),
        interval=_number("RESISTANCE_REQUEST_INTERVAL", default.interval),
        timeout=_number("RESISTANCE_REQUEST_TIMEOUT", default.timeout),
        attempts=int(_number("RESISTANCE_REQUEST_ATTEMPTS", default.attempts)),
        backoff=_number("RESISTANCE_REQUEST_BACKOFF", default.backoff),
    )


def settings_or_told(root: Path) -> Settings | None:
    """:func:`load_settings` for a command: None after saying on standard error which variable is malformed."""
    try:
        return load_settings(root)
    except ValueError as error:
        print(f"resistance: {error}.", file=sys.stderr)
        return None


def _number(variable: str, default: float) -> float:
    text = os.environ.get(variable)
    try:
        value = float(text) if text else default
    except ValueError:
        value = -1.0
    if not 0 <= value < float("inf"):
        raise ValueError(f"{variable} is {text!r}: it must be a number that is not negative")
    return value


def _configured_contact(root: Path) -> str:
    try:
        with (root / "pyproject.toml").open("rb") as stream:
            return str(tomllib.load(stream).get("tool", {}).get("resistance", {}).get("contact", ""))
    except (OSError, tomllib.TOMLDecodeError):
        return ""
