"""Redaction and matching together: a redacted request finds its redacted recording, also with other secrets."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from playhead.matching.index import Index
from playhead.matching.key import compile_rules, key_of
from playhead.model.cassette import Exchange, outlines
from playhead.model.http import Request, Response
from playhead.redaction.placeholder import same_kind
from playhead.redaction.redact import Redactor
from tests.redaction.test_laws import exchanges

RULES = compile_rules(same_kind=same_kind)
JSON = (("content-type", "application/json"),)


@given(recorded=st.lists(exchanges(), max_size=4))
def test_a_request_finds_its_recording_after_redaction(recorded: list[Exchange]) -> None:
    redactor = Redactor()
    stored = [redactor.exchange(exchange) for exchange in recorded]
    index = Index(outlines(stored), lambda slot: stored[slot].request, RULES)
    incoming = Redactor()
    for exchange in recorded:
        assert index.known(incoming.request(exchange.request))


@pytest.mark.parametrize(
    ("recorded", "sent"),
    [
        ("https://a.test/x?api_key=real-1&page=1", "https://a.test/x?page=1&api_key=dummy"),
        ("https://u:p@a.test/x", "https://me:pw@a.test/x"),
        ("https://a.test/x?token=REDACTED-token-7", "https://a.test/x?token=REDACTED-access-token-1"),
    ],
)
def test_another_secret_under_the_same_name_is_the_same_request(recorded: str, sent: str) -> None:
    one, other = (Redactor().request(Request("GET", url)) for url in (recorded, sent))
    assert key_of(one, RULES) == key_of(other, RULES)


def test_secrets_in_bodies_compare_by_kind() -> None:
    def key(password: object, name: str = "password") -> object:
        body = json.dumps({"user": "ada", name: password}).encode()
        return key_of(Redactor().request(Request("POST", "https://a.test/login", JSON, body)), RULES)

    assert key("one") == key("two")
    assert key("one") != key("one", "token")
    assert key("one") != key("")
    assert key(["a", "b"]) != key(["a"])


def test_a_token_that_a_replayed_response_gave_finds_the_request_it_was_used_in() -> None:
    redactor = Redactor()
    token = "t0ken-0f-the-first-session"
    login = Response(200, headers=JSON, body=json.dumps({"access_token": token}).encode())
    stored = [
        redactor.exchange(Exchange(1, Request("POST", "https://a.test/login"), login)),
        redactor.exchange(Exchange(2, Request("GET", f"https://a.test/jobs?token={token}"))),
        redactor.exchange(Exchange(3, Request("GET", f"https://a.test/jobs/{token}"))),
    ]
    index = Index(outlines(stored), lambda slot: stored[slot].request, RULES)
    assert stored[0].response is not None
    given_token = json.loads(stored[0].response.body)["access_token"]  # type: ignore[arg-type]
    replaying = Redactor()
    assert index.take(replaying.request(Request("GET", f"https://a.test/jobs?token={given_token}"))) == 1
    assert index.take(replaying.request(Request("GET", f"https://a.test/jobs/{given_token}"))) == 2
