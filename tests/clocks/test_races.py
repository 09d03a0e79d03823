"""Threads race against jumps with every core busy: no timeout of the program may come before its answer."""

from __future__ import annotations

import asyncio
import concurrent.futures
import multiprocessing
import os
import queue
import random
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import aiosqlite
import anyio.to_thread
import pytest

from tests.clocks.support import now, run

ROUNDS = 150


def _spin() -> None:
    while True:
        pass


@pytest.fixture(scope="module", autouse=True)
def busy_cores() -> Iterator[None]:
    context = multiprocessing.get_context("spawn")
    hogs = [context.Process(target=_spin, daemon=True) for _ in range(os.cpu_count() or 1)]
    for hog in hogs:
        hog.start()
    yield
    for hog in hogs:
        hog.terminate()
        hog.join()


def _briefly(chance: random.Random) -> Callable[[], None]:
    """Do what a thread does before it answers: nothing, a little work, or a wait."""
    seconds = chance.choice([0.0, 0.0002, 0.001, 0.004])
    return random.Random(seconds).random if chance.random() < 0.5 else lambda: time.sleep(seconds)


async def by_thread(chance: random.Random) -> None:
    loop, event, work = asyncio.get_running_loop(), asyncio.Event(), _briefly(chance)

    def answer() -> None:
        work()
        loop.call_soon_threadsafe(event.set)

    threading.Thread(target=answer).start()
    async with asyncio.timeout(60):
        await event.wait()


async def by_timer(chance: random.Random) -> None:
    answers: asyncio.Queue[int] = asyncio.Queue()
    loop = asyncio.get_running_loop()
    threading.Timer(chance.choice([0, 0.001, 0.003]), loop.call_soon_threadsafe, [answers.put_nowait, 1]).start()
    async with asyncio.timeout(60):
        await answers.get()


async def by_executor(chance: random.Random) -> None:
    async with asyncio.timeout(60):
        await asyncio.to_thread(_briefly(chance))


async def by_anyio(chance: random.Random) -> None:
    async with asyncio.timeout(60):
        await anyio.to_thread.run_sync(_briefly(chance))


async def by_another_executor(chance: random.Random) -> None:
    async with asyncio.timeout(60):
        await asyncio.wrap_future(EXECUTOR.submit(_briefly(chance)))


EXECUTOR = concurrent.futures.ThreadPoolExecutor(2)


@pytest.mark.parametrize("way", [by_thread, by_timer, by_executor, by_anyio, by_another_executor])
def test_no_timeout_before_the_answer(way: Callable[..., object]) -> None:
    chance = random.Random(1)

    async def main() -> None:
        for _ in range(ROUNDS):
            await way(chance)  # type: ignore[misc]
            await asyncio.sleep(chance.choice([0.001, 1, 3600]))

    run(main)


def test_no_timeout_before_the_answer_of_many_at_once() -> None:
    chance = random.Random(2)
    ways = [by_thread, by_timer, by_executor, by_anyio, by_another_executor]

    async def one(way: Callable[..., object]) -> None:
        for _ in range(ROUNDS // 10):
            await way(chance)  # type: ignore[misc]
            await asyncio.sleep(chance.choice([0, 0.001, 1]))

    async def main() -> None:
        await asyncio.gather(*(one(way) for way in ways * 3))

    run(main)


@pytest.mark.parametrize("kind", [queue.Queue, queue.SimpleQueue])
def test_no_timeout_before_a_worker_has_answered(kind: Callable[[], queue.Queue[object]]) -> None:
    jobs = kind()

    def work() -> None:
        while (job := jobs.get()) is not None:
            loop, event = job  # type: ignore[misc]
            loop.call_soon_threadsafe(event.set)

    async def main() -> None:
        for _ in range(ROUNDS * 2):
            event = asyncio.Event()
            jobs.put((asyncio.get_running_loop(), event))
            async with asyncio.timeout(60):
                await event.wait()
            await asyncio.sleep(10)

    worker = threading.Thread(target=work)
    worker.start()
    try:
        run(main)
    finally:
        jobs.put(None)
        worker.join()


def test_no_timeout_before_a_database_has_answered(tmp_path: Path) -> None:
    async def main() -> None:
        async with aiosqlite.connect(tmp_path / "db") as db:
            for number in range(ROUNDS):
                async with asyncio.timeout(60):
                    async with db.execute("select ?", (number,)) as rows:
                        assert await rows.fetchone() == (number,)
                await asyncio.sleep(10)
            assert now() >= 10 * ROUNDS

    run(main)
