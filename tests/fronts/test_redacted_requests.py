"""A request that carries secrets finds its recording, though these are other secrets today."""

from __future__ import annotations

from pathlib import Path

import httpx

import playhead
from tests.support.wire import Wire


def test_secrets_compare_by_kind_whatever_came_before_them(tmp_path: Path, server: Wire) -> None:
    cassette = tmp_path / "secrets.json"
    answer = {"access_token": "issued-by-the-server"}  # takes a number between those of the two requests
    with playhead.use_cassette(cassette, record="all"):
        for token in ("aB3dE5fG7hJ9", "9kL1mN2oP3qR"):
            httpx.post(f"{server.url}/echo", params={"token": token}, json=answer)
    with playhead.use_cassette(cassette) as deck:
        for token in ("7x6W5v4U3t2s", "1rQ0pO9nM8lK"):
            httpx.post(f"{server.url}/echo", params={"token": token}, json={"access_token": token})
    assert deck.unplayed == ()
