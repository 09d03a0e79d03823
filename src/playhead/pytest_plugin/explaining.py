"""Where a suite has what a cassette lacks: another of its cassettes, or one of vcrpy."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from playhead.deck.elsewhere import elsewhere
from playhead.deck.session import Session
from playhead.engine.hints import path_rows
from playhead.errors import CassetteMissing, NoMatch
from playhead.pytest_plugin.roots import shown

__all__ = ["explain"]


def explain(config: pytest.Config, deck: Session, test: Path | None = None) -> None:
    """Add to the misses of a deck what leads on; once, however often it is called.

    `test` is the module of the test. Files are read: not to be called in an event loop.
    """
    for call in deck.seen:
        error = call.error
        if isinstance(error, (CassetteMissing, NoMatch)) and not hasattr(error, "_explained"):
            error._explained = True  # type: ignore[union-attr]  # noqa: SLF001  # told by the error, wherever it travels
            rows: list[tuple[str, str]] = []
            found = elsewhere(call.request.method, deck.redactor.url(call.request.url), deck.path)
            if found is not None:
                rows += path_rows("also on", shown(config, found[0]), f" #{found[1]}")
            elif isinstance(error, CassetteMissing):
                for each in _of_vcrpy(deck.path, test):
                    rows += path_rows("found", shown(config, each), ", of vcrpy")
            error.with_notes(rows)


def _of_vcrpy(cassette: Path, test: Path | None) -> Iterator[Path]:
    """The cassettes that vcrpy or pytest-recording has for the test, each once."""
    names = [cassette.with_suffix(suffix) for suffix in (".yaml", ".yml")]
    if cassette.stem.endswith((".yaml", ".yml")):  # a marker's name that was vcrpy's
        names.append(cassette.with_suffix(""))
    if test is not None:
        names.append(test.parent / "cassettes" / test.stem / f"{cassette.stem}.yaml")
    yield from {each.resolve(): each for each in names if each.is_file()}.values()
