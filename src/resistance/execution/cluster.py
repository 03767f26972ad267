"""Executes pages on a Dask cluster: each is a task that runs the same kernel on the same files as here would.

The files of the project go to each worker once, as an archive, and are unpacked into a folder named by its digest. The
worker imports the package from there, so that code and data are those of this checkout; what is not shipped, Python and
the packages that draw and compute, must have the same versions. The notebook comes back with its outputs and the record
of what it read, whose names are turned into those of this checkout: cache and manifests are written here alone.
"""

from __future__ import annotations

import asyncio
import hashlib
import io
import json
import os
import sys
import time
import zipfile
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from resistance.cluster import ClusterError, connected

if TYPE_CHECKING:
    from nbformat import NotebookNode

    from resistance.execution.kernels import Run

# What a page's outputs depend on beside the project's own files.
_PACKAGES = (
    "altair",
    "ipykernel",
    "nbclient",
    "numpy",
    "pandas",
    "salib",
    "scipy",
    "statsmodels",
    "vl-convert-python",
)
_LEFT_HERE = {"_build", "tests", "benchmarks", "node_modules", "__pycache__"}
_EPOCH = (1980, 1, 1, 0, 0, 0)  # the time of every file in the archive, so that equal files make equal archives


class Cluster:
    """Workers of a Dask scheduler that execute pages of the project at ``root``.

    Raises
    ------
    ClusterError
        If it cannot be reached, or a worker has other versions than this process.
    """

    def __init__(self, scheduler: Any, root: Path):
        self.root = root
        self.started_ns = time.time_ns()  # files that change from now on are not those that the workers have
        packed = archive(root)
        self._digest = hashlib.sha256(packed).hexdigest()
        self._client, self._ours = connected(scheduler)
        try:
            self._same_versions()
            self.jobs = max(sum(self._client.nthreads().values()), 1)
            # As the result of a task, which the scheduler has done again if the worker that holds it dies.
            self._archive = self._client.submit(_by_value(unchanged), packed, pure=False)
        except BaseException:
            self.close()
            raise

    def _same_versions(self) -> None:
        own = packages_there(_PACKAGES)
        for address, found in sorted(self._client.run(_by_value(packages_there), _PACKAGES).items()):
            for name, wanted in own.items():
                if found.get(name) != wanted:
                    raise ClusterError(f"the worker {address} has {name} {found.get(name)}, not {wanted}")

    async def run(self, notebook: NotebookNode, folder: Path, cell_timeout: int, page: str) -> Run:
        """Run a notebook on a worker; as :func:`resistance.execution.kernels.run_notebook` does it here.

        A page whose worker dies is begun again on another one, three times.

        Raises
        ------
        ClusterError
            If the cluster could not run it at all.
        """
        from nbformat import from_dict

        from resistance.execution.kernels import Fault, Run

        place = folder.relative_to(self.root).as_posix()
        given = json.dumps(notebook), place, cell_timeout, page
        future = self._client.submit(_by_value(run_there), self._archive, self._digest, *given, pure=False)
        try:
            found = await asyncio.to_thread(future.result)
        except asyncio.CancelledError:
            future.cancel()
            raise
        except Exception as error:  # of the cluster, in many kinds; what the page raises is in its faults
            raise ClusterError(f"the cluster could not run {page}: {_one_line(error)}") from None
        finally:
            future.release()
        record = _renamed(found["record"], found["root"], str(self.root))
        faults = [Fault(**fault) for fault in found["faults"]]
        return Run(from_dict(json.loads(found["notebook"])), record, self.started_ns, found["seconds"], faults)

    def close(self) -> None:
        """Give the cluster back."""
        if self._ours:
            with suppress(Exception):  # of a scheduler that has gone
                self._client.close(timeout=2)


