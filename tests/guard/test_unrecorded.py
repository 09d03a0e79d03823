"""Traffic that goes past a deck which records is told, by address and by the client whose traffic it is."""

from __future__ import annotations

import asyncio
import os
import socket
import subprocess
import sys
import threading
import urllib.request
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import aiohttp
import httpx
import pytest
import requests

import playhead
from playhead.deck.deck import session_of
from playhead.guard.commands import connecting
from playhead.guard.network import _listeners
from playhead.settings.surroundings import SURROUNDINGS
from tests.support.inner import run_inside
from tests.support.wire import Wire

GET = "import sys, urllib.request; urllib.request.urlopen(sys.argv[1]).read()"


def by_aiohttp(url: str) -> None:
    async def main() -> None:
        async with aiohttp.ClientSession() as session, session.get(url) as response:
            await response.read()

    asyncio.run(main())


def by_aiohttp_in_tasks(url: str) -> None:
    async def main() -> None:
        async with aiohttp.ClientSession() as session:

            async def one() -> None:
                async with session.get(url) as response:
                    await response.read()

            await asyncio.gather(one())

    asyncio.run(main())


def by_urllib(url: str) -> None:
    with urllib.request.urlopen(url) as response:
        response.read()


def by_a_thread(url: str) -> None:
    thread = threading.Thread(target=requests.get, args=[url])
    thread.start()
    thread.join()


def by_a_socket(url: str) -> None:
    socket.create_connection(("127.0.0.1", int(url.split(":")[2].split("/")[0]))).close()


PAST: dict[str, tuple[Callable[[str], Any], str]] = {
    "aiohttp": (by_aiohttp, "1 connection to {address} by aiohttp"),
    "aiohttp in tasks": (by_aiohttp_in_tasks, "1 connection to {address} by aiohttp"),
    "urllib": (by_urllib, "1 connection to {address} by urllib"),
    "requests": (requests.get, "1 connection to {address} by requests"),
    "a thread": (by_a_thread, "1 connection to {address} by requests"),
    "a socket": (by_a_socket, "1 connection to {address} by a socket"),
    "a subprocess": (
        lambda url: subprocess.run([sys.executable, "-c", GET, url], check=True),
        f"1 subprocess of {Path(sys.executable).name}, whose connections are not seen",
    ),
}


@pytest.mark.parametrize("kind", PAST)
def test_what_goes_past_a_recording_is_told(server: Wire, tmp_path: Path, kind: str) -> None:
    act, line = PAST[kind]
    with playhead.use_cassette(tmp_path / "c.json", record="all") as deck:
        httpx.get(f"{server.url}/json/a")
        act(f"{server.url}/json/b")
    assert session_of(deck).report.unrecorded == [line.format(address=server.url.removeprefix("http://"))]
    assert len(session_of(deck).recorded) == 1
    assert not _listeners


COMMANDS = {
    "a script": (["python", "fetch.py"], "python"),
    "code": (["node", "-e", "fetch(process.env.URL)"], "node"),
    "a shell": (["bash", "-c", "curl -s 127.0.0.1:80"], "bash"),
    "a line of a shell": ("env X=1 curl -s 127.0.0.1:80", "env"),
    "bytes": ([b"/usr/bin/curl", b"-s", b"a.test"], "curl"),
    "a script that adds": (["python", "add.py"], ""),
    "git": (["git", "commit", "-m", "say what's new"], ""),
    "an open quotation": ("echo 'no", ""),
    "nothing": ([], ""),
}


@pytest.mark.parametrize("kind", COMMANDS)
def test_commands_tell_whether_they_connect(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: str) -> None:
    monkeypatch.chdir(tmp_path)
    Path("fetch.py").write_text("from urllib.request import urlopen\n")
    Path("add.py").write_text("print(1 + 1)\n")
    command, program = COMMANDS[kind]
    assert connecting(command) == program


def test_a_command_of_the_system_is_told(server: Wire, tmp_path: Path) -> None:
    with playhead.use_cassette(tmp_path / "c.json", record="all") as deck:
        os.system(f"true {server.url}")
    assert session_of(deck).report.unrecorded == ["1 subprocess of true, whose connections are not seen"]


