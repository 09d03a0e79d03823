"""Nothing of ours blocks the event loop: under BlockBuster, which raises where something would, all goes on as ever."""

from __future__ import annotations

import asyncio
import socket
import subprocess
import sys
import threading
from collections.abc import Awaitable, Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import anyio
import httpx
import pytest

import playhead
from playhead.apart import apart
from playhead.deck.beside import beside
from playhead.deck.waiting import running_bell
from tests.support.blocking import nothing_blocks
from tests.support.inner import run_inside
from tests.support.wire import Wire, wire

LARGE = 9 * 1024 * 1024


@pytest.fixture(autouse=True)
def under_blockbuster() -> Iterator[None]:
    httpx.AsyncClient()  # imports what it needs at the first one
    before = set(vars(socket.socket))
    with nothing_blocks():
        yield
    assert set(vars(socket.socket)) == before


class Db:
    async def get(self, number: int) -> int:
        return number + 1


async def plain(path: Path, act: Callable[[playhead.Deck], Awaitable[Any]], **options: Any) -> Any:
    with playhead.use_cassette(path, **options) as deck:
        return await act(deck)


async def asynchronous(path: Path, act: Callable[[playhead.Deck], Awaitable[Any]], **options: Any) -> Any:
    async with playhead.use_cassette(path, **options) as deck:
        return await act(deck)


async def decorated(path: Path, act: Callable[[playhead.Deck], Awaitable[Any]], **options: Any) -> Any:
    @playhead.use_cassette(path, **options)
    async def program() -> Any:
        deck = playhead.current_deck()
        assert deck is not None
        return await act(deck)

    return await program()


Opened = Callable[..., Awaitable[Any]]
WAYS = [plain, asynchronous, decorated]


def getting(*urls: str) -> Callable[[playhead.Deck], Awaitable[Any]]:
    async def act(deck: playhead.Deck) -> Any:
        db = deck.double("db", spec=Db, real=Db)
        async with httpx.AsyncClient() as client:
            return [(await client.get(url)).content for url in urls], await db.get(1)

    return act


@pytest.mark.parametrize("opened", WAYS)
@pytest.mark.parametrize("suffix", ["json", "msgpack"])
def test_recording_and_replaying(tmp_path: Path, opened: Opened, suffix: str) -> None:
    path = tmp_path / "new" / f"c.{suffix}"
    with wire() as server:
        act = getting(f"{server.url}/json/a", f"{server.url}/binary?size={LARGE}")
        recorded = asyncio.run(opened(path, act, record="missing"))
        assert asyncio.run(opened(path, act, record="all"))[1] == 2
    assert asyncio.run(opened(path, act))[0][1] == recorded[0][1]
    assert sorted(each.name for each in path.parent.iterdir()) == ["bodies", f"c.{suffix}"]


@pytest.mark.parametrize("opened", WAYS)
@pytest.mark.parametrize(
    ("path", "error"),
    [("/json/a?x=1", playhead.RequestDrift), ("/json/never", playhead.NoMatch)],
    ids=["drift", "miss"],
)
def test_what_is_refused_is_said(
    server: Wire, tmp_path: Path, opened: Opened, path: str, error: type[Exception]
) -> None:
    with playhead.use_cassette(tmp_path / "c.json", record="all"):
        httpx.get(f"{server.url}/json/a")
    with pytest.raises(error) as raised:
        asyncio.run(opened(tmp_path / "c.json", getting(server.url + path)))
    assert any("caller" in note and "test_blocking.py" in note for note in raised.value.__notes__)


def test_a_recording_that_fails_is_discarded(server: Wire, tmp_path: Path) -> None:
    async def fail(deck: playhead.Deck) -> None:
        await getting(f"{server.url}/json/a")(deck)
        raise ZeroDivisionError

    for opened in WAYS:
        with pytest.raises(ZeroDivisionError):
            asyncio.run(opened(tmp_path / "c.json", fail, record="all"))
    assert list(tmp_path.iterdir()) == []


def test_the_loop_goes_on_while_files_are_read() -> None:
    async def main() -> bool:
        going_on = threading.Event()
        asyncio.get_running_loop().call_later(0.01, going_on.set)
        return await beside(lambda: going_on.wait(10))

    assert asyncio.run(main())


def test_a_task_that_is_cancelled_while_a_cassette_is_written_has_it_written(tmp_path: Path) -> None:
    begun, go_on, done = threading.Event(), threading.Event(), []

    def write() -> None:
        begun.set()
        go_on.wait(10)
        done.append("written")

    async def main() -> None:
        writing = asyncio.create_task(beside(write))
        while not begun.is_set():
            await asyncio.sleep(0.001)
        writing.cancel()
        await asyncio.sleep(0.01)
        assert not writing.done()
        go_on.set()
        with pytest.raises(asyncio.CancelledError):
            await writing

    asyncio.run(main())
    assert done == ["written"]


def test_what_is_done_apart_returns_and_raises_as_it_would_here() -> None:
    async def main() -> None:
        assert apart(threading.get_ident) != threading.get_ident()
        with pytest.raises(ZeroDivisionError):
            apart(lambda: 1 // 0)

    asyncio.run(main())
    assert apart(threading.get_ident) == threading.get_ident()


FIRST_USE = """
import asyncio, sys
import httpx, playhead
from blockbuster import blockbuster_ctx

httpx.AsyncClient()

async def main():
    async with playhead.use_cassette(sys.argv[1], record="missing"):
        async with httpx.AsyncClient() as client:
            print((await client.get(sys.argv[2])).status_code)

with blockbuster_ctx():
    asyncio.run(main())
    asyncio.run(main())
"""


def test_the_first_use_of_the_package_in_a_loop(server: Wire, tmp_path: Path) -> None:
    command = [sys.executable, "-c", FIRST_USE, tmp_path / "c.json", f"{server.url}/json/a"]
    done = subprocess.run(command, capture_output=True, text=True)
    assert (done.returncode, done.stdout) == (0, "200\n200\n"), done.stderr


def test_a_test_on_a_cassette(pytester: pytest.Pytester, server: Wire) -> None:
    pytester.makepyfile(f"""
        import blockbuster, httpx, pytest

        @pytest.fixture(autouse=True)
        def nothing_blocks():
            httpx.AsyncClient()
            with blockbuster.blockbuster_ctx():
                yield

        @pytest.mark.asyncio
        @pytest.mark.cassette
        async def test_get():
            async with httpx.AsyncClient() as client:
                assert (await client.get("{server.url}/json/a")).status_code == 200
    """)
    run_inside(pytester, "--record", apart=True).assert_outcomes(passed=1)
    run_inside(pytester, apart=True).assert_outcomes(passed=1)


@pytest.mark.parametrize("backend", ["asyncio", "trio"])
def test_work_that_ends_after_its_run_has_ended_disturbs_nobody(backend: str) -> None:
    bells = []

    async def program() -> None:
        bells.append(running_bell())

    anyio.run(program, backend=backend)
    with ThreadPoolExecutor(1) as other:
        other.submit(bells[0].ring).result(5)
