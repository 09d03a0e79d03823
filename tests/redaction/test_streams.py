"""A large body is redacted piece by piece as it would be as a whole, and little of it is held."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from playhead.model.cassette import Exchange
from playhead.model.http import Request, Response
from playhead.model.timing import Chunk, Timing
from playhead.redaction.redact import Redactor
from tests.redaction.strategies import CANARY, secret_json, spelled

MULTIPART = "multipart/form-data; boundary=b"
MEDIA_TYPES = [
    "application/json",
    "application/x-ndjson",
    "text/event-stream",
    "application/x-www-form-urlencoded",
    MULTIPART,
    "text/plain",
    "",
    "application/octet-stream",
    "text/xml",
]
DISPOSITION = b'Content-Disposition: form-data; name="%s"\r\n\r\n'

seeds = st.integers(0, 999)


def whole(media_type: str, body: bytes, sizes: list[int]) -> tuple[bytes, list[int]]:
    timing = Timing(chunks=tuple(Chunk(0, size, 0) for size in sizes))
    response = Response(200, headers=(("content-type", media_type),), body=body)
    stored = Redactor().exchange(Exchange(1, Request("GET", "http://a.test/"), response, timing=timing))
    assert stored.response is not None
    assert isinstance(stored.response.body, bytes)
    return stored.response.body, [chunk.size_bytes for chunk in stored.timing.chunks]


def streamed(media_type: str, body: bytes, sizes: list[int]) -> tuple[bytes, list[int]]:
    stream = Redactor().stream(media_type)
    pieces, start = [], 0
    for size in sizes:
        pieces.append(stream.feed(body[start : start + size]))
        start += size
    pieces.append(stream.finish())
    return b"".join(pieces), stream.sizes(sizes)


def cut(body: bytes, cuts: list[int]) -> list[int]:
    """Chunk sizes that add up to the body's."""
    sizes = []
    left = len(body)
    for size in cuts:
        sizes.append(min(size, left))
        left -= sizes[-1]
    return [*sizes, left]


@st.composite
def bodies(draw: st.DrawFn) -> tuple[str, bytes]:
    """Bodies of each media type, whole or broken off."""
    media_type = draw(st.sampled_from(MEDIA_TYPES))
    texts = [spelled(draw(secret_json), draw(seeds)) for _ in range(draw(st.integers(1, 3)))]
    body = texts[0]
    if media_type in ("application/x-ndjson", "text/event-stream"):
        body = b"\n".join((b"data: " + text if "event" in media_type else text) for text in texts)
    elif media_type == MULTIPART:
        heads = [
            draw(st.sampled_from([b"", DISPOSITION % b"a", DISPOSITION % b"token", b"\r\n", b"x: y"])) for _ in texts
        ]
        parts = (b"--b\r\n" + head + text + b"\r\n" for head, text in zip(heads, texts, strict=True))
        body = draw(st.sampled_from([b"", b"preamble\r\n"])) + b"".join(parts) + b"--b--\r\n"
    elif "form" in media_type:
        body = b"a=1&token=" + draw(st.binary(max_size=4)).hex().encode()
    return media_type, body[: draw(st.integers(0, len(body)))] if draw(st.booleans()) else body


@given(body=bodies(), cuts=st.lists(st.integers(0, 12), max_size=12))
def test_pieces_give_what_the_whole_gives(body: tuple[str, bytes], cuts: list[int]) -> None:
    media_type, data = body
    sizes = cut(data, cuts)
    assert streamed(media_type, data, sizes) == whole(media_type, data, sizes)


@given(body=st.binary() | st.text('{}[]":,\\abr\r\n-').map(str.encode), cuts=st.lists(st.integers(0, 5)))
@pytest.mark.parametrize("media_type", MEDIA_TYPES)
def test_anything_at_all_goes_through(media_type: str, body: bytes, cuts: list[int]) -> None:
    sizes = cut(body, cuts)
    assert streamed(media_type, body, sizes) == whole(media_type, body, sizes)


PIECE = 16 * 1024
LONG = "x" * 300_000


