"""The wall clock as it was when a cassette was recorded."""

from __future__ import annotations

import asyncio
import sys
import threading
import time
from collections.abc import Awaitable, Callable
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from itertools import permutations
from pathlib import Path
from typing import Any

import httpx
import pytest

import playhead
import playhead.httpx
from playhead.model.cassette import Cassette, Exchange, Recorded
from playhead.model.http import Request, Response
from playhead.model.timing import Timing
from tests.support.wire import Wire

pytest.importorskip("time_machine")

AT = datetime(2024, 2, 29, 12, 30, 15, tzinfo=UTC)


def cassette(folder: Path, at: datetime | str = AT, name: str = "then.json") -> Path:
    """A cassette that was recorded at that time, of a request that took an hour and a half."""
    path = folder / name
    exchange = Exchange(
        1, Request("GET", "http://api.test/"), Response(200, "OK"), timing=Timing(0, None, 10, 20, (), 5_400_000_000)
    )
    said = at if isinstance(at, str) else at.isoformat().replace("+00:00", "Z")
    playhead.save(Cassette([exchange], Recorded(said, "a test")), path)
    return path


def opened(path: Path, **options: Any) -> Any:
    return playhead.use_cassette(path, wall_clock="recorded", intercept=False, **options)


def is_now() -> bool:
    return abs(time.time() - (ORIGIN_S + time.perf_counter())) < 60


ORIGIN_S = time.time() - time.perf_counter()
ROUNDED_S = 0.001
"""Two clocks that go alike may differ by so much."""


def test_time_is_that_of_the_recording_and_ticks_on(tmp_path: Path) -> None:
    zone = datetime.now().astimezone().tzname()
    began = time.perf_counter()
    with opened(cassette(tmp_path)):
        now, now_s = datetime.now(UTC), time.time()
        most_s = time.perf_counter() - began + ROUNDED_S
        assert AT <= now <= AT + timedelta(seconds=most_s)
        assert AT.timestamp() <= now_s <= AT.timestamp() + most_s
        assert time.gmtime().tm_year == 2024
        assert datetime.now().astimezone().tzname() == zone
        began, before = time.perf_counter(), time.time()
        time.sleep(0.02)
        assert time.time() - before + ROUNDED_S >= 0.02
        assert time.time() - before <= time.perf_counter() - began + ROUNDED_S
    assert is_now()


def test_without_the_option_time_is_now(tmp_path: Path) -> None:
    with playhead.use_cassette(cassette(tmp_path), intercept=False):
        assert is_now()


def test_the_monotonic_clocks_are_left_alone(tmp_path: Path) -> None:
    before = time.monotonic(), time.perf_counter()
    with opened(cassette(tmp_path)):
        inside = time.monotonic(), time.perf_counter()
    after = time.monotonic(), time.perf_counter()
    assert all(first <= middle <= last for first, middle, last in zip(before, inside, after, strict=True))


def test_it_comes_back_after_an_error(tmp_path: Path) -> None:
    with pytest.raises(ZeroDivisionError), opened(cassette(tmp_path)):
        raise ZeroDivisionError
    assert is_now()


def test_a_naive_and_a_precise_time_are_understood(tmp_path: Path) -> None:
    with opened(cassette(tmp_path, "2024-02-29T12:30:15.000250", "naive.json")):
        assert time.time_ns() // 1000 - int(AT.timestamp()) * 1_000_000 in range(250, 5_000_000)


@pytest.mark.parametrize("order", list(permutations(range(3))))
def test_decks_may_close_in_any_order(tmp_path: Path, order: tuple[int, ...]) -> None:
    years = [2001, 2011, 2021]
    paths = [cassette(tmp_path, AT.replace(year=year, day=28), f"{year}.json") for year in years]
    decks = [ExitStack() for _ in years]
    for deck, path in zip(decks, paths, strict=True):
        deck.enter_context(opened(path))
    left = list(years)
    for number in order:
        assert datetime.now(UTC).year == left[-1]
        decks[number].close()
        left.remove(years[number])
    assert is_now()


def test_travels_of_the_test_itself_nest_in_it(tmp_path: Path) -> None:
    import time_machine

    with opened(cassette(tmp_path)):
        with time_machine.travel(0):
            assert time.gmtime().tm_year == 1970
        assert time.gmtime().tm_year == 2024
    assert is_now()


def test_recording_is_now(tmp_path: Path, server: Wire) -> None:
    path = tmp_path / "new.json"
    with playhead.use_cassette(path, record="missing", wall_clock="recorded"):
        httpx.get(f"{server.url}/json/a")
        assert is_now()
    assert playhead.load(path).recorded.at[:4] == str(datetime.now(UTC).year)
    with playhead.use_cassette(path, record="all", wall_clock="recorded"):
        assert is_now()


