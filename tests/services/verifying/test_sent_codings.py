"""A request whose coding was undone is sent again in that coding, and says so."""

from __future__ import annotations

import gzip
from pathlib import Path

import httpx

from playhead.model.http import Request
from playhead.services.verifying.sending import exchanged


async def test_a_decoded_body_goes_out_encoded(tmp_path: Path) -> None:
    seen: list[httpx.Request] = []

    def answer(request: httpx.Request) -> httpx.Response:
        seen.append(request)
        return httpx.Response(200, stream=httpx.ByteStream(b""))

    request = Request("POST", "http://a.test/", (("content-type", "application/json"),), b'{"a":1}', "gzip")
    async with httpx.AsyncClient(transport=httpx.MockTransport(answer)) as client:
        await exchanged(client, request, request, number=1, folder=tmp_path, timeout_s=5, whole=True)
    (sent,) = seen
    assert sent.headers["content-encoding"] == "gzip"
    assert gzip.decompress(sent.content) == b'{"a":1}'
