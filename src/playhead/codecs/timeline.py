"""A row of the timeline as plain parts, and back. A chunk is `[at, size, waited]`; what is absent has no key."""

from __future__ import annotations

from typing import Any

from playhead.codecs.malformed import MOST, Malformed, expect_known, mapping, rows, whole
from playhead.model.timing import Chunk, Outlasted, Timing

__all__ = ["ROW_KEYS", "events_of", "glance", "row_of", "timing_of"]

Row = dict[str, Any]
"""A row as it was decoded; its values are checked before they are used."""

_NO_CHUNKS: list[Any] = []
_INTS = {int}
_EVENTS = ("start_us", "pooled_us", "connected_us", "sent_us", "head_us", "end_us", "end_waited_us")
ROW_KEYS = frozenset({*_EVENTS, "id", "chunks", "session", "outlasted"})


def row_of(timing: Timing) -> dict[str, object]:
    """Return the row of a timing, with keys in the order in which things happened."""
    row = {"start_us": timing.start_us, **events_of(timing)}
    if timing.session:
        row["session"] = timing.session
    return row


def events_of(timing: Timing) -> dict[str, object]:
    """Return the row without start and session, which are in the outline too."""
    before = {
        "pooled_us": timing.pooled_us,
        "connected_us": timing.connected_us,
        "sent_us": timing.sent_us,
        "head_us": timing.head_us,
    }
    row: dict[str, object] = {name: at_us for name, at_us in before.items() if at_us is not None}
    if timing.chunks:
        row["chunks"] = list(map(list, timing.chunks))
    if timing.end_us is not None:
        row["end_us"] = timing.end_us
    if timing.end_waited_us is not None:
        row["end_waited_us"] = timing.end_waited_us
    if timing.outlasted is not None:
        row["outlasted"] = {key: us for key, us in timing.outlasted._asdict().items() if us is not None}
    return row


def timing_of(row: dict[str, object] | None) -> Timing:
    """Return the timing of a row, one without events for `None`.

    Raises Malformed if an instant is not a whole number, and so on.
    """
    if row is None:
        return Timing()
    try:
        return _timing_of(row)
    except Malformed as malformed:
        raise malformed.under("timeline") from None


def glance(row: dict[str, object] | None) -> tuple[int, int, int]:
    """Return start, last instant and session of a row, without building its timing if that can be avoided."""
    if row is None:
        return 0, 0, 0
    start, last, session = row.get("start_us", 0), row.get("end_us"), row.get("session", 0)
    if type(start) is int and type(last) is int and type(session) is int and min(start, last, session) >= 0:
        return start, last, session
    timing = timing_of(row)
    return timing.start_us, timing.last_us, timing.session


def _timing_of(row: Row) -> Timing:
    if not _is_usual(row):
        _check(row)
    chunks: list[tuple[int, int, int]] = row.get("chunks", _NO_CHUNKS)
    return Timing(
        row.get("start_us") or 0,
        row.get("connected_us"),
        row.get("sent_us"),
        row.get("head_us"),
        # `Chunk(*chunk)` takes three times as long
        tuple([tuple.__new__(Chunk, chunk) for chunk in chunks]),
        row.get("end_us"),
        row.get("session", 0),
        row.get("pooled_us"),
        row.get("end_waited_us"),
        _outlasted(row["outlasted"]) if "outlasted" in row else None,
    )


def _is_usual(row: Row) -> bool:
    """Return True if a row has known keys and whole numbers alone, all of them checked at once."""
    chunks, numbers = row.get("chunks", _NO_CHUNKS), [0, *row.values()]
    if type(chunks) is not list:
        return False
    if chunks is not _NO_CHUNKS:
        numbers.remove(chunks)
    for chunk in chunks:
        if type(chunk) is not list or len(chunk) != 3:
            return False
        numbers += chunk
    try:
        numbers.sort()
    except TypeError:
        return False
    return ROW_KEYS.issuperset(row) and set(map(type, numbers)) <= _INTS and numbers[0] == 0 and numbers[-1] <= MOST


def _check(row: Row) -> None:
    """Raise Malformed with the place of what is wrong. An instant may also be null, and a row may have `outlasted`."""
    expect_known(row, ROW_KEYS, "")
    for key in _EVENTS:
        if row.get(key) is not None:
            whole(row[key], key)
    for chunk in rows(row.get("chunks", []), "chunks"):
        parts = rows(chunk, "chunks")
        if len(parts) != 3:
            raise Malformed("a chunk is [at, size, waited]", "chunks")
        for part in parts:
            whole(part, "chunks")
    whole(row.get("session", 0), "session")


def _outlasted(value: object) -> Outlasted:
    limits = mapping(value, "outlasted")
    expect_known(limits, frozenset(Outlasted._fields), "outlasted")
    return Outlasted(**{key: whole(us, f"outlasted.{key}") for key, us in limits.items()})
