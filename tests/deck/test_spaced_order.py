"""The recorded order of programs that space their own requests: recorded from a real service, replayed without it.

What a program did is told by its own log, which is compared with the order in which the recording says that the
requests ended.
"""

from __future__ import annotations

import asyncio
import gc
import random
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import anyio
import httpx
import pytest

import playhead
import playhead.httpx
from playhead.deck.deck import session_of
from tests.support.threads import noting_at_once
from tests.support.wire import wire

Chain = list[tuple[str, float]]
"""The steps of one task or thread: `("sleep", s)`, `("compute", s)`, or the name of a request and how long it takes."""


@pytest.fixture(autouse=True)
def collected() -> None:
    """Collect garbage first: to collect all of it in the middle of a recording is a pause as long as the gaps."""
    gc.collect()


def spaced(gap_s: float, requests: int = 20) -> list[Chain]:
    durations = random.Random(7)
    return [[("sleep", each * gap_s), (f"r{each}", durations.uniform(0.001, 0.03))] for each in range(requests)]


def invented(seed: int) -> list[Chain]:
    rng, chains = random.Random(seed), []
    for task in range(rng.randint(2, 5)):
        chain: Chain = []
        for number in range(rng.randint(1, 5)):
            if (what := rng.random()) < 0.25:
                chain.append(("sleep", rng.choice([0.001, 0.002, 0.005, 0.01, 0.02])))
            elif what < 0.5:
                chain.append(("compute", rng.choice([0.0002, 0.001, 0.005])))
            chain.append((f"t{task}r{number}", rng.uniform(0, 0.02)))
        chains.append(chain)
    return chains


def compute(seconds: float) -> None:
    until = time.perf_counter() + seconds
    while time.perf_counter() < until:
        pass


async def in_tasks(
    chains: list[Chain], url: str, path: Path, decks: list[playhead.Deck] | None = None, **options: Any
) -> list[str]:
    log: list[str] = []

    async def follow(chain: Chain) -> None:
        for step, seconds in chain:
            if step == "sleep":
                await anyio.sleep(seconds)
            elif step == "compute":
                compute(seconds)
            else:
                await client.get(f"{url}/{step}?delay={seconds}")
                log.append(step)

    async with playhead.use_cassette(path, intercept=False, **options) as deck:
        if decks is not None:
            decks.append(deck)
        transport = playhead.httpx.AsyncTransport(
            deck, inner=httpx.MockTransport(answer) if url == IN_PROCESS else None
        )
        async with httpx.AsyncClient(transport=transport) as client:
            if len(chains) == 1:
                await follow(chains[0])
                return log
            async with anyio.create_task_group() as group:
                for chain in chains:
                    group.start_soon(follow, chain)
    return log


IN_PROCESS = "http://in-process.test"


async def answer(request: httpx.Request) -> httpx.Response:
    await anyio.sleep(float(request.url.params["delay"]))
    return httpx.Response(200)


def in_threads(
    chains: list[Chain], url: str, path: Path, decks: list[playhead.Deck] | None = None, **options: Any
) -> list[str]:
    log: list[str] = []

    def follow(chain: Chain) -> None:
        for step, seconds in chain:
            if step == "sleep":
                time.sleep(seconds)
            elif step == "compute":
                compute(seconds)
            else:
                client.get(f"{url}/{step}?delay={seconds}")
                log.append(step)

    with (
        noting_at_once(),
        playhead.use_cassette(path, intercept=False, **options) as deck,
        httpx.Client(transport=playhead.httpx.Transport(deck)) as client,
    ):
        if decks is not None:
            decks.append(deck)
        threads = [threading.Thread(target=follow, args=(chain,)) for chain in chains]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    return log


def on_uvloop(chains: list[Chain], url: str, path: Path, **options: Any) -> list[str]:
    uvloop = pytest.importorskip("uvloop")
    log: list[str] = uvloop.run(in_tasks(chains, url, path, **options))
    return log


def on_asyncio(chains: list[Chain], url: str, path: Path, **options: Any) -> list[str]:
    return asyncio.run(in_tasks(chains, url, path, **options))


def on_trio(chains: list[Chain], url: str, path: Path, **options: Any) -> list[str]:
    return anyio.run(lambda: in_tasks(chains, url, path, **options), backend="trio")


def on_virtual_asyncio(chains: list[Chain], url: str, path: Path, **options: Any) -> list[str]:
    with asyncio.Runner(loop_factory=playhead.VirtualClock) as runner:
        return runner.run(in_tasks(chains, url, path, **options))


def on_virtual_trio(chains: list[Chain], url: str, path: Path, **options: Any) -> list[str]:
    options_of_trio = {"clock": playhead.TrioVirtualClock()}
    main = lambda: in_tasks(chains, url, path, **options)  # noqa: E731
    return anyio.run(main, backend="trio", backend_options=options_of_trio)


