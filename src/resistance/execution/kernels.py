"""Runs one notebook in a kernel of its own: nbclient, with this interpreter and a fixed environment.

The kernel is this very interpreter, whatever kernels are installed in a user's home; nothing of the user's IPython
profile is read; and what could make two runs differ is fixed: hash seed, time zone, locale, number of BLAS threads.
"""

from __future__ import annotations

import asyncio
import json
import logging
import os
import re
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from jupyter_client import AsyncKernelManager
from jupyter_client.kernelspec import KernelSpec, KernelSpecManager
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError
from nbformat import NotebookNode

from resistance.evidence.parameters import PAGE
from resistance.execution.forks import PROVISIONER, Forks, register
from resistance.execution.outputs import output_faults, tidy

_ANSI = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")
_LOG = logging.getLogger("resistance.execution.nbclient")
_LOG.addHandler(logging.NullHandler())
_LOG.propagate = False  # what it would say is in the findings
_STARTUP_SECONDS = 60
_FORKS_PAY_FROM = 3  # pages: below, loading everything once takes longer than what is used, once a page
_OURS_TO_WRITE = ("_build", ".venv")  # folders of the project that are no sources
# Without compiled modules every kernel compiles pandas and Altair anew, which takes longer than most pages.
_DROPPED = {"PYTHONDONTWRITEBYTECODE", "PYTHONSTARTUP", "PYTHONWARNINGS"}
_FIXED = {
    "PYTHONHASHSEED": "0",
    "PYTHONUTF8": "1",
    "TZ": "UTC",
    "LC_ALL": "C.UTF-8",
    "MPLBACKEND": "Agg",
    "PYDEVD_DISABLE_FILE_VALIDATION": "1",  # the debugger's remark on frozen modules would be standard error
    # The cores are for pages; sums also come out the same whatever their number.
    "OMP_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
    "MKL_NUM_THREADS": "1",
    "VECLIB_MAXIMUM_THREADS": "1",
    "NUMEXPR_NUM_THREADS": "1",
    "JE_ARROW_MALLOC_CONF": "background_thread:false",  # what has a thread cannot be forked: pyarrow would start one
}


register()


@dataclass(frozen=True)
class Fault:
    """What went wrong in one cell: a code of ``RULES``, the cell's position among all cells, and the traceback."""

    code: str
    cell: int
    message: str
    details: str = ""


@dataclass(frozen=True)
class Run:
    """One execution: the notebook with its outputs, what it read (None if it did not finish), faults and seconds."""

    notebook: NotebookNode
    record: dict[str, Any] | None
    started_ns: int
    seconds: float
    faults: list[Fault] = field(default_factory=list)


class _ThisInterpreter(KernelSpecManager):
    """Gives the running interpreter for every name, so that no installed kernel can take its place."""

    def get_kernel_spec(self, kernel_name: str) -> KernelSpec:
        options = ["--HistoryManager.enabled=False"]
        argv = [sys.executable, "-Xfrozen_modules=off", "-m", "ipykernel_launcher", "-f", "{connection_file}", *options]
        started_by = {"kernel_provisioner": {"provisioner_name": PROVISIONER}}
        return KernelSpec(argv=argv, display_name="Python 3", language="python", metadata=started_by)


class _Manager(AsyncKernelManager):
    """A manager whose provisioner finds ``forks``."""

    forks: Forks | None = None


def environment(root: Path, scratch: Path, page: str) -> dict[str, str]:
    """The kernel's environment: the build's own with everything fixed that could change a result; it names the page."""
    environ = {k: v for k, v in os.environ.items() if k not in _DROPPED}
    environ |= _FIXED | {"RESISTANCE_ROOT": str(root), "IPYTHONDIR": str(scratch / "ipython"), PAGE: page}
    if (root / "src").is_dir():  # a checkout runs its own code, whichever one the package was installed from
        paths = [str(root / "src"), *filter(None, [environ.get("PYTHONPATH")])]
        environ["PYTHONPATH"] = os.pathsep.join(paths)
    return environ


def start_forks(root: Path) -> Forks | None:
    """A server of forked kernels for pages of a project; None where there is none. Whoever has it closes it."""
    return Forks(environment(root, root / "_build", "")) if sys.platform == "linux" else None


@contextmanager
def forks_for(root: Path, pages: int) -> Iterator[Forks | None]:
    """A server for as long as so many pages take; None if it does not pay."""
    forks = start_forks(root) if pages >= _FORKS_PAY_FROM else None
    try:
        yield forks
    finally:
        if forks is not None:
            forks.close()


