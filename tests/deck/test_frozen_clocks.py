"""Clocks that somebody else has frozen: what is recorded has real instants, and replay keeps order and pace."""

from __future__ import annotations

import asyncio
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import AbstractContextManager, ExitStack, nullcontext
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from unittest import mock

import anyio
import httpx
import pytest
import time_machine
from freezegun import freeze_time

import playhead
from playhead import realtime
from tests.support.threads import noting_at_once
from tests.support.wire import Wire, wire

Freezer = Callable[[], AbstractContextManager[Any]]

NAMES = ("time", "time_ns", "monotonic", "monotonic_ns", "perf_counter", "perf_counter_ns")


def by_hand() -> ExitStack:
    stack = ExitStack()
    for name in NAMES:
        stack.enter_context(mock.patch(f"time.{name}", return_value=1577836800))
    return stack


FREEZERS: dict[str, Freezer] = {
    "freezegun": lambda: freeze_time("2020-01-01"),
    "freezegun-auto-tick": lambda: freeze_time("2020-01-01", auto_tick_seconds=15),
    "freezegun-real-asyncio": lambda: freeze_time("2020-01-01", real_asyncio=True),
    "time-machine": lambda: time_machine.travel(datetime(2020, 1, 1, tzinfo=UTC), tick=False),
    "by-hand": by_hand,
}


@pytest.fixture(params=FREEZERS, ids=str)
def freezer(request: pytest.FixtureRequest) -> Freezer:
    return FREEZERS[request.param]


async def two(url: str) -> list[str]:
    """The slow one is asked for first, and comes last. Without limits, which a frozen clock would judge."""
    arrived = []
    async with httpx.AsyncClient(timeout=None) as client, anyio.create_task_group() as group:

        async def get(path: str) -> None:
            await client.get(url + path)
            arrived.append(path)

        group.start_soon(get, "/slow-head?delay=0.1")
        await client.get(f"{url}/json/between")
        group.start_soon(get, "/json/quick")
    return arrived


def recorded(path: Path, freezer: Freezer, *, outside: bool, backend: str = "asyncio") -> str:
    """Record with the clocks frozen around the deck, or only inside of it; the service is gone afterwards."""
    before, within = (freezer, nullcontext) if outside else (nullcontext, freezer)
    with wire() as server, before(), playhead.use_cassette(path, record="all"), within():
        assert anyio.run(two, server.url, backend=backend)[-1].startswith("/slow-head")
    return server.url


@pytest.mark.parametrize("outside", [True, False])
def test_what_is_recorded_took_as_long_as_it_took(tmp_path: Path, freezer: Freezer, outside: bool) -> None:
    path = tmp_path / "c.json"
    began = datetime.now(UTC)
    recorded(path, freezer, outside=outside)
    cassette = playhead.load(path)
    slow = next(each for each in cassette.interactions if "slow" in each.request.url)
    assert 90_000 < slow.timing.last_us - slow.timing.start_us < 30_000_000
    assert all(0 <= each.timing.start_us <= each.timing.last_us < 60_000_000 for each in cassette.interactions)
    at = datetime.fromisoformat(cassette.recorded.at)
    assert began.replace(microsecond=0) <= at <= datetime.now(UTC)


@pytest.mark.parametrize(
    ("backend", "timing", "least_s"),
    [("asyncio", "instant", 0.0), ("asyncio", "recorded", 0.09), ("trio", 10, 0.009)],
)
def test_replay_keeps_order_and_pace(
    tmp_path: Path, freezer: Freezer, backend: str, timing: str | float, least_s: float
) -> None:
    path = tmp_path / "c.json"
    url = recorded(path, nullcontext, outside=True)
    began = realtime.monotonic()
    with playhead.use_cassette(path, timing=timing), freezer():
        assert anyio.run(two, url, backend=backend) == ["/json/quick", "/slow-head?delay=0.1"]
    assert realtime.monotonic() - began >= least_s


def test_the_gate_lets_go_of_what_never_comes(tmp_path: Path, freezer: Freezer) -> None:
    path = tmp_path / "c.json"
    url = recorded(path, nullcontext, outside=True)

    async def slow_alone() -> int:
        async with httpx.AsyncClient(timeout=None) as client:
            slow = asyncio.create_task(client.get(f"{url}/slow-head?delay=0.1"))
            return (await slow).status_code

    with playhead.use_cassette(path), freezer():
        assert asyncio.run(asyncio.wait_for(slow_alone(), None)) == 200


def test_a_virtual_hour_passes_while_clocks_are_frozen(tmp_path: Path, freezer: Freezer) -> None:
    path = tmp_path / "c.json"
    url = recorded(path, nullcontext, outside=True)

    async def main() -> float:
        began = asyncio.get_running_loop().time()
        await asyncio.gather(two(url), asyncio.sleep(3600))
        return asyncio.get_running_loop().time() - began

    runner = asyncio.Runner(loop_factory=playhead.VirtualClock)
    with playhead.use_cassette(path, timing="virtual"), freezer(), runner:
        took_s = runner.run(main())
    assert 3600 <= took_s < 3700


def test_threads_keep_order_while_clocks_are_frozen(server: Wire, tmp_path: Path, freezer: Freezer) -> None:
    path = tmp_path / "c.json"

    async def main(client: httpx.Client) -> list[str]:
        arrived: list[str] = []

        async def get(path: str) -> None:
            await asyncio.to_thread(client.get, server.url + path)
            arrived.append(path)

        await asyncio.gather(get("/slow-head?delay=0.1"), get("/json/quick"))
        return arrived

    with httpx.Client(timeout=None) as client:
        with playhead.use_cassette(path, record="all"), freezer():
            first = asyncio.run(main(client))
        with noting_at_once(), playhead.use_cassette(path), freezer():
            assert asyncio.run(main(client)) == first == ["/json/quick", "/slow-head?delay=0.1"]


FIRST_FROZEN = """
import sys
from freezegun import freeze_time

with freeze_time("2020-01-01"):  # as a conftest may do before anything else
    import httpx, playhead

    with playhead.use_cassette(sys.argv[1], record="all"):
        httpx.get(sys.argv[2])
"""


def test_clocks_that_were_frozen_before_the_first_import(server: Wire, tmp_path: Path) -> None:
    path = tmp_path / "c.json"
    command = [sys.executable, "-W", "error", "-c", FIRST_FROZEN, path, f"{server.url}/slow-head?delay=0.1"]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    cassette = playhead.load(path)
    assert cassette.recorded.at[:4] != "2020"
    timing = cassette.interactions[0].timing
    assert 90_000 < timing.last_us - timing.start_us < 30_000_000


def test_the_time_of_the_world_is_told_from_tampered_clocks(freezer: Freezer) -> None:
    before = time.time(), realtime.wall(), realtime.monotonic()
    with freezer():
        realtime.pause(0.01)
        inside = realtime.wall(), realtime.monotonic()
    assert before[1] + 0.009 <= inside[0] <= realtime.wall()
    assert before[2] + 0.01 <= inside[1] <= realtime.monotonic()
    assert abs(before[0] - before[1]) < 5
    assert not realtime.tampered()
