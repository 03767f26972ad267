"""The folder of a run: what was asked, every finished chunk, and at the end the summary.

``run.json`` holds model, parameters, seed, versions and the hash of the model's source. A chunk's full results are one
Parquet file in ``results/``, written before its summary in ``chunks/``, which alone says that it is done. Every file is
written beside its place and moved there, so that a run that is killed leaves nothing half written under its name.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from resistance.ensembles.blocks import Columns, Done, Summaries
from resistance.ensembles.errors import EnsembleError
from resistance.ensembles.summaries import Summary

RUN, SUMMARY, CHUNKS, RESULTS = "run.json", "summary.json", "chunks", "results"


class Store:
    """One run's folder."""

    def __init__(self, folder: Path, about: Mapping[str, Any]):
        self.folder = folder
        self.about = dict(about)

    @contextmanager
    def opened(self, resume: bool) -> Iterator[None]:
        """Begin a run in the folder, or go on with the one that is in it; holds the folder until the end.

        Raises
        ------
        EnsembleError
            If another run is at work in it, if it holds a run and ``resume`` is false, or holds another run than this.
        """
        from filelock import FileLock, Timeout

        self.folder.mkdir(parents=True, exist_ok=True)
        lock = FileLock(self.folder / ".lock")
        try:
            lock.acquire(timeout=0)
        except Timeout:
            raise EnsembleError(f"another run is at work in {self.folder}") from None
        try:
            self._begin(resume)
            yield
        finally:
            lock.release()

    def _begin(self, resume: bool) -> None:
        path = self.folder / RUN
        if not path.is_file():
            if any(entry.name != ".lock" for entry in self.folder.iterdir()):
                raise EnsembleError(f"{self.folder} holds other files; name a new folder")
            _write(path, json.dumps(self.about, indent=1, ensure_ascii=False).encode() + b"\n")
            return
        if not resume:
            raise EnsembleError(f"{self.folder} holds a run already; resume it, or name another folder")
        before = read_json(path)
        # The size of chunks does not change a number: a run goes on with those that it began with.
        self.about["chunk"] = before.get("chunk")
        wanted = json.loads(json.dumps(self.about))
        for key in sorted(set(before) | set(wanted)):
            if before.get(key) != wanted.get(key):
                raise EnsembleError(f"{self.folder} holds another run: its {key} is {_short(before.get(key))}")

    def finished(self, expected: Mapping[int, int]) -> Iterator[Done]:
        """The chunks that are done, of those ``expected`` (first block and the block after the last), without tables.

        A file that cannot be read, or that is of other blocks, does not count.
        """
        for path in sorted((self.folder / CHUNKS).glob("*.json")):
            try:
                start, stop, summaries = _read_chunk(path)
            except (EnsembleError, ValueError, KeyError, TypeError, OSError):
                continue
            if expected.get(start) == stop and (not self.about["full"] or self._part(start).is_file()):
                yield Done(start, stop, summaries, None)

    def keep(self, done: Done) -> None:
        """Write a chunk's results, then its summary.

        Raises
        ------
        OSError
            If the disk takes nothing more; what was written before stays.
        """
        if done.table is not None:
            _write(self._part(done.start), parquet(done.table, self.about))
        record = {"start": done.start, "stop": done.stop, "summaries": records(done.summaries)}
        _write(self.folder / CHUNKS / f"{done.start:09}.json", json.dumps(record).encode())

    def end(self, summaries: Summaries, digest: str) -> None:
        """Write the summary of the whole run."""
        record = {"digest": digest, "summaries": records(summaries)}
        _write(self.folder / SUMMARY, json.dumps(record).encode())

    def _part(self, start: int) -> Path:
        return self.folder / RESULTS / f"part-{start:09}.parquet"


def records(summaries: Summaries) -> list[dict[str, Any]]:
    """Summaries as JSON holds them, in the order of groups and outputs."""
    ordered = sorted(summaries, key=lambda key: (key[0] is not None, key[0] or 0, key[1]))
    return [{"group": group, "output": name, **summaries[group, name].record()} for group, name in ordered]


def _read_chunk(path: Path) -> tuple[int, int, Summaries]:
    record = read_json(path)
    summaries = {(part["group"], part["output"]): Summary.read(part) for part in record["summaries"]}
    return record["start"], record["stop"], summaries


def parquet(table: Columns, about: Mapping[str, Any]) -> bytes:
    """A Parquet file of the columns; its metadata says under ``resistance`` what run it is of.

    Raises
    ------
    EnsembleError
        If pyarrow is not installed.
    """
    arrow, files = _arrow()
    data = arrow.table(table).replace_schema_metadata({"resistance": json.dumps(about, ensure_ascii=False)})
    sink = arrow.BufferOutputStream()
    files.write_table(data, sink, compression="zstd")
    return sink.getvalue().to_pybytes()


def _arrow() -> tuple[Any, Any]:
    try:
        import pyarrow
        import pyarrow.parquet
    except ImportError:
        raise EnsembleError(
            "full results need pyarrow; install the package with its extra, 'resistance[scale]'"
        ) from None
    return pyarrow, pyarrow.parquet


def need_parquet() -> None:
    """Raise :class:`EnsembleError` if full results could not be written in the end."""
    _arrow()


def read_json(path: Path) -> dict[str, Any]:
    """A JSON object; raises :class:`EnsembleError` if the file is none."""
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except ValueError as error:
        raise EnsembleError(f"{path} cannot be read: {error}") from None
    if not isinstance(found, dict):
        raise EnsembleError(f"{path} cannot be read: it is no object")
    return found


def _write(path: Path, content: bytes) -> None:
    """Write a file as a whole, on the disk before it has its name."""
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_name(f".{path.name}.part")
    try:
        with beside.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        os.replace(beside, path)
    except OSError as error:
        beside.unlink(missing_ok=True)
        error.filename = error.filename or str(path)
        raise


def _short(value: Any) -> str:
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= 80 else f"{text[:77]}..."


def parts(folder: Path) -> Iterable[Path]:
    """Parquet files of a run, in the order of its patients."""
    return sorted((folder / RESULTS).glob("part-*.parquet"))
