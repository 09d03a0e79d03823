"""Cassettes of every kind, for the laws of the codecs and of the store."""

from __future__ import annotations

import json
from dataclasses import replace

from hypothesis import strategies as st

from playhead.model.cassette import Cassette, Exchange, Recorded
from playhead.model.http import FAILED_AFTER, BodyFile, Failure, Request, Response
from playhead.model.timing import Chunk, Outlasted, Timing

words = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
header_text = st.text(st.characters(max_codepoint=255), max_size=12)
headers = st.lists(st.tuples(header_text, header_text), max_size=4).map(tuple)
instants = st.integers(0, 2**63 - 1)
maybe_instants = st.none() | instants

json_values = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**30), 10**30) | st.floats(allow_nan=False) | words,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(words, inner, max_size=4),
    max_leaves=12,
)


@st.composite
def json_bodies(draw: st.DrawFn) -> bytes:
    """JSON as any program might write it."""
    written = json.dumps(
        draw(json_values),
        ensure_ascii=draw(st.booleans()),
        indent=draw(st.sampled_from([None, 1, 2, 4, "\t"])),
        separators=draw(st.sampled_from([None, (",", ":"), (", ", ": "), (" ,", " :")])),
        sort_keys=draw(st.booleans()),
    )
    return (written + draw(st.sampled_from(["", "\n", "\r\n", " "]))).encode()


ODD_JSON = (
    b'{"a":1,"a":2}',
    b'{"id":123456789012345678901234567890}',
    b'{"price":1.10,"big":1E400}',
    b'["\\ud800"]',
    b'["\\uD83D\\uDE00"]',
    b'{"a" : 1}',
    b"[NaN,Infinity]",
    b"[1e5,-0,-0.0,0.1]",
    b"\xef\xbb\xbf{}",
    b'"caf\xc3\xa9"',
    b'"caf\\u00e9"',
    b'"\\/"',
    b"[" * 5000,
    b"[" * 99 + b"]" * 99,
    b"[" * 150 + b"]" * 150,
    b"1" * 5000,
    b"null",
    b" {}",
    b"{}\n",
    b"{}\n\n",
    b"\xff\xfe\x00",
    b"line one\nline two\r\nline three",
    b"\x00\x01",
)

bodies = st.just(b"") | st.binary(max_size=60) | json_bodies() | st.sampled_from(ODD_JSON) | words.map(str.encode)
body_files = st.builds(
    lambda sha256, size: BodyFile(f"bodies/{sha256}.bin", sha256, size),
    st.text("0123456789abcdef", min_size=64, max_size=64),
    instants,
)
any_bodies = bodies | body_files
codings = st.none() | st.sampled_from(["gzip", "deflate", "br", "zstd"])
timings = st.builds(
    Timing,
    instants,
    maybe_instants,
    maybe_instants,
    maybe_instants,
    st.lists(st.builds(Chunk, instants, instants, instants), max_size=3).map(tuple),
    maybe_instants,
    st.integers(0, 5),
    maybe_instants,
    maybe_instants,
    st.none() | st.builds(Outlasted, maybe_instants, maybe_instants, maybe_instants, maybe_instants),
)
requests = st.builds(Request, words, words, headers, any_bodies, codings)
responses = st.builds(Response, st.integers(0, 999), words, words, headers, any_bodies, codings, complete=st.booleans())
failures = st.builds(Failure, words, words, st.sampled_from(FAILED_AFTER))
exchanges = st.builds(
    Exchange,
    st.just(1),
    requests,
    st.none() | responses,
    st.none() | failures,
    st.just(Timing()) | timings,
    st.none() | words,
)


def _numbered(several: list[Exchange]) -> tuple[Exchange, ...]:
    return tuple(replace(each, id=number) for number, each in enumerate(several, 1))


interactions = st.lists(exchanges, max_size=4).map(_numbered)
cassettes = st.builds(Cassette, interactions, st.builds(Recorded, words, words))
