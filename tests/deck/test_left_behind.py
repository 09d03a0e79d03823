"""Threads, jobs of pools and tasks that outlive their deck are told so, and whose work a request is."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import anyio
import anyio.to_thread
import httpx
import pytest
import trio

import playhead
from playhead import NetworkBlocked, use_cassette
from tests.support.inner import run_inside
from tests.support.wire import Wire

PATCHED = [(threading.Thread, "start"), (ThreadPoolExecutor, "submit"), (httpx.HTTPTransport, "handle_request")]
PATCHED += [(httpx.AsyncHTTPTransport, "handle_async_request")]


@pytest.fixture(autouse=True)
def nothing_stays_patched() -> Iterator[None]:
    before = [vars(owner)[name] for owner, name in PATCHED]
    yield
    assert [vars(owner)[name] for owner, name in PATCHED] == before


@pytest.fixture
def cassettes(tmp_path: Path, server: Wire) -> tuple[Path, Path]:
    """Two cassettes, each with an answer to `GET /json/a` of its own (`turn` 1 and 2)."""
    paths = tmp_path / "first.json", tmp_path / "second.json"
    for path in paths:
        with use_cassette(path, record="all"):
            httpx.get(f"{server.url}/json/a")
    return paths


class Asking:
    """A thread, or a job, that asks when it is let go."""

    def __init__(self, url: str) -> None:
        self.go = threading.Event()
        self.url = url
        self.got: object = None

    def __call__(self) -> object:
        self.go.wait(10)
        try:
            self.got = httpx.get(f"{self.url}/json/a").json()["turn"]
        except NetworkBlocked as error:
            self.got = error
        return self.got


def blocked(got: object, path: Path) -> bool:
    return isinstance(got, NetworkBlocked) and str(path) in str(got)


def asked(server: Wire) -> int:
    return server.seen["/json/a"]


def test_a_thread_that_is_left_behind_is_told(server: Wire, cassettes: tuple[Path, Path]) -> None:
    asking, before = Asking(server.url), asked(server)
    with use_cassette(cassettes[0]):
        thread = threading.Thread(target=asking)
        thread.start()
    asking.go.set()
    thread.join()
    assert blocked(asking.got, cassettes[0])
    assert asked(server) == before


def test_a_thread_is_not_answered_by_the_deck_that_comes_next(server: Wire, cassettes: tuple[Path, Path]) -> None:
    asking = Asking(server.url)
    with use_cassette(cassettes[0]):
        thread = threading.Timer(0, asking)
        thread.start()
    with use_cassette(cassettes[1]) as deck:
        asking.go.set()
        thread.join()
    assert blocked(asking.got, cassettes[0])
    assert len(deck.unplayed) == 1


def test_a_thread_that_a_thread_starts_belongs_there_too(server: Wire, cassettes: tuple[Path, Path]) -> None:
    asking, inner = Asking(server.url), []

    def start() -> None:
        inner.append(threading.Thread(target=asking))
        inner[0].start()

    with use_cassette(cassettes[0]):
        outer = threading.Thread(target=start)
        outer.start()
        outer.join()
    asking.go.set()
    inner[0].join()
    assert blocked(asking.got, cassettes[0])


def test_with_several_decks_open_a_thread_belongs_to_its_own(server: Wire, cassettes: tuple[Path, Path]) -> None:
    asking = [Asking(server.url), Asking(server.url)]

    def under(path: Path, which: Asking) -> None:
        with use_cassette(path):
            both.wait(10)
            thread = threading.Thread(target=which)
            thread.start()
            which.go.set()
            thread.join()
            both.wait(10)

    both = threading.Barrier(2)
    outer = [threading.Thread(target=under, args=pair) for pair in zip(cassettes, asking, strict=True)]
    for each in outer:
        each.start()
    for each in outer:
        each.join()
    assert [each.got for each in asking] == [1, 2]


def test_a_thread_that_was_there_before_belongs_to_whatever_is_open(server: Wire, cassettes: tuple[Path, Path]) -> None:
    asking = Asking(server.url)
    thread = threading.Thread(target=asking)
    thread.start()
    with use_cassette(cassettes[1]):
        asking.go.set()
        thread.join()
    assert asking.got == 2


def test_what_a_pool_does_belongs_to_who_asked(server: Wire, cassettes: tuple[Path, Path]) -> None:
    def ask() -> int:
        turn: int = httpx.get(f"{server.url}/json/a").json()["turn"]
        return turn

    with ThreadPoolExecutor(1) as pool:
        with use_cassette(cassettes[0]):
            assert pool.submit(ask).result() == 1
        with use_cassette(cassettes[1]):
            assert list(pool.map(lambda _: ask(), [0])) == [2]
        assert pool.submit(ask).result() == 3  # of nobody: it goes to the service


def test_a_job_that_is_left_behind_is_told(server: Wire, cassettes: tuple[Path, Path]) -> None:
    asking, before = Asking(server.url), asked(server)
    with ThreadPoolExecutor(1) as pool:
        with use_cassette(cassettes[0]):
            job = pool.submit(asking)
        with use_cassette(cassettes[1]):
            asking.go.set()
            assert blocked(job.result(), cassettes[0])
    assert asked(server) == before


async def in_executor(ask: Callable[[], object]) -> object:
    return await asyncio.get_running_loop().run_in_executor(None, ask)


async def by_to_thread(ask: Callable[[], object]) -> object:
    return await asyncio.to_thread(ask)


async def by_anyio(ask: Callable[[], object]) -> object:
    return await anyio.to_thread.run_sync(ask)


@pytest.mark.parametrize("through", [in_executor, by_to_thread, by_anyio])
def test_threads_of_the_event_loop_work_for_who_asked(
    server: Wire, cassettes: tuple[Path, Path], through: Callable[[Callable[[], object]], object]
) -> None:
    async def main() -> list[object]:
        got = []
        for path in cassettes:
            with use_cassette(path):
                asking = Asking(server.url)
                asking.go.set()
                got.append(await through(asking))  # type: ignore[misc]
        asking = Asking(server.url)
        with use_cassette(cassettes[0]):
            late = asyncio.ensure_future(through(asking))  # type: ignore[arg-type]
            await asyncio.sleep(0.05)
        asking.go.set()
        return [*got, await late]

    first, second, late = asyncio.run(main())
    assert (first, second) == (1, 2)
    assert blocked(late, cassettes[0])


def test_a_task_of_trio_that_is_left_behind_is_told(server: Wire, cassettes: tuple[Path, Path]) -> None:
    got: list[object] = []

    async def late(go: trio.Event) -> None:
        await go.wait()
        async with httpx.AsyncClient() as client:
            try:
                got.append((await client.get(f"{server.url}/json/a")).json()["turn"])
            except NetworkBlocked as error:
                got.append(error)

    async def main() -> None:
        go = trio.Event()
        async with trio.open_nursery() as nursery:
            async with use_cassette(cassettes[0]):
                nursery.start_soon(late, go)
                nursery.start_soon(trio.sleep, 0)
            assert hasattr(vars(httpx.AsyncHTTPTransport)["handle_async_request"], "__playhead__")
            go.set()

    before = asked(server)
    trio.run(main)
    assert blocked(got[0], cassettes[0])
    assert asked(server) == before


def test_a_recording_has_what_its_threads_asked(server: Wire, tmp_path: Path) -> None:
    path = tmp_path / "c.json"
    with use_cassette(path, record="all"), ThreadPoolExecutor(4) as pool:
        list(pool.map(httpx.get, [f"{server.url}/json/{number}" for number in range(8)]))
        thread = threading.Thread(target=httpx.get, args=[f"{server.url}/json/thread"])
        thread.start()
        thread.join()
    assert len(playhead.load(path).interactions) == 9


def test_a_thread_of_a_fixture_is_told_after_its_test(pytester: pytest.Pytester, server: Wire) -> None:
    pytester.makepyfile(f"""
        import threading
        import httpx, playhead, pytest

        go, got = threading.Event(), []

        def late():
            go.wait(10)
            try:
                got.append(httpx.get("{server.url}/json/late").status_code)
            except playhead.NetworkBlocked as error:
                got.append(str(error))

        @pytest.fixture
        def thread():
            threads.append(threading.Thread(target=late))
            threads[0].start()

        threads = []

        @pytest.mark.cassette
        def test_first(thread):
            httpx.get("{server.url}/json/a")

        @pytest.mark.cassette
        def test_second():
            httpx.get("{server.url}/json/b")
            go.set()
            threads[0].join()
            assert "test_first.json" in got[0]
    """)
    run_inside(pytester, "--record", apart=True).assert_outcomes(passed=2)
    assert server.seen["/json/late"] == 0
