"""Overrides of a test: in every mode, never forwarded or written, and using up no recording."""

from __future__ import annotations

from pathlib import Path
from types import ModuleType

import httpx
import httpx2
import pytest

import playhead
import playhead.httpx
from playhead.errors import UsageError
from tests.support.wire import Wire

LIBRARIES = [httpx, httpx2]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "users.json"


@pytest.fixture
def recorded(server: Wire, path: Path) -> str:
    url = f"{server.url}/json/ada"
    with playhead.use_cassette(path, record="missing"):
        httpx.get(url)
    return url


@pytest.mark.parametrize("library", LIBRARIES)
async def test_an_answer_of_its_own_comes_first_and_the_recording_after_it(
    library: ModuleType, recorded: str, path: Path
) -> None:
    async with playhead.use_cassette(path) as deck, library.AsyncClient() as client:
        users = deck.route("GET", "/json/{name}")
        users.respond(429, headers={"Retry-After": "1"}, json={"error": "slow down"}, times=1)
        limited, played = await client.get(recorded), await client.get(recorded)
    assert (limited.status_code, limited.reason_phrase, limited.headers["retry-after"]) == (
        429,
        "Too Many Requests",
        "1",
    )
    assert limited.json() == {"error": "slow down"}
    assert played.status_code == 200
    assert limited.elapsed is not None
    assert users.await_count == users.call_count == 2
    assert [call.response.status for call in users.calls if call.response] == [429, 200]
    assert deck.unplayed == ()


@pytest.mark.parametrize("library", LIBRARIES)
def test_a_failure_is_one_of_the_clients_own(library: ModuleType, recorded: str, path: Path) -> None:
    with playhead.use_cassette(path) as deck, library.Client() as client:
        users = deck.route("GET", "/json/{name}")
        users.fail("ReadTimeout", "too slow", times=2)
        for _ in range(2):
            with pytest.raises(library.ReadTimeout, match="too slow") as caught:
                client.get(recorded)
            assert str(caught.value.request.url) == recorded
        assert client.get(recorded).status_code == 200
    users.assert_called_with(path="/json/ada")
    assert users.await_count == 3


async def test_side_effects_are_those_of_a_mock(recorded: str, path: Path) -> None:
    async with playhead.use_cassette(path, repeat=True) as deck, httpx.AsyncClient() as client:
        users = deck.route("GET", "/json/{name}")
        users.side_effect = [ValueError("no"), playhead.PLAY, 503, httpx.Response(201, json={"made": 1})]
        with pytest.raises(ValueError, match="no"):
            await client.get(recorded)
        assert (await client.get(recorded)).status_code == 200
        assert (await client.get(recorded)).status_code == 503
        assert (await client.get(recorded)).json() == {"made": 1}
        with pytest.raises(StopAsyncIteration):
            await client.get(recorded)

        seen: list[str] = []

        async def effect(call: object) -> object:
            seen.append(repr(call))
            return playhead.PLAY if len(seen) == 1 else 418

        deck.route("GET", "/json/{name}").side_effect = effect
        assert users.side_effect is effect, "routes that are made alike are one"
        assert [(await client.get(recorded)).status_code for _ in range(2)] == [200, 418]
        users.side_effect = ConnectionError
        with pytest.raises(ConnectionError):
            await client.get(recorded)
        users.side_effect = None
        assert (await client.get(recorded)).status_code == 200


def test_while_recording_it_is_neither_forwarded_nor_written(server: Wire, path: Path) -> None:
    with playhead.use_cassette(path, record="all") as deck:
        deck.route("GET", "/json/ada").respond(503, times=1)
        assert httpx.get(f"{server.url}/json/ada").status_code == 503
        assert httpx.get(f"{server.url}/json/ada").status_code == 200
    assert [each.response.status for each in playhead.load(path).interactions] == [200]  # type: ignore[union-attr]


def test_the_last_without_a_number_stays_and_those_with_one_go_first_in_turn(recorded: str, path: Path) -> None:
    with playhead.use_cassette(path) as deck:
        users = deck.route("*", "/json/{name}")
        users.respond(500)
        users.respond(404)
        assert [httpx.get(recorded).status_code for _ in range(2)] == [404, 404]
        users.respond(429, times=1)
        users.respond(503, times=1)
        users.respond(410)
        assert [httpx.get(recorded).status_code for _ in range(4)] == [429, 503, 410, 410]
        deck.route("POST", "/json/{name}").respond(500)
        assert httpx.get(recorded).status_code == 410, "another route"


async def test_under_an_explicit_transport_and_in_virtual_time(recorded: str, path: Path) -> None:
    import asyncio

    def run() -> int:
        async def main() -> int:
            async with playhead.use_cassette(path, intercept=False, timing="virtual") as deck:
                deck.route("GET", "/json/ada").respond(418)
                async with httpx.AsyncClient(transport=playhead.httpx.AsyncTransport(deck)) as client:
                    return (await client.get(recorded)).status_code

        with asyncio.Runner(loop_factory=playhead.VirtualClock) as runner:
            return runner.run(main())

    assert await asyncio.to_thread(run) == 418


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        (lambda route: route.respond(99), "from 100 to 599"),
        (lambda route: route.respond(200, json={}, content="x"), "not both"),
        (lambda route: route.respond(200, times=0), "not a number of requests"),
        (lambda route: route.fail("ReadTimeot"), "no such error"),
    ],
)
def test_what_is_no_override_is_told_at_once(wrong: object, said: str, path: Path) -> None:
    with playhead.use_cassette(path) as deck, pytest.raises(UsageError, match=said):
        wrong(deck.route("GET", "/users"))  # type: ignore[operator]


def test_a_side_effect_of_no_use_is_told_when_it_comes(recorded: str, path: Path) -> None:
    with playhead.use_cassette(path) as deck:
        deck.route("GET", "/json/ada").side_effect = ["a text"]
        with pytest.raises(UsageError, match="status codes and responses"):
            httpx.get(recorded)


def test_what_is_used_up_on_one_route_gives_way_to_another(recorded: str, path: Path) -> None:
    with playhead.use_cassette(path) as deck:
        assert deck.route("GET", "/json/ada").side_effect is None
        deck.route("GET", "/json/ada").respond(429, times=1)
        deck.route("*", "/{rest:path}").respond(503, times=1)
        assert [httpx.get(recorded).status_code for _ in range(3)] == [429, 503, 200]


async def test_a_function_that_raises_was_called_all_the_same(recorded: str, path: Path) -> None:
    async def late(_: object) -> object:
        raise KeyError("late")

    def early(_: object) -> object:
        raise KeyError("early")

    async with playhead.use_cassette(path) as deck, httpx.AsyncClient() as client:
        users = deck.route("GET", "/json/ada")
        for effect in (late, early):
            users.side_effect = effect
            with pytest.raises(KeyError, match=effect.__name__):
                await client.get(recorded)
        assert users.call_count == users.await_count == 2
