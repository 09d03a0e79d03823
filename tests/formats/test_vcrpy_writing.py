"""Laws of writing vcrpy's format, and every cassette of the corpus there and back."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import given

from playhead.errors import CassetteCorrupt, NotACassette
from playhead.formats.writing import Lack
from playhead.model.cassette import Cassette, Exchange
from playhead.model.http import Request, Response
from playhead.store.cassettes import load, put
from playhead.store.exporting import exported
from playhead.store.foreign import load_foreign
from tests.formats.samples import common, exchanges

CORPUS = Path(os.environ.get("PLAYHEAD_CORPUS", "/nowhere"))


@given(exchanges())
def test_ours_to_vcrpy_to_ours_is_equal_in_what_both_hold(several):
    written = exported(Cassette(several), Path("x.yaml"))
    assert list(map(common, load_foreign(written.data, "x.yaml").interactions)) == list(map(common, several))
    assert set(written.lacks) <= {Lack.HEADER, Lack.CODING}


@given(exchanges())
def test_what_was_read_back_is_written_as_the_same_bytes(several):
    first = exported(Cassette(several), Path("x.yaml")).data
    assert exported(load_foreign(first, "x.yaml"), Path("x.yaml")).data == first


def test_a_compressed_answer_stands_decoded_and_is_not_called_compressed():
    headers = (("Content-Encoding", "gzip"), ("Content-Length", "29"), ("X-Id", "7"))
    exchange = Exchange(
        1, Request("GET", "http://a.test/"), Response(200, "OK", headers=headers, body=b"hi", coding="gzip")
    )
    written = exported(Cassette((exchange,)), Path("x.yaml"))
    assert written.lacks == {Lack.CODING: [1]}
    (back,) = load_foreign(written.data, "x.yaml").interactions
    assert (back.response.headers, back.response.body) == ((("Content-Length", "2"), ("X-Id", "7")), b"hi")


def test_a_compressed_request_is_compressed_again():
    request = Request("POST", "http://a.test/", (("Content-Encoding", "gzip"),), b"hi", "gzip")
    written = exported(Cassette((Exchange(1, request, Response(200)),)), Path("x.yaml"))
    assert b"!!binary" in written.data
    assert load_foreign(written.data, "x.yaml").interactions[0].request == request


@pytest.mark.skipif(not CORPUS.is_dir(), reason="PLAYHEAD_CORPUS does not name a folder of others' cassettes")
def test_every_cassette_of_the_corpus_goes_through_our_formats_and_back(tmp_path):
    count = 0
    for path in sorted(CORPUS.rglob("*.y*ml")):
        try:
            read = load(path)
        except (NotACassette, CassetteCorrupt):
            continue
        wanted, there = list(map(common, read.interactions)), read
        for name in ("a.json", "b.msgpack", "c.yaml"):
            put(there, tmp_path / name)
            there = load(tmp_path / name)
            assert list(map(common, there.interactions)) == wanted, (path, name)
        count += 1
    assert count > 0
