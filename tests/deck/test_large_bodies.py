"""Large bodies are redacted while the event loop goes on, and placeholders are numbered in the order of what was
recorded, whatever ended first."""

from __future__ import annotations

import asyncio
import json
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import httpx
import pytest

import playhead
from playhead.deck.recording import Recording
from playhead.model.http import LARGE_BODY_BYTES

SECRETS = [f"s3cret-number-{number}" for number in range(4)]
ROWS = json.dumps([{"id": number, "text": "so it goes " * 10} for number in range(70_000)])
UPLOAD = f'{{"password":"{SECRETS[0]}","rows":{ROWS}}}'.encode()


class Service(BaseHTTPRequestHandler):
    """Answers `/2/100` with the second secret after 100 ms."""

    protocol_version = "HTTP/1.1"

    def log_message(self, *_: object) -> None:
        pass

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["content-length"]))
        self._answer(b"{}")

    def do_GET(self) -> None:
        number, delay = map(int, self.path.strip("/").split("/"))
        time.sleep(delay / 1000)
        self._answer(json.dumps({"access_token": SECRETS[number]}).encode())

    def _answer(self, body: bytes) -> None:
        self.send_response(200)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Service)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()
    thread.join()


async def upload_beside_others(path: Path, url: str, record: str) -> list[Any]:
    async with playhead.use_cassette(path, record=record), httpx.AsyncClient(base_url=url, timeout=60) as client:
        headers = {"content-type": "application/json"}
        asked = [client.post("/up", content=UPLOAD, headers=headers), client.get("/1/80"), client.get("/2/0")]
        return [answer.json() for answer in await asyncio.gather(*asked)]


async def test_an_upload_is_redacted_while_others_go_on(
    tmp_path: Path, url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert len(UPLOAD) > LARGE_BODY_BYTES
    beats, during = [0], list[int]()
    stored = Recording._stored

    def slowly(self: Recording, *arguments: Any) -> Any:
        before = beats[0]
        time.sleep(0.4 if arguments[1] is not None else 0)
        kept = stored(self, *arguments)
        if arguments[1] is not None:
            during.append(beats[0] - before)
        return kept

    async def beat() -> None:
        while True:
            await asyncio.sleep(0.005)
            beats[0] += 1

    monkeypatch.setattr(Recording, "_stored", slowly)
    heart = asyncio.create_task(beat())
    path = tmp_path / "cassette.json"
    await upload_beside_others(path, url, "all")
    heart.cancel()
    assert during[0] >= 5
    on_disk = path.read_bytes() + b"".join(each.read_bytes() for each in (tmp_path / "bodies").iterdir())
    assert not [secret for secret in SECRETS if secret.encode() in on_disk]
    first, *others = await upload_beside_others(path, url, "none")
    assert first == {}
    assert others == [{"access_token": "REDACTED-access-token-2"}, {"access_token": "REDACTED-access-token-3"}]


async def test_numbers_go_by_the_order_of_requests(tmp_path: Path, url: str) -> None:
    texts = []
    for number, delays in enumerate([(0, 60, 120), (120, 60, 0), (60, 0, 120)]):
        path = tmp_path / f"{number}.json"
        async with playhead.use_cassette(path, record="all"), httpx.AsyncClient(base_url=url) as client:
            await asyncio.gather(*(client.get(f"/{each + 1}/{delay}") for each, delay in enumerate(delays)))
        answers = [each.response.body for each in playhead.load(path).interactions]  # type: ignore[union-attr]
        texts.append([json.loads(answer)["access_token"] for answer in answers])  # type: ignore[arg-type]
        assert {len(answer) for answer in answers} == {len(b'{"access_token": "REDACTED-access-token-1"}')}  # type: ignore[arg-type]
    assert texts == [[f"REDACTED-access-token-{number}" for number in (1, 2, 3)]] * 3
