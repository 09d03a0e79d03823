"""Retries and watchdogs, as programs have them: recorded for real from a local service, and replayed in virtual time
with the service gone. The waits in between are real while recording, and take no time afterwards."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any, TypeVar

import httpx
import pytest
import stamina
import tenacity

import playhead
from playhead.demo.serving import serving
from tests.support.flaky_service import STALL_S, create_app

T = TypeVar("T")
Program = Callable[[str], Awaitable[T]]


class Busy(Exception):
    """The service says when to come back."""

    def __init__(self, after_s: float) -> None:
        super().__init__(after_s)
        self.after_s = after_s


async def ask(client: httpx.AsyncClient) -> dict[str, Any]:
    response = await client.get("/report")
    if response.status_code == 503:
        raise Busy(float(response.headers["retry-after"]))
    found: dict[str, Any] = response.json()
    return found


def as_told(state: tenacity.RetryCallState) -> float:
    """Wait for as long as the service said."""
    error = state.outcome.exception() if state.outcome is not None else None
    assert isinstance(error, Busy)
    return error.after_s


async def with_tenacity(url: str) -> Any:
    retrying = tenacity.AsyncRetrying(
        wait=as_told, stop=tenacity.stop_after_attempt(4), retry=tenacity.retry_if_exception_type(Busy), reraise=True
    )
    async with httpx.AsyncClient(base_url=url) as client:
        return await retrying(ask, client)


def busy(error: Exception) -> float | bool:
    return error.after_s if isinstance(error, Busy) else False


async def with_stamina(url: str) -> Any:
    async with httpx.AsyncClient(base_url=url) as client:
        return await stamina.AsyncRetryingCaller(attempts=4).on(busy)(ask, client)


async def with_openai(url: str) -> Any:
    from openai import AsyncOpenAI

    async with AsyncOpenAI(base_url=f"{url}/v1", api_key="sk-not-a-real-key", max_retries=3) as client:
        answer = await client.chat.completions.create(model="gpt-test", messages=[{"role": "user", "content": "?"}])
        return answer.choices[0].message.content


def record(path: Path, program: Program[T], **service: Any) -> T:
    """Run a program against the service, in real time."""

    async def main(url: str) -> T:
        async with playhead.use_cassette(path, record="all"):
            return await program(url)

    with serving(create_app(**service)) as url:
        return asyncio.run(main(url))


def replay(path: Path, program: Program[T]) -> tuple[T, int]:
    """Run it in virtual time with nobody there; what it returned, and how many microseconds it took."""

    async def main() -> tuple[T, int]:
        async with playhead.use_cassette(path, timing="virtual") as deck:
            with deck.clock.elapsed() as took:
                result = await program("http://127.0.0.1:9")
            assert deck.unplayed == ()
            return result, took.us

    with asyncio.Runner(loop_factory=playhead.VirtualClock) as runner:
        return runner.run(main())


def recorded_us(path: Path) -> int:
    return sum(each.timing.last_us - each.timing.start_us for each in playhead.load(path).interactions)


@pytest.mark.parametrize("program", [with_tenacity, with_stamina], ids=["tenacity", "stamina"])
def test_retries_wait_for_as_long_as_the_service_says(tmp_path: Path, program: Program[Any]) -> None:
    path = tmp_path / "retried.json"
    live = record(path, program, failures=2, retry_after_s=0.5)
    assert live == {"report": "ready", "tries": 3}
    statuses = [each.response.status for each in playhead.load(path).interactions if each.response is not None]
    assert statuses == [503, 503, 200]
    for _ in range(3):
        # To the microsecond: what the service took, and what it asked the client to wait.
        assert replay(path, program) == (live, recorded_us(path) + 2 * 500_000)


def test_a_cassette_edited_by_hand_makes_an_hour_of_retries(tmp_path: Path) -> None:
    path = tmp_path / "retried.json"
    live = record(path, with_tenacity, failures=2, retry_after_s=0.1)
    path.write_text(path.read_text().replace('["retry-after", "0.1"]', '["retry-after", "1800"]'))
    assert replay(path, with_tenacity) == (live, recorded_us(path) + 3_600_000_000)


def test_who_gives_up_sooner_gets_the_services_last_word(tmp_path: Path) -> None:
    path = tmp_path / "retried.json"

    async def impatient(url: str) -> Any:
        async with httpx.AsyncClient(base_url=url) as client:
            retrying = tenacity.AsyncRetrying(wait=as_told, stop=tenacity.stop_after_attempt(2), reraise=True)
            with pytest.raises(Busy):
                await retrying(ask, client)

    record(path, impatient, failures=2, retry_after_s=0.5)
    assert replay(path, impatient) == (None, recorded_us(path) + 500_000)


def test_an_sdk_retries_in_virtual_time(tmp_path: Path) -> None:
    path = tmp_path / "sdk.json"
    assert record(path, with_openai, failures=2, retry_after_s=1) == "Here I am."
    assert len(playhead.load(path).interactions) == 3
    said, took_us = replay(path, with_openai)
    assert said == "Here I am."
    waited_us = took_us - recorded_us(path)
    # The SDK asks a thread for the platform it runs on, and meanwhile the clock runs with the world.
    assert 2_000_000 <= waited_us < 3_000_000


async def events(url: str, watchdog_s: float | None) -> list[str]:
    """Return the events that a reader gets who loses patience when none comes for so long."""
    found: list[str] = []
    loop = asyncio.get_running_loop()
    async with httpx.AsyncClient(base_url=url, timeout=None) as client, client.stream("GET", "/events") as response:
        try:
            async with asyncio.timeout(watchdog_s) as watchdog:
                async for line in response.aiter_lines():
                    found += [line] if line else []
                    if watchdog_s is not None:
                        watchdog.reschedule(loop.time() + watchdog_s)
        except TimeoutError:
            found.append("the watchdog barked")
    return found


def test_a_watchdog_barks_when_the_events_stop(tmp_path: Path) -> None:
    path = tmp_path / "events.json"

    async def patient(url: str) -> list[str]:
        return await events(url, None)

    async def watched(url: str) -> list[str]:
        return await events(url, STALL_S - 0.2)

    async def loosely_watched(url: str) -> list[str]:
        return await events(url, STALL_S + 0.5)

    everything = ["data: 0", "data: 1", "data: 2", "data: back"]
    assert record(path, patient) == everything
    (interaction,) = playhead.load(path).interactions
    timing = interaction.timing
    for _ in range(3):
        silent_us = timing.chunks[2].at_us - timing.start_us
        assert replay(path, watched) == ([*everything[:3], "the watchdog barked"], silent_us + 1_000_000)
        assert replay(path, loosely_watched) == (everything, timing.last_us - timing.start_us)
