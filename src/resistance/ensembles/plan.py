"""What an ensemble is to be, checked before anything is computed, and how it is cut into chunks."""

from __future__ import annotations

import hashlib
import inspect
import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from resistance.ensembles.blocks import POINT, Task
from resistance.ensembles.designs import Given, Points
from resistance.ensembles.errors import EnsembleError
from resistance.ensembles.sources import find, name_of, source_hash, versions
from resistance.models._validate import shown, whole

MEMORY = 256_000_000
# Least number of chunks, where there are as many blocks: for progress, and so that no core waits for the last one.
_CHUNKS = 32
_MOST_BLOCKS = 64  # of a chunk: about a second of a cheap model
_OUTPUTS = 8  # columns that a model is taken to give, beside its parameters
_COPIES = 3  # of a column that are held at a time while it is written


@dataclass
class Plan:
    """What is to be run, checked."""

    model: str
    points: Points | None
    others: Mapping[str, Any]
    replicates: int
    seed: int
    by: str | None
    full: bool
    each: bool
    block: int
    expected: dict[str, Any]
    chunk: int = 1  # blocks of one

    @classmethod
    def of(
        cls,
        model: Callable[..., Any] | str,
        parameters: Given | Points,
        replicates: int,
        seed: int,
        by: str | None,
        full: bool,
        each: bool,
        block: int,
    ) -> Plan:
        name = name_of(model)
        points, others = (parameters, parameters.others) if isinstance(parameters, Points) else (None, parameters)
        try:
            replicates, block = whole("replicates", replicates, 1), whole("block", block, 1, 1_000_000)
            seed = whole("seed", seed)
        except ValueError as error:
            raise EnsembleError(str(error)) from None
        _fit(name, [*(points.columns if points else ()), *others])
        if by == POINT and points is None:
            raise EnsembleError("by='point' needs points")
        expected = {"versions": versions(), "source": source_hash(name)}
        return cls(name, points, dict(others), replicates, seed, by, full, each, block, expected)

    @property
    def patients(self) -> int:
        return self.replicates * (len(self.points) if self.points else 1)

    def chunks(self) -> dict[int, int]:
        """First block of each chunk, and the block after its last."""
        blocks = math.ceil(self.patients / self.block)
        return {start: min(start + self.chunk, blocks) for start in range(0, blocks, self.chunk)}

    def size(self, start: int, stop: int) -> int:
        """Patients of a chunk."""
        return min(stop * self.block, self.patients) - start * self.block

    def task(self, start: int, stop: int) -> Task:
        """The chunk as a task, with the points that it needs and no others."""
        first = start * self.block // self.replicates
        last = (min(stop * self.block, self.patients) - 1) // self.replicates
        columns = self.points.columns if self.points else {}
        return Task(
            self.model,
            self.seed,
            self.patients,
            self.replicates,
            start,
            stop,
            first,
            {name: values[first : last + 1] for name, values in columns.items()},
            self.others,
            self.each,
            self.by,
            self.full,
            self.expected,
            self.block,
        )

    def about(self) -> dict[str, Any]:
        """What was asked, as JSON holds it."""
        columns = self.points.columns if self.points else {}
        return {
            "model": self.model,
            "source": self.expected["source"],
            "versions": self.expected["versions"],
            "parameters": {name: recorded(value) for name, value in sorted(self.others.items())},
            "points": {name: _digest(values) for name, values in sorted(columns.items())},
            "patients": self.patients,
            "replicates": self.replicates,
            "seed": self.seed,
            "by": self.by,
            "full": self.full,
            "each": self.each,
            "block": self.block,
            "chunk": self.chunk,
        }


def recorded(value: Any) -> Any:
    """A parameter as JSON holds it: a number, or a distribution with its arguments, or how it is written."""
    if hasattr(value, "dist") and hasattr(value, "kwds"):
        arguments = [recorded(v) for v in value.args], {k: recorded(v) for k, v in value.kwds.items()}
        return {"distribution": value.dist.name, "args": arguments[0], **arguments[1]}
    if isinstance(value, (bool, str, int, float)) or value is None:
        return value
    return value.item() if isinstance(value, np.generic) else repr(value)


def _digest(values: np.ndarray) -> dict[str, Any]:
    return {"count": int(values.size), "sha256": hashlib.sha256(values.astype("<f8").tobytes()).hexdigest()}


def _fit(model: str, names: list[str]) -> None:
    """Raise unless the parameters are the model's arguments."""
    signature = inspect.signature(find(model))
    given = [*names, "rng"] if "rng" in signature.parameters else names
    try:
        signature.bind(**dict.fromkeys(given))
    except TypeError as error:
        raise EnsembleError(f"{model} does not take these parameters ({shown(', '.join(names))}): {error}") from None


def blocks_of(chunk: int | None, plan: Plan, memory: int, workers: int) -> int:
    """Blocks of one chunk."""
    if chunk is not None:
        return max(1, math.ceil(whole("chunk", chunk, 1) / plan.block))
    columns = 1 + len(plan.others) + (len(plan.points.columns) if plan.points else 0) + _OUTPUTS
    fitting = memory // (8 * columns * _COPIES * plan.block) if plan.full else _MOST_BLOCKS
    shared = math.ceil(plan.patients / plan.block / max(_CHUNKS, 4 * workers))
    return max(1, min(fitting, shared, _MOST_BLOCKS))
