"""The frames of the `.msgpack` encoding: a header, one frame an exchange, an end (which a journal has not).

An exchange's frame has its outline in front and the rest as packed bytes: a cassette opens without unpacking them.
"""

from __future__ import annotations

from typing import NamedTuple

from playhead.codecs.body import show_bytes
from playhead.codecs.exchanges import exchange_of, message_parts, outcome_parts
from playhead.codecs.faults import VERSION, expect_version
from playhead.codecs.limits import DEFAULT, Limits
from playhead.codecs.malformed import Malformed, flag, mapping, rows, text, whole
from playhead.codecs.packing import packed, unpacked
from playhead.codecs.timeline import row_of
from playhead.model.cassette import Exchange, Outline, Recorded, outline_of

__all__ = ["Frame", "end_frame", "exchange_frame", "frame_of", "header_frame", "recorded_of_header"]

_HEADER, _EXCHANGE, _END = "playhead", "exchange", "end"


class Frame(NamedTuple):
    """An exchange as far as it is known without unpacking its rest."""

    id: int
    outline: Outline
    rest: bytes

    def exchange(self, folder: str, limits: Limits = DEFAULT) -> Exchange:
        """The whole exchange; Malformed if the rest is not what it should be."""
        parts = mapping(unpacked(self.rest), "")
        request = mapping(parts.get("request"), "request")
        row = mapping(parts.pop("timing", None), "timing")
        outline = self.outline
        parts["id"], parts["origin"] = self.id, outline.origin
        request["method"], request["url"] = outline.method, outline.url
        row["start_us"], row["session"] = outline.start_us, outline.session
        exchange = exchange_of(parts, row, folder, limits)
        # All else is the outline's own, or was read from it.
        if exchange.timing.last_us != outline.last_us or exchange.steady is not outline.steady:
            raise Malformed("it is not what its outline says")
        return exchange


def header_frame(recorded: Recorded) -> bytes:
    """The frame that every file of frames begins with."""
    return packed([_HEADER, VERSION, recorded.at, recorded.by])


def exchange_frame(exchange: Exchange) -> bytes:
    """The frame of one exchange; Malformed if it holds what msgpack cannot."""
    outline, row = outline_of(exchange), row_of(exchange.timing)
    for outlined in ("start_us", "session"):
        row.pop(outlined, None)
    rest = {
        "request": message_parts(exchange.request, show_bytes),
        **outcome_parts(exchange, show_bytes),
        "timing": row,
    }
    return packed([_EXCHANGE, exchange.id, outline, packed(rest)])


def end_frame(count: int) -> bytes:
    """The frame that closes a cassette of `count` exchanges; without it a file is a journal, or was cut."""
    return packed([_END, count])


def recorded_of_header(value: object, path: str) -> Recorded:
    """What a header frame says; UnsupportedVersion for a later version, Malformed if it is none."""
    if type(value) is not list or len(value) < 2 or value[0] != _HEADER:
        raise Malformed("it does not begin as a cassette")
    expect_version(value[1], path)
    if len(value) != 4:
        raise Malformed("its header has not four members")
    return Recorded(text(value[2], "recorded.at"), text(value[3], "recorded.by"))


def frame_of(value: object) -> Frame | int:
    """An exchange's frame, or the count of an end frame; Malformed if it is neither."""
    if type(value) is list and len(value) == 4 and value[0] == _EXCHANGE:
        return Frame(whole(value[1], "id", 1), _outline_of(rows(value[2], "outline")), _bytes(value[3]))
    if type(value) is list and len(value) == 2 and value[0] == _END:
        return whole(value[1], "end")
    raise Malformed("it is not a frame of a cassette")


def _outline_of(members: list[object]) -> Outline:
    if len(members) != len(Outline._fields):
        raise Malformed(f"{len(Outline._fields)} members are expected", "outline")
    method, url, start_us, last_us, session, origin, steady = members
    return Outline(
        text(method, "method"),
        text(url, "url"),
        whole(start_us, "start_us"),
        whole(last_us, "last_us"),
        whole(session, "session"),
        None if origin is None else text(origin, "origin"),
        flag(steady, "steady"),
    )


def _bytes(value: object) -> bytes:
    if type(value) is not bytes:
        raise Malformed("packed bytes are expected", "rest")
    return value
