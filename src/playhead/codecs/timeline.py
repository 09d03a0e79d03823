"""A row of the timeline as plain parts, and back. A chunk is `[at, size, waited]`; what is absent has no key."""

from __future__ import annotations

from playhead.codecs.malformed import Malformed, expect_known, mapping, rows, whole
from playhead.model.timing import Chunk, Outlasted, Timing

__all__ = ["ROW_KEYS", "events_of", "glance", "row_of", "timing_of"]

_EVENTS = ("start_us", "pooled_us", "connected_us", "sent_us", "head_us", "end_us", "end_waited_us")
ROW_KEYS = frozenset({*_EVENTS, "id", "chunks", "session", "outlasted"})


def row_of(timing: Timing) -> dict[str, object]:
    """The row of a timing, its keys in the order in which things happened."""
    row = {"start_us": timing.start_us, **events_of(timing)}
    if timing.session:
        row["session"] = timing.session
    return row


def events_of(timing: Timing) -> dict[str, object]:
    """The row without what an outline has too, its start and its session."""
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
    """The timing of a row; of none, one without events. Malformed if an instant is no whole number, and so on."""
    if row is None:
        return Timing()
    try:
        return _timing_of(row)
    except Malformed as malformed:
        raise malformed.under("timeline") from None


def glance(row: dict[str, object] | None) -> tuple[int, int, int]:
    """Start, last instant and session of a row, without building its timing where that can be avoided."""
    if row is None:
        return 0, 0, 0
    start, last, session = row.get("start_us", 0), row.get("end_us"), row.get("session", 0)
    if type(start) is int and type(last) is int and type(session) is int and min(start, last, session) >= 0:
        return start, last, session
    timing = timing_of(row)
    return timing.start_us, timing.last_us, timing.session


def _timing_of(row: dict[str, object]) -> Timing:
    expect_known(row, ROW_KEYS, "")
    start, pooled, connected, sent, head, end, end_waited = (_instant(row, key) for key in _EVENTS)
    return Timing(
        start_us=start or 0,
        connected_us=connected,
        sent_us=sent,
        head_us=head,
        chunks=tuple(_chunk(chunk) for chunk in rows(row.get("chunks", []), "chunks")),
        end_us=end,
        session=whole(row.get("session", 0), "session"),
        pooled_us=pooled,
        end_waited_us=end_waited,
        outlasted=_outlasted(row["outlasted"]) if "outlasted" in row else None,
    )


def _outlasted(value: object) -> Outlasted:
    limits = mapping(value, "outlasted")
    expect_known(limits, frozenset(Outlasted._fields), "outlasted")
    return Outlasted(**{key: whole(us, f"outlasted.{key}") for key, us in limits.items()})


def _instant(row: dict[str, object], key: str) -> int | None:
    value = row.get(key)
    return None if value is None else whole(value, key)


def _chunk(value: object) -> Chunk:
    parts = rows(value, "chunks")
    if len(parts) != 3:
        raise Malformed("a chunk is [at, size, waited]", "chunks")
    return Chunk(whole(parts[0], "chunks"), whole(parts[1], "chunks"), whole(parts[2], "chunks"))
