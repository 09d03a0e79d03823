"""A request that did not time out when it was recorded does not on replay: time in which the program kept its event
loop busy is not the service's."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

import playhead
from tests.support.wire import Wire, wire

LIMIT_S = 0.15


@pytest.fixture
def server() -> Iterator[Wire]:
    with wire() as serving:
        yield serving


async def beside_a_blocker(url: str, turns: int, limit_s: float = LIMIT_S) -> str:
    """A request, and a task that blocks the loop for twice the client's limit after so many turns of it."""

    async def block() -> None:
        for _ in range(turns):
            await asyncio.sleep(0)
        time.sleep(2 * LIMIT_S)

    async def ask() -> str:
        async with httpx.AsyncClient(timeout=limit_s, verify=False) as client:
            try:
                async with client.stream("POST", f"{url}/stream?n=2&gap=0.01", content=b"x") as response:
                    return b"".join([chunk async for chunk in response.aiter_raw()]).decode()
            except httpx.TransportError as error:
                return type(error).__name__

    answer, _ = await asyncio.gather(ask(), block())
    return answer


def test_a_loop_that_is_blocked_anywhere_makes_no_timeout(server: Wire, tmp_path: Path) -> None:
    recorded = {}
    for turns in (0, 2, 5, 8, 12, 17):
        path = tmp_path / f"{turns}.{'json' if turns % 2 else 'msgpack'}"
        with playhead.use_cassette(path, record="all"):
            recorded[turns] = asyncio.run(beside_a_blocker(server.url, turns))
        with playhead.use_cassette(path):
            assert asyncio.run(beside_a_blocker(server.url, turns)) == recorded[turns], turns


def test_a_client_of_less_patience_than_the_recorded_one_still_times_out(server: Wire, tmp_path: Path) -> None:
    path = tmp_path / "busy.json"
    for turns in range(3, 40, 2):
        with playhead.use_cassette(path, record="all"):
            recorded = asyncio.run(beside_a_blocker(server.url, turns))
        (interaction,) = playhead.load(path).interactions
        if recorded.startswith("data") and interaction.timing.outlasted is not None:
            break
    else:
        pytest.skip("this machine is too busy to be blocked at the right moment")
    with playhead.use_cassette(path):
        assert asyncio.run(beside_a_blocker(server.url, 0, limit_s=LIMIT_S / 2)).endswith("Timeout")
    with playhead.use_cassette(path):
        assert asyncio.run(beside_a_blocker(server.url, 0, limit_s=1)) == recorded


async def many_clients(url: str) -> list[object]:
    clients = [httpx.AsyncClient(timeout=LIMIT_S, verify=False) for _ in range(30)]
    answers = await asyncio.gather(
        *(client.get(f"{url}/json/{number}") for number, client in enumerate(clients)), return_exceptions=True
    )
    for client in clients:
        await client.aclose()
    return [getattr(answer, "status_code", type(answer).__name__) for answer in answers]


def test_many_clients_at_once_make_no_timeout(server: Wire, tmp_path: Path) -> None:
    path = tmp_path / "many.json"
    with playhead.use_cassette(path, record="all"):
        recorded = asyncio.run(many_clients(server.url))
    with playhead.use_cassette(path):
        assert asyncio.run(many_clients(server.url)) == recorded