def archive(root: Path) -> bytes:
    """The files of a project that its pages may read, as a ZIP archive: the same bytes for the same files."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as zipped:
        for path in sorted(_shipped(root)):
            zipped.writestr(zipfile.ZipInfo(path.relative_to(root).as_posix(), _EPOCH), path.read_bytes())
    return packed.getvalue()


def _shipped(root: Path) -> list[Path]:
    found = []
    for folder, folders, files in os.walk(root):
        folders[:] = [name for name in folders if name not in _LEFT_HERE and not name.startswith(".")]
        found += [Path(folder, name) for name in files if not name.startswith(".")]
    return found


def _by_value(function: Any) -> Any:
    """The function so that it is sent as it is written here, not by a name that a worker would look up."""
    import cloudpickle

    cloudpickle.register_pickle_by_value(sys.modules[__name__])
    return function


# --- What runs on a worker. It is sent by value: it may use nothing of this module but its arguments. -----------------


def unchanged(packed: bytes) -> bytes:
    """The archive as it is."""
    return packed


def packages_there(names: tuple[str, ...]) -> dict[str, str]:
    """Versions of the packages and of Python, as a worker has them."""
    import platform
    import sys
    from importlib.metadata import PackageNotFoundError, version

    found = {}
    for name in names:
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            found[name] = "missing"
    python = f"{sys.implementation.name} {platform.python_version()} {sys.platform} {platform.machine()}"
    return found | {"python": python}


def run_there(packed: bytes, digest: str, notebook: str, place: str, cell_timeout: int, page: str) -> dict[str, Any]:
    """Unpack the project unless it is there, take the package from it, and run the notebook."""
    import asyncio
    import dataclasses
    import io
    import json
    import os
    import shutil
    import sys
    import tempfile
    import threading
    import types
    import zipfile
    from pathlib import Path

    from distributed import get_worker

    # Dask removes this folder with the worker.
    root = Path(get_worker().local_directory).resolve() / f"resistance-{digest[:16]}"
    source = str(root / "src")
    # One lock for all threads of the worker, in a module: this function comes anew with every task.
    holder = types.ModuleType("_resistance_unpacking")
    holder.lock = threading.RLock()
    holder = sys.modules.setdefault(holder.__name__, holder)
    with holder.lock:
        if not root.is_dir():
            beside = Path(tempfile.mkdtemp(prefix="unpacking-", dir=root.parent))
            with zipfile.ZipFile(io.BytesIO(packed)) as zipped:
                zipped.extractall(beside)
            shutil.move(beside, root)
        if os.path.isdir(source) and sys.path[0] != source:
            sys.path.insert(0, source)
            for name in [name for name in sys.modules if name.partition(".")[0] == "resistance"]:
                del sys.modules[name]
        from nbformat import from_dict

        from resistance.execution.kernels import run_notebook, start_forks

        if getattr(holder, "root", None) != root:  # the server ends with the worker
            holder.root, holder.forks = root, start_forks(root)
    with tempfile.TemporaryDirectory(prefix="resistance-", ignore_cleanup_errors=True) as scratch:
        given = from_dict(json.loads(notebook)), root / place, root, Path(scratch), cell_timeout, page
        run = asyncio.run(run_notebook(*given, forks=holder.forks))
    return {
        "root": str(root),
        "notebook": json.dumps(run.notebook),
        "record": run.record,
        "seconds": run.seconds,
        "faults": [dataclasses.asdict(fault) for fault in run.faults],
    }


# --- Back here --------------------------------------------------------------------------------------------------------


def _renamed(record: dict[str, Any] | None, there: str, here: str) -> dict[str, Any] | None:
    """A record with the names of files as they are here."""
    if record is None:
        return None

    def name(path: str) -> str:
        return here + path[len(there) :] if path == there or path.startswith(there + os.sep) else path

    changed = {key: sorted(name(path) for path in record[key]) for key in ("files", "folders")}
    return record | changed | {"written": [[cell, name(path)] for cell, path in record["written"]]}


def _one_line(error: Exception) -> str:
    return " ".join(f"{type(error).__name__}: {error}".split())[:300]
