"""The `.msgpack` encoding and the journal: frames, whole up to a cut."""

from __future__ import annotations

from dataclasses import replace

import msgpack as packing
import pytest
from hypothesis import given
from hypothesis import strategies as st

from playhead.codecs import json, msgpack
from playhead.codecs.frames import end_frame
from playhead.errors import CassetteCorrupt, UnsupportedVersion, UsageError
from playhead.model.cassette import Cassette, Exchange, Interaction, Recorded
from playhead.model.http import Request, Response
from playhead.model.timing import Timing
from tests.codecs.strategies import cassettes, interactions

HEADER = msgpack.header_frame(Recorded("now", "me"))
ONE = Exchange(1, Request("GET", "http://a/"), Response(200, body=b"\x00\xff"), timing=Timing(1, end_us=9), origin="t")
FRAME = msgpack.interaction_frame(ONE)


@given(cassette=cassettes)
def test_both_encodings_hold_the_same(cassette: Cassette) -> None:
    assert json.decode(json.encode(cassette)) == msgpack.decode(msgpack.encode(cassette))


@given(recorded=interactions, cut=st.integers(0))
def test_a_journal_cut_anywhere_gives_all_that_was_whole(recorded: tuple[Interaction, ...], cut: int) -> None:
    frames = [HEADER, *map(msgpack.interaction_frame, recorded)]
    written = b"".join(frames)
    cut %= len(written) + 1
    ends = [sum(map(len, frames[: number + 2])) for number in range(len(recorded))]
    whole = [each for each, end in zip(recorded, ends, strict=True) if end <= cut]
    assert msgpack.decode_journal(written[:cut]) == whole


@given(recorded=interactions, left=st.binary(max_size=40) | st.just(bytes(4096)))
def test_what_a_crash_leaves_behind_the_last_frame_is_ignored(recorded: tuple[Interaction, ...], left: bytes) -> None:
    written = b"".join([HEADER, *map(msgpack.interaction_frame, recorded)])
    assert msgpack.decode_journal(written + left)[: len(recorded)] == list(recorded)


def test_a_cassette_can_be_read_as_a_journal() -> None:
    assert msgpack.decode_journal(msgpack.encode(Cassette([ONE]))) == [ONE]


def test_a_journal_is_no_cassette_and_the_error_says_what_to_do() -> None:
    with pytest.raises(CassetteCorrupt, match=r"`playhead recover a\.msgpack`"):
        msgpack.decode(HEADER + FRAME, "a.msgpack")


def test_a_journal_of_a_later_version_is_told() -> None:
    with pytest.raises(UnsupportedVersion):
        msgpack.decode_journal(packing.packb(["playhead", 9]))


@pytest.mark.parametrize("data", [b"{}", b"\xc1", packing.packb(["playhead", 1]), packing.packb({"playhead": 1})])
def test_another_file_is_no_journal(data: bytes) -> None:
    with pytest.raises(CassetteCorrupt):
        msgpack.decode_journal(data, "a.journal")


def test_what_msgpack_cannot_hold_is_refused_when_it_is_recorded() -> None:
    with pytest.raises(UsageError):
        msgpack.interaction_frame(Exchange(1, Request("GET", "http://a/\ud800"), Response(200)))


def _file(*frames: object) -> bytes:
    return HEADER + b"".join(packing.packb(frame, strict_types=False) for frame in frames)


OUTLINE = ["GET", "http://a/", 0, 0, 0, None, True]
REST = packing.packb({"request": {}, "response": {"status": 200}, "timing": {}})


def test_the_frames_are_what_the_errors_below_spoil() -> None:
    (read,) = msgpack.decode(_file(["exchange", 1, OUTLINE, REST], ["end", 1])).interactions
    assert read == Exchange(1, Request("GET", "http://a/"), Response(200))


