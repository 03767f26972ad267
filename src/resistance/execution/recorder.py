"""Runs inside a page's kernel and records what the page reads: files, folders, modules, programs, hosts.

The build sends this file's text to the kernel before the first cell, so nothing of ``resistance`` is imported by it and
no name appears among the page's own. It uses the standard library alone. An audit hook sees every file that Python
opens, pandas' and NumPy's readers included; what a child process or compiled code reads by itself it cannot see, so
the start of another program is recorded as such and its page is never taken from the cache.
"""

from __future__ import annotations

import importlib.util
import json
import os
import sys
import types

_PROGRAMS = {"subprocess.Popen", "os.system", "os.exec", "os.posix_spawn", "os.spawn", "os.fork", "os.forkpty"}
# Importing lists the folders on sys.path, the page's own among them: this says nothing about what the page shows.
_IMPORT_SYSTEM = ("<frozen importlib", os.path.dirname(importlib.__file__) + os.sep)

_files: set[str] = set()
_folders: set[str] = set()
_programs: set[str] = set()
_hosts: list[tuple[int, str]] = []
_written: set[tuple[int, str]] = set()
_cells = [0]  # how many cells have begun


def _name(path) -> str | None:
    """Absolute form of a path given to ``open``; None for a file descriptor."""
    if isinstance(path, bytes):
        path = os.fsdecode(path)
    if not isinstance(path, (str, os.PathLike)):
        return None
    return os.path.abspath(path)


def _opened(path, mode, flags) -> None:
    reads = "r" in mode or "+" in mode if isinstance(mode, str) else not flags & os.O_WRONLY
    writes = set("wax+") & set(mode) if isinstance(mode, str) else flags & (os.O_WRONLY | os.O_RDWR)
    if writes:
        _changed(path)
    name = _name(path) if reads else None
    if name and name.endswith(".pyc"):
        try:
            name = importlib.util.source_from_cache(name)
        except ValueError:
            return  # not where Python keeps compiled modules
    if name:
        _files.add(name)


def _changed(path) -> None:
    if (name := _name(path)) and _cells[0]:  # before the first cell nothing is the page's doing
        _written.add((_cells[0], name))


def _listed(path=None) -> None:
    if not sys._getframe(2).f_code.co_filename.startswith(_IMPORT_SYSTEM):
        name = _name("." if path is None or path == "" else path)
        if name:
            _folders.add(name)


def _connected(host) -> None:
    host = os.fsdecode(host) if isinstance(host, (bytes, str)) else ""
    if host and host not in ("localhost", "::1", "0.0.0.0") and not host.startswith("127."):
        _hosts.append((_cells[0], host))


def _hook(event, arguments) -> None:
    try:
        if event == "open":
            _opened(*arguments)
        elif event in ("os.listdir", "os.scandir"):
            _listed(*arguments)
        elif event in ("os.remove", "os.mkdir", "os.rmdir"):
            _changed(arguments[0])
        elif event == "os.rename":
            _changed(arguments[1])
        elif event == "sqlite3.connect":
            _opened(arguments[0], "r", 0)
        elif event == "socket.getaddrinfo":
            _connected(arguments[0])
        elif event == "socket.connect" and isinstance(arguments[1], tuple):
            _connected(arguments[1][0])
        elif event in _PROGRAMS:
            _programs.add(event)
    except Exception:  # raising here would fail the page's own call; not recording it would make its result stale
        _programs.add(f"an unrecorded {event}")


def _within(names, folders) -> list[str]:
    """Those of ``names`` that are one of ``folders`` or below one, by their own name or through links."""
    kept = set()
    for name in names:
        for form in (name, os.path.realpath(name)):
            if any(form == folder or form.startswith(folder + os.sep) for folder in folders):
                kept.add(form)
                break
    return sorted(kept)


def write(path: str, root: str) -> None:
    """Write the record so far as JSON to ``path``; of files, those below ``root`` or in the ``resistance`` package."""
    loaded = {name: getattr(module, "__file__", None) for name, module in list(sys.modules.items())}
    package = loaded.get("resistance")
    folders = {root, os.path.realpath(root)} | ({os.path.dirname(package)} if package else set())
    modules = {name for name in loaded.values() if isinstance(name, str)}
    record = {
        "files": _within(_files | modules, folders),
        "folders": _within(_folders, folders),
        "programs": sorted(_programs),
        "hosts": _hosts,
        "written": sorted(pair for pair in _written if _within([os.path.realpath(pair[1])], {os.path.realpath(root)})),
    }
    with open(path, "w", encoding="utf-8") as file:
        json.dump(record, file)


def _began(*_) -> None:
    _cells[0] += 1


_module = types.ModuleType("_resistance_recorder")
_module.write = write
sys.modules["_resistance_recorder"] = _module
if "IPython" in sys.modules:
    _shell = sys.modules["IPython"].get_ipython()
    if _shell:
        _shell.events.register("pre_run_cell", _began)  # not called for the build's own, silent code
sys.addaudithook(_hook)
