"""What a page shows and nobody reads: running heads, page numbers, lines and grounds are marked as artifacts."""

from __future__ import annotations

import re

__all__ = ["mark_artifacts"]

_MARK = re.compile(rb"^/\w+ ?<</MCID (\d+) ?>> ?BDC$")
_BEGINS = (b" m", b" re", b"BT")
_PAINTS = {b"f", b"F", b"f*", b"B", b"B*", b"b", b"b*", b"S", b"s", b"n", b"ET"}


def mark_artifacts(content: bytes, dropped: frozenset[int]) -> bytes:
    """The content stream with everything that is outside marked content, or in one of ``dropped``, as an artifact.

    Parameters
    ----------
    content : stream as the browser writes it, one operator a line
    dropped : numbers of marked content that the structure tree does not have any more
    """
    lines: list[bytes] = []
    depth, drawing = 0, False
    for line in content.split(b"\n"):
        if line.endswith(b"BDC") or line.endswith(b"BMC"):
            depth += 1
            found = _MARK.match(line)
            if found and int(found[1]) in dropped:
                line = b"/Artifact BMC"
        elif line == b"EMC":
            depth -= 1
        elif depth == 0 and not drawing and (line.endswith(_BEGINS) or line.endswith(b" Do")):
            lines.append(b"/Artifact BMC")
            if line.endswith(b" Do"):
                lines += [line, b"EMC"]
                continue
            drawing = True
        lines.append(line)
        if drawing and (line in _PAINTS or line.endswith((b" n", b" f"))):
            lines.append(b"EMC")
            drawing = False
    return b"\n".join(lines)
