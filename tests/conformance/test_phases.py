"""Client timeouts and failures in recorded time, at every phase of an exchange and every speed."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import anyio
import pytest

import playhead
from playhead.model.timing import Chunk
from tests.conformance.fronts import Front, Session
from tests.conformance.stage import Scenario, Stage

SECOND_US = 1_000_000
BODY = b"data: 0\n\n"
EACH_A_SECOND = {
    "start_us": 0,
    "pooled_us": SECOND_US,
    "connected_us": 2 * SECOND_US,
    "sent_us": 3 * SECOND_US,
    "head_us": 4 * SECOND_US,
    "chunks": (Chunk(5 * SECOND_US, len(BODY), SECOND_US),),
    "end_us": 6 * SECOND_US,
    "end_waited_us": SECOND_US,
}
"""Every phase of the exchange takes a second."""

QUICK_HEAD = {**EACH_A_SECOND, "head_us": 3 * SECOND_US + 10}
QUICK_CHUNK = {**QUICK_HEAD, "chunks": (Chunk(5 * SECOND_US, len(BODY), 10),)}
PHASES: dict[str, tuple[str, dict[str, Any], str, int, list[bytes]]] = {
    "pool": ("pool", EACH_A_SECOND, "PoolTimeout", 500_000, []),
    "connect": ("connect", EACH_A_SECOND, "ConnectTimeout", 1_500_000, []),
    "write": ("write", EACH_A_SECOND, "WriteTimeout", 2_500_000, []),
    "head": ("read", EACH_A_SECOND, "ReadTimeout", 3_500_000, []),
    "chunk": ("read", QUICK_HEAD, "ReadTimeout", 4_500_000, []),
    "end": ("read", QUICK_CHUNK, "ReadTimeout", 5_500_000, [BODY]),
}
"""The limit that is half a second, what happened, the error that it becomes, when it comes, what came before it."""


def now_us(front: Front) -> int:
    return time.perf_counter_ns() // 1000 if front.is_sync else playhead.clock.now_us()


async def outcome(session: Session, url: str, path: str = "/stream?n=1&gap=0", **options: Any) -> Any:
    """The chunks, the error if there was one, and how long it took, in microseconds."""
    began_us, found, error = now_us(session.front), [], None
    try:
        async with session.client.stream("GET", url + path, **options) as response:
            async for chunk in response.aiter_raw():
                found.append(chunk)
    except session.front.module.TransportError as raised:
        error = type(raised).__name__
    return found, error, now_us(session.front) - began_us


def recorded_as(stage: Stage, events: dict[str, Any]) -> None:
    stage.record(outcome)
    stage.change(**events)


@pytest.mark.parametrize("phase", PHASES)
def test_a_client_that_is_less_patient_than_a_phase_was_long_gets_its_timeout(stage: Stage, phase: str) -> None:
    limit, events, error, _, before = PHASES[phase]
    recorded_as(stage, events)

    async def impatient(session: Session, url: str) -> Any:
        return await outcome(session, url, timeout=session.front.module.Timeout(2, **{limit: 0.5}))

    async def patient(session: Session, url: str) -> Any:
        return await outcome(session, url, timeout=2)

    assert stage.replay(impatient)[:2] == (before, error)
    assert stage.replay(patient)[:2] == ([BODY], None)


@pytest.mark.parametrize("phase", PHASES)
def test_under_virtual_time_the_timeout_comes_to_the_microsecond(stage: Stage, phase: str) -> None:
    if stage.front.is_sync:
        pytest.skip("a thread has no virtual time")
    limit, events, error, at_us, before = PHASES[phase]
    recorded_as(stage, events)

    async def impatient(session: Session, url: str) -> Any:
        return await outcome(session, url, timeout=session.front.module.Timeout(2, **{limit: 0.5}))

    async def patient(session: Session, url: str) -> Any:
        return await outcome(session, url, timeout=2)

    assert stage.replay(impatient, timing="virtual") == (before, error, at_us)
    assert stage.replay(patient, timing="virtual") == ([BODY], None, 6 * SECOND_US)


def test_at_other_speeds_it_comes_in_proportion(stage: Stage) -> None:
    limit, events, error, at_us, _ = PHASES["write"]
    recorded_as(stage, events)

    async def impatient(session: Session, url: str) -> Any:
        return await outcome(session, url, timeout=session.front.module.Timeout(2, **{limit: 0.5}))

    _, seen, took_us = stage.replay(impatient, timing=20)
    assert seen == error
    assert took_us >= at_us // 20


def test_the_wait_for_the_end_of_a_body_is_recorded(stage: Stage) -> None:
    async def patient(session: Session, url: str) -> Any:
        return (await outcome(session, url, "/stream?n=1&gap=0.3", timeout=2))[:2]

    async def impatient(session: Session, url: str) -> Any:
        return (await outcome(session, url, "/stream?n=1&gap=0.3", timeout=0.2))[:2]

    assert stage.both(patient) == ([BODY], None)
    assert stage.replay(impatient) == ([BODY], "ReadTimeout")


@pytest.mark.usefixtures("blocks")
def test_a_slow_reader_is_no_slow_end(stage: Stage) -> None:
    def slow_reader(limit: float) -> Scenario:
        async def scenario(session: Session, url: str) -> Any:
            found = []
            async with session.client.stream("GET", f"{url}/stream?n=1&gap=0", timeout=limit) as response:
                async for chunk in response.aiter_raw():
                    found.append(chunk)
                    time.sleep(0.5)
            return found

        return scenario

    assert stage.record(slow_reader(5)) == [BODY]
    assert stage.replay(slow_reader(0.4)) == [BODY]


@contextmanager
def lazy_server(reads_after_s: float) -> Iterator[str]:
    """A server that looks at a request only after a while: until then a large one cannot be sent."""
    with socket.socket() as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        listener.bind(("127.0.0.1", 0))
        listener.listen()

        def serve() -> None:
            with listener.accept()[0] as connection:
                time.sleep(reads_after_s)
                connection.settimeout(5)
                received = b""
                while b"\r\n\r\n" not in received:
                    received += connection.recv(65536)
                rest = SIZE - len(received.partition(b"\r\n\r\n")[2])
                while rest > 0 and (data := connection.recv(65536)):
                    rest -= len(data)
                connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok")

        thread = threading.Thread(target=_quietly(serve))
        thread.start()
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        thread.join()


def _quietly(serve: Any) -> Any:
    def run() -> None:
        try:
            serve()
        except OSError:
            return

    return run


SIZE = 7 * 1024 * 1024


async def upload(session: Session, url: str, **limits: float) -> Any:
    timeout = session.front.module.Timeout(5, **limits)
    try:
        response = await session.client.post(url, content=bytes(SIZE), timeout=timeout)
    except session.front.module.TransportError as error:
        return type(error).__name__
    return response.text


def test_how_long_the_write_took_is_recorded(stage: Stage) -> None:
    with lazy_server(0.3) as url:

        async def patient(session: Session, _: str) -> Any:
            return await upload(session, url)

        async def impatient(session: Session, _: str) -> Any:
            return await upload(session, url, write=0.2)

        assert stage.record(patient) == "ok"
    assert stage.replay(patient) == "ok"
    assert stage.replay(impatient) == "WriteTimeout"


@contextmanager
def full_server() -> Iterator[str]:
    """A server that accepts nobody, and whose queue is full: connecting to it hangs."""
    with socket.create_server(("127.0.0.1", 0), backlog=0) as listener:
        waiting = [socket.socket() for _ in range(3)]
        for each in waiting:
            each.setblocking(False)
            each.connect_ex(listener.getsockname())
        time.sleep(0.05)
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        for each in waiting:
            each.close()


def failing(stage: Stage, phase: str) -> Any:
    """Record a timeout of 0.2 s in this phase; returns the same request by a client that waits for ever."""
    server = {"connect": full_server(), "write": lazy_server(0.5), "head": lazy_server(0.5)}[phase]
    with server as url:

        async def hasty(session: Session, _: str) -> Any:
            limit = "read" if phase == "head" else phase
            if phase == "head":
                with pytest.raises(session.front.module.ReadTimeout):
                    await session.client.get(url, timeout=session.front.module.Timeout(5, **{limit: 0.2}))
                return "ReadTimeout"
            return await upload(session, url, **{limit: 0.2})

        recorded = stage.record(hasty)

        async def patient(session: Session, _: str) -> Any:
            began_us, module = now_us(session.front), session.front.module
            sent = {"method": "GET"} if phase == "head" else {"method": "POST", "content": bytes(SIZE)}
            with pytest.raises(module.TransportError) as info:
                await session.client.request(url=url, timeout=None, **sent)
            return type(info.value).__name__, now_us(session.front) - began_us

    assert recorded == {"connect": "ConnectTimeout", "write": "WriteTimeout", "head": "ReadTimeout"}[phase]
    return recorded, patient


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")  # httpx's own generators, under trio
@pytest.mark.parametrize("phase", ["connect", "write", "head"])
def test_a_recorded_failure_comes_at_its_recorded_offset(stage: Stage, phase: str) -> None:
    recorded, patient = failing(stage, phase)
    (interaction,) = playhead.load(stage.path).interactions
    offset_us = interaction.timing.last_us - interaction.timing.start_us
    assert offset_us >= 200_000
    kind, took_us = stage.replay(patient, timing="recorded")
    assert (kind, took_us >= offset_us) == (recorded, True)
    kind, took_us = stage.replay(patient, timing=10)
    assert (kind, took_us >= offset_us // 10) == (recorded, True)
    if not stage.front.is_sync:
        assert stage.replay(patient, timing="virtual") == (recorded, offset_us)


class Pooled:
    """Two requests at once on a client with a pool of one connection."""

    def __init__(self, timeout: float | None) -> None:
        self.timeout = timeout

    async def __call__(self, session: Session, url: str) -> Any:
        module, kinds = session.front.module, []
        limits = module.Limits(max_connections=1)
        timeout = module.Timeout(5, pool=self.timeout)
        async with module.AsyncClient(limits=limits, timeout=timeout) as client, anyio.create_task_group() as group:

            async def get(name: str) -> None:
                try:
                    await client.get(f"{url}/json/{name}?delay=0.3")
                    kinds.append("ok")
                except module.TransportError as error:
                    kinds.append(type(error).__name__)

            group.start_soon(get, "a")
            await anyio.sleep(0.05)
            group.start_soon(get, "b")
        return sorted(kinds)


def test_the_wait_for_the_pool_is_recorded_and_judged(stage: Stage) -> None:
    if stage.front.explicit or stage.front.is_sync:
        pytest.skip("the pool is that of the client's own transport")
    assert stage.both(Pooled(2)) == ["ok", "ok"]
    assert stage.replay(Pooled(0.1)) == ["PoolTimeout", "ok"]


def test_a_recorded_pool_timeout_is_one_again(stage: Stage) -> None:
    if stage.front.explicit or stage.front.is_sync:
        pytest.skip("the pool is that of the client's own transport")
    assert stage.both(Pooled(0.1)) == ["PoolTimeout", "ok"]
    assert stage.replay(Pooled(None)) == ["PoolTimeout", "ok"]
    assert stage.replay(Pooled(None), timing="virtual") == ["PoolTimeout", "ok"]