@pytest.mark.parametrize(
    "data",
    [
        _file(["end", 1]),
        _file(["end", "0"]),
        _file(["end", 0], ["end", 0]),
        _file(["end", 0]) + b"\xc0",
        _file(["end", 0]) + b"\x93",
        _file(["exchange", 1, OUTLINE, REST], ["exchange", 1, OUTLINE, REST], ["end", 2]),
        _file(["exchange", 0, OUTLINE, REST], ["end", 1]),
        _file(["exchange", 1, OUTLINE, "text"], ["end", 1]),
        _file(["exchange", 1, OUTLINE[1:], REST], ["end", 1]),
        _file(["exchange", 1, None, REST], ["end", 1]),
        _file(["call", 1], ["end", 1]),
        _file({"a": 1}),
        _file({1: 1}),
        _file(packing.ExtType(1, b"x"), ["end", 0]),
        _file(packing.Timestamp(1), ["end", 0]),
        HEADER + b"\xc1",
        HEADER + b"\x91" * 100_000,
        HEADER + b"\xa1\xff" + packing.packb(["end", 0]),
        HEADER + b"\xdd\xff\xff\xff\xff",
    ],
)
def test_frames_that_are_none_are_corrupt(data: bytes) -> None:
    with pytest.raises(CassetteCorrupt):
        msgpack.decode(data, "a.msgpack")


@pytest.mark.parametrize(
    "rest",
    [
        b"",
        b"\xc1",
        REST + b"\xc0",
        b"\x91" * 100_000,
        packing.packb([]),
        packing.packb({"request": {}, "response": {"status": 200}}),
        packing.packb({"request": [], "response": {"status": 200}, "timing": {}}),
        packing.packb({"request": {}, "response": {"status": 200}, "timing": {"end_us": 5}}),
        packing.packb({"request": {}, "abandoned": True, "timing": {}}),
        packing.packb({"request": {}, "response": {"status": 200}, "timing": {}, b"x": 1}),
        packing.packb({"request": {}, "response": {"status": packing.ExtType(1, b"")}, "timing": {}}),
    ],
)
def test_an_exchange_that_is_not_what_its_outline_says_is_corrupt(rest: bytes) -> None:
    cassette = msgpack.decode(_file(["exchange", 1, OUTLINE, rest], ["end", 1]), "a.msgpack")
    with pytest.raises(CassetteCorrupt) as caught:
        cassette.interactions[0]
    assert caught.value.place.startswith("interactions[0]")


SOUND = msgpack.encode(Cassette([ONE, replace(ONE, id=2)], Recorded("now", "me")))
END = packing.packb(["end", 2])


@given(cassette=cassettes, bit=st.integers(0))
def test_a_flipped_bit_anywhere_is_told(cassette: Cassette, bit: int) -> None:
    data = bytearray(msgpack.encode(cassette))
    bit %= 8 * len(data)
    data[bit // 8] ^= 1 << bit % 8
    _expect_corrupt(bytes(data))


def test_each_flipped_bit_is_told() -> None:
    for bit in range(8 * len(SOUND)):
        data = bytearray(SOUND)
        data[bit // 8] ^= 1 << bit % 8
        _expect_corrupt(bytes(data))


def test_each_cut_is_told() -> None:
    for end in range(len(SOUND)):
        _expect_corrupt(SOUND[:end])


def _expect_corrupt(data: bytes) -> None:
    with pytest.raises(CassetteCorrupt):
        msgpack.decode(data)
    for size in (1, 5, 7, len(data) or 1):
        pieces = [data[start : start + size] for start in range(0, len(data), size)]
        with pytest.raises(CassetteCorrupt):
            list(msgpack.passing(pieces, "a.msgpack", ""))


def test_a_file_of_the_first_edition_has_no_checksum_and_is_read() -> None:
    old = HEADER + FRAME + msgpack.interaction_frame(replace(ONE, id=2)) + END
    assert msgpack.decode(old) == msgpack.decode(SOUND)
    assert list(msgpack.passing([old[:50], old[50:]], "", "")) == [ONE, replace(ONE, id=2)]


@pytest.mark.parametrize("size", [1, 2, 3, 5, 6, 7, 1000])
def test_the_checksum_does_not_depend_on_how_a_file_is_read(size: int) -> None:
    pieces = [SOUND[start : start + size] for start in range(0, len(SOUND), size)]
    assert list(msgpack.passing(pieces, "", "")) == [ONE, replace(ONE, id=2)]


def test_a_sound_file_of_a_later_version_is_no_broken_one() -> None:
    later = packing.packb(["playhead", 9, "now", "me"])
    with pytest.raises(UnsupportedVersion):
        msgpack.decode(later + end_frame(0, later))
    with pytest.raises(UnsupportedVersion):
        list(msgpack.passing([later, end_frame(0, later)], "", ""))
