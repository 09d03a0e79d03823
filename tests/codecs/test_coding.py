"""Codings undone and done again: chunks keep their places, damage and bombs are kept as they are."""

from __future__ import annotations

import gzip
import importlib.util
import sys
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from playhead.codecs.coding import CODINGS, redo, undo
from playhead.errors import UsageError


def _installed(*names: str) -> bool:
    return any(importlib.util.find_spec(name) for name in names)


AVAILABLE = [
    "gzip",
    "x-gzip",
    "deflate",
    *(["br"] if _installed("brotli", "brotlicffi") else []),
    *(["zstd"] if _installed("zstandard") else []),
]
codings = pytest.mark.parametrize("coding", AVAILABLE)
chunks_of_bodies = st.lists(st.binary(max_size=300), min_size=1, max_size=8)


@codings
@given(chunks=chunks_of_bodies, complete=st.booleans())
def test_what_is_encoded_for_replay_gives_back_the_very_chunks(
    coding: str, chunks: list[bytes], complete: bool
) -> None:
    encoded = list(redo(coding, chunks, complete=complete))
    assert len(encoded) == len(chunks)
    assert undo(coding, encoded, complete=complete) == chunks


@codings
@given(chunks=chunks_of_bodies, sizes=st.lists(st.integers(1, 40), max_size=20))
def test_wherever_a_server_cut_its_chunks_the_body_is_the_same(
    coding: str, chunks: list[bytes], sizes: list[int]
) -> None:
    encoded = b"".join(redo(coding, chunks))
    pieces = []
    for size in sizes:
        pieces.append(encoded[:size])
        encoded = encoded[size:]
    decoded = undo(coding, [*pieces, encoded])
    assert decoded is not None
    assert len(decoded) == len(pieces) + 1
    assert b"".join(decoded) == b"".join(chunks)


@codings
@given(chunks=chunks_of_bodies, cut=st.integers(min_value=1))
def test_a_body_that_was_cut_is_undone_only_where_it_was_left_early(coding: str, chunks: list[bytes], cut: int) -> None:
    encoded = b"".join(redo(coding, chunks))
    kept = encoded[: -1 - cut % len(encoded)]
    assert undo(coding, [kept]) is None
    left = undo(coding, [kept], complete=False)
    assert left is not None
    assert b"".join(chunks).startswith(b"".join(left))


@codings
@given(chunk=st.binary(min_size=1, max_size=100), junk=st.binary(min_size=1, max_size=20), apart=st.booleans())
def test_something_behind_the_end_is_never_lost(coding: str, chunk: bytes, junk: bytes, apart: bool) -> None:
    encoded = b"".join(redo(coding, [chunk]))
    assert undo(coding, [encoded, junk] if apart else [encoded + junk]) is None


@codings
@given(junk=st.binary(min_size=1, max_size=200))
def test_damage_is_no_crash(coding: str, junk: bytes) -> None:
    decoded = undo(coding, [junk])
    assert decoded is None or len(decoded) == 1


@codings
def test_a_bomb_is_not_set_off(coding: str) -> None:
    bomb = b"".join(redo(coding, [bytes(1_000_000)] * 64))
    assert undo(coding, [bomb], 1_000_000) is None
    assert undo(coding, [bomb], 64_000_000) is not None
    assert undo(coding, [bomb], 63_999_999) is None


@codings
def test_an_empty_body_that_was_encoded_is_encoded_again(coding: str) -> None:
    assert undo(coding, list(redo(coding, []))) == [b""]
    assert list(redo(coding, [], complete=False)) == []


def test_a_body_of_no_bytes_was_not_encoded() -> None:
    assert undo("gzip", []) is None
    assert undo("gzip", [b""]) is None


def test_deflate_without_the_header_of_zlib_is_understood() -> None:
    raw = zlib.compressobj(wbits=-15)
    encoded = raw.compress(b"hello " * 20) + raw.flush()
    assert undo("deflate", [encoded]) == [b"hello " * 20]
    assert b"".join(undo("deflate", [encoded[:1], encoded[1:]]) or []) == b"hello " * 20


def test_two_gzip_members_are_kept_as_they_are() -> None:
    assert undo("gzip", [gzip.compress(b"one") + gzip.compress(b"two")]) is None


def test_names_of_codings_are_compared_as_http_does() -> None:
    assert undo(" GZip ", [gzip.compress(b"hi")]) == [b"hi"]


def test_unknown_codings_are_kept_and_cannot_be_made() -> None:
    assert undo("rot13", [b"uryyb"]) is None
    with pytest.raises(UsageError, match="rot13"):
        redo("rot13", [b"hello"])


@pytest.mark.parametrize(("coding", "package"), [("br", "brotli"), ("zstd", "zstandard")])
def test_a_coding_without_its_package_names_the_package(
    coding: str, package: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("brotli", "brotlicffi", "zstandard"):
        monkeypatch.setitem(sys.modules, name, None)
    assert undo(coding, [b"whatever"]) is None
    with pytest.raises(UsageError, match=f"pip install {package}"):
        redo(coding, [b"whatever"])


def test_a_brotli_that_cannot_bound_its_output_is_not_used(monkeypatch: pytest.MonkeyPatch) -> None:
    class Old:
        Decompressor = type("Decompressor", (), {})

    monkeypatch.setitem(sys.modules, "brotli", Old)
    assert undo("br", [b"whatever"]) is None


def test_encoding_twice_gives_the_same_bytes() -> None:
    assert list(redo("gzip", [b"one", b"two"])) == list(redo("gzip", [b"one", b"two"]))


def test_every_coding_is_listed() -> None:
    assert set(AVAILABLE) <= set(CODINGS)