def test_without_a_cassette_it_is_now(tmp_path: Path) -> None:
    with opened(tmp_path / "absent.json"):
        assert is_now()


def test_recorded_and_replayed_a_cookie_is_as_valid_as_it_was(tmp_path: Path) -> None:
    path = cassette(tmp_path)
    loaded = playhead.load(path)
    header = ("Set-Cookie", "session=abc; Expires=Thu, 29 Feb 2024 13:00:00 GMT; Path=/")
    first = loaded.interactions[0]
    answer = Response(200, "OK", headers=(header,))
    playhead.save(loaded.with_interactions([Exchange(1, first.request, answer, timing=first.timing)]), path)

    def kept(**options: Any) -> bool:
        with playhead.use_cassette(path, **options), httpx.Client() as client:
            client.get("http://api.test/")
            return "session" in client.cookies

    assert not kept()
    assert kept(wall_clock="recorded")


# In virtual time.


def virtually(main: Callable[[], Awaitable[Any]]) -> Any:
    with asyncio.Runner(loop_factory=playhead.VirtualClock) as runner:
        return runner.run(main())  # type: ignore[arg-type]


def test_it_ticks_with_the_virtual_clock_exactly(tmp_path: Path) -> None:
    path = cassette(tmp_path)

    async def main() -> list[float]:
        loop, seen = asyncio.get_running_loop(), []
        await asyncio.sleep(17)
        async with opened(path, timing="virtual") as deck:
            began, opened_at, opened_ns = loop.time(), time.time(), time.time_ns()
            assert opened_at == AT.timestamp()
            transport = playhead.httpx.AsyncTransport(deck)
            for delay in (0.5, 3600, 0.1):
                await asyncio.sleep(delay)
                seen.append(time.time() - opened_at)
                assert time.time_ns() - opened_ns == round((loop.time() - began) * 1e9)
            async with httpx.AsyncClient(transport=transport) as client:
                await client.get("http://api.test/")
            assert time.time_ns() - opened_ns == round((loop.time() - began) * 1e9)
            seen.append(await asyncio.to_thread(time.time) - opened_at)
        return seen

    began = time.perf_counter()
    seen = virtually(main)
    assert seen[:2] == [0.5, 3600.5]
    assert 3600.1 + 5400 <= seen[3] < 2 * (3600.1 + 5400)
    assert time.perf_counter() - began < seen[3]
    assert is_now()


def test_trio_ticks_likewise(tmp_path: Path) -> None:
    trio = pytest.importorskip("trio")
    path = cassette(tmp_path)

    async def main() -> float:
        async with opened(path, timing="virtual"):
            began = time.time()
            await trio.sleep(1800.25)
            return time.time() - began

    assert trio.run(main, clock=playhead.TrioVirtualClock()) == 1800.25


def test_time_goes_on_through_the_loops_of_a_deck(tmp_path: Path) -> None:
    async def sleep() -> float:
        await asyncio.sleep(100)
        return time.time() - AT.timestamp()

    with asyncio.Runner(loop_factory=playhead.VirtualClock) as older:
        older.run(sleep())
        with opened(cassette(tmp_path), timing="virtual"):
            assert time.time() == AT.timestamp()
            assert older.run(sleep()) == 100
            assert time.time() - AT.timestamp() == 100
            assert virtually(sleep) == 200
            assert older.run(sleep()) == 200


def test_a_thread_sees_the_virtual_time_of_its_loop(tmp_path: Path) -> None:
    async def main() -> float:
        async with opened(cassette(tmp_path), timing="virtual"):
            await asyncio.sleep(50)
            time.time()
            found: list[float] = []
            thread = threading.Thread(target=lambda: found.append(time.time()))
            thread.start()
            thread.join()
            return found[0] - AT.timestamp()

    assert virtually(main) == 50


# What goes wrong.


def test_time_machine_missing_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "time_machine", None)
    with pytest.raises(playhead.UsageError, match=r"pip install 'playhead\[clock\]'"):
        opened(cassette(tmp_path)).__enter__()
    assert playhead.current_deck() is None
    with playhead.use_cassette(cassette(tmp_path), intercept=False):
        pass


@pytest.mark.parametrize(("at", "said"), [("", "says nothing there"), ("yesterday", 'says "yesterday" there')])
def test_a_cassette_that_does_not_say_when_is_refused(tmp_path: Path, at: str, said: str) -> None:
    path = cassette(tmp_path)
    path.write_text(path.read_text().replace("2024-02-29T12:30:15Z", at))
    with pytest.raises(playhead.UsageError, match=said):
        opened(path).__enter__()
    assert is_now()
    assert playhead.current_deck() is None


def test_another_value_is_refused() -> None:
    with pytest.raises(playhead.UsageError, match='the values are "now" and "recorded"'):
        playhead.use_cassette("x.json", wall_clock="record")
