"""Start-up work of a client, at its first request, is not recorded as waiting for the service or for the pool."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

import httpx
import pytest

import playhead
import playhead.httpx
from tests.support.wire import Wire

COLD = """
import asyncio, sys
import httpx, playhead, playhead.httpx

assert "anyio._backends._asyncio" not in sys.modules

class Network(httpx.AsyncBaseTransport):
    async def handle_async_request(self, request):
        print("anyio._backends._asyncio" in sys.modules)
        return httpx.Response(200)

async def main():
    with playhead.use_cassette(sys.argv[1], record="all") as deck:
        async with httpx.AsyncClient(transport=playhead.httpx.AsyncTransport(deck, inner=Network())) as client:
            await client.get("http://api.test/")

asyncio.run(main())
"""


def test_the_first_request_of_a_program_does_not_wait_for_imports(tmp_path: Path) -> None:
    command = [sys.executable, "-c", COLD, tmp_path / "cold.json"]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert done.stdout == "True\n"


class Slow:
    """Makes the network's transport slow to make, as reading certificates is on a busy machine."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, owner: type) -> None:
        self.made = 0
        original = owner.__init__

        def init(transport: object, *args: object, **options: object) -> None:
            time.sleep(0.5)
            self.made += 1
            original(transport, *args, **options)

        monkeypatch.setattr(owner, "__init__", init)


def test_an_explicit_transport_has_made_its_own_by_then(
    server: Wire, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    slow = Slow(monkeypatch, httpx.HTTPTransport)
    for mode in ("all", "none"):
        with playhead.use_cassette(tmp_path / "a.json", record=mode, intercept=False) as deck:
            transport = playhead.httpx.Transport(deck)
            with httpx.Client(transport=transport, timeout=httpx.Timeout(9, pool=0.4)) as client:
                assert client.get(f"{server.url}/json/a").status_code == 200
    assert slow.made == 1  # none while replaying


async def test_an_asynchronous_one_too(server: Wire, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    slow = Slow(monkeypatch, httpx.AsyncHTTPTransport)
    for mode in ("all", "none"):
        with playhead.use_cassette(tmp_path / "a.json", record=mode, intercept=False) as deck:
            transport = playhead.httpx.AsyncTransport(deck)
            async with httpx.AsyncClient(transport=transport, timeout=httpx.Timeout(9, pool=0.4)) as client:
                assert (await client.get(f"{server.url}/json/a")).status_code == 200
    assert slow.made == 1
