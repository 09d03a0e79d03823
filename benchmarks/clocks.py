"""Virtual clocks side by side: what a jump costs, alone and beside an idle socket, and what real things do to each.

    python -m benchmarks.clocks

Peers are measured where they are installed: looptime, aiotools, async-solipsism (asyncio), trio's MockClock.
"""

from __future__ import annotations

import asyncio
import socket
import tempfile
import threading
import time
from collections.abc import Awaitable, Callable, Coroutine
from importlib import import_module
from pathlib import Path
from typing import Any

import httpx

import playhead
import playhead.httpx
from benchmarks.material import url_of
from benchmarks.measure import Row, print_table, ratio, scaled, side_by_side
from playhead.clocks.loop import VirtualClock
from playhead.model.cassette import Cassette, Exchange
from playhead.model.http import Request, Response
from playhead.model.timing import Chunk, Timing

Main = Callable[[], Coroutine[Any, Any, None]]
Run = Callable[[Main], None]
TASKS = scaled(1_000, 20)
SLEEPS = scaled(10_000, 50)


def _playhead(main: Main) -> None:
    with asyncio.Runner(loop_factory=VirtualClock) as runner:
        runner.run(main())


def _looptime() -> Run:
    loops = import_module("looptime")

    def run(main: Main) -> None:
        patched: Any = loops.patch_event_loop(asyncio.SelectorEventLoop())
        patched.setup_looptime(start=0)
        with asyncio.Runner(loop_factory=lambda: patched) as runner:
            runner.run(main())

    return run


def _aiotools() -> Run:
    clocks: Any = import_module("aiotools")

    def run(main: Main) -> None:
        async def patched() -> None:
            with clocks.VirtualClock().patch_loop():
                await main()

        asyncio.run(patched())

    return run


def _solipsism() -> Run:
    loops: Any = import_module("async_solipsism")

    def run(main: Main) -> None:
        with asyncio.Runner(loop_factory=loops.EventLoop) as runner:
            runner.run(main())

    return run


def _peers() -> dict[str, Run]:
    found: dict[str, Run] = {"playhead": _playhead}
    for name, make in {"looptime": _looptime, "aiotools": _aiotools, "async-solipsism": _solipsism}.items():
        try:
            found[name] = make()
        except ImportError:
            print(f"{name} is not installed, and left out")
    return found


async def an_hour_of_sleeps() -> None:
    for _ in range(SLEEPS):
        await asyncio.sleep(3600 / SLEEPS)


async def many_spread_sleepers() -> None:
    async def sleeper(number: int) -> None:
        for turn in range(10):
            await asyncio.sleep((number * 7919 % TASKS) / TASKS + turn * 0.37)

    await asyncio.gather(*map(sleeper, range(TASKS)))


def _beside(tasks: int) -> Main:
    """An idle connection, so many parked tasks, and 1,000 sleeps of one more."""

    async def main() -> None:
        ours, theirs = socket.socketpair()
        _, writer = await asyncio.open_connection(sock=ours)
        parked = asyncio.Event()
        others = [asyncio.create_task(parked.wait()) for _ in range(tasks)]
        await asyncio.sleep(0.06)
        began_s = time.perf_counter()
        for _ in range(1_000):
            await asyncio.sleep(1)
        found.append((time.perf_counter() - began_s) * 1e3)
        parked.set()
        await asyncio.gather(*others)
        writer.close()
        theirs.close()

    found: list[float] = []
    main.found = found  # type: ignore[attr-defined]
    return main


def _job() -> Awaitable[None]:
    return asyncio.to_thread(time.sleep, 0.05)


async def _socket() -> None:
    ours, theirs = socket.socketpair()
    with ours, theirs:
        ours.setblocking(False)
        threading.Timer(0.05, theirs.send, [b"x"]).start()
        await asyncio.get_running_loop().sock_recv(ours, 1)


async def _callback() -> None:
    loop, event = asyncio.get_running_loop(), asyncio.Event()
    threading.Timer(0.05, lambda: loop.call_soon_threadsafe(event.set)).start()
    await event.wait()


async def _process() -> None:
    process = await asyncio.create_subprocess_exec("sleep", "0.05")
    await process.wait()


REAL: dict[str, Callable[[], Awaitable[None]]] = {
    "an executor job": _job,
    "a socket": _socket,
    "a thread that calls back": _callback,
    "a subprocess": _process,
}


