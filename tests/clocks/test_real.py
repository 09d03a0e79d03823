"""Real things under the virtual clock: they take their time, no timeout fires too early, and jumps come back after."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from pathlib import Path

import aiosqlite
import anyio
import anyio.to_thread
import httpx
import pytest

from playhead.clocks.running import clock
from playhead.errors import NothingCanHappen
from tests.clocks.support import no_time, now, run, slow_server

DELAY_S = 0.15

pytestmark = pytest.mark.parametrize("debug", [False, True])


@contextmanager
def longer_than(seconds: float) -> Iterator[None]:
    """The clock has run with the world: the virtual time of the block is no less than that."""
    began = now()
    yield
    assert now() - began >= seconds * 0.9


async def jumps_again() -> None:
    with no_time():
        await asyncio.sleep(3600)


def test_executor_jobs(debug: bool) -> None:
    async def main() -> None:
        with longer_than(DELAY_S):
            async with asyncio.timeout(30):
                await asyncio.to_thread(time.sleep, DELAY_S)
        await jumps_again()
        with longer_than(DELAY_S), pytest.raises(TimeoutError):
            async with asyncio.timeout(DELAY_S):
                await asyncio.to_thread(time.sleep, DELAY_S * 2)
        await jumps_again()

    run(main, debug=debug)


def test_anyio_threads(debug: bool) -> None:
    async def main() -> None:
        with longer_than(DELAY_S), anyio.fail_after(30):
            await anyio.to_thread.run_sync(time.sleep, DELAY_S)
        await jumps_again()

        def call_back() -> None:
            time.sleep(DELAY_S)
            anyio.from_thread.run(anyio.sleep, 3600)

        with anyio.fail_after(3600 * 2):
            await anyio.to_thread.run_sync(call_back)

    with no_time():
        run(main, debug=debug)


def test_a_thread_that_waits_for_the_loop_does_not_hold_it(debug: bool) -> None:
    async def main() -> None:
        loop = asyncio.get_running_loop()

        def hop() -> float:
            return sum(asyncio.run_coroutine_threadsafe(asyncio.sleep(100, 1.0), loop).result() for _ in range(20))

        async with asyncio.timeout(20 * 100 + 30):
            assert await asyncio.to_thread(hop) == 20

    with no_time():
        run(main, debug=debug)


def test_httpx_to_a_slow_server_and_its_idle_connection(debug: bool) -> None:
    async def main(url: str) -> None:
        async with httpx.AsyncClient(timeout=30) as client:
            for _ in range(3):
                with longer_than(DELAY_S):
                    assert (await client.get(url)).text == "ok"
                await jumps_again()
            with pytest.raises(httpx.ReadTimeout):
                await client.get(url, timeout=DELAY_S / 3)

    with slow_server(DELAY_S) as url:
        run(lambda: main(url), debug=debug)


def test_aiohttp_to_a_slow_server_and_its_idle_connection(debug: bool) -> None:
    aiohttp = pytest.importorskip("aiohttp")

    async def main(url: str) -> None:
        async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=30)) as client:
            for _ in range(3):
                with longer_than(DELAY_S):
                    async with client.get(url) as answer:
                        assert await answer.text() == "ok"
                await jumps_again()
            with pytest.raises(TimeoutError):
                async with client.get(url, timeout=aiohttp.ClientTimeout(total=DELAY_S / 3)):
                    pass

    with slow_server(DELAY_S) as url:
        run(lambda: main(url), debug=debug)


def test_a_raw_socket_between_tasks_that_sleep(debug: bool) -> None:
    async def main() -> None:
        loop = asyncio.get_running_loop()
        ours, theirs = socket.socketpair()
        with ours, theirs:
            ours.setblocking(False)
            timer = threading.Timer(DELAY_S, theirs.send, [b"x"])
            timer.start()
            async with asyncio.timeout(30):
                assert await loop.sock_recv(ours, 10) == b"x"
            timer.join()
        await jumps_again()

    run(main, debug=debug)


def test_a_server_and_its_client_in_one_loop(debug: bool) -> None:
    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readline()
        await asyncio.sleep(DELAY_S)
        writer.write(b"ok\n")
        await writer.drain()
        writer.close()

    async def main() -> None:
        server = await asyncio.start_server(answer, "127.0.0.1", 0)
        serving = asyncio.create_task(server.serve_forever())
        async with asyncio.timeout(30):
            reader, writer = await asyncio.open_connection(*server.sockets[0].getsockname())
            writer.write(b"hello\n")
            assert await reader.readline() == b"ok\n"
            writer.close()
            await writer.wait_closed()
        await jumps_again()
        serving.cancel()
        server.close()

    run(main, debug=debug)


@pytest.mark.parametrize("pipes", [False, True])
def test_subprocesses_with_and_without_pipes(pipes: bool, debug: bool) -> None:
    program = f"import time; time.sleep({DELAY_S}); print('done')"

    async def main() -> None:
        out = subprocess.PIPE if pipes else subprocess.DEVNULL
        async with asyncio.timeout(60):
            process = await asyncio.create_subprocess_exec(sys.executable, "-c", program, stdout=out)
            output, _ = await process.communicate()
        assert process.returncode == 0
        assert output == (b"done\n" if pipes else None)
        await jumps_again()

    run(main, debug=debug)


def test_a_process_that_runs_on_does_not_hold_the_clock(debug: bool) -> None:
    async def main() -> None:
        process = await asyncio.create_subprocess_exec(sys.executable, "-c", "import time; time.sleep(60)")
        await jumps_again()
        process.kill()
        assert await process.wait() == -signal.SIGKILL

    run(main, debug=debug)


def test_aiosqlite(debug: bool, tmp_path: Path) -> None:
    slow = "WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x+1 FROM n WHERE x < 300000) SELECT count(*) FROM n"

    async def main() -> None:
        async with aiosqlite.connect(tmp_path / "db") as db:
            for _ in range(3):
                async with asyncio.timeout(20):
                    async with db.execute(slow) as rows:
                        assert await rows.fetchone() == (300000,)
                await jumps_again()

    run(main, debug=debug)


def test_a_thread_that_calls_back(debug: bool) -> None:
    async def main() -> None:
        loop = asyncio.get_running_loop()
        for wait in (0.0, 0.02, DELAY_S):
            event = asyncio.Event()

            def ring(wait: float = wait, event: asyncio.Event = event) -> None:
                time.sleep(wait)
                loop.call_soon_threadsafe(event.set)

            thread = threading.Thread(target=ring)
            thread.start()
            await asyncio.wait_for(event.wait(), 30)
            thread.join()
            timer = threading.Timer(wait, loop.call_soon_threadsafe, [event.clear])
            timer.start()
            while event.is_set():
                await asyncio.sleep(0.01)
            assert now() < 30
            timer.join()
        await jumps_again()

    with no_time():
        run(main, debug=debug)


def test_a_worker_thread_fed_by_a_queue(debug: bool) -> None:
    import queue

    async def main(jobs: queue.Queue[object]) -> None:
        loop = asyncio.get_running_loop()
        for _ in range(50):
            event = asyncio.Event()
            jobs.put((loop, event))
            await asyncio.wait_for(event.wait(), 30)
            await asyncio.sleep(100)
        assert loop.time() < 50 * 110

    def work(jobs: queue.Queue[object]) -> None:
        while (job := jobs.get()) is not None:
            loop, event = job  # type: ignore[misc]
            loop.call_soon_threadsafe(event.set)

    for jobs in (queue.Queue(), queue.SimpleQueue()):
        thread = threading.Thread(target=work, args=(jobs,))
        thread.start()
        run(lambda jobs=jobs: main(jobs), debug=debug)  # type: ignore[misc]
        jobs.put(None)
        thread.join()


def test_another_loop_in_a_thread_that_answers(debug: bool) -> None:
    other = asyncio.new_event_loop()
    thread = threading.Thread(target=other.run_forever)
    thread.start()

    async def main() -> None:
        for _ in range(3):
            async with asyncio.timeout(30):
                answer = asyncio.run_coroutine_threadsafe(asyncio.sleep(DELAY_S, "slept"), other)
                assert await asyncio.wrap_future(answer) == "slept"
            await jumps_again()

    try:
        run(main, debug=debug)
    finally:
        other.call_soon_threadsafe(other.stop)
        thread.join()
        other.close()


def test_an_idle_thread_does_not_hold_the_clock(debug: bool) -> None:
    done = threading.Event()
    idle = [
        threading.Thread(target=done.wait),
        threading.Thread(target=lambda: done.wait(7200)),
        threading.Thread(target=lambda: [time.sleep(0.5) for _ in range(7200) if not done.is_set()]),
    ]
    for thread in idle:
        thread.start()
    try:
        with no_time():
            run(jumps_again, debug=debug)
    finally:
        done.set()
        for thread in idle:
            thread.join()


def test_an_async_generator_in_between_is_seen_through(debug: bool) -> None:
    async def lines(reader: asyncio.StreamReader) -> AsyncIterator[bytes]:
        while line := await reader.readline():
            yield line

    async def main() -> None:
        program = "import time\nfor n in range(3): time.sleep(0.1); print(n, flush=True)"
        process = await asyncio.create_subprocess_exec(sys.executable, "-c", program, stdout=subprocess.PIPE)
        assert process.stdout is not None
        async with asyncio.timeout(60):
            assert [line async for line in lines(process.stdout)] == [b"0\n", b"1\n", b"2\n"]
            await process.wait()

    run(main, debug=debug)


def test_hold_is_for_what_cannot_be_seen(debug: bool) -> None:
    async def main() -> None:
        began = time.monotonic()
        with clock.hold():
            time.sleep(0.05)
            assert now() >= 0.05
            await asyncio.sleep(0.1)
        assert time.monotonic() - began >= 0.15
        jumps = clock.jumps
        await jumps_again()
        assert clock.jumps == jumps + 1
        assert clock.now_us() == pytest.approx(now() * 1e6, abs=1)

    run(main, debug=debug)


def test_a_hold_may_be_released_by_a_thread(debug: bool) -> None:
    async def main() -> None:
        held = asyncio.get_running_loop().clock.hold()  # type: ignore[attr-defined]
        held.__enter__()
        threading.Timer(0.1, held.__exit__, [None, None, None]).start()
        began = time.monotonic()
        with no_time():
            await asyncio.sleep(3600)
        assert time.monotonic() - began > 0.09

    run(main, debug=debug)


def test_a_stuck_program_beside_an_idle_connection_is_told_so(debug: bool) -> None:
    async def main() -> None:
        ours, theirs = socket.socketpair()
        with theirs:
            _, writer = await asyncio.open_connection(sock=ours)
            try:
                await asyncio.Event().wait()
            finally:
                writer.close()

    with no_time(), pytest.raises(NothingCanHappen):
        run(main, debug=debug)


def test_one_of_many_tasks_turns_to_a_socket_after_some_jumps(debug: bool) -> None:
    async def main() -> None:
        loop, parked = asyncio.get_running_loop(), asyncio.Event()
        ours, theirs = socket.socketpair()
        ours.setblocking(False)

        async def turns() -> bytes:
            for _ in range(5):
                await asyncio.sleep(60)
            threading.Timer(DELAY_S, theirs.send, [b"x"]).start()
            async with asyncio.timeout(30):
                return await loop.sock_recv(ours, 10)

        with ours, theirs:
            loop.add_reader(theirs, lambda: None)  # an idle descriptor, for whose sake tasks are looked at
            others = [asyncio.create_task(parked.wait()) for _ in range(50)]
            assert await asyncio.create_task(turns()) == b"x"
            loop.remove_reader(theirs)
        parked.set()
        await asyncio.gather(*others)

    run(main, debug=debug)


def test_a_task_of_another_loop_does_not_hold_the_clock(debug: bool) -> None:
    async def main() -> None:
        ours, theirs = socket.socketpair()
        with theirs:
            _, writer = await asyncio.open_connection(sock=ours)
            await jumps_again()
            writer.close()

    other = asyncio.new_event_loop()
    waiting = other.create_task(asyncio.wait_for(other.create_future(), None))
    other.run_until_complete(asyncio.sleep(0))
    run(main, debug=debug)
    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        other.run_until_complete(waiting)
    other.close()


PROGRAM = """
import asyncio, signal, sys, playhead
from playhead.clocks.loop import VirtualClock

signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell has it ignored by what it runs in the background

async def main():
    reader, writer = await asyncio.open_connection("127.0.0.1", int(sys.argv[1]))
    stop = asyncio.Event()
    if sys.argv[2] == "SIGTERM":
        asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop.set)
    print("ready", flush=True)
    if sys.argv[2] == "SIGTERM":
        async with asyncio.timeout(3600):
            await stop.wait()
            print("stopped", flush=True)
    elif sys.argv[2] == "busy":
        while True:
            await asyncio.sleep(1)
    else:
        await reader.read()

with asyncio.Runner(loop_factory=VirtualClock, debug=bool(int(sys.argv[3]))) as runner:
    runner.run(main())
"""


@pytest.mark.parametrize(("how", "sent"), [("reading", signal.SIGINT), ("busy", signal.SIGINT)])
def test_ctrl_c_ends_a_program(how: str, sent: signal.Signals, debug: bool) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        command = [sys.executable, "-c", PROGRAM, str(server.getsockname()[1]), how, str(int(debug))]
        with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
            assert process.stdout is not None
            assert process.stdout.readline() == "ready\n"
            os.kill(process.pid, sent)
            try:
                _, errors = process.communicate(timeout=120)
            finally:
                process.kill()
    assert "KeyboardInterrupt" in errors


def test_a_signal_handler_is_called(debug: bool) -> None:
    async def main() -> None:
        stop = asyncio.Event()
        loop = asyncio.get_running_loop()
        loop.add_signal_handler(signal.SIGTERM, stop.set)
        threading.Timer(0.1, os.kill, [os.getpid(), signal.SIGTERM]).start()
        await stop.wait()
        loop.remove_signal_handler(signal.SIGTERM)

    run(main, debug=debug)
