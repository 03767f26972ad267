"""The execution cache that Jupyter Book renders from: jupyter-cache's folder ``_build/.jupyter_cache``.

jupyter-cache finds a result by code cells alone and would go on serving it after a table has changed; MyST-NB asks it
nothing else. So a result whose manifest does not hold is removed here before anything is rendered. jupyter-cache takes
two seconds to import (SQLAlchemy), so looking is done with ``sqlite3`` and only changes go through it.
"""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from resistance import private
from resistance.execution.dependencies import file_digest

if TYPE_CHECKING:
    from jupyter_cache.cache.main import JupyterCacheBase
    from nbformat import NotebookNode

_TAKEN_BACK = ("kernelspec", "language_info", "widgets")


def cache_path(root: Path) -> Path:
    """The folder that MyST-NB must be given as ``nb_execution_cache_path``."""
    return root / "_build" / ".jupyter_cache"


def result_path(root: Path, key: str) -> Path:
    """The executed notebook of the record ``key``: code cells with outputs."""
    return private.cached_notebook(cache_path(root), key)


def recorded_results(root: Path) -> dict[str, str]:
    """Digest of the executed notebook by key, for all records whose notebook is there.

    A cache that cannot be read is removed, and is empty then: all that it held can be computed again.
    """
    try:
        keys = private.cached_keys(cache_path(root))
    except sqlite3.DatabaseError as error:
        if error.sqlite_errorcode in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
            raise  # in use by another build: not broken
        shutil.rmtree(cache_path(root))
        return {}
    digests = {key: file_digest(result_path(root, key)) for key in keys}
    return {key: digest for key, digest in digests.items() if digest}


def keep_only(root: Path, keys: Collection[str]) -> None:
    """Remove every record but ``keys``, with what an interrupted build left of others."""
    folder = private.cached_results(cache_path(root))
    if not folder.is_dir() or set(recorded_results(root)) | {path.name for path in folder.iterdir()} <= set(keys):
        return
    with _opened(root) as cache:
        private.drop_records(cache, keys)
    for path in folder.iterdir():
        if path.name not in keys:
            shutil.rmtree(path)


def store(root: Path, notebook: NotebookNode, source: str, seconds: float) -> tuple[str, str]:
    """Put an executed notebook into the cache; returns the record's key and the digest of its contents.

    Only what MyST-NB takes back from the cache is stored, with fixed cell ids, so that equal results are equal bytes.
    """
    from jupyter_cache.base import CacheBundleIn
    from nbformat import from_dict

    slim = from_dict(
        {
            "nbformat": notebook.nbformat,
            "nbformat_minor": notebook.nbformat_minor,
            "metadata": {k: v for k, v in notebook.metadata.items() if k in _TAKEN_BACK},
            "cells": [cell | {"id": f"cell-{i}"} for i, cell in enumerate(notebook.cells) if cell.cell_type == "code"],
        }
    )
    bundle = CacheBundleIn(slim, source, data={"execution_seconds": round(seconds, 2)})
    with _opened(root) as cache:
        key = cache.cache_notebook_bundle(bundle, check_validity=False, overwrite=True).hashkey
    return key, file_digest(result_path(root, key)) or ""


@contextmanager
def _opened(root: Path) -> Iterator[JupyterCacheBase]:
    from jupyter_cache import get_cache

    cache = get_cache(str(cache_path(root)))
    try:
        yield cache
    finally:
        private.close_cache(cache)