async def run_notebook(
    notebook: NotebookNode,
    folder: Path,
    root: Path,
    scratch: Path,
    cell_timeout: int,
    page: str,
    forks: Forks | None = None,
) -> Run:
    """Run every code cell in a fresh kernel that works in ``folder``.

    Parameters
    ----------
    notebook : read from the page; it receives the outputs
    folder : working directory
    root : project root
    scratch : empty folder for this run's connection file, profile and logs
    cell_timeout : s a cell may take
    page : its name, for example ``mechanisms/hypoxia``, which the kernel finds in ``RESISTANCE_PAGE``
    forks : server that forks the kernel; without it the kernel starts from nothing, with the same results

    Notes
    -----
    A cell that fails ends the page; its faults are in the result, no exception is raised for them.
    """
    started_ns, started = time.time_ns(), time.monotonic()
    if not any(cell.cell_type == "code" and cell.source.strip() for cell in notebook.cells):
        return Run(notebook, {"files": [], "folders": [], "programs": [], "hosts": [], "written": []}, started_ns, 0.0)
    manager = _Manager(kernel_spec_manager=_ThisInterpreter(), connection_file=str(scratch / "kernel.json"))
    manager.forks = forks
    client = NotebookClient(
        notebook,
        km=manager,
        timeout=cell_timeout,
        startup_timeout=_STARTUP_SECONDS,
        iopub_timeout=cell_timeout,
        raise_on_iopub_timeout=True,  # else outputs could be lost on a busy machine
        record_timing=False,  # times would be part of the key, and differ every time
        coalesce_streams=False,  # done by tidy: how output is cut into messages depends on timing
        log=_LOG,
    )
    record, faults = None, []
    with (scratch / "kernel.log").open("wb") as log:
        try:
            await client.async_start_new_kernel(
                cwd=str(folder), env=environment(root, scratch, page), stdout=log, stderr=log
            )
            try:
                await client.async_start_new_kernel_client()
                faults = await _run_cells(client)
                if not faults:
                    record = await _finish_recording(client, scratch / "record.json", root)
            except RuntimeError as error:
                first = next(i for i, cell in enumerate(notebook.cells) if cell.cell_type == "code")
                faults = [Fault("RUN003", first, f"could not run: {error}")]
        finally:
            if client.kc is not None:
                client.kc.stop_channels()
            if manager.has_kernel:
                await manager.shutdown_kernel(now=True)
    if any(fault.code == "RUN003" for fault in faults):
        faults = [_with_log(fault, scratch / "kernel.log") for fault in faults]
    tidy(notebook)
    faults += _stderr_faults(notebook)
    faults += [Fault(*fault) for fault in output_faults(notebook)]
    if record is not None:
        faults += _network_faults(notebook, record)
        faults += _writing_faults(notebook, record, root)
    return Run(notebook, record, started_ns, time.monotonic() - started, faults)


async def _run_cells(client: NotebookClient) -> list[Fault]:
    """Run all cells in order until one fails."""
    recorder = Path(__file__).with_name("recorder.py").read_text(encoding="utf-8")
    await _silently(client, f"exec(compile({recorder!r}, '<recorder>', 'exec'), {{'__name__': '_recorder'}})")
    message = await client.async_wait_for_reply(client.kc.kernel_info())
    client.nb.metadata["language_info"] = message["content"]["language_info"]
    for index, cell in enumerate(client.nb.cells):
        try:
            await client.async_execute_cell(cell, index, execution_count=client.code_cells_executed + 1)
        except CellExecutionError as error:
            text = f"raises {error.ename}: {error.evalue}".strip().split("\n")[0]
            return [Fault("RUN001", index, text, _traceback(error))]
        except CellTimeoutError:
            return [Fault("RUN002", index, f"has not ended after {client.timeout} s")]
        except DeadKernelError:
            if asyncio.current_task().cancelling():  # nbclient takes Ctrl-C for this, too
                raise asyncio.CancelledError from None
            return [Fault("RUN003", index, "ended the kernel")]
    return []


async def _silently(client: NotebookClient, code: str) -> None:
    """Run ``code`` without counting it, showing it or keeping it in the notebook."""
    reply = await client.async_wait_for_reply(client.kc.execute(code, silent=True, store_history=False))
    if reply is None or reply["content"]["status"] != "ok":
        raise RuntimeError(f"the kernel did not accept the recorder: {reply and reply['content']}")


async def _finish_recording(client: NotebookClient, path: Path, root: Path) -> dict[str, Any]:
    await _silently(client, f"__import__('sys').modules['_resistance_recorder'].write({str(path)!r}, {str(root)!r})")
    return json.loads(await asyncio.to_thread(path.read_text, encoding="utf-8"))


def _traceback(error: CellExecutionError) -> str:
    """The kernel's traceback without colours, and without nbclient's copy of the cell before it."""
    lines = _ANSI.sub("", error.traceback).strip().split("\n")
    rules = [i for i, line in enumerate(lines) if line and set(line) == {"-"}]
    return "\n".join(lines[rules[-1] if len(rules) > 1 else 0 :]).strip()


def _with_log(fault: Fault, log: Path) -> Fault:
    return Fault(
        fault.code, fault.cell, fault.message, log.read_text(encoding="utf-8", errors="replace")[-4000:].strip()
    )


def _stderr_faults(notebook: NotebookNode) -> list[Fault]:
    faults = []
    for index, cell in enumerate(notebook.cells):
        text = "".join(o.text for o in cell.get("outputs", []) if o.output_type == "stream" and o.name == "stderr")
        if text.strip():
            first = _ANSI.sub("", text).strip().split("\n")[0]
            faults.append(Fault("RUN004", index, f"prints to standard error: {first}", _ANSI.sub("", text).strip()))
    return faults


def _network_faults(notebook: NotebookNode, record: dict[str, Any]) -> list[Fault]:
    """One fault a cell and host; the recorder counts cells as their execution counts do."""
    cells = _by_count(notebook)
    hosts = {(cells.get(count, 0), host) for count, host in record["hosts"]}
    return [Fault("RUN005", cell, f"looks for {host} on the network") for cell, host in sorted(hosts)]


def _writing_faults(notebook: NotebookNode, record: dict[str, Any], root: Path) -> list[Fault]:
    """One fault a cell and file that it writes among the sources."""
    cells = _by_count(notebook)
    written = {(cells.get(count, 0), Path(name).relative_to(root.resolve())) for count, name in record["written"]}
    kept = sorted((cell, path.as_posix()) for cell, path in written if path.parts[0] not in _OURS_TO_WRITE)
    return [Fault("RUN008", cell, f"writes {path}") for cell, path in kept if "__pycache__" not in path]


def _by_count(notebook: NotebookNode) -> dict[int, int]:
    """Position among all cells of the code cell with each execution count."""
    return {cell.get("execution_count"): i for i, cell in enumerate(notebook.cells) if cell.cell_type == "code"}
