"""vcrpy replays what was recorded here and converted, through the clients that it knows, without the service."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path

import httpx
import pytest
import vcr
from click.testing import CliRunner

import playhead
from playhead.cli.main import main
from tests.deck.test_vcrpy_cassettes import Service

PATHS = ("/gzip", "/twice", "/binary", "/plain")
BODIES = (b"hello " * 40, b"/twice", bytes(range(256)), b"/plain")


@pytest.fixture
def recorded(tmp_path: Path) -> tuple[str, str]:
    """A cassette converted to vcrpy's format, and the address of the service, which is stopped."""
    service = Service()
    try:
        with playhead.use_cassette(tmp_path / "a.json", record="all"):
            for path in PATHS:
                httpx.get(service.url + path)
            httpx.post(f"{service.url}/b", json={"n": 1})
    finally:
        service.stop()
    result = CliRunner().invoke(main, ["convert", str(tmp_path / "a.json"), str(tmp_path / "a.yaml")])
    assert result.exit_code == 0, result.output
    return str(tmp_path / "a.yaml"), service.url


def by_httpx(url: str) -> list[tuple[int, str, bytes]]:
    with httpx.Client() as client:
        answers = [client.get(url + path) for path in PATHS]
        posted = client.post(f"{url}/b", json={"n": 1})
    return [(each.status_code, each.headers.get("x-case", ""), each.content) for each in (*answers, posted)]


def by_requests(url: str) -> list[tuple[int, str, bytes]]:
    requests = pytest.importorskip("requests", reason="replays through requests: pip install requests")
    with requests.Session() as session:
        answers = [session.get(url + path) for path in PATHS]
        posted = session.post(f"{url}/b", json={"n": 1})
    return [(each.status_code, each.headers.get("x-case", ""), each.content) for each in (*answers, posted)]


def by_aiohttp(url: str) -> list[tuple[int, str, bytes]]:
    aiohttp = pytest.importorskip("aiohttp", reason="replays through aiohttp: pip install aiohttp")

    async def get() -> list[tuple[int, str, bytes]]:
        found = []
        async with aiohttp.ClientSession() as session:
            calls = [*(("GET", path, None) for path in PATHS), ("POST", "/b", {"n": 1})]
            for method, path, body in calls:
                async with session.request(method, url + path, json=body) as answer:
                    found.append((answer.status, answer.headers.get("x-case", ""), await answer.read()))
        return found

    return asyncio.run(get())


@pytest.mark.parametrize("client", [by_httpx, by_requests, by_aiohttp])
def test_vcrpy_replays_a_converted_cassette(
    recorded: tuple[str, str], client: Callable[[str], list[tuple[int, str, bytes]]]
) -> None:
    path, url = recorded
    with vcr.use_cassette(path, record_mode="none") as cassette:
        answers = client(url)
        assert cassette.all_played
    assert [status for status, _, _ in answers] == [200, 200, 200, 200, 201]
    assert [case for _, case, _ in answers] == ["", "Yes", "", "", ""]
    assert tuple(body for _, _, body in answers[:4]) == BODIES
    assert b"n" in answers[4][2]
