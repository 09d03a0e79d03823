"""Laws of both encodings: what is written reads back equal, and nothing malformed gets through or gets loose."""

from __future__ import annotations

import json as stdlib_json
import zlib
from types import ModuleType

import pytest
from hypothesis import given
from hypothesis import strategies as st

from playhead.codecs import json, msgpack
from playhead.codecs.document import cassette_of, document_of
from playhead.errors import CassetteCorrupt, UnsupportedVersion, UsageError
from playhead.model.cassette import Cassette, Exchange, Recorded, outlines
from playhead.model.http import Failure, Request, Response
from playhead.model.timing import Timing
from tests.codecs.strategies import cassettes, json_values

codecs = pytest.mark.parametrize("codec", [json, msgpack])
ONE = Exchange(1, Request("GET", "http://a/"), Response(200, body=b'{"a":1}'), timing=Timing(1, 2, 3, 4, (), 9))


@codecs
@given(cassette=cassettes)
def test_what_is_written_reads_back_equal(codec: ModuleType, cassette: Cassette) -> None:
    read = codec.decode(codec.encode(cassette), "a/b.json")
    assert outlines(read.interactions) == outlines(cassette.interactions)
    assert read == cassette
    assert read.recorded == cassette.recorded


@codecs
@given(cassette=cassettes)
def test_what_was_read_is_written_as_it_was(codec: ModuleType, cassette: Cassette) -> None:
    written = codec.encode(cassette)
    assert codec.encode(codec.decode(written)) == written


@codecs
@given(cassette=cassettes, cut=st.integers(0))
def test_a_truncated_file_is_corrupt(codec: ModuleType, cassette: Cassette, cut: int) -> None:
    written = codec.encode(cassette).rstrip(b"\n")
    with pytest.raises(CassetteCorrupt):
        codec.decode(written[: cut % len(written)], "a/b.json")


@codecs
@given(cassette=cassettes, place=st.integers(0), junk=st.binary(max_size=4), gone=st.integers(0, 8))
def test_damaged_bytes_are_read_or_corrupt_but_never_anything_else(
    codec: ModuleType, cassette: Cassette, place: int, junk: bytes, gone: int
) -> None:
    written = codec.encode(cassette)
    place %= len(written)
    _expect_read_or_corrupt(codec, written[:place] + junk + written[place + gone :])


@codecs
@given(data=st.binary(max_size=50))
def test_any_other_file_is_corrupt(codec: ModuleType, data: bytes) -> None:
    with pytest.raises(CassetteCorrupt):
        codec.decode(data)


@given(cassette=cassettes, data=st.data())
def test_a_document_with_anything_anywhere_is_read_or_corrupt(cassette: Cassette, data: st.DataObject) -> None:
    document = document_of(cassette)
    _spoil(document, data)
    _expect_read_or_corrupt(json, stdlib_json.dumps(document).encode())


@codecs
@pytest.mark.parametrize("ids", [(1, 1), (2, 1, 2)])
def test_two_interactions_of_one_id_are_refused(codec: ModuleType, ids: tuple[int, ...]) -> None:
    with pytest.raises(UsageError, match="twice"):
        codec.encode(Cassette([Exchange(number, ONE.request, ONE.response) for number in ids]))


@codecs
@pytest.mark.parametrize(
    "exchange",
    [
        Exchange(0, ONE.request, ONE.response),
        Exchange(1, Request("GET", "http://a/\ud800"), ONE.response),
        Exchange(1, ONE.request, Response(2**64)),
        Exchange(1, ONE.request, Response(200, headers=(("x", "€"),))),
        Exchange(1, ONE.request, Response(200, coding="rot13")),
        Exchange(1, ONE.request, Response(200, headers=[("a", "b")])),  # type: ignore[arg-type]
        Exchange(1, ONE.request, ONE.response, timing=Timing(start_us=-1)),
        Exchange(1, ONE.request, ONE.response, origin="\ud800"),
        Exchange(1, ONE.request, failure=Failure("ReadTimeout", after="lunch")),
    ],
)
def test_what_could_not_be_read_again_is_not_written(codec: ModuleType, exchange: Exchange) -> None:
    with pytest.raises(UsageError, match="could not be read again"):
        codec.encode(Cassette([exchange]))


@codecs
def test_a_failure_with_undecodable_bytes_in_its_message_is_written(codec: ModuleType) -> None:
    failed = Exchange(1, ONE.request, failure=Failure("ConnectError", "caf\udce9"))
    (read,) = codec.decode(codec.encode(Cassette([failed]))).interactions
    assert read.failure == Failure("ConnectError", "caf\\udce9")


@codecs
def test_a_later_version_is_told_from_a_damaged_file(codec: ModuleType) -> None:
    later = {json: b'{"playhead": 2, "tracks": []}', msgpack: b"\x93\xa8playhead\x02\xc0"}[codec]
    with pytest.raises(UnsupportedVersion, match=r"a/b\.json has format version 2"):
        codec.decode(later, "a/b.json")


@codecs
def test_damage_inside_an_interaction_is_found_when_it_is_looked_at(codec: ModuleType) -> None:
    written = codec.encode(Cassette([ONE], Recorded("now", "me")))
    spoilt = written.replace(b"compact", b"sloppy!").replace(b"bytes", b"bites")
    if codec is msgpack:  # else its checksum tells before anything is looked at
        spoilt = spoilt[:-4] + zlib.crc32(spoilt[:-4]).to_bytes(4, "big")
    read = codec.decode(spoilt, "a/b.json")
    with pytest.raises(CassetteCorrupt) as caught:
        read.interactions[0]
    assert caught.value.path == "a/b.json"
    assert caught.value.place.startswith("interactions[0]")


def test_a_document_can_be_given_as_it_is() -> None:
    assert cassette_of(document_of(Cassette([ONE])), "a/b.json", "a") == Cassette([ONE])


def _expect_read_or_corrupt(codec: ModuleType, data: bytes) -> None:
    try:
        read = codec.decode(data, "a/b.json")
        assert len(list(read.interactions)) == len(outlines(read.interactions))
    except (CassetteCorrupt, UnsupportedVersion):
        return


def _spoil(document: dict[str, object], data: st.DataObject) -> None:
    """Put anything, or nothing, anywhere into a document."""
    place: object = document
    while True:
        assert isinstance(place, dict | list)
        keys = list(place) if isinstance(place, dict) else list(range(len(place)))
        if not keys:
            return
        key = data.draw(st.sampled_from(keys))
        inner = place[key]
        if isinstance(inner, dict | list) and inner and data.draw(st.booleans()):
            place = inner
            continue
        if data.draw(st.booleans()):
            del place[key]
        else:
            place[key] = data.draw(json_values)
        return
