"""What a cell shows, kept within bounds: text is cut with a note, and what a published page may not hold is a fault.

Streams are joined here rather than by nbclient, whose patterns for carriage returns take time with the square of the
length of a line.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from nbformat import NotebookNode

from resistance.execution.limits import LONGEST_LINE, MOST_CHARACTERS, MOST_DATA, MOST_LINES

_TEXT = ("text/plain", "text/markdown")
_MARKUP = ("text/html", "image/svg+xml")
_ACTIVE = re.compile(
    r"<(script|iframe|object|embed|base|form|link)\b|<[^<>]*\s(on[a-z]+)\s*=|<[^<>]*\s(?:src|srcset|poster)\s*=\s*[\"']?\s*(?:https?:)?(//[^\s\"'>]+)",
    re.IGNORECASE,
)


def tidy(notebook: NotebookNode) -> None:
    """Join the pieces of each stream and cut text that is too long, with a note of how much was left out."""
    for cell in notebook.cells:
        if cell.cell_type != "code":
            continue
        cell.outputs = _joined(cell.get("outputs", []))
        for output in cell.outputs:
            if output.output_type == "stream":
                output.text = cut(output.text)
            for kind in _TEXT:
                if isinstance(text := output.get("data", {}).get(kind), str):
                    output.data[kind] = cut(text)


def _joined(outputs: list[NotebookNode]) -> list[NotebookNode]:
    """Outputs with all pieces of one stream as one, as a terminal would show them, standard output before error.

    In which pieces and in what order the two streams arrive depends on timing.
    """
    kept: list[NotebookNode] = []
    streams: dict[str, NotebookNode] = {}
    for output in outputs:
        if output.output_type != "stream":
            kept.append(output)
        elif output.name in streams:
            streams[output.name].text += output.text
        else:
            streams[output.name] = output
            kept.append(output)
    for output in streams.values():
        output.text = "\n".join(map(_overwritten, output.text.split("\n")))
    in_order = iter(sorted(streams.values(), key=lambda output: output.name, reverse=True))
    return [next(in_order) if output.output_type == "stream" else output for output in kept]


def _overwritten(line: str) -> str:
    """What is left of a line after its carriage returns and backspaces."""
    ended = line.endswith("\r")
    line = line.removesuffix("\r").rpartition("\r")[2] + ("\r" if ended else "")
    if "\b" not in line:
        return line
    shown: list[str] = []
    for character in line:
        if character != "\b":
            shown.append(character)
        elif shown:
            shown.pop()
    return "".join(shown)


def cut(text: str) -> str:
    """``text`` within the limits on lines, on a line and on the whole, with a note where something was left out."""
    lines = text.split("\n")
    more = len(lines) - MOST_LINES
    if more > 0:
        lines = [*lines[:MOST_LINES], f"[{more:,} more lines were left out]"]
    kept, left = [], MOST_CHARACTERS
    for number, line in enumerate(lines):
        if len(line) > LONGEST_LINE:
            line = f"{line[:LONGEST_LINE]} [{len(line) - LONGEST_LINE:,} more characters were left out]"
        left -= len(line)
        if left < 0:
            kept.append(f"[{len(lines) - number:,} more lines were left out]")
            break
        kept.append(line)
    return "\n".join(kept)


def output_faults(notebook: NotebookNode) -> Iterator[tuple[str, int, str]]:
    """Code of ``RULES``, position among all cells and message of every output that cannot be published as it is."""
    for index, cell in enumerate(notebook.cells):
        data = [output.get("data", {}) for output in cell.get("outputs", [])]
        size = sum(len(str(value)) for bundle in data for value in bundle.values())
        if size > MOST_DATA:
            yield "RUN006", index, f"shows {size:,} characters of data, more than {MOST_DATA:,}"
            continue
        for bundle in data:
            if what := _active(bundle):
                yield "RUN007", index, f"shows {what}"
                break


def _active(bundle: dict[str, Any]) -> str:
    """What an output would run in the reader's browser or fetch from another host; nothing ("") for most."""
    if "application/javascript" in bundle:
        return "a script"
    for kind in _MARKUP:
        if match := _ACTIVE.search(str(bundle.get(kind, ""))):
            return f"an element <{match[1]}>" if match[1] else f"a handler {match[2]}" if match[2] else match[3]
    return ""
