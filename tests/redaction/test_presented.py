"""Credentials in header fields: their schemes, and the values that are looked for elsewhere because of them."""

from __future__ import annotations

from base64 import b64encode

import pytest

from playhead.model.cassette import Exchange
from playhead.model.http import Request, Response
from playhead.redaction.presented import presents, split_credential
from playhead.redaction.redact import Redactor


@pytest.mark.parametrize(
    ("name", "value", "scheme", "credential"),
    [
        ("Authorization", "Bearer abc", "Bearer ", "abc"),
        ("authorization", "bearer  abc def", "bearer  ", "abc def"),
        ("Proxy-Authorization", "Basic dTpw", "Basic ", "dTpw"),
        ("Authorization", "AWS4-HMAC-SHA256 Credential=a", "AWS4-HMAC-SHA256 ", "Credential=a"),
        ("Authorization", "correct horse", "", "correct horse"),
        ("Authorization", "abc", "", "abc"),
        ("Authorization", "Bearer", "Bearer", ""),
        ("Authorization", "Bearer ", "Bearer ", ""),
        ("Authorization", "token", "token", ""),
        ("Authorization", f"{'x' * 29}key abc", f"{'x' * 29}key ", "abc"),
        ("Authorization", f"{'x' * 30}key abc", "", f"{'x' * 30}key abc"),
        ("X-Api-Key", "Bearer abc", "", "Bearer abc"),
    ],
)
def test_a_known_scheme_is_no_part_of_the_secret(name: str, value: str, scheme: str, credential: str) -> None:
    assert split_credential(name, value) == (scheme, credential)


@pytest.mark.parametrize(
    ("name", "is_one"),
    [
        ("Authorization", True),
        ("X-Acme-Api-Key", True),
        ("X-Auth-Token", True),
        ("DPoP", True),
        ("Cookie", False),
        ("X-CSRF-Token", False),
        ("X-My-CSRF-Access-Token", False),
        ("Idempotency-Access-Key", False),
        ("X-Amz-Security-Token", False),
        ("OpenAI-Organization", False),
        ("Accept", False),
    ],
)
def test_fields_that_tell_who_asks(name: str, is_one: bool) -> None:
    assert presents(name) is is_one


def echo(headers: tuple[tuple[str, str], ...], text: str) -> str:
    """Return the stored answer to a request with these header fields."""
    exchange = Exchange(1, Request("GET", "https://api.test/", headers), Response(200, body=text.encode()))
    response = Redactor().exchange(exchange).response
    assert response is not None
    assert isinstance(response.body, bytes)
    return response.body.decode()


@pytest.mark.parametrize(
    ("name", "value", "echoed", "stored"),
    [
        ("X-Api-Key", "correct horse-battery", "<correct horse-battery>", "<REDACTED-x-api-key-1>"),
        ("X-Api-Key", "correct horse-battery", "<horse-battery>", "<horse-battery>"),
        ("Authorization", "Bearer horse-battery", "<horse-battery>", "<REDACTED-authorization-1>"),
        ("Authorization", "Basic " + b64encode(b"ada:s3cr3t-1").decode(), "<s3cr3t-1>", "<REDACTED-authorization-2>"),
        ("Cookie", "sid=kjh234KJH5g2k3j4.c2lnbmF0dXJl", "<kjh234KJH5g2k3j4>", "<REDACTED-cookie-1>"),
        ("Cookie", "sid=kjh234KJH5g2k3j.c2lnbmF0dXJl", "<kjh234KJH5g2k3j>", "<kjh234KJH5g2k3j>"),
        ("Accept", "horse-battery", "<horse-battery>", "<horse-battery>"),
    ],
)
def test_a_credential_is_found_in_the_answer_to_its_request(name: str, value: str, echoed: str, stored: str) -> None:
    assert echo(((name, value),), echoed) == stored