@pytest.mark.parametrize(
    ("value", "survives"),
    [
        ({"password": CANARY + LONG, "a": CANARY[::-1]}, LONG),
        ({"a": LONG, "password": CANARY, "b": [LONG, {"token": CANARY}, {"otp": CANARY}]}, CANARY),
        ({"key": CANARY, "a": [LONG[:90], [1] * 50_000]}, CANARY),
        ({"credentials": [{"x": CANARY} for _ in range(20_000)]}, CANARY),
    ],
)
def test_long_values_and_long_objects_are_redacted_without_being_held(value: Any, survives: str) -> None:
    body = json.dumps(value).encode()
    sizes = cut(body, [PIECE] * (len(body) // PIECE))
    stream = Redactor().stream("application/json")
    out, start, most = b"", 0, 0
    for size in sizes:
        out += stream.feed(body[start : start + size])
        start += size
        most = max(most, len(stream._stage._held))  # type: ignore[attr-defined]
    out += stream.finish()
    assert survives.encode() not in out
    assert most <= 64 * 1024 + PIECE
    assert sum(stream.sizes(sizes)) == len(out)
    assert json.loads(out)


def test_a_large_upload_passes_with_little_held() -> None:
    parts = [
        DISPOSITION % b"token" + CANARY.encode() * 5000,
        DISPOSITION % b"key" + b"a/b.txt",
        DISPOSITION % b"file" + b"\r\n--" * 100_000,
    ]
    body = b"".join(b"--b\r\n" + part + b"\r\n" for part in parts) + b"--b--"
    sizes = cut(body, [PIECE] * 40)
    out, after = streamed(MULTIPART, body, sizes)
    assert CANARY.encode() not in out
    assert out.endswith(b"\r\n--" * 100_000 + b"\r\n--b--")
    assert sum(after) == len(out)


def test_a_key_beside_a_value_is_none_even_when_it_comes_first_and_the_value_late() -> None:
    body = b'{"key":"color","b":[1,2],"value":"red"}'
    assert streamed("application/json", body, cut(body, [1] * 30))[0] == body


@pytest.mark.parametrize("media_type", ["application/octet-stream", "image/png", "application/zip", ""])
def test_an_opaque_body_is_searched_for_forms_and_known_values(media_type: str) -> None:
    noise = bytes(range(256)) * 400
    token = b"ghp_" + b"aB3" * 12
    body = noise + b" " + token + b" " + noise + b" correct-horse-battery-7 " + noise
    redactor = Redactor()
    redactor.request(Request("GET", "http://a.test/", (("authorization", "Bearer correct-horse-battery-7"),)))
    stream = redactor.stream(media_type)
    sizes = cut(body, [PIECE] * (len(body) // PIECE))
    out, start = b"", 0
    for size in sizes:
        out += stream.feed(body[start : start + size])
        start += size
    out += stream.finish()
    assert token not in out
    assert b"correct-horse" not in out
    assert out.count(bytes(range(256))) == 1200
    assert sum(stream.sizes(sizes)) == len(out)


@pytest.mark.parametrize(
    "name", ["token", ":token", "::token", 'a\\"token', "password", ":password", "\\u003apassword"]
)
@pytest.mark.parametrize("colon", [":", " :", "\n\t: "])
def test_a_glance_at_many_records_sees_every_name(name: str, colon: str) -> None:
    records = [f'{{"id":{number},"text":":a {{:]}} \\"b"}}' for number in range(3000)]
    records[2000] = f'{{"{name}"{colon}"{CANARY}"}}'
    body = f"[{','.join(records)}]".encode()
    sizes = cut(body, [PIECE] * (len(body) // PIECE))
    out, _ = streamed("application/json", body, sizes)
    assert CANARY.encode() not in out
    assert out == whole("application/json", body, sizes)[0]
    assert len(json.loads(out)) == 3000


@pytest.mark.parametrize("turned", [False, True])
def test_names_and_values_are_seen_together_wherever_the_blocks_of_a_stream_part(turned: bool) -> None:
    records: list[dict[str, Any]] = [
        {
            "name": "password" if number % 97 == 0 else "n",
            "a": {"b": ["x" * (number % 41), {}]},
            "value": f"{CANARY}{number:04}",
        }
        for number in range(3000)
    ]
    records = [dict(reversed(each.items())) if turned else each for each in records]
    for document in (records, {"items": records}, {"groups": [{"items": records[:900]}, {"items": records[900:]}]}):
        body = json.dumps(document).encode()
        sizes = cut(body, [PIECE] * (len(body) // PIECE))
        out, _ = streamed("application/json", body, sizes)
        assert out == whole("application/json", body, sizes)[0]
        assert out.count(CANARY.encode()) == len(records) - len(records[::97])


def test_a_value_whose_name_does_not_come_soon_is_not_held() -> None:
    body = json.dumps({"value": [{"id": number, "t": "x"} for number in range(20_000)], "name": "password"}).encode()
    assert streamed("application/json", body, cut(body, [PIECE] * 40))[0] == body


def test_an_empty_part_under_a_secret_name_stays_empty() -> None:
    live = b'--b\r\nContent-Disposition: form-data; name="password"\r\n\r\n\r\n--b--\r\n'
    assert streamed("multipart/form-data; boundary=b", live, [len(live)])[0] == live


texts = st.text('{}[]":,\\ a', max_size=6)


@given(
    st.lists(st.fixed_dictionaries({"a": texts, "password": texts, "value": texts, "name": texts}), min_size=1),
    st.lists(st.integers(0, 30)),
)
def test_brackets_and_quotes_in_strings_are_no_structure(value: list[dict[str, str]], cuts: list[int]) -> None:
    live = json.dumps(value).encode()
    sizes = cut(live, cuts)
    assert streamed("application/json", live, sizes) == whole("application/json", live, sizes)
    stored = json.loads(streamed("application/json", live, sizes)[0])
    assert [each["a"] for each in stored] == [each["a"] for each in value]
    assert all(bool(each["password"]) is each["password"].startswith("REDACTED-") for each in stored)
