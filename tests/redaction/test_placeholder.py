"""Placeholders: three forms, found again in any text, each readable by what reads the secret's place."""

from __future__ import annotations

import json
from base64 import b64decode, b64encode, urlsafe_b64decode, urlsafe_b64encode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from playhead.redaction.placeholder import (
    claims_of,
    is_placeholder,
    mark_of,
    number_of,
    placeholder,
    placeholders,
    replace_placeholders,
    same_kind,
)
from playhead.text.placeholder_signs import Form

kinds = st.lists(st.from_regex(r"[a-z][a-z0-9]{0,5}", fullmatch=True), min_size=1, max_size=3).map("-".join)
numbers = st.integers(1, 100_000)
claims = st.dictionaries(
    st.sampled_from(["exp", "nbf", "iat", "sub", "email", "jti"]),
    st.integers(0, 2**40) | st.text(max_size=5) | st.booleans() | st.none() | st.floats(),
)
forms = st.sampled_from(["plain", "jwt", "base64"])


def token(header: object, payload: object) -> str:
    """A signed JSON web token."""
    parts = [urlsafe_b64encode(json.dumps(each).encode()).decode().rstrip("=") for each in (header, payload)]
    return ".".join([*parts, "c2lnbmF0dXJlLW9mLXRoaXM"])


def part(text: str, index: int) -> object:
    piece = text.split(".")[index]
    return json.loads(urlsafe_b64decode(piece + "=" * (-len(piece) % 4)))


@given(
    kind=kinds, number=numbers, form=forms, payload=claims, around=st.tuples(st.text(max_size=9), st.text("-. =/\n"))
)
def test_each_form_is_found_wherever_it_stands(
    kind: str, number: int, form: Form, payload: dict[str, object], around: tuple[str, str]
) -> None:
    text = placeholder(kind, number, token({"alg": "HS256"}, payload), form=form)
    assert mark_of(text) == (0, len(text), kind, number, form)
    assert is_placeholder(text)
    assert number_of(text) == number
    assert same_kind(text) == f"REDACTED-{kind}"
    before, after = around[0] + " ", around[1]
    assert [mark[2:] for mark in placeholders(before + text + after)] == [(kind, number, form)]
    assert replace_placeholders(before + text + after, lambda _: "X") == before + "X" + after


@given(kind=kinds, number=numbers, rest=st.binary(max_size=9))
def test_one_in_base64_decodes_alone_and_with_more_behind_it(kind: str, number: int, rest: bytes) -> None:
    text = placeholder(kind, number, form="base64")
    assert text.startswith("UkVEQUNURUQt")
    assert text.isalnum()
    assert b64decode(text + b64encode(rest).decode(), validate=True).startswith(f"REDACTED-{kind}-".encode())


@given(payload=claims)
def test_a_token_keeps_its_times_and_nothing_else_of_its_payload(payload: dict[str, object]) -> None:
    text = placeholder("jwt", 1, token({"typ": "JWT", "alg": "RS256", "kid": "ada@example.com"}, payload))
    assert part(text, 0) == {"alg": "RS256", "typ": "JWT"}
    assert part(text, 1) == claims_of(text)
    assert claims_of(text).items() <= payload.items()
    assert set(claims_of(text)) <= {"exp", "nbf", "iat"}
    assert placeholder("jwt", 1, text) == text  # redacting twice changes nothing


@pytest.mark.parametrize("live", ["eyJhbGciOi.e30.x", "eyJub25zZW5zZQ.eyJi.x", token({"alg": "a b"}, 1)])
def test_a_token_that_cannot_be_read_becomes_an_unsigned_one(live: str) -> None:
    assert placeholder("jwt", 7, live) == "eyJhbGciOiJub25lIn0.e30.REDACTED-jwt-007"


def test_a_text_of_beginnings_takes_linear_time() -> None:
    for text in ("eyJ" * 100_000, "eyJ." * 100_000, "UkVEQUNURUQt" * 30_000, "REDACTED-a-" * 30_000):
        assert list(placeholders(text)) == []
