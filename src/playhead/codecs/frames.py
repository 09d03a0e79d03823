"""The frames of the `.msgpack` encoding: a header, a frame for each interaction, and an end, which journals lack.

The frame of an interaction has its outline in front and the rest as packed bytes, so that a cassette opens without
unpacking all of it.
"""

from __future__ import annotations

import zlib
from typing import NamedTuple, cast

from playhead.codecs.body import show_bytes
from playhead.codecs.calls import invocation_of, invocation_parts
from playhead.codecs.exchanges import exchange_of, message_parts, outcome_parts
from playhead.codecs.faults import VERSION, expect_version
from playhead.codecs.limits import DEFAULT, Limits
from playhead.codecs.malformed import MOST, Malformed, flag, mapping, rows, text, whole
from playhead.codecs.packing import packed, unpacked
from playhead.codecs.timeline import events_of
from playhead.model.call import Invocation
from playhead.model.cassette import CALLED, Interaction, Outline, Recorded, outline_of

__all__ = [
    "Checksum",
    "End",
    "Frame",
    "Passed",
    "end_frame",
    "frame_of",
    "header_frame",
    "interaction_frame",
    "passed_frame",
    "passed_of",
    "recorded_of_header",
]

_HEADER, _EXCHANGE, _CALL, _END, _PASSED = "playhead", "exchange", "call", "end", "passed"
_BIN_OF_FOUR = b"\xc4\x04"
"""The bytes with which msgpack begins four bytes, such as the checksum at the end of a file."""
_SEALED = len(_BIN_OF_FOUR) + 4
_USUAL = {(str, str, int, int, int, type(origin), bool) for origin in (None, "")}
"""The types of an outline's members."""


class End(NamedTuple):
    """The content of an end frame: the number of interactions, and the checksum of all before it.

    The first edition wrote no checksum.
    """

    interactions: int
    checksum: bytes | None = None


class Passed(NamedTuple):
    """A note in the journal of a run that a test has passed.

    The interactions of this origin before it are to be committed, with `replaces` in place of what was recorded
    earlier.
    """

    origin: str | None
    replaces: bool


class Checksum:
    """The CRC-32 of a file up to its last four bytes, which hold that number if the file ends with a checksum.

    It detects each flipped bit and each run of up to 32 changed bits, at the speed of memory. It is not a signature:
    anybody can write a file with a valid one, so what is read is never trusted.
    """

    def __init__(self) -> None:
        self._sum = 0
        self._last: bytes | bytearray = b""

    def feed(self, data: bytes | bytearray) -> None:
        """Take the next piece of the file."""
        if len(data) < _SEALED:
            data = self._last + data
        else:
            self._sum = zlib.crc32(self._last, self._sum)
        self._sum = zlib.crc32(memoryview(data)[:-_SEALED], self._sum)
        self._last = data[-_SEALED:]

    @property
    def sealed(self) -> bool:
        """True if the file ends like one with a checksum."""
        return self._last.startswith(_BIN_OF_FOUR)

    @property
    def fits(self) -> bool:
        """True if the last four bytes are the checksum of all before them."""
        return self._of(self._last[:-4]) == self._last[-4:]

    def closing(self, count: int) -> bytes:
        """Return the end frame for what was fed."""
        head = packed([_END, count, bytes(4)])[:-4]
        return head + self._of(self._last + head)

    def _of(self, rest: bytes | bytearray) -> bytes:
        return zlib.crc32(rest, self._sum).to_bytes(4, "big")


