"""CSV as rows under its header. Without one that looks like a header there is nothing to say."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from io import StringIO
from itertools import islice

__all__ = ["CSV", "csv_rows"]

CSV = "text/csv"
_MOST_ROWS = 50
"""A few rows tell the columns; their values are not compared."""


def csv_rows(body: bytes) -> Iterator[dict[str, str]]:
    """The first rows as objects; of a table without rows one object with empty values."""
    lines = csv.reader(StringIO(body.decode("utf-8-sig", "replace"), newline=""))
    try:
        header = next(lines, [])
        if not _is_header(header):
            return
        rows = list(islice(lines, _MOST_ROWS)) or [[""] * len(header)]
    except csv.Error:
        return
    yield from (dict(zip(header, row, strict=False)) for row in rows if row)


def _is_header(cells: list[str]) -> bool:
    """Whether each cell is a name of its own: data has numbers, blanks and repetitions."""
    return (
        len(cells) > 1 and len(set(cells)) == len(cells) and all(cell.strip() and not _number(cell) for cell in cells)
    )


def _number(cell: str) -> bool:
    try:
        float(cell)
    except ValueError:
        return False
    return True
