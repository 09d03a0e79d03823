"""The network is closed while a test replays, to everything but this machine."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import ssl
import threading
from collections.abc import Iterator
from pathlib import Path

import anyio
import pytest
import trio

from playhead.errors import NetworkBlocked
from playhead.guard.network import NetworkGuard

OUTSIDE = "192.0.2.1"  # TEST-NET-1, RFC 5737: nobody answers there


@pytest.fixture
def listener() -> Iterator[tuple[str, int]]:
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server.getsockname()


def connect() -> None:
    socket.create_connection((OUTSIDE, 80), timeout=1)


def connect_ex() -> None:
    with socket.socket() as sock:
        sock.connect_ex((OUTSIDE, 80))


def look_up() -> None:
    socket.getaddrinfo("api.test", 443)


def look_up_simply() -> None:
    socket.gethostbyname("api.test")


def datagram() -> None:
    with socket.socket(type=socket.SOCK_DGRAM) as sock:
        sock.sendto(b"x", (OUTSIDE, 53))


def datagram_in_parts() -> None:
    with socket.socket(type=socket.SOCK_DGRAM) as sock:
        sock.sendmsg([b"x"], [], 0, (OUTSIDE, 53))


def tls() -> None:
    with ssl.create_default_context().wrap_socket(socket.socket(), server_hostname="api.test") as sock:
        sock.connect((OUTSIDE, 443))


def over_asyncio() -> None:
    asyncio.run(_open(OUTSIDE))


def over_asyncio_by_name() -> None:
    asyncio.run(_open("api.test"))


async def _open(host: str) -> None:
    await asyncio.open_connection(host, 80)


def over_trio() -> None:
    async def open_socket() -> None:
        with trio.socket.socket() as sock:
            await sock.connect((OUTSIDE, 80))

    trio.run(open_socket)


def over_trio_by_name() -> None:
    async def look() -> None:
        await trio.socket.getaddrinfo("api.test", 443)

    trio.run(look)


def over_anyio() -> None:
    async def open_stream() -> None:
        await anyio.connect_tcp("api.test", 443)

    anyio.run(open_stream)


DOORS = [
    connect,
    connect_ex,
    look_up,
    look_up_simply,
    datagram,
    datagram_in_parts,
    tls,
    over_asyncio,
    over_asyncio_by_name,
    over_trio,
    over_trio_by_name,
    over_anyio,
]


@pytest.mark.parametrize("door", DOORS, ids=lambda door: door.__name__)
def test_every_door_is_closed_and_the_error_names_test_address_and_line(door: object) -> None:
    with NetworkGuard("tests/test_a.py::test_b") as guard:
        with pytest.raises(NetworkBlocked) as caught:
            door()  # type: ignore[operator]
        guard.explain()
    error = caught.value
    assert "tests/test_a.py::test_b reached for the network at" in str(error)
    assert error.address.rsplit(":", 1)[0] in (OUTSIDE, "api.test")
    notes = "\n".join(error.__notes__)
    assert f"caller    {Path(__file__).relative_to(Path.cwd())}:" in notes
    assert guard.blocked == [error]
    labels = [note.split()[0] for note in error.__notes__]
    assert labels == ["test", "address", "caller", "allow", "or", "or"]


def test_the_ways_out_fit_clients_that_are_never_recorded() -> None:
    with NetworkGuard("a test") as guard, pytest.raises(NetworkBlocked) as caught:
        guard.judge("api.test", 443)
    allow, discard, double = caught.value.__notes__[-3:]
    assert 'passthrough=["api.test"] lets it through' in allow
    assert 'discard=["api.test"]' in discard
    assert "deck.double(...)" in double


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1", "127.0.0.2", b"127.0.0.1", "127.1"])
def test_loopback_is_open(host: str | bytes, listener: tuple[str, int]) -> None:
    with NetworkGuard("a test") as guard:
        family, kind, protocol, _, address = socket.getaddrinfo(host, listener[1], socket.AF_INET, socket.SOCK_STREAM)[
            0
        ]
        with socket.socket(family, kind, protocol) as sock:
            sock.connect((listener[0], address[1]))
        asyncio.run(_open_and_close(listener))
    assert guard.blocked == []


async def _open_and_close(address: tuple[str, int]) -> None:
    _, writer = await asyncio.open_connection(*address)
    writer.close()
    await writer.wait_closed()


def test_unix_sockets_are_open(tmp_path: Path) -> None:
    path = str(tmp_path / "s")
    with socket.socket(socket.AF_UNIX) as server, socket.socket(socket.AF_UNIX) as client, NetworkGuard("a test"):
        server.bind(path)
        server.listen()
        client.connect(path)


@pytest.mark.parametrize("pattern", ["192.0.2.*", OUTSIDE, f"{OUTSIDE}:80", f"http://{OUTSIDE}:80/path"])
def test_a_host_on_passthrough_is_let_through(pattern: str) -> None:
    no_route = contextlib.suppress(OSError)  # where the tests run: that is the system's word, not the guard's
    with NetworkGuard("a test", passthrough=[pattern]), socket.socket(type=socket.SOCK_DGRAM) as sock, no_route:
        sock.connect((OUTSIDE, 80))


def test_another_port_of_a_host_on_passthrough_is_not() -> None:
    with NetworkGuard("a test", passthrough=[f"{OUTSIDE}:80"]), socket.socket() as sock, pytest.raises(NetworkBlocked):
        sock.connect((OUTSIDE, 443))


def test_the_addresses_of_a_name_on_passthrough_are_let_through(monkeypatch: pytest.MonkeyPatch) -> None:
    found = [(socket.AF_INET, socket.SOCK_DGRAM, 17, "", (OUTSIDE, 53))]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *args, **named: found)
    with NetworkGuard("a test", passthrough=["api.test"]) as guard:
        assert socket.getaddrinfo("api.test", 53) == found
        guard.judge(OUTSIDE, 53)
        with pytest.raises(NetworkBlocked):
            guard.judge("192.0.2.2", 53)


def test_a_discarded_host_refuses_as_if_it_were_down() -> None:
    with NetworkGuard("a test", discard=["*.sentry.io", OUTSIDE]) as guard:
        with pytest.raises(socket.gaierror):
            socket.getaddrinfo("o1.sentry.io", 443)
        with pytest.raises(ConnectionRefusedError):
            connect()
    assert guard.blocked == []


def test_a_swallowed_error_in_a_thread_is_kept() -> None:
    def telemetry() -> None:
        try:
            connect()
        except Exception:  # noqa: BLE001 - as telemetry does
            return

    with NetworkGuard("a test") as guard:
        thread = threading.Thread(target=telemetry)
        thread.start()
        thread.join()
    assert [error.address for error in guard.blocked] == [f"{OUTSIDE}:80"]


def test_everything_is_put_back_however_guards_end() -> None:
    before = {name: getattr(socket.socket, name) for name in ("connect", "connect_ex", "sendto")}
    functions = (socket.getaddrinfo, socket.gethostbyname)
    outer, inner = NetworkGuard("outer"), NetworkGuard("inner")
    outer.__enter__()
    inner.__enter__()
    outer.__exit__(None, None, None)
    with pytest.raises(NetworkBlocked, match="inner"):
        connect()
    inner.__exit__(None, None, None)
    assert {name: getattr(socket.socket, name) for name in before} == before
    assert "connect" not in vars(socket.socket)
    assert (socket.getaddrinfo, socket.gethostbyname) == functions


def test_the_innermost_guard_judges() -> None:
    outer, inner = NetworkGuard("outer", passthrough=["192.0.2.*"]), NetworkGuard("inner")
    with outer, inner, pytest.raises(NetworkBlocked, match="inner"):
        connect()