class Frame(NamedTuple):
    """An interaction as far as it is known before its rest is unpacked."""

    id: int
    outline: Outline
    rest: bytes

    def interaction(self, folder: str, limits: Limits = DEFAULT) -> Interaction:
        """Return the whole interaction. Raises Malformed if the rest is not valid."""
        parts = mapping(unpacked(self.rest), "")
        row = mapping(parts.pop("timing", None), "timing")
        outline = self.outline
        parts["id"], parts["origin"] = self.id, outline.origin
        row["start_us"], row["session"] = outline.start_us, outline.session
        interaction: Interaction
        if outline.method == CALLED:
            interaction = invocation_of(parts, row, limits)
        else:
            request = mapping(parts.get("request"), "request")
            request["method"], request["url"] = outline.method, outline.url
            interaction = exchange_of(parts, row, folder, limits)
        # All other members are in the outline.
        if interaction.timing.last_us != outline.last_us or interaction.steady is not outline.steady:
            raise Malformed("it is not what its outline says")
        return interaction


def header_frame(recorded: Recorded) -> bytes:
    """Return the frame that each file of frames begins with."""
    return packed([_HEADER, VERSION, recorded.at, recorded.by])


def interaction_frame(interaction: Interaction) -> bytes:
    """Return the frame of one interaction. Raises Malformed if it holds what msgpack cannot."""
    outline, row = outline_of(interaction), events_of(interaction.timing)
    if isinstance(interaction, Invocation):
        parts = invocation_parts(interaction)
        for outlined in ("id", "origin"):
            parts.pop(outlined, None)
        return packed([_CALL, interaction.id, outline, packed({**parts, "timing": row})])
    rest = {
        "request": message_parts(interaction.request, show_bytes),
        **outcome_parts(interaction, show_bytes),
        "timing": row,
    }
    return packed([_EXCHANGE, interaction.id, outline, packed(rest)])


def end_frame(count: int, before: bytes | bytearray) -> bytes:
    """Return the frame that closes a cassette of `count` interactions; `before` is all bytes before it.

    A file without it is a journal, or was cut.
    """
    checksum = Checksum()
    checksum.feed(before)
    return checksum.closing(count)


def passed_frame(passed: Passed) -> bytes:
    """Return the frame that notes a passed test in a journal."""
    return packed([_PASSED, *passed])


def passed_of(value: object) -> Passed | None:
    """Return the note of a passed test, `None` for any other frame."""
    if type(value) is not list or len(value) != 3 or value[0] != _PASSED:
        return None
    return Passed(None if value[1] is None else text(value[1], "origin"), flag(value[2], "replaces"))


def recorded_of_header(value: object, path: str) -> Recorded:
    """Return the content of a header frame.

    Raises UnsupportedVersion for a later version, Malformed for any other frame.
    """
    if type(value) is not list or len(value) < 2 or value[0] != _HEADER:
        raise Malformed("it does not begin as a cassette")
    expect_version(value[1], path)
    if len(value) != 4:
        raise Malformed("its header does not have four members")
    return Recorded(text(value[2], "recorded.at"), text(value[3], "recorded.by"))


def frame_of(value: object) -> Frame | End:
    """Return an interaction's frame, or the end. Raises Malformed for any other frame."""
    if type(value) is list and len(value) == 4 and value[0] in (_EXCHANGE, _CALL):
        outline = _outline_of(rows(value[2], "outline"))
        if (value[0] == _CALL) is (outline.method == CALLED):
            return Frame(whole(value[1], "id", 1), outline, _bytes(value[3]))
    if type(value) is list and len(value) in (2, 3) and value[0] == _END:
        return End(whole(value[1], "end"), _bytes(value[2]) if len(value) == 3 else None)
    raise Malformed("it is not a frame of a cassette")


def _outline_of(members: list[object]) -> Outline:
    if len(members) != len(Outline._fields):
        raise Malformed(f"{len(Outline._fields)} members are expected", "outline")
    method, url, start_us, last_us, session, origin, steady = members
    # Most outlines are fine, and a cassette has thousands.
    if tuple(map(type, members)) in _USUAL:
        numbers = cast(list[int], members[2:5])
        if min(numbers) >= 0 and max(numbers) <= MOST:
            return tuple.__new__(Outline, members)
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