Run = Callable[..., list[str]]


def ended(path: Path) -> list[str]:
    """The names of the requests in the order in which they ended when they were recorded."""
    interactions = sorted(playhead.load(path).interactions, key=lambda each: each.timing.last_us)
    return [httpx.URL(each.request.url).path[1:] for each in interactions]  # type: ignore[union-attr]


def overlapping(path: Path) -> list[tuple[str, str]]:
    """The pairs of requests that overlapped when they were recorded. The first of each pair ended before the other."""
    spans = [
        (each.timing.last_us, each.timing.start_us, httpx.URL(each.request.url).path[1:])  # type: ignore[union-attr]
        for each in playhead.load(path).interactions
    ]
    pairs = ((one, other) for one in spans for other in spans if one[0] < other[0] and other[1] < one[0])
    return [(one[2], other[2]) for one, other in pairs]


@pytest.mark.parametrize("gap_ms", [1, 3])
@pytest.mark.parametrize("run", [on_asyncio, on_trio, on_uvloop, in_threads])
def test_requests_that_the_program_spaces_complete_as_recorded(tmp_path: Path, run: Run, gap_ms: int) -> None:
    chains, path = spaced(gap_ms / 1000), tmp_path / "spaced.json"
    with wire() as server:
        run(chains, server.url + "/json", path, record="all")
        url = server.url + "/json"
    order = [each.removeprefix("json/") for each in ended(path)]
    for timing in ("instant", 1000, 100, 10):
        assert run(chains, url, path, timing=timing) == order, timing


def in_one_task(chains: list[Chain]) -> list[Chain]:
    return [[step for chain in chains for step in chain]]


@pytest.mark.parametrize("run", [on_asyncio, on_trio, in_threads])
def test_a_program_that_leaves_requests_out_stalls_for_a_quarter_of_a_second_at_most(tmp_path: Path, run: Run) -> None:
    chains, path, decks = spaced(0.02, requests=40), tmp_path / "spaced.json", []
    on_asyncio(chains, IN_PROCESS, path, record="all")
    some = [chain[1:] for chain in chains[::2]]
    run(some, IN_PROCESS, path, decks=decks)
    run(in_one_task(some), IN_PROCESS, path, decks=decks)
    at_once, one_after_the_other = (session_of(deck).gate._fruitless_starts_us for deck in decks)
    assert 50_000 < at_once < 300_000  # the last wait may go beyond it, on a busy machine
    assert one_after_the_other == 0 or run is in_threads  # nobody is there who could make them


def test_a_synchronous_client_that_blocks_its_loop_waits_for_nobody(tmp_path: Path) -> None:
    chains, path, decks = spaced(0.02, requests=40), tmp_path / "spaced.json", []
    on_asyncio(chains, IN_PROCESS, path, record="all")

    async def main() -> None:
        idle = asyncio.create_task(asyncio.sleep(60))  # a task that could make requests, were its loop not blocked
        with playhead.use_cassette(path, intercept=False) as deck:
            decks.append(deck)
            with httpx.Client(transport=playhead.httpx.Transport(deck)) as client:
                for name, seconds in in_one_task([chain[1:] for chain in chains[::2]])[0]:
                    client.get(f"{IN_PROCESS}/{name}?delay={seconds}")
        idle.cancel()

    asyncio.run(main())
    assert session_of(decks[0]).gate._fruitless_starts_us == 0


@pytest.mark.parametrize("run", [on_asyncio, on_trio, on_uvloop])
@pytest.mark.parametrize("seed", range(5))
def test_invented_programs_complete_as_recorded(tmp_path: Path, run: Run, seed: int) -> None:
    chains, path = invented(seed), tmp_path / "invented.json"
    run(chains, IN_PROCESS, path, record="all")
    for timing in ("instant", 100):
        assert run(chains, IN_PROCESS, path, timing=timing) == ended(path), timing


PROGRAMS = {f"invented-{seed}": invented(seed) for seed in range(8)}
PROGRAMS |= {f"spaced-{ms}": spaced(ms / 1000) for ms in (0, 1, 3, 20)}


@pytest.mark.parametrize("run", [on_virtual_asyncio, on_virtual_trio])
@pytest.mark.parametrize("name", PROGRAMS)
def test_so_they_do_in_virtual_time(tmp_path: Path, run: Run, name: str) -> None:
    chains, path = PROGRAMS[name], tmp_path / "cassette.json"
    real = on_trio if run is on_virtual_trio else on_asyncio
    real(chains, IN_PROCESS, path, record="all")
    log, recorded = run(chains, IN_PROCESS, path, timing="virtual"), ended(path)
    assert sorted(log) == sorted(recorded)
    position = {name: at for at, name in enumerate(log)}
    for before, after in overlapping(path):  # a busy machine may have kept others apart
        assert position[before] < position[after]
