"""The part of an ensemble that does the work: fixed blocks of patients, each with a random stream of its own.

A block is the same patients whatever runs it: its stream is the child of that number that ``SeedSequence.spawn`` gives,
and the model is called once for it, on arrays of the same length, so that not even the last bit of a vectorised
function depends on what else is computed. A chunk is a run of whole blocks, and only says how much one task does.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from resistance.ensembles.errors import EnsembleError
from resistance.ensembles.sources import difference, find, takes
from resistance.ensembles.summaries import Summary

# Patients of a block: a few temporary arrays of this length stay in a core's cache.
BLOCK = 16_384
MOST_GROUPS = 10_000
POINT = "point"

Columns = dict[str, NDArray[Any]]
Summaries = dict[tuple[int | None, str], Summary]


@dataclass(frozen=True)
class Task:
    """All that one chunk needs: the blocks from ``start`` to below ``stop``, with the points that they fall on.

    ``patients`` counts those of the whole run, ``replicates`` those at each point. ``columns`` holds the parameters of
    the points from number ``first_point`` on; ``others`` numbers and frozen distributions. ``expected`` are versions
    and the hash of the source, which the process that computes must share.
    """

    model: str
    seed: int
    patients: int
    replicates: int
    start: int
    stop: int
    first_point: int
    columns: Mapping[str, NDArray[np.float64]]
    others: Mapping[str, Any]
    each: bool
    by: str | None
    full: bool
    expected: Mapping[str, Any]
    block: int = BLOCK


@dataclass
class Done:
    """What a chunk gives: its blocks, a summary of each output and group, and all columns if they are wanted."""

    start: int
    stop: int
    summaries: Summaries
    table: Columns | None


def stream(seed: int, block: int) -> np.random.Generator:
    """The random numbers of a block: of child ``block`` of the second child of the seed."""
    return np.random.default_rng(np.random.SeedSequence(seed, spawn_key=(1, block)))


def run_chunk(task: Task) -> Done:
    """Evaluate the model for every patient of a chunk.

    Raises
    ------
    EnsembleError
        If this process has other versions or another source of the model than it should, or if the model raises: the
        message names the patient.
    """
    if what := difference(task.model, dict(task.expected)):
        raise EnsembleError(f"a worker cannot take part: {what}")
    summaries: Summaries = {}
    kept: list[Columns] = []
    for number in range(task.start, task.stop):
        first = number * task.block
        size = min(first + task.block, task.patients) - first
        given = _given(task, number, first, size)
        outputs = _evaluate(task, first, size, given)
        _summarise(summaries, outputs, _groups(task, first, size, outputs), first)
        if task.full:
            arrays = {name: np.broadcast_to(v, size) for name, v in given.items() if _is_number(v)}
            kept.append({"patient": np.arange(first, first + size), **arrays, **outputs})
    table = {name: np.concatenate([part[name] for part in kept]) for name in kept[0]} if kept else None
    return Done(task.start, task.stop, summaries, table)


def _is_number(value: Any) -> bool:
    return isinstance(value, (int, float, np.number, np.ndarray)) and not isinstance(value, bool)


def _given(task: Task, number: int, first: int, size: int) -> dict[str, Any]:
    """The model's arguments for the ``size`` patients of a block from ``first`` on, its generator included."""
    given: dict[str, Any] = {}
    if task.columns:  # a division costs as much as a cheap model
        place = np.arange(first, first + size) // task.replicates - task.first_point
        given = {name: values[place] for name, values in task.columns.items()}
    rng = stream(task.seed, number)
    for name in sorted(task.others):
        value = task.others[name]
        given[name] = value.rvs(size=size, random_state=rng) if hasattr(value, "rvs") else value
    if "rng" in takes(task.model):
        given["rng"] = rng
    return given


