"""A coding that the client at hand does not undo is replayed as it was received."""

from __future__ import annotations

import gzip
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import ModuleType

import httpx
import httpx2
import pytest

from playhead import use_cassette

PACKED = gzip.compress(b'{"a": "' + b"hello world " * 200 + b'"}', compresslevel=1)


class Handler(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("content-type", "application/json")
        self.send_header("content-encoding", "gzip")
        self.send_header("content-length", str(len(PACKED)))
        self.end_headers()
        self.wfile.write(PACKED)

    def log_message(self, *args: object) -> None:
        return


@pytest.fixture
def server() -> Iterator[ThreadingHTTPServer]:
    running = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=running.serve_forever, args=(0.01,), daemon=True).start()
    yield running
    running.server_close()


@pytest.mark.parametrize("client", [httpx, httpx2], ids=lambda client: client.__name__)
@pytest.mark.parametrize("undone", [True, False])
def test_a_body_is_what_this_client_would_have_got(
    server: ThreadingHTTPServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, client: ModuleType, undone: bool
) -> None:
    url = f"http://127.0.0.1:{server.server_port}/a"
    if not undone:  # as `br` and `zstd` are where their packages are missing
        for each in (httpx, httpx2):
            monkeypatch.delitem(each._decoders.SUPPORTED_DECODERS, "gzip")  # type: ignore[attr-defined]
    with use_cassette(tmp_path / "a.json", record="all"):
        received = client.get(url).content
    server.shutdown()
    with use_cassette(tmp_path / "a.json"):
        response = client.get(url)
    assert response.content == received == (gzip.decompress(PACKED) if undone else PACKED)
    assert response.headers["content-encoding"] == "gzip"
