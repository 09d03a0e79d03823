"""The explicit transports' own inner transport."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import httpx
import pytest

import playhead
import playhead.httpx
from tests.support.wire import Wire


def test_what_the_inner_transport_takes_to_be_made_is_no_wait_of_the_first_request(
    tmp_path: Path, server: Wire, monkeypatch: pytest.MonkeyPatch
) -> None:
    make = httpx.HTTPTransport.__init__

    def slowly(self: Any, *args: Any, **kwargs: Any) -> None:
        time.sleep(1)
        make(self, *args, **kwargs)

    monkeypatch.setattr(httpx.HTTPTransport, "__init__", slowly)
    with playhead.use_cassette(tmp_path / "new.json", record="missing", intercept=False) as deck:
        transport = playhead.httpx.Transport(deck)
        with httpx.Client(transport=transport) as client:
            response = client.get(f"{server.url}/json/a")
    assert response.status_code == 200
    (exchange,) = playhead.load(tmp_path / "new.json").interactions
    assert exchange.timing.last_us - exchange.timing.start_us < 1_000_000