def _evaluate(task: Task, first: int, size: int, given: dict[str, Any]) -> Columns:
    """The model's outputs as one array each, all of the block's length."""
    model = find(task.model)
    try:
        if task.each:
            rows = [_named(task.model, model(**_of(given, i))) for i in range(size)]
            found = {name: np.array([row[name] for row in rows]) for name in rows[0]}
        else:
            found = _named(task.model, model(**given))
    except Exception as error:  # whatever the model raises ends the run, and is the model's
        who, error = _culprit(task, first, size, given, error)
        raise EnsembleError(f"{who}: {task.model} raises {_said(error)}") from None
    outputs = {}
    for name, value in found.items():
        array = np.asarray(value)
        if array.dtype.kind not in "biuf" or array.shape not in ((), (size,)):
            raise EnsembleError(f"{task.model}: its {name} is not one number a patient, but {_kind(array)}")
        outputs[name] = array if array.shape else np.full(size, array)
    return outputs


def _kind(array: NDArray[Any]) -> str:
    return f"an array of {array.dtype} of shape {array.shape}"


def _said(error: Exception) -> str:
    return str(error) if isinstance(error, ValueError) else f"{type(error).__name__}: {error}"


def _of(given: dict[str, Any], which: int | slice) -> dict[str, Any]:
    """Arguments of one patient, or of some."""
    return {name: value[which] if isinstance(value, np.ndarray) else value for name, value in given.items()}


def _culprit(task: Task, first: int, size: int, given: dict[str, Any], error: Exception) -> tuple[str, Exception]:
    """The first patient for whom the model raises, with the arguments, and what it raises for this one alone.

    The block and its error where that cannot be told: a model that draws would draw other numbers the second time.
    """
    model, low, high = find(task.model), 0, size
    together = f"patients {first} to {first + size - 1}", error
    if "rng" in given:
        return together

    def raised(start: int, stop: int) -> Exception | None:
        try:
            model(**_of(given, start if task.each else slice(start, stop)))
        except Exception as one:
            return one
        return None

    if task.each:
        low = next((i for i in range(high) if raised(i, i + 1)), 0)
    while not task.each and high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if raised(low, middle) else (middle, high)
    if (alone := raised(low, low + 1)) is None:
        return together
    values = {name: value for name, value in _of(given, low).items() if _is_number(value)}
    told = ", ".join(f"{name} = {float(value):.6g}" for name, value in values.items())
    return f"patient {first + low} ({told})", alone


def _named(model: str, result: Any) -> dict[str, Any]:
    """Outputs by name: fields of a dataclass, keys of a mapping, places of a tuple, or the function's own name."""
    name = model.partition(":")[2]
    if dataclasses.is_dataclass(result):
        return {field.name: getattr(result, field.name) for field in dataclasses.fields(result)}
    if isinstance(result, Mapping):
        return {str(key): value for key, value in result.items()}
    if isinstance(result, tuple):
        return {f"{name}_{place}": value for place, value in enumerate(result)}
    return {name: result}


def _groups(task: Task, first: int, size: int, outputs: Columns) -> NDArray[np.int64] | None:
    """Group of each patient; None if all are one."""
    if task.by is None:
        return None
    if task.by == POINT:
        return np.arange(first, first + size) // task.replicates
    if task.by not in outputs or outputs[task.by].dtype.kind not in "biu":
        raise EnsembleError(f"by must name an output of {task.model} that is a whole number, not {task.by!r}")
    return outputs[task.by].astype(np.int64)


def _summarise(summaries: Summaries, outputs: Columns, groups: NDArray[np.int64] | None, first: int) -> None:
    """Add a block's outputs to the summaries of their groups."""
    kinds = [(None, slice(None))] if groups is None else [(int(g), groups == g) for g in np.unique(groups)]
    for group, chosen in kinds:
        for name, values in outputs.items():
            summary = summaries.setdefault((group, name), Summary())
            try:
                summary.add(values[chosen].astype(np.float64, copy=False))
            except ValueError as error:
                if (nothing := np.flatnonzero(np.isnan(values))).size:
                    raise EnsembleError(f"patient {first + nothing[0]}: the model gives no number for {name}") from None
                raise EnsembleError(f"{name} cannot be summarised: {error}") from None
    if len({group for group, _ in summaries}) > MOST_GROUPS:
        raise EnsembleError(f"at most {MOST_GROUPS} groups can be summarised; take the full results instead")
