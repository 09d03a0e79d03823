"""Many lines are looked at together, and redacted as each would be by itself."""

from __future__ import annotations

from unittest.mock import patch

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from playhead.redaction import names
from playhead.redaction.lines import blocks_of_lines, may_hold_lines
from playhead.redaction.names import CERTAIN, SOMETIMES, certainty, fold
from playhead.redaction.redact import Redactor
from playhead.redaction.rules import RedactionRules
from tests.redaction.strategies import CANARY, secret_json, spelled

PREFIXES = [b"", b"data: ", b"data:", b"\x1e", b"event: ", b": ", b"  "]
OTHERS = [b"", b"event: message", b"data: [DONE]", b"see https://a.test/?token=" + CANARY.encode(), b'{"password": "']


@st.composite
def lines(draw: st.DrawFn) -> bytes:
    """A line of JSON, with a secret or none, whole or broken, or something else."""
    if draw(st.booleans()):
        return draw(st.sampled_from(OTHERS))
    text = spelled(draw(secret_json), draw(st.integers(0, 99))).replace(b"\n", b" ").replace(b"\r", b" ")
    broken = text[: draw(st.integers(0, len(text)))] if draw(st.booleans()) else text
    return draw(st.sampled_from(PREFIXES)) + broken


@given(body=st.lists(lines(), max_size=6).map(b"\n".join))
@example(body=b'{"a": 1}\n' * 3 + b'{"token": "' + CANARY.encode() + b'"}\n')
@example(body=b'{"a": 1}\r\nevent: b\r\n' + b'data: {"password": "c"}')
def test_lines_together_are_what_each_is_by_itself(body: bytes) -> None:
    with patch("playhead.redaction.lines.may_hold_lines", return_value=True):
        each = Redactor().body("application/x-ndjson", body)
    assert Redactor().body("application/x-ndjson", body) == each


def streamed(media_type: str, body: bytes, size: int) -> bytes:
    stream = Redactor().stream(media_type)
    return b"".join(stream.feed(body[at : at + size]) for at in range(0, len(body), size)) + stream.finish()


@pytest.mark.parametrize("size", [100, 40_000, 70_000])
@pytest.mark.parametrize("media_type", ["application/x-ndjson", "text/event-stream"])
@pytest.mark.parametrize("end", [b"\n", b"\r\n"])
def test_of_many_lines_the_one_with_a_secret_is_found(media_type: str, end: bytes, size: int) -> None:
    plain = b'data: {"id": 7, "title": "a thing", "tags": ["a", "b"]}' + end
    secret = b'data: {"id": 7, "api_key": "' + CANARY.encode() + b'"}' + end
    body = plain * 3000 + secret + plain * 3000
    found = streamed(media_type, body, size)
    assert found == body.replace(CANARY.encode(), b"REDACTED-api-key-1")
    assert found == Redactor().body(media_type, body)


@given(body=st.lists(st.binary(max_size=9) | st.just(b"x" * 40_000), max_size=5).map(b"\n".join))
def test_blocks_are_the_whole_and_end_where_lines_do(body: bytes) -> None:
    blocks = [body[start:end] for start, end in blocks_of_lines(body)]
    assert b"".join(blocks) == body
    assert all(block.endswith(b"\n") for block in blocks[:-1])


def test_lines_without_secrets_are_told_by_one_look() -> None:
    rules = RedactionRules()
    assert not may_hold_lines(b'{"a": 1}\n{"b": "c"}\n\n', rules)
    assert not may_hold_lines(b'data: {"a": 1}\r\n\r\ndata: [1]\r\n', rules)
    assert may_hold_lines(b'{"a": 1}\nname: value\n', rules)


words = st.sampled_from(sorted({*CERTAIN, *SOMETIMES, "my", "Public", "2", "s", "confirm", "mon", "é"}))


@given(parts=st.lists(words, min_size=1, max_size=4), by=st.sampled_from(["_", "-", "", "é"]))
def test_a_name_is_judged_as_if_nothing_were_looked_for_first(parts: list[str], by: str) -> None:
    name = by.join(parts)
    assert certainty(name) == (None if fold(name) in names._SWITCHES else names._certainty(name, fold(name)))
