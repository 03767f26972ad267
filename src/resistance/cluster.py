"""The way to a Dask cluster, for ensembles and for chapters; Dask is imported when one is asked for."""

from __future__ import annotations

from typing import Any

ANSWER_SECONDS = 10  # until a scheduler has to answer, and its first worker to be there
EXTRA = "install the package with its extra, 'resistance[scale]'"


class ClusterError(Exception):
    """A cluster that cannot be used; the message is one line."""


def connected(scheduler: Any) -> tuple[Any, bool]:
    """A Dask client of the scheduler with at least one worker, and whether it was made here and has to be closed.

    Parameters
    ----------
    scheduler : address such as ``tcp://host:8786``, or a ``distributed.Client``

    Raises
    ------
    ClusterError
        If Dask is not installed, nothing answers at the address, or there is no worker.
    """
    try:
        from distributed import Client
    except ImportError:
        raise ClusterError(f"a cluster needs Dask; {EXTRA}") from None
    if isinstance(scheduler, Client):
        return scheduler, False
    if not isinstance(scheduler, str) or "://" not in scheduler:
        raise ClusterError(f"the scheduler must be an address like tcp://host:8786, got {scheduler!r}")
    try:
        client = Client(scheduler, timeout=ANSWER_SECONDS, set_as_default=False)
    except (OSError, TimeoutError, ValueError) as error:
        reason = str(error).strip().splitlines()[0] if str(error).strip() else type(error).__name__
        raise ClusterError(f"no Dask scheduler answers at {scheduler}: {reason.rstrip('.')}") from None
    try:
        client.wait_for_workers(1, timeout=ANSWER_SECONDS)
    except TimeoutError:
        client.close()
        raise ClusterError(f"the Dask scheduler at {scheduler} has no workers") from None
    return client, True
