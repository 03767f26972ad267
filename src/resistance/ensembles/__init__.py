"""Ensembles: a model over many virtual patients or points of its parameters, the same on one core and on a cluster.

:func:`run` is the whole of it; :func:`grid`, :func:`latin_hypercube`, :func:`sobol` and :class:`Points` say where, and
frozen distributions of SciPy say from what the patients are drawn. Dask is needed for clusters alone.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from resistance.ensembles.designs import Points, grid, latin_hypercube, sobol
    from resistance.ensembles.ensemble import Ensemble, run
    from resistance.ensembles.errors import EnsembleError, Interrupted
    from resistance.ensembles.progress import Progress
    from resistance.ensembles.summaries import Summary

__all__ = [
    "Ensemble",
    "EnsembleError",
    "Interrupted",
    "Points",
    "Progress",
    "Summary",
    "grid",
    "latin_hypercube",
    "run",
    "sobol",
]

_HOME = {
    "Ensemble": "ensemble",
    "EnsembleError": "errors",
    "Interrupted": "errors",
    "Points": "designs",
    "Progress": "progress",
    "Summary": "summaries",
    "grid": "designs",
    "latin_hypercube": "designs",
    "run": "ensemble",
    "sobol": "designs",
}


def __getattr__(name: str) -> Any:
    # Loaded on use: a worker that computes needs neither the store nor the schedulers.
    if name in _HOME:
        found = getattr(import_module(f"{__name__}.{_HOME[name]}"), name)
        globals()[name] = found
        return found
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
