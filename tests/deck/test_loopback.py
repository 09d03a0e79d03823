"""A service on this machine is the same service under each of its names and ports."""

from __future__ import annotations

from pathlib import Path

import httpx
import pytest

from playhead import NoMatch, load, use_cassette
from tests.support.wire import wire


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1", "[::1]", "LOCALHOST"])
def test_a_recording_is_found_by_each_name_of_the_host(tmp_path: Path, host: str) -> None:
    path = tmp_path / "local.json"
    with wire() as server, use_cassette(path, record="missing"):
        recorded = httpx.get(f"{server.url}/json/a").json()
    with use_cassette(path) as deck:
        assert httpx.get(f"http://{host}:9/json/a").json() == recorded
    assert deck.unplayed == ()
    assert "127.0.0.1" in load(path).interactions[0].request.url  # type: ignore[union-attr]  # stored as it was sent


def test_other_names_of_this_machine_stay_apart(tmp_path: Path) -> None:
    path = tmp_path / "local.json"
    with wire() as server, use_cassette(path, record="missing"):
        httpx.get(f"{server.url}/json/a")
    with use_cassette(path) as deck:
        for host in ("127.0.0.2", "users.localhost", "0.0.0.0"):
            with pytest.raises(NoMatch) as missed:
                httpx.get(f"http://{host}:9/json/a")
            deck.acknowledge(missed.value)
