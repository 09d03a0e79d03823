"""Our files are known by how they begin, in both encodings, and are never taken for one another."""

from __future__ import annotations

import json

import msgpack
import pytest

from playhead.codecs.frames import header_frame
from playhead.codecs.json import encode
from playhead.contract.contract import Contract
from playhead.contract.encoding import encode_json, encode_msgpack
from playhead.model.cassette import Cassette, Recorded
from playhead.text.files import CASSETTE_KEY, begins_as_contract, begins_as_recording

RECORDED = Recorded(at="2026-01-01T00:00:00Z")
RECORDINGS = [encode(Cassette(recorded=RECORDED)), header_frame(RECORDED)]
CONTRACTS = [encode_json(Contract()), encode_msgpack(Contract())]


@pytest.mark.parametrize("data", RECORDINGS)
def test_recordings(data: bytes) -> None:
    assert begins_as_recording(data)
    assert not begins_as_contract(data)


@pytest.mark.parametrize("data", CONTRACTS)
def test_contracts(data: bytes) -> None:
    assert begins_as_contract(data)
    assert not begins_as_recording(data)


@pytest.mark.parametrize("spaced", [b"\xef\xbb\xbf", b"\n\n   "])
def test_what_stands_before_the_first_name_does_not_matter(spaced: bytes) -> None:
    assert begins_as_recording(spaced + RECORDINGS[0])


@pytest.mark.parametrize(
    "data", [b"", b"{}", json.dumps({"playheads": 1}).encode(), msgpack.packb({"playheads": 1}), CASSETTE_KEY.encode()]
)
def test_other_files(data: bytes) -> None:
    assert not begins_as_recording(data)
    assert not begins_as_contract(data)
