"""Compressed request bodies: a real client sends them, the recording holds what they say, and replay finds it again."""

from __future__ import annotations

import base64
import gzip
import json
import zlib
from pathlib import Path
from typing import Any

import httpx
import pytest

import playhead
from playhead.codecs.coding import redo
from playhead.errors import PlayheadWarning
from tests.support.wire import Wire

CANARY = "Zq7xW9bK2pL4tR8v"
LARGE = 8 * 1024 * 1024


def everything(folder: Path) -> bytes:
    """All that was written."""
    return b"".join(path.read_bytes() for path in folder.rglob("*") if path.is_file())


def stored(cassette: Path) -> Any:
    return json.loads(cassette.read_text())["interactions"][0]["request"]["body"]


def post(url: str, content: Any, coding: str, media_type: str = "application/json") -> httpx.Response:
    return httpx.post(f"{url}/json", content=content, headers={"content-encoding": coding, "content-type": media_type})


@pytest.mark.parametrize("coding", ["gzip", "deflate", "br", "zstd", "x-gzip", "GZIP"])
@pytest.mark.parametrize("name", ["cassette.json", "cassette.msgpack"])
def test_a_compressed_body_is_redacted_and_found_again(tmp_path: Path, server: Wire, coding: str, name: str) -> None:
    def content(password: str) -> bytes:
        body = json.dumps({"user": "ada", "password": password, "link": f"https://a.test/?x=1&token={password}"})
        return b"".join(redo(coding, [body.encode()]))

    with playhead.use_cassette(tmp_path / name, record="all") as deck:
        recorded = post(server.url, content(CANARY), coding)
    (exchange,) = deck.interactions
    assert exchange.request.coding == coding.lower()
    assert json.loads(exchange.request.body)["user"] == "ada"
    assert CANARY.encode() not in everything(tmp_path)
    with playhead.use_cassette(tmp_path / name) as deck:
        assert post("http://127.0.0.1:1", content(CANARY[::-1]), coding).content == recorded.content
    assert deck.unplayed == ()


def test_other_compressed_bytes_of_the_same_content_are_the_same_request(tmp_path: Path, server: Wire) -> None:
    cassette = tmp_path / "cassette.json"
    body = json.dumps({"a": list(range(500))}).encode()
    with playhead.use_cassette(cassette, record="all"):
        post(server.url, gzip.compress(body, 1, mtime=1), "gzip")
    assert stored(cassette)["coding"] == "gzip"
    assert stored(cassette)["json"] == {"a": list(range(500))}
    with playhead.use_cassette(cassette):
        post(server.url, gzip.compress(body, 9, mtime=2), "gzip")


@pytest.mark.parametrize("streamed", [False, True])
@pytest.mark.parametrize("level", [0, 1])
def test_a_large_compressed_body_is_redacted_on_its_way(
    tmp_path: Path, server: Wire, streamed: bool, level: int
) -> None:
    content = gzip.compress(json.dumps({"a": "x" * LARGE, "password": CANARY}).encode(), level)

    def sent() -> Any:
        return iter([content[: len(content) // 2], content[len(content) // 2 :]]) if streamed else content

    cassette = tmp_path / "cassette.json"
    with playhead.use_cassette(cassette, record="all"):
        post(server.url, sent(), "gzip")
    assert "file" in stored(cassette)
    assert CANARY.encode() not in everything(tmp_path)
    files = sorted(tmp_path.rglob("*.bin"))
    with playhead.use_cassette(cassette):
        post(server.url, sent(), "gzip")
    assert sorted(tmp_path.rglob("*.bin")) == files


@pytest.mark.parametrize(
    ("coding", "content"),
    [
        ("gzip", gzip.compress(json.dumps({"password": CANARY}).encode())[:-3]),
        ("gzip", gzip.compress(b'{"a": 1}\n') + gzip.compress(json.dumps({"password": CANARY}).encode())),
        ("gzip, gzip", gzip.compress(gzip.compress(json.dumps({"password": CANARY}).encode()))),
        ("deflate, gzip", gzip.compress(zlib.compress(json.dumps({"password": CANARY}).encode()))),
        ("x-unknown", json.dumps({"password": CANARY}).encode()),
    ],
    ids=["cut short", "two members", "twice", "two codings", "unknown"],  # the contents hold the time
)
def test_a_coding_that_cannot_be_undone_is_searched_and_said(
    tmp_path: Path, server: Wire, coding: str, content: bytes
) -> None:
    cassette = tmp_path / "cassette.msgpack"
    with (
        pytest.warns(PlayheadWarning, match=f"{coding} of the request body of POST .*could not be undone"),
        playhead.use_cassette(cassette, record="all") as deck,
    ):
        post(server.url, content, coding)
    kept = deck.interactions[0].request.body
    while kept.startswith(b"\x1f\x8b"):
        kept = zlib.decompressobj(31).decompress(kept)
    assert CANARY.encode() not in kept
    assert CANARY.encode() not in zlib.decompress(kept) if kept.startswith(b"\x78") else b"REDACTED" in kept
    with playhead.use_cassette(cassette):
        post(server.url, content, coding)


def test_a_damaged_body_without_secrets_is_kept_as_it_came(tmp_path: Path, server: Wire) -> None:
    content = gzip.compress(b'{"a": 1}')[:-3]
    cassette = tmp_path / "cassette.msgpack"
    with pytest.warns(PlayheadWarning), playhead.use_cassette(cassette, record="all") as deck:
        post(server.url, content, "gzip")
    assert deck.interactions[0].request.body == content


def test_what_the_first_edition_recorded_as_it_came_is_found(tmp_path: Path, server: Wire) -> None:
    cassette = tmp_path / "cassette.json"
    body = json.dumps({"a": 1, "password": CANARY}).encode()
    with playhead.use_cassette(cassette, record="all"):
        post(server.url, gzip.compress(body, mtime=1), "gzip")
    document = json.loads(cassette.read_text())
    document["interactions"][0]["request"]["body"] = {"base64": base64.b64encode(gzip.compress(body, mtime=3)).decode()}
    cassette.write_text(json.dumps(document))
    with playhead.use_cassette(cassette) as deck:
        post(server.url, gzip.compress(body, mtime=1), "gzip")
    assert deck.unplayed == ()


def test_a_response_that_cannot_be_decoded_is_searched_too(tmp_path: Path, server: Wire) -> None:
    cassette = tmp_path / "cassette.msgpack"
    link = f"https://a.test/?x=1&token={CANARY}"
    asked = httpx.URL(f"{server.url}/coded", params={"coding": "gzip, identity, gzip", "text": link})
    with (
        pytest.warns(PlayheadWarning, match="gzip, gzip of the response body of GET"),
        playhead.use_cassette(cassette, record="all") as deck,
        httpx.stream("GET", asked) as response,
    ):
        live = b"".join(response.iter_raw())
    assert gzip.decompress(live).decode() == link
    kept = deck.interactions[0].response.body
    assert b"token=REDACTED-token-" in zlib.decompressobj(31).decompress(kept)
    assert CANARY.encode() not in everything(tmp_path)
    with playhead.use_cassette(cassette), httpx.stream("GET", asked) as response:
        assert b"".join(response.iter_raw()) == kept
