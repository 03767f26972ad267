"""Records of CSV text with the lines on which they begin, as every finding about a row names its line."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator


class RecordError(ValueError):
    """A record that cannot be read; it begins on ``line``."""

    def __init__(self, line: int, error: csv.Error):
        self.line = line
        super().__init__(f"the record that begins here cannot be read: {error}")


def records(text: str) -> Iterator[tuple[int, list[str]]]:
    """Line and cells of each record; blank lines are passed over.

    Raises
    ------
    RecordError
        If a quotation mark is not closed or stands where none may; the records before it have been given.
    """
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    line = 1
    try:
        for cells in reader:
            if cells:
                yield line, cells
            line = reader.line_num + 1
    except csv.Error as error:
        raise RecordError(line, error) from None
