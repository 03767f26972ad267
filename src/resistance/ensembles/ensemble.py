"""``run``: a model over an ensemble, with one argument for where it is computed."""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Callable, Iterator
from contextlib import closing, nullcontext
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from resistance.ensembles import schedulers, store
from resistance.ensembles.blocks import BLOCK, Columns, Done, Summaries
from resistance.ensembles.designs import Given, Points
from resistance.ensembles.errors import EnsembleError, Interrupted
from resistance.ensembles.plan import MEMORY, Plan, blocks_of
from resistance.ensembles.progress import Progress
from resistance.ensembles.summaries import Summary

if TYPE_CHECKING:
    import pandas as pd

_MOST_HELD = 20_000_000  # patients whose full results are held in memory


class Event(Protocol):
    """What says that a run is to end, such as a ``threading.Event``."""

    def is_set(self) -> bool:
        """Whether it is."""


@dataclass
class Ensemble:
    """Result of :func:`run`: what was run, a summary of every output, and full results if they were wanted.

    ``about`` is what ``run.json`` holds; ``digest`` is the same for two runs if and only if all summaries are.
    """

    about: dict[str, Any]
    summaries: Summaries
    folder: Path | None = None
    _tables: list[tuple[int, Columns]] = field(default_factory=list)

    @property
    def groups(self) -> list[int]:
        """Groups that were summarised apart, rising; empty if there was one only."""
        return sorted({group for group, _ in self.summaries if group is not None})

    def summary(self, output: str, group: int | None = None) -> Summary:
        """Summary of an output; raises ``KeyError`` naming those that there are."""
        if (group, output) not in self.summaries:
            there = ", ".join(sorted({name for _, name in self.summaries}))
            raise KeyError(f"no output {output!r} of group {group}; outputs {there}, groups {self.groups}")
        return self.summaries[group, output]

    @property
    def digest(self) -> str:
        """SHA-256 of all summaries to the last digit."""
        return hashlib.sha256(json.dumps(store.records(self.summaries)).encode()).hexdigest()

    def frame(self) -> pd.DataFrame:
        """Full results, one row a patient in the order of their numbers.

        Raises
        ------
        EnsembleError
            If the run kept none.
        """
        import pandas as pd

        if not self.about["full"]:
            raise EnsembleError("the run kept summaries only; run it with full=True")
        if self.folder is not None:
            return pd.concat([pd.read_parquet(path) for path in store.parts(self.folder)], ignore_index=True)
        return pd.concat([pd.DataFrame(table) for _, table in sorted(self._tables, key=_first)], ignore_index=True)


def _first(part: tuple[int, Columns]) -> int:
    return part[0]


def run(
    model: Callable[..., Any] | str,
    parameters: Given | Points,
    replicates: int = 1,
    seed: int = 0,
    scheduler: Any = None,
    *,
    by: str | None = None,
    full: bool = False,
    each: bool = False,
    folder: Path | str | None = None,
    resume: bool = False,
    chunk: int | None = None,
    memory: int = MEMORY,
    block: int = BLOCK,
    progress: Callable[[Progress], None] | None = None,
    cancel: Event | None = None,
) -> Ensemble:
    """Evaluate a model for every patient of an ensemble; the numbers do not depend on where and how that is done.

    Parameters
    ----------
    model : function of arrays, such as those of ``resistance.models``, or its name (``"dual_therapy.failure"``); one
        that takes ``rng`` is given the generator of its block
    parameters : numbers and frozen distributions of ``scipy.stats`` by the names of the model's arguments, or
        :class:`~resistance.ensembles.Points`
    replicates : patients, at each of the points if there are any; at least 1
    seed : whole number of at least 0, from which every block's stream is derived
    scheduler : None computes in this process, ``"processes"`` on all cores of this machine, the address of a Dask
        scheduler or a ``distributed.Client`` on its workers
    by : output that is a whole number, or ``"point"``: its values are groups that are summarised apart
    full : keep all parameters and outputs, as Parquet in ``folder`` or without one in memory
    each : call the model once a patient, with numbers, for models that take no arrays
    folder : where finished chunks are kept; without one, an interrupted run is lost
    resume : go on with the run that ``folder`` holds
    chunk : patients of a task; taken up to whole blocks. By default as many as ``memory`` allows
    memory : bytes that the columns of one chunk may take
    block : patients whose random numbers share a stream and who are evaluated together; another block is another sample
    progress : called after every chunk; an exception in it ends the run
    cancel : ends the run before the next chunk when it is set

    Raises
    ------
    EnsembleError
        In one line, if the model or its arguments do not fit, it raises for a patient, the scheduler cannot be used, or
        the folder holds something else; chunks that had finished are kept.
    Interrupted
        If ``cancel`` was set.
    OSError
        If the disk takes nothing more.
    """
    plan = Plan.of(model, parameters, replicates, seed, by, full, each, block)
    plan.chunk = blocks_of(chunk, plan, memory, schedulers.workers(scheduler))
    if full and folder is None and plan.patients > _MOST_HELD:
        raise EnsembleError(f"full results of more than {_MOST_HELD:,} patients need a folder")
    if full and folder is not None:
        store.need_parquet()
    kept = None if folder is None else store.Store(Path(folder), plan.about())
    result = Ensemble(plan.about(), {}, None if folder is None else Path(folder))
    with nullcontext() if kept is None else kept.opened(resume):
        if kept is not None:
            plan.chunk = int(kept.about["chunk"])
        _collect(result, plan, kept, scheduler, progress, cancel)
        if kept is not None:
            result.about = kept.about
            kept.end(result.summaries, result.digest)
    return result


def _collect(
    result: Ensemble,
    plan: Plan,
    kept: store.Store | None,
    scheduler: Any,
    progress: Callable[[Progress], None] | None,
    cancel: Event | None,
) -> None:
    """Take over what is done, have the rest computed, and merge all of it into ``result``."""
    chunks = plan.chunks()
    waiting = dict(chunks)
    for done in kept.finished(waiting) if kept else ():
        del waiting[done.start]
        _merge(result, done)
    found, started = len(chunks) - len(waiting), time.monotonic()
    patients = plan.patients - sum(plan.size(*chunk) for chunk in waiting.items())
    tasks = [plan.task(start, stop) for start, stop in waiting.items()]
    if cancel is not None and cancel.is_set():
        raise Interrupted(f"cancelled with {found} of {len(chunks)} chunks done")
    # Closed in any case, so that a scheduler does not compute what nobody waits for.
    with closing(_generator(schedulers.computed(tasks, scheduler))) as computed:
        for done in computed:
            if kept is not None:
                kept.keep(done)
            del waiting[done.start]
            _merge(result, done, hold=kept is None)
            patients += plan.size(done.start, done.stop)
            count = len(chunks) - len(waiting)
            if progress is not None:
                seconds = time.monotonic() - started
                progress(Progress(count, len(chunks), patients, plan.patients, seconds, found))
            if cancel is not None and cancel.is_set() and waiting:
                raise Interrupted(f"cancelled with {count} of {len(chunks)} chunks done")


def _generator(done: Iterator[Done]) -> Iterator[Done]:
    yield from done


def _merge(result: Ensemble, done: Done, hold: bool = False) -> None:
    for key, summary in done.summaries.items():
        result.summaries.setdefault(key, Summary()).merge(summary)
    if hold and done.table is not None:
        result._tables.append((done.start, done.table))
