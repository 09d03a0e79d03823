"""vcrpy inside of a deck wins, and is told."""

from __future__ import annotations

import subprocess
import sys
import warnings
from pathlib import Path

import httpx
import pytest
import vcr
import vcr.cassette

import playhead
from playhead.deck.deck import session_of
from tests.support.wire import Wire


def test_vcrpy_inside_of_a_deck_is_told(server: Wire, tmp_path: Path) -> None:
    before = vcr.cassette.CassetteContextDecorator._patch_generator
    telling = pytest.warns(playhead.PlayheadWarning, match=r"vcrpy's .*v\.yaml is active inside of .*c\.json")
    with playhead.use_cassette(tmp_path / "c.json", record="all") as deck:
        with telling as told, vcr.use_cassette(str(tmp_path / "v.yaml")):
            httpx.get(f"{server.url}/json/a")
        httpx.get(f"{server.url}/json/b")
    assert told[0].filename == __file__
    assert [each.request.url for each in session_of(deck).recorded] == [f"{server.url}/json/b"]
    assert vcr.cassette.CassetteContextDecorator._patch_generator is before


def test_a_function_that_vcrpy_decorates_is_told_too(server: Wire, tmp_path: Path) -> None:
    @vcr.use_cassette(str(tmp_path / "v.yaml"))
    def get() -> int:
        return httpx.get(f"{server.url}/json/a").status_code

    telling = pytest.warns(playhead.PlayheadWarning, match="vcrpy")
    with playhead.use_cassette(tmp_path / "c.json", record="all"), telling:
        assert get() == 200


def test_vcrpy_by_itself_is_left_alone(server: Wire, tmp_path: Path) -> None:
    with playhead.use_cassette(tmp_path / "c.json", record="all"):
        httpx.get(f"{server.url}/json/a")
    with warnings.catch_warnings(), vcr.use_cassette(str(tmp_path / "v.yaml")):
        warnings.simplefilter("error")
        httpx.get(f"{server.url}/json/a")


LATER = """
import sys, warnings
import httpx, playhead

with playhead.use_cassette(sys.argv[1], record="all"):
    import vcr
    with warnings.catch_warnings(record=True) as told:
        warnings.simplefilter("always")
        with vcr.use_cassette(sys.argv[1] + ".yaml"):
            pass
print([each.category.__name__ for each in told])
"""


def test_vcrpy_that_is_imported_under_a_deck_is_told(tmp_path: Path) -> None:
    command = [sys.executable, "-c", LATER, tmp_path / "c.json"]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert "PlayheadWarning" in done.stdout