@pytest.mark.parametrize("name", ["localhost", "localhost:{port}", "http://localhost:{port}"])
def test_this_machine_is_let_by_under_its_name_too(server: Wire, tmp_path: Path, name: str) -> None:
    passthrough = [name.format(port=server.port)]
    with playhead.use_cassette(tmp_path / "c.json", record="all", passthrough=passthrough) as deck:
        requests.get(f"http://localhost:{server.port}/json/a")
    assert session_of(deck).report.unrecorded == []


def test_what_is_let_by_or_has_its_place_is_not_told(server: Wire, tmp_path: Path) -> None:
    class Api:
        async def get(self) -> int:
            async with aiohttp.ClientSession() as session, session.get(f"{server.url}/json/c") as response:
                return response.status

    async def main(deck: playhead.Deck) -> None:
        assert await deck.double("api", spec=Api, real=Api).get() == 200
        async with httpx.AsyncClient() as client:
            await client.get(f"{server.url}/json/d")

    with playhead.use_cassette(tmp_path / "c.json", record="all") as deck:
        asyncio.run(main(deck))
        subprocess.run([sys.executable, "-c", ""], check=True)
    assert session_of(deck).report.unrecorded == []
    with playhead.use_cassette(tmp_path / "d.json", record="all", passthrough=[server.url]) as deck:
        requests.get(f"{server.url}/json/a")
        httpx.get(f"{server.url}/json/b")
    assert session_of(deck).report.unrecorded == []


def test_a_host_is_told_by_its_name(server: Wire, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    real, port = socket.getaddrinfo, int(server.url.rpartition(":")[2])
    monkeypatch.setattr(socket, "getaddrinfo", lambda host, *rest, **named: real("127.0.0.1", *rest, **named))
    with playhead.use_cassette(tmp_path / "c.json", record="all") as deck:
        requests.get(f"http://api.test:{port}/json/a")
    assert session_of(deck).report.unrecorded == [f"1 connection to api.test:{port} by requests"]


def test_a_replay_and_a_transport_of_ones_own_watch_nothing(server: Wire, tmp_path: Path) -> None:
    with playhead.use_cassette(tmp_path / "c.json", record="all"):
        httpx.get(f"{server.url}/json/a")
    for options in ({}, {"record": "all", "intercept": False}):
        with playhead.use_cassette(tmp_path / "c.json", **options) as deck:  # type: ignore[arg-type]
            assert not _listeners
            requests.get(f"{server.url}/json/b")
        assert session_of(deck).report.unrecorded == []


def test_without_a_test_run_a_warning_says_so(server: Wire, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(SURROUNDINGS, "closed", None)
    told = pytest.warns(playhead.PlayheadWarning, match=r"1 connection to 127.0.0.1:\d+ by requests")
    with told as seen, playhead.use_cassette(tmp_path / "c.json", record="all"):
        requests.get(f"{server.url}/json/a")
    assert seen[0].filename == __file__
    with warnings.catch_warnings(), playhead.use_cassette(tmp_path / "c.json", record="all"):
        httpx.get(f"{server.url}/json/a")


def test_the_summary_of_a_run_that_records_has_a_line(pytester: pytest.Pytester, server: Wire) -> None:
    pytester.makepyfile(f"""
        import aiohttp, httpx, pytest

        @pytest.mark.asyncio
        @pytest.mark.cassette
        async def test_prices():
            async with httpx.AsyncClient() as client:
                await client.get("{server.url}/json/a")
            async with aiohttp.ClientSession() as session, session.get("{server.url}/json/b") as response:
                assert response.status == 200
    """)
    address = server.url.removeprefix("http://")
    line = f"not recorded: 1 connection to {address} by aiohttp in *.py::test_prices"
    run_inside(pytester, "--record", apart=True).stdout.fnmatch_lines([line])
    run_inside(pytester, apart=True).stdout.no_fnmatch_line("not recorded*")
