"""Points from a miss to where the suite has the recording: on another cassette, or on one of vcrpy."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from playhead.deck.elsewhere import elsewhere
from playhead.deck.session import Session
from playhead.engine.hints import path_rows
from playhead.errors import CassetteMissing, NoMatch
from playhead.pytest_plugin.roots import typed_path

__all__ = ["explain"]


def explain(config: pytest.Config, deck: Session, test: Path | None = None) -> None:
    """Add to each miss of a deck where else it is recorded; once, however often this is called.

    `test` is the module of the test. This reads files, so do not call it in an event loop.
    """
    for call in deck.seen:
        error = call.error
        if isinstance(error, (CassetteMissing, NoMatch)) and not hasattr(error, "_explained"):
            error._explained = True  # type: ignore[union-attr]  # noqa: SLF001  # the mark travels with the error
            rows: list[tuple[str, str]] = []
            found = elsewhere(call.request.method, deck.redactor.url(call.request.url), deck.path)
            if found is not None:
                rows += path_rows("also on", typed_path(config, found[0]), f" #{found[1]}")
            elif isinstance(error, CassetteMissing):
                for each in _of_vcrpy(deck.path, test):
                    rows += path_rows("found", typed_path(config, each), ", of vcrpy")
            error.with_notes(rows)


def _of_vcrpy(cassette: Path, test: Path | None) -> Iterator[Path]:
    """Yield the cassettes that vcrpy or pytest-recording has for the test, each once."""
    names = [cassette.with_suffix(suffix) for suffix in (".yaml", ".yml")]
    if cassette.stem.endswith((".yaml", ".yml")):  # the name in the marker was vcrpy's
        names.append(cassette.with_suffix(""))
    if test is not None:
        names.append(test.parent / "cassettes" / test.stem / f"{cassette.stem}.yaml")
    yield from {each.resolve(): each for each in names if each.is_file()}.values()
