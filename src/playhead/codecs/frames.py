"""The frames of the `.msgpack` encoding: a header, one frame an interaction, an end (which a journal has not).

An interaction's frame has its outline in front and the rest as packed bytes: a cassette opens without unpacking them.
"""

from __future__ import annotations

from typing import NamedTuple

from playhead.codecs.body import show_bytes
from playhead.codecs.calls import invocation_of, invocation_parts
from playhead.codecs.exchanges import exchange_of, message_parts, outcome_parts
from playhead.codecs.faults import VERSION, expect_version
from playhead.codecs.limits import DEFAULT, Limits
from playhead.codecs.malformed import Malformed, flag, mapping, rows, text, whole
from playhead.codecs.packing import packed, unpacked
from playhead.codecs.timeline import events_of
from playhead.model.call import Invocation
from playhead.model.cassette import CALLED, Interaction, Outline, Recorded, outline_of

__all__ = ["Frame", "end_frame", "frame_of", "header_frame", "interaction_frame", "recorded_of_header"]

_HEADER, _EXCHANGE, _CALL, _END = "playhead", "exchange", "call", "end"


class Frame(NamedTuple):
    """An interaction as far as it is known without unpacking its rest."""

    id: int
    outline: Outline
    rest: bytes

    def interaction(self, folder: str, limits: Limits = DEFAULT) -> Interaction:
        """The whole interaction; Malformed if the rest is not what it should be."""
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
        # All else is the outline's own, or was read from it.
        if interaction.timing.last_us != outline.last_us or interaction.steady is not outline.steady:
            raise Malformed("it is not what its outline says")
        return interaction


def header_frame(recorded: Recorded) -> bytes:
    """The frame that every file of frames begins with."""
    return packed([_HEADER, VERSION, recorded.at, recorded.by])


def interaction_frame(interaction: Interaction) -> bytes:
    """The frame of one interaction; Malformed if it holds what msgpack cannot."""
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


def end_frame(count: int) -> bytes:
    """The frame that closes a cassette of `count` interactions; without it a file is a journal, or was cut."""
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
    """An interaction's frame, or the count of an end frame; Malformed if it is neither."""
    if type(value) is list and len(value) == 4 and value[0] in (_EXCHANGE, _CALL):
        outline = _outline_of(rows(value[2], "outline"))
        if (value[0] == _CALL) is (outline.method == CALLED):
            return Frame(whole(value[1], "id", 1), outline, _bytes(value[3]))
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
