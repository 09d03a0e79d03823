"""Secrets inside base64 are replaced there; what stands around them, encoded or not, stays."""

from __future__ import annotations

import re
import textwrap
from base64 import b64decode, b64encode, urlsafe_b64decode, urlsafe_b64encode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from playhead.redaction.ledger import Ledger
from playhead.redaction.loose import redact_loose
from playhead.redaction.rules import RedactionRules
from tests.redaction.test_formats import TOKENS

TOKEN = TOKENS["github-token"]
KNOWN = "correct-horse-battery"
texts = st.text("abc ?>~ü:{}\n", max_size=70)


def redacted(text: str) -> str:
    ledger = Ledger()
    ledger.note(KNOWN, "my-password")
    return redact_loose(text, RedactionRules(), ledger)


@given(before=texts, after=texts, url_safe=st.booleans(), path=st.sampled_from(["", "a", "a/", "ab/", "files/"]))
@pytest.mark.parametrize(("secret", "kind"), [(TOKEN, "github-token"), (KNOWN, "my-password")])
def test_a_text_in_base64_keeps_all_but_the_secret(
    secret: str, kind: str, before: str, after: str, url_safe: bool, path: str
) -> None:
    encode, decode = (urlsafe_b64encode, urlsafe_b64decode) if url_safe else (b64encode, b64decode)
    stored = redacted(f"see <{path}{encode(f'{before}:{secret} {after}'.encode()).decode()}>!")
    assert stored.startswith(f"see <{path}")
    assert stored.endswith(">!")
    assert decode(stored[5 + len(path) : -2]).decode() == f"{before}:REDACTED-{kind}-1 {after}"
    assert redacted(stored) == stored


@given(before=st.binary(max_size=90), after=st.binary(max_size=90))
def test_a_known_value_is_found_also_in_binary_data(before: bytes, after: bytes) -> None:
    stored = redacted(f"<{b64encode(before + b' ' + KNOWN.encode() + b' ' + after).decode()}>")
    assert b64decode(stored[1:-1]) == before + b" REDACTED-my-password-1 " + after


@pytest.mark.parametrize("end", ["\n", "\r\n", r"\n", r"\r\n", r"\u000a"])
def test_a_secret_in_base64_is_found_across_line_breaks(end: str) -> None:
    for size in range(40, 80):
        lines = textwrap.wrap(b64encode(f"{'x' * size} {TOKEN} {'y' * 50}".encode()).decode(), 76)
        stored = redacted(end.join(lines)).replace(end, "")
        assert b64decode(stored) == f"{'x' * size} REDACTED-github-token-1 {'y' * 50}".encode()


def test_base64_within_base64_is_looked_into() -> None:
    once = b64encode(f"x {TOKEN} y".encode()).decode()
    stored = redacted(b64encode(f"z {once} z".encode()).decode())
    assert b64decode(b64decode(stored)[2:-2]) == b"x REDACTED-github-token-1 y"


@given(st.text("abc123+/=-_ \n", max_size=200))
def test_a_text_without_secrets_keeps_every_byte(text: str) -> None:
    assert redacted(text) == text


@pytest.mark.parametrize("size", [8_000, 8_001, 8_002])
def test_a_long_run_is_encoded_anew_around_its_secrets_alone(size: int) -> None:
    plain = f"{'x' * size} {TOKEN} {KNOWN} {'y' * size} {TOKEN} z"
    coded = b64encode(plain.encode()).decode()
    stored = redacted(coded)
    told = plain.replace(TOKEN, "REDACTED-github-token-1").replace(KNOWN, "REDACTED-my-password-2")
    filled = re.sub("-0+", "-", b64decode(stored).decode())  # blanks and noughts keep whole groups of three bytes
    assert filled.replace(" ", "") == told.replace(" ", "")
    assert stored[:8_000] == coded[:8_000]
