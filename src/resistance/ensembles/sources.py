"""Which model is run, and what it is made of: its name, the hash of its source, the versions of what computes it."""

from __future__ import annotations

import ast
import hashlib
import importlib
import importlib.util
import inspect
import platform
import sys
from collections.abc import Callable
from functools import lru_cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from resistance import __version__
from resistance.ensembles.errors import EnsembleError

# What a number can depend on beside the model's source.
_PACKAGES = ("numpy", "scipy")
_MODELS = "resistance.models"


def name_of(model: Callable[..., Any] | str) -> str:
    """``module:function`` of a model, which may be given as ``dual_therapy.failure`` of ``resistance.models``.

    Raises
    ------
    EnsembleError
        If there is no such function, or if it is not one that another process could import.
    """
    if isinstance(model, str):
        if ":" not in model:
            module, _, function = model.rpartition(".")
            model = f"{module if module.startswith('resistance.') else f'{_MODELS}.{module}'}:{function}"
        find(model)
        return model
    module, name = getattr(model, "__module__", None), getattr(model, "__qualname__", "")
    if module in (None, "__main__") or not name.isidentifier() or getattr(sys.modules[module], name, None) is not model:
        raise EnsembleError(f"the model must be a function of a module that can be imported, got {model!r}")
    return f"{module}:{name}"


@lru_cache(maxsize=32)
def find(name: str) -> Callable[..., Any]:
    """The function that :func:`name_of` names.

    Raises
    ------
    EnsembleError
        If there is none.
    """
    module, _, function = name.partition(":")
    try:
        found = getattr(importlib.import_module(module), function)
    except (ImportError, AttributeError, ValueError) as error:
        raise EnsembleError(f"there is no model {name!r}: {error}") from None
    if not callable(found) or function.startswith("_"):
        raise EnsembleError(f"{name!r} is not a public function")
    return found


@lru_cache(maxsize=32)
def takes(name: str) -> frozenset[str]:
    """Names of the arguments of a model."""
    return frozenset(inspect.signature(find(name)).parameters)


@lru_cache(maxsize=32)
def source_hash(name: str) -> str:
    """SHA-256 of the source of the model's module and of all modules of ``resistance`` that it imports, in turn."""
    waiting, seen = [name.partition(":")[0]], {}
    while waiting:
        module = waiting.pop()
        if module in seen or (path := _path(module)) is None:
            continue
        text = path.read_bytes()
        seen[module] = hashlib.sha256(text).hexdigest()
        waiting += [found for found in _imported(text, module) if found.split(".")[0] == "resistance"]
    lines = "".join(f"{module} {digest}\n" for module, digest in sorted(seen.items()))
    return hashlib.sha256(lines.encode()).hexdigest()


def versions() -> dict[str, str]:
    """Versions of this package, of Python and of the packages that compute, by name."""
    return dict(_versions())


@lru_cache(maxsize=1)
def _versions() -> dict[str, str]:
    found = {"resistance": __version__, "python": platform.python_version()}
    for package in _PACKAGES:
        try:
            found[package] = version(package)
        except PackageNotFoundError:
            found[package] = "missing"
    return found


def difference(name: str, expected: dict[str, Any]) -> str | None:
    """In words, how this process differs from what ``expected`` says of the model ``name``; None if it does not.

    ``expected`` has the keys ``versions`` and ``source``.
    """
    own = versions()
    for package, wanted in expected["versions"].items():
        if own.get(package) != wanted:
            return f"it has {package} {own.get(package)}, not {wanted}"
    if source_hash(name) != expected["source"]:
        return f"the source of {name} is another there"
    return None


def _path(module: str) -> Path | None:
    try:
        spec = importlib.util.find_spec(module)
    except (ImportError, ValueError):
        return None
    return Path(spec.origin) if spec and spec.origin and spec.origin.endswith(".py") else None


def _imported(text: bytes, module: str) -> list[str]:
    """Names that may be modules, of every import of a source, those inside of functions included."""
    found = []
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Import):
            found += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            base = node.module or ""
            if node.level:
                base = ".".join([*module.split(".")[: -node.level], *filter(None, [base])])
            found += [base, *(f"{base}.{alias.name}" for alias in node.names)]
    return found
