"""Whose recordings a test replays, on a cassette that several tests use."""

from __future__ import annotations

from pathlib import Path

import httpx
import pytest

import playhead
from tests.support.wire import Wire


def _use(cassette: Path, monkeypatch: pytest.MonkeyPatch, test: str, url: str, **options: object) -> object:
    monkeypatch.setenv("PYTEST_CURRENT_TEST", f"{test} (call)")
    with playhead.use_cassette(cassette, **options):  # type: ignore[arg-type]
        return httpx.get(url).json()["turn"]


def test_each_test_replays_its_own(tmp_path: Path, server: Wire, monkeypatch: pytest.MonkeyPatch) -> None:
    cassette, url = tmp_path / "shared.json", f"{server.url}/json/a"
    live = [_use(cassette, monkeypatch, test, url, record="missing") for test in ("test_a", "test_b")]
    replayed = [_use(cassette, monkeypatch, test, url) for test in ("test_b", "test_a")]
    assert (live, replayed) == ([1, 2], [2, 1])


def test_a_renamed_test_replays_what_it_recorded_under_its_old_name(
    tmp_path: Path, server: Wire, monkeypatch: pytest.MonkeyPatch
) -> None:
    cassette, url = tmp_path / "one.json", f"{server.url}/json/a"
    live = _use(cassette, monkeypatch, "test_old_name", url, record="missing")
    assert _use(cassette, monkeypatch, "test_new_name", url) == live
    assert server.seen["/json/a"] == 1
