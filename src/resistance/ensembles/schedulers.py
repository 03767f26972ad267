"""Who computes the chunks: this process, processes on this machine, or a Dask cluster.

Each gives finished chunks as they come, in any order, and asks for further ones only while few are under way, so that
memory does not grow with the run.
"""

from __future__ import annotations

import multiprocessing
import multiprocessing.connection
import os
import signal
import threading
from collections.abc import Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from contextlib import suppress
from typing import Any

from resistance.cluster import ClusterError, connected
from resistance.ensembles.blocks import Done, Task, run_chunk
from resistance.ensembles.errors import EnsembleError
from resistance.ensembles.sources import difference

PROCESSES = "processes"
# How often a chunk is begun again because its worker has died; Dask allows as many.
MOST_DEATHS = 3
_AHEAD = 2  # chunks under way for each worker


def computed(tasks: list[Task], scheduler: Any) -> Iterator[Done]:
    """The chunks of ``tasks``, each once, in any order.

    Parameters
    ----------
    tasks : what to compute
    scheduler : None for this process, ``"processes"`` or ``"processes:4"`` for so many on this machine (all cores by
        default), the address of a Dask scheduler, or a ``distributed.Client``

    Raises
    ------
    EnsembleError
        If the scheduler cannot be reached, its workers differ from this process, the model raises, or a chunk's worker
        has died more often than :data:`MOST_DEATHS` times.
    """
    if scheduler is None:
        return map(run_chunk, tasks)
    if isinstance(scheduler, str) and scheduler.partition(":")[0] == PROCESSES:
        return _in_processes(tasks, min(_number_of(scheduler), max(len(tasks), 1)))
    return _on_cluster(tasks, scheduler)


def workers(scheduler: Any) -> int:
    """Processes that will compute at a time, as far as that is known before; 1 for a cluster."""
    if isinstance(scheduler, str) and scheduler.partition(":")[0] == PROCESSES:
        return _number_of(scheduler)
    return 1


def _number_of(scheduler: str) -> int:
    _, colon, text = scheduler.partition(":")
    if not colon:
        return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    if not text.isdecimal() or int(text) < 1:
        raise EnsembleError(f"the scheduler must be 'processes:' and a number of them, got {scheduler!r}")
    return int(text)


def _in_processes(tasks: list[Task], number: int) -> Iterator[Done]:
    """With the standard library; where a worker was killed, what the pool had not given is begun again in a new one."""
    waiting, deaths = list(reversed(tasks)), 0
    while waiting:
        try:
            yield from _in_pool(waiting, number)
            return
        except BrokenProcessPool:
            deaths += 1
            if deaths > MOST_DEATHS:
                raise EnsembleError(f"workers have died {deaths} times; there may be too little memory") from None


def _in_pool(waiting: list[Task], number: int) -> Iterator[Done]:
    """Take tasks from the end of ``waiting``; those without a result are in it again if the pool breaks."""
    # Not forked from this process, whose threads (of pyarrow, of Dask) a copy would not have.
    kind = "forkserver" if "forkserver" in multiprocessing.get_all_start_methods() else "spawn"
    context = multiprocessing.get_context(kind)
    if kind == "forkserver":
        context.set_forkserver_preload([run_chunk.__module__])
    pool = ProcessPoolExecutor(number, mp_context=context, initializer=_begin_worker)
    running: dict[Future[Done], Task] = {}
    try:
        while waiting or running:
            while waiting and len(running) < _AHEAD * number:
                future = pool.submit(run_chunk, waiting[-1])
                running[future] = waiting.pop()
            for future in wait(running, return_when=FIRST_COMPLETED).done:
                done = future.result()
                del running[future]
                yield done
    except BrokenProcessPool:
        waiting += running.values()
        raise
    finally:
        pool.shutdown(wait=True, cancel_futures=True)


def _begin_worker() -> None:
    """A worker leaves Ctrl-C to its parent, and ends with it, however that ends."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    parent = multiprocessing.parent_process()

    def watch() -> None:
        multiprocessing.connection.wait([parent.sentinel])
        os.kill(os.getpid(), signal.SIGTERM)

    if parent is not None:
        threading.Thread(target=watch, daemon=True).start()


def _on_cluster(tasks: list[Task], scheduler: Any) -> Iterator[Done]:
    try:
        client, ours = connected(scheduler)
    except ClusterError as error:
        raise EnsembleError(str(error)) from None
    try:
        _same_everywhere(client, tasks)
        yield from _submitted(client, tasks)
    finally:
        if ours:
            with suppress(Exception):  # of a scheduler that has gone; what matters was raised before
                client.close(timeout=2)


def _same_everywhere(client: Any, tasks: list[Task]) -> None:
    """Raise unless every worker has this process's versions and source; those that join later say so themselves."""
    if not tasks:
        return
    expected = dict(tasks[0].expected)
    try:
        found = client.run(difference, tasks[0].model, expected, on_error="return")
    except Exception as error:  # a message that one side cannot read, in many ways
        raise EnsembleError(f"the workers cannot be asked for their versions: {error}") from None
    for address, what in sorted(found.items()):
        if what is not None:
            said = f"it has no such package ({what})" if isinstance(what, ImportError) else what
            raise EnsembleError(f"the worker {address} cannot take part: {said}")


def _submitted(client: Any, tasks: list[Task]) -> Iterator[Done]:
    from distributed import as_completed

    waiting, begun = list(reversed(tasks)), as_completed(loop=client.loop)
    running: set[Any] = set()

    def submit() -> None:
        future = client.submit(run_chunk, waiting.pop(), pure=False)
        running.add(future)
        begun.add(future)

    try:
        most = _AHEAD * max(sum(client.nthreads().values()), 1)
        for _ in range(min(most, len(waiting))):
            submit()
        for future in begun:
            done = _result(future)
            running.discard(future)
            future.release()
            if waiting:
                submit()
            yield done
    finally:
        if running:
            with suppress(Exception):  # of a scheduler that has gone
                client.cancel(list(running))


def _result(future: Any) -> Done:
    from distributed import KilledWorker

    try:
        return future.result()
    except EnsembleError:
        raise
    except KilledWorker:
        message = f"a chunk's workers have died more than {MOST_DEATHS} times; there may be too little memory"
        raise EnsembleError(message) from None
    except Exception as error:
        raise EnsembleError(f"the cluster could not compute a chunk: {type(error).__name__}: {error}") from None