def _verdict(run: Run, real: Callable[[], Awaitable[None]]) -> str:
    said: list[str] = []

    async def main() -> None:
        try:
            async with asyncio.timeout(30):
                await real()
            said.append("works")
        except TimeoutError:
            said.append("spurious timeout")

    try:
        run(main)
    except Exception as error:  # noqa: BLE001  # whatever a peer does is its row
        said.append(said.pop() if said else f"fails: {type(error).__name__}")
    return said[-1] if said else "fails"


def _trio_row() -> Row | None:
    try:
        import trio
        import trio.testing

        from playhead.clocks.trio import TrioVirtualClock
    except ImportError:
        return None

    async def main() -> None:
        for _ in range(SLEEPS):
            await trio.sleep(3600 / SLEEPS)

    times = side_by_side(
        {
            "playhead": lambda: trio.run(main, clock=TrioVirtualClock()),
            "MockClock": lambda: trio.run(main, clock=trio.testing.MockClock(autojump_threshold=0)),
        },
        rounds=3,
    )
    return ("trio", f"{times['playhead']:.3f} s", f"{times['MockClock']:.3f} s")


def _exchange(number: int) -> Exchange:
    """A response of three events, of a request that overlaps with no other."""
    start_us = number * 360_000
    timing = Timing(
        start_us, None, start_us, start_us + 100_000, (Chunk(start_us + 150_000, 1, 0),), start_us + 200_000
    )
    return Exchange(number + 1, Request("GET", url_of(number)), Response(200, "OK", body=b"x"), timing=timing)


async def _get_all(client: httpx.AsyncClient) -> None:
    async with client:
        for number in range(SLEEPS):
            await client.get(url_of(number))


async def _get_bare() -> None:
    await _get_all(httpx.AsyncClient(transport=httpx.MockTransport(lambda _: httpx.Response(200, content=b"x"))))


async def _get_recorded(path: Path) -> None:
    async with playhead.use_cassette(path, timing="virtual", intercept=False) as deck:
        await _get_all(httpx.AsyncClient(transport=playhead.httpx.AsyncTransport(deck)))


def _responses() -> Row:
    """10,000 responses that were recorded over an hour, from opening the cassette to closing it."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "responses.msgpack"
        playhead.save(Cassette(list(map(_exchange, range(SLEEPS)))), path)
        times = side_by_side(
            {
                "bare": lambda: asyncio.run(_get_bare()),
                "playhead": lambda: _playhead(lambda: _get_recorded(path)),
            },
            rounds=5,
        )
    return (f"{times['bare']:.2f} s", f"{times['playhead']:.2f} s", ratio(times["playhead"], times["bare"]))


def main() -> None:
    """Print the tables."""
    peers = _peers()
    for title, program in {
        f"An hour of {SLEEPS:,} sleeps": an_hour_of_sleeps,
        f"{TASKS:,} tasks of ten spread sleeps": many_spread_sleepers,
    }.items():
        times = side_by_side({name: lambda run=run: run(program) for name, run in peers.items()}, rounds=5)  # type: ignore[misc]  # noqa: B023
        fastest = min((seconds for name, seconds in times.items() if name != "playhead"), default=times["playhead"])
        rows = [(name, f"{1e3 * seconds:.0f} ms", ratio(seconds, fastest)) for name, seconds in times.items()]
        print_table(title, ("clock", "time", "to the fastest peer"), rows)
    rows = []
    for tasks in (1, 100, 1_000):
        program = _beside(tasks)
        for _ in range(3):
            _playhead(program)
        rows.append((f"{tasks:,}", f"{sorted(program.found)[1]:.0f} us"))  # type: ignore[attr-defined]
    print_table("A jump of playhead's clock beside an idle connection", ("tasks", "a jump"), rows)
    table = [(what, *(_verdict(run, real) for run in peers.values())) for what, real in REAL.items()]
    print_table("Waiting up to 30 s for something real that takes 50 ms", ("what", *peers), table)
    print_table(
        f"{SLEEPS:,} responses recorded over an hour", ("bare MockTransport", "playhead", "ratio"), [_responses()]
    )
    row = _trio_row()
    if row is not None:
        print_table(f"An hour of {SLEEPS:,} sleeps under trio", ("loop", "playhead", "MockClock"), [row])


if __name__ == "__main__":
    main()
