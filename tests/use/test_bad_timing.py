"""Programs that cannot be in virtual time, and invalid speeds: a clear error each, from wherever it was asked for."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import httpx
import pytest

import playhead
from playhead.model.cassette import Cassette, Exchange
from playhead.model.http import Request, Response
from playhead.model.timing import Timing
from playhead.settings.resolve import resolve


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A cassette of one answered request, and of one that was given up after a second."""
    found = tmp_path / "two.json"
    answered = Exchange(1, Request("GET", "http://api.test/answered"), Response(200, "OK"), timing=Timing(0, end_us=5))
    given_up = Exchange(2, Request("GET", "http://api.test/given-up"), timing=Timing(9, end_us=1_000_009))
    playhead.save(Cassette([answered, given_up]), found)
    return found


@pytest.mark.parametrize("timing", [0, -1, -0.5, "0x", "-10x", float("nan"), float("inf"), "fast", "", True])
def test_a_speed_that_is_none_is_refused_at_once(timing: Any) -> None:
    with pytest.raises(playhead.UsageError, match="or a number above 0 for that many times faster"):
        playhead.use_cassette("never-opened.json", timing=timing)


@pytest.mark.parametrize("timing", ["0", "-1", "-10x", "fast"])
def test_the_environment_is_read_as_strictly(monkeypatch: pytest.MonkeyPatch, timing: str) -> None:
    monkeypatch.setenv("PLAYHEAD_TIMING", timing)
    with pytest.raises(playhead.UsageError, match="PLAYHEAD_TIMING cannot be"):
        resolve({})


async def get(path: Path, where: str) -> None:
    async with playhead.use_cassette(path, timing="virtual"), httpx.AsyncClient(timeout=None) as client:
        await client.get(f"http://api.test/{where}")


def test_uvloop_is_said_to_be_impossible(path: Path) -> None:
    uvloop = pytest.importorskip("uvloop")
    with pytest.raises(playhead.UsageError, match="impossible on uvloop"):
        uvloop.run(get(path, "answered"))


def test_another_event_loop_is_told_what_to_do(path: Path) -> None:
    with pytest.raises(playhead.UsageError, match=r"asyncio\.Runner\(loop_factory=playhead\.VirtualClock\)"):
        asyncio.run(get(path, "answered"))


def test_trio_with_its_own_clock_is_told_what_to_do(path: Path) -> None:
    trio = pytest.importorskip("trio")
    with pytest.raises(playhead.UsageError, match=r"clock=TrioVirtualClock\(\)"):
        trio.run(get, path, "answered")


def test_a_synchronous_program_has_no_virtual_time(path: Path) -> None:
    error = pytest.raises(playhead.UsageError, match="this is no event loop")
    with error, playhead.use_cassette(path, timing="virtual"):
        httpx.get("http://api.test/answered")


def test_what_can_never_happen_is_named_not_waited_for(path: Path) -> None:
    async def main() -> None:
        never = asyncio.Event()
        async with asyncio.TaskGroup() as group:
            group.create_task(get(path, "given-up"), name="asks what was never answered")
            group.create_task(never.wait(), name="waits for a bell")

    with pytest.raises(playhead.NothingCanHappen) as caught:
        virtually(main)
    said = "\n".join([str(caught.value), *caught.value.__notes__])
    assert "asks what was never answered" in said
    assert "waits for a bell" in said


def test_a_timeout_makes_it_possible(path: Path) -> None:
    async def main() -> float:
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(get(path, "given-up"), 90)
        return asyncio.get_running_loop().time()

    assert virtually(main) == 90.0


def virtually(main: Callable[[], Awaitable[Any]]) -> Any:
    with asyncio.Runner(loop_factory=playhead.VirtualClock) as runner:
        return runner.run(main())  # type: ignore[arg-type]
