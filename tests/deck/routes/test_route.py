"""Routes: every assertion of `AsyncMock`, on the requests of a deck, recorded and replayed alike."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from pathlib import Path
from unittest.mock import ANY, AsyncMock, call

import httpx
import pytest

from playhead import Deck, UsageError, use_cassette
from tests.support.wire import Wire, closed_port


@pytest.fixture(params=["recorded", "replayed"])
def deck(request: pytest.FixtureRequest, server: Wire, tmp_path: Path) -> Deck:
    """A deck that has seen a few requests."""
    for mode in ("all", "none")[: 1 + (request.param == "replayed")]:
        with use_cassette(tmp_path / "cassette.json", record=mode) as deck, httpx.Client() as client:
            client.get(f"{server.url}/json/a", params={"page": 2, "tag": ["x", "y"]}, headers={"X-Mine": "1"})
            client.post(f"{server.url}/echo", json={"name": "Ada", "password": "hunter2"})
            client.post(f"{server.url}/echo", data={"name": "Ada", "tags": ["a", "b"]})
            client.post(f"{server.url}/echo", content=b"raw")
            with contextlib.suppress(httpx.ConnectError):
                client.get(f"http://127.0.0.1:{closed_port()}/refused")
    return deck


def test_a_route_has_the_assertions_and_counts_of_a_mock(deck: Deck) -> None:
    names = [name for name in dir(AsyncMock()) if name.startswith(("assert_", "await_", "call_", "called"))]
    assert [name for name in names if not hasattr(deck.route("GET", "/json/a"), name)] == []


def test_counts(deck: Deck) -> None:
    echo = deck.route("POST", "/echo")
    assert (echo.call_count, echo.await_count, echo.called, echo.awaited) == (3, 3, True, True)
    assert [each.content for each in echo.calls] == [each.content for each in echo.await_args_list]
    assert echo.calls[-1].content == b"raw"
    assert echo.await_args is not None
    assert echo.await_args.content == b"raw"
    never = deck.route("DELETE", "/echo")
    assert (never.call_count, never.await_count, never.called, never.call_args, never.await_args) == (
        0,
        0,
        False,
        None,
        None,
    )


def test_a_refused_connection_was_awaited_too(deck: Deck) -> None:
    refused = deck.route("GET", "/refused")
    refused.assert_awaited_once_with()
    assert refused.calls[0].response is None


@pytest.mark.parametrize(
    "holds",
    [
        lambda deck: deck.route("GET", "/json/{name}").assert_called(),
        lambda deck: deck.route("GET", "/json/{name}").assert_awaited(),
        lambda deck: deck.route("GET", "/json/{name}").assert_called_once(),
        lambda deck: deck.route("GET", "/json/{name}").assert_awaited_once(),
        lambda deck: deck.route("GET", "/json/{name}").assert_called_once_with(path="/json/a"),
        lambda deck: deck.route("GET", "/json/{name}").assert_awaited_once_with(params={"page": 2, "tag": ["x", "y"]}),
        lambda deck: deck.route("GET", "/json/{name}").assert_awaited_with(params={"page": "2", "tag": ANY}),
        lambda deck: deck.route("GET", "/json/{name}").assert_called_with(headers={"x-MINE": "1"}),
        lambda deck: deck.route("POST", "/echo").assert_any_call(json={"name": "Ada", "password": "hunter2"}),
        lambda deck: deck.route("POST", "/echo").assert_any_await(json={"name": ANY, "password": ANY}),
        lambda deck: deck.route("POST", "/echo").assert_any_await(data={"name": "Ada", "tags": ["a", "b"]}),
        lambda deck: deck.route("POST", "/echo").assert_awaited_with(content=b"raw"),
        lambda deck: deck.route("POST", "/echo").assert_called_with(content="raw"),
        lambda deck: deck.route("POST", "/echo").assert_has_calls([{"data": ANY}, {"content": b"raw"}]),
        lambda deck: deck.route("POST", "/echo").assert_has_calls([call(data=ANY), call(content=b"raw")]),
        lambda deck: deck.route("POST", "/echo").assert_has_awaits(
            [call(content=b"raw"), call(json=ANY)], any_order=True
        ),
        lambda deck: deck.route("DELETE", "/echo").assert_not_called(),
        lambda deck: deck.route("DELETE", "/echo").assert_not_awaited(),
    ],
)
def test_what_holds(holds: Callable[[Deck], None], deck: Deck) -> None:
    holds(deck)


@pytest.mark.parametrize(
    ("fails", "complaint"),
    [
        (lambda deck: deck.route("DELETE", "/echo").assert_called(), "DELETE /echo was not called."),
        (lambda deck: deck.route("DELETE", "/echo").assert_awaited(), "DELETE /echo was not awaited."),
        (lambda deck: deck.route("POST", "/echo").assert_called_once(), "was called 3 times, expected once."),
        (lambda deck: deck.route("POST", "/echo").assert_awaited_once_with(), "was awaited 3 times, expected once."),
        (lambda deck: deck.route("GET", "/json/a").assert_not_called(), "was called once, expected never."),
        (lambda deck: deck.route("GET", "/json/a").assert_not_awaited(), "was awaited once, expected never."),
        (lambda deck: deck.route("GET", "/json/a").assert_called_with(params={"page": "2"}), "expected {'page': '2'}"),
        (lambda deck: deck.route("POST", "/echo").assert_any_await(content=b"cooked"), "was never sent content="),
        (lambda deck: deck.route("POST", "/echo").assert_has_calls([call(content=b"raw"), call(data=ANY)]), "was not"),
        (lambda deck: deck.route("POST", "/echo").assert_has_awaits([{"json": {}}], any_order=True), "was not sent"),
    ],
)
def test_what_does_not_hold_lists_the_requests(fails: Callable[[Deck], None], complaint: str, deck: Deck) -> None:
    with pytest.raises(AssertionError) as info:
        fails(deck)
    assert complaint in str(info.value)
    assert "GET /json/a?page=2&tag=x&tag=y" in str(info.value) or "POST /echo" in str(info.value)
    assert "hunter2" not in str(info.value)


@pytest.mark.parametrize(
    "wrong",
    [
        lambda route: route.assert_awaited_once_with(body={}),
        lambda route: route.assert_any_call(jsn={}),
        lambda route: route.assert_has_calls([{"jsn": {}}]),
        lambda route: route.assert_has_awaits([call(jsn={})]),
        lambda route: route.assert_has_awaits([call({})]),
    ],
)
def test_an_unknown_keyword_is_a_type_error(wrong: Callable[[object], None], deck: Deck) -> None:
    with pytest.raises(TypeError, match="json, data, content, params, headers and path"):
        wrong(deck.route("POST", "/echo"))


def test_routes_on_a_host(deck: Deck, server: Wire) -> None:
    address = server.url.removeprefix("http://")
    for host in ("127.0.0.1", address, "127.0.0.*"):
        assert deck.route("*", "/json/{name}", host=host).call_count == 1
    for host in ("localhost", "127.0.0.1:1"):
        assert deck.route("*", "/json/{name}", host=host).call_count == 0
    assert deck.route("get", f"{server.url}/json/{{name}}").call_count == 1
    assert deck.route("*", "/{rest:path}").call_count == 5


@pytest.mark.parametrize(
    ("method", "pattern"), [("GET it", "/"), ("GET", "users"), ("GET", "/{a"), ("GET", "/{a:int}")]
)
def test_what_names_no_route_is_a_usage_error(method: str, pattern: str, deck: Deck) -> None:
    with pytest.raises(UsageError, match=r"is not a |is no |brace"):
        deck.route(method, pattern)
