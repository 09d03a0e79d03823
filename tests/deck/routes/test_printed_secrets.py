"""A failed assertion on a route prints no secrets: it may end up in a public log."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import httpx
import pytest

import playhead
from playhead.deck.deck import Deck
from playhead.model.http import LARGE_BODY_BYTES
from tests.support.wire import Wire

LIVE = {
    "query": "query-secret-1a2b3c4d",
    "header": "header-secret-1a2b3c4d",
    "json": "json-secret-1a2b3c4d5e",
    "form": "form-secret-1a2b3c4d5e",
}
ASSERTIONS: dict[str, dict[str, Any]] = {
    "assert_not_called": {},
    "assert_called_with": {
        "params": {"page": "7"},
        "headers": {"x-page": "7"},
        "json": {"page": 7},
        "data": {"page": "7"},
    },
    "assert_any_call": {"headers": {"authorization": f"Bearer {LIVE['header']}", "x-page": "7"}},
    "assert_called_once_with": {"content": b"7"},
}


@pytest.fixture(params=["recording", "replaying"])
def deck(request: pytest.FixtureRequest, tmp_path: Path, server: Wire) -> Deck:
    def ask() -> Deck:
        with playhead.use_cassette(tmp_path / "a.json", record="missing") as deck:
            bearer = {"authorization": f"Bearer {LIVE['header']}", "x-page": "1"}
            url = f"{server.url}/echo"
            httpx.post(
                url, params={"page": "1", "token": LIVE["query"]}, headers=bearer, json={"password": LIVE["json"]}
            )
            httpx.post(f"{server.url}/echo/form", headers=bearer, data={"client_secret": LIVE["form"], "n": "1"})
        return deck

    recording = ask()
    return recording if request.param == "recording" else ask()


@pytest.mark.parametrize("pattern", ["/echo", "/echo/form", "/{any:path}", "/other"])
@pytest.mark.parametrize("assertion", ASSERTIONS)
def test_a_failed_assertion_shows_no_live_secret(deck: Deck, assertion: str, pattern: str) -> None:
    route = deck.route("POST", pattern)
    expected = ASSERTIONS[assertion]
    try:
        getattr(route, assertion)(**expected)
    except AssertionError as error:
        said = str(error)
        assert "POST /echo" in said
        assert [secret for secret in LIVE.values() if secret in said] == []
    else:
        assert (assertion, pattern) == ("assert_not_called", "/other")


def test_what_is_no_secret_is_shown_and_live_values_are_compared(deck: Deck) -> None:
    route = deck.route("POST", "/echo")
    route.assert_called_once_with(
        params={"page": "1", "token": LIVE["query"]},
        headers={"authorization": f"Bearer {LIVE['header']}", "x-page": "1"},
        json={"password": LIVE["json"]},
    )
    with pytest.raises(AssertionError, match=r"sent .*'page': '1'.*'token': 'REDACTED-token-\d+'"):
        route.assert_called_with(params={"page": "2"})
    with pytest.raises(
        AssertionError,
        match=r"sent .*'x-page': '1'.*'authorization': 'Bearer REDACTED-|sent .*Bearer REDACTED-.*'x-page': '1'",
    ):
        route.assert_called_with(headers={"x-page": "2"})


def test_a_call_prints_as_it_is_stored(deck: Deck) -> None:
    (call,) = deck.route("POST", "/echo").calls
    assert call.json == {"password": LIVE["json"]}
    assert call.redacted.json["password"].startswith("REDACTED-password-")
    assert not [secret for secret in LIVE.values() if secret in repr(call) + repr(deck.completions)]


def test_a_body_too_large_to_redact_is_shown_by_its_size(tmp_path: Path, server: Wire) -> None:
    body = b'{"password": "' + b"x" * LARGE_BODY_BYTES + b'"}'
    with playhead.use_cassette(tmp_path / "a.json", record="missing") as deck:
        httpx.post(f"{server.url}/echo", content=body, headers={"content-type": "application/json"})
        assert repr(deck.route("*", "/echo").calls[0]) == f"POST /echo <{len(body)} bytes>"


@pytest.mark.parametrize("method", ["G T", "", "GET /x", "GÉT", "GET\n"])
def test_a_method_that_no_request_can_have_is_told(deck: Deck, method: str) -> None:
    with pytest.raises(playhead.UsageError, match="is not a method"):
        deck.route(method, "/x")


@pytest.mark.parametrize("method", ["get", "PURGE", "M-SEARCH", "*"])
def test_other_methods_are_fine(deck: Deck, method: str) -> None:
    assert deck.route(method, "/x").call_count == 0
