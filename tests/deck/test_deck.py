"""The public face of a deck: the documented names, and no others."""

from __future__ import annotations

import gc
import os
import re
import weakref
from pathlib import Path

import playhead
from playhead.deck.deck import session_of

DOCS = Path(__file__).parents[2] / "docs/reference/api.md"


def _documented() -> set[str]:
    section = DOCS.read_text().split("## Deck\n")[1].split("\n## ")[0]
    return set(re.findall(r"^\| `(\w+)", section, re.MULTILINE))


def test_completion_shows_what_the_reference_lists(tmp_path: Path) -> None:
    with playhead.use_cassette(tmp_path / "a.json", record="missing") as deck:
        assert {name for name in dir(deck) if not name.startswith("_")} == _documented()
        assert os.fspath(deck) == str(tmp_path / "a.json")


def test_a_deck_is_the_same_wherever_it_is_asked_for(tmp_path: Path) -> None:
    assert playhead.current_deck() is None
    with playhead.use_cassette(tmp_path / "a.json", record="missing") as outer:
        assert playhead.current_deck() is outer
        with playhead.use_cassette(tmp_path / "b.json", record="missing") as inner:
            assert playhead.current_deck() is inner
        assert playhead.current_deck() is outer


def test_a_closed_deck_is_let_go(tmp_path: Path) -> None:
    with playhead.use_cassette(tmp_path / "a.json", record="missing") as deck:
        gone = weakref.ref(session_of(deck))
    del deck
    gc.collect()
    assert gone() is None
