"""Reads text files whatever their bytes, and writes them whole or not at all."""

from __future__ import annotations

import codecs
import os
import tempfile
from collections.abc import Mapping
from pathlib import Path

from resistance.diagnostics import CONTROL_CHARACTER, Finding, control_fault
from resistance.references.rules import BY_NAME

_BOM = b"\xef\xbb\xbf"


def _as_latin_1(error: UnicodeError) -> tuple[str, int]:
    """Decode only the bytes that are not UTF-8 as Latin-1, so that one stray byte does not spoil the rest."""
    if not isinstance(error, UnicodeDecodeError):
        raise error
    return error.object[error.start : error.end].decode("latin-1"), error.end


codecs.register_error("resistance-latin-1", _as_latin_1)


def decode(data: bytes, path: str) -> tuple[str, list[Finding]]:
    """Text of ``data`` with LF line ends, and what is wrong with its encoding.

    Parameters
    ----------
    data : the bytes of the file
    path : how the file is named in findings
    """
    findings = []
    if data.startswith(_BOM):
        findings.append(Finding.of(BY_NAME["byte-order-mark"], path, 1, "the file begins with a byte order mark"))
        data = data[len(_BOM) :]
    if (position := data.find(b"\r")) >= 0:
        line = data.count(b"\n", 0, position) + 1
        count = data.count(b"\r")
        message = f"the line ends in CRLF or CR, as {count} in the file do"
        findings.append(Finding.of(BY_NAME["line-ends"], path, line, message))
        data = data.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        message = f"byte 0x{data[error.start]:02x} is not UTF-8; it was read as Latin-1"
        findings.append(Finding.of(BY_NAME["not-utf-8"], path, line, message))
        return data.decode("utf-8", errors="resistance-latin-1"), findings
    if control := control_fault(text):
        findings.append(Finding.of(BY_NAME["control-character"], path, *control))
    return CONTROL_CHARACTER.sub(" ", text), findings


def read_text(path: Path, shown: str) -> tuple[str | None, list[Finding]]:
    """Text of the file, or ``None`` and a finding if it cannot be opened."""
    try:
        data = path.read_bytes()
    except OSError as error:
        reason = error.strerror or type(error).__name__
        return None, [Finding.of(BY_NAME["file-missing"], shown, 1, f"the file cannot be opened: {reason}")]
    return decode(data, shown)


def write_atomically(contents: Mapping[Path, str]) -> None:
    """Write all files, or none: each goes to a temporary file first, and only then takes the name.

    Raises
    ------
    OSError
        If a file cannot be written; those already replaced have then been put back.
    """
    staged: dict[Path, Path] = {}
    replaced: dict[Path, bytes | None] = {}
    try:
        for path, text in contents.items():
            staged[path] = _stage(path, text)
        for path, temporary in staged.items():
            before = path.read_bytes() if path.exists() else None
            os.replace(temporary, path)
            replaced[path] = before
    except OSError:
        for path, before in replaced.items():
            if before is None:
                path.unlink(missing_ok=True)
            else:
                os.replace(_stage(path, before), path)
        raise
    finally:
        for temporary in staged.values():
            temporary.unlink(missing_ok=True)


def _stage(path: Path, content: str | bytes) -> Path:
    """A finished temporary file beside ``path``, with the mode that ``path`` has or would get."""
    path.parent.mkdir(parents=True, exist_ok=True)
    data = content.encode("utf-8") if isinstance(content, str) else content
    descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.", suffix=".tmp")
    temporary = Path(name)
    try:
        with os.fdopen(descriptor, "wb") as stream:
            stream.write(data)
            stream.flush()
            os.fsync(stream.fileno())
        temporary.chmod(path.stat().st_mode & 0o777 if path.exists() else 0o666 & ~_umask())
    except OSError:
        temporary.unlink(missing_ok=True)
        raise
    return temporary


def _umask() -> int:
    current = os.umask(0)
    os.umask(current)
    return current
