"""Taking recordings out of their cassettes to show findings: which lie where, and on which line of the file.

What cannot be read any more is not shown; the finding stands all the same.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from contextlib import suppress
from functools import lru_cache
from pathlib import Path

from playhead.codecs.limits import DEFAULT
from playhead.codecs.lines import line_of
from playhead.contract.comparison import Comparison
from playhead.contract.exhibits import Exhibit, Exhibits, Pair, best_pair
from playhead.contract.findings import Finding
from playhead.contract.places import Place, place_of
from playhead.contract.samples import Sample
from playhead.errors import PlayheadError
from playhead.model.cassette import Interaction
from playhead.store.bodies import read_body
from playhead.store.cassettes import load
from playhead.store.files import read_file

__all__ = ["exhibits_of", "shown_path"]

_MOST_OPEN = 32


def exhibits_of(comparison: Comparison, where: str = "") -> Exhibits:
    """A recording of each side for every finding that has some; `where` is what was given as the new side."""
    archive = _Archive()
    pairs = {finding.fingerprint: archive.pair(finding) for finding in comparison.findings}
    return Exhibits(pairs, shown_path(where) if where else "")


def shown_path(path: str) -> str:
    """A path as others see it who have the repository: from its top if it is in there, with slashes."""
    absolute = Path(os.path.abspath(path))  # noqa: PTH100  # `resolve` would follow links, out of the repository perhaps
    top = next((folder for folder in (Path.cwd(), *Path.cwd().parents) if (folder / ".git").exists()), Path.cwd())
    return absolute.relative_to(top).as_posix() if absolute.is_relative_to(top) else Path(path).as_posix()


class _Archive:
    """Cassettes that were opened, a few of them at a time."""

    def __init__(self) -> None:
        self._cassette = lru_cache(maxsize=_MOST_OPEN)(load)
        self._text = lru_cache(maxsize=_MOST_OPEN)(_text)

    def pair(self, finding: Finding) -> Pair:
        olds, news = (list(self._taken(samples)) for samples in (finding.old_samples, finding.new_samples))
        old, new = 0, 0
        if olds and news:
            with suppress(PlayheadError):  # a large body that is not there any more
                old, new = best_pair(finding, [each for *_, each in olds], [each for *_, each in news], read_body)
        place = place_of(finding.place)
        return Pair(self._shown(olds[old], place) if olds else None, self._shown(news[new], place) if news else None)

    def _taken(self, samples: Sequence[Sample]) -> Iterator[tuple[str, int, Interaction]]:
        for sample in samples:
            try:
                interactions = self._cassette(sample.file).interactions
                position = sample.id - 1  # where most of them are
                if not (0 <= position < len(interactions) and interactions[position].id == sample.id):
                    position = next(at for at, each in enumerate(interactions) if each.id == sample.id)
                yield sample.file, position, interactions[position]
            except (PlayheadError, StopIteration):
                continue

    def _shown(self, taken: tuple[str, int, Interaction], place: Place) -> Exhibit:
        file, position, interaction = taken
        text = self._text(file)
        line = line_of(text, ("interactions", position, *_steps(place))) if text else 1
        return Exhibit(shown_path(file), interaction.id, line, interaction)


def _text(file: str) -> str:
    """The text of a cassette that is one; that of a .msgpack is empty."""
    return "" if Path(file).suffix != ".json" else read_file(Path(file), DEFAULT.size_bytes).decode("utf-8-sig")


def _steps(place: Place) -> tuple[str | int, ...]:
    """The way from an interaction in its file to what changed in it."""
    message = "request" if place.ours else "response"
    if place.part == "body":
        return message, "body", "json", *place.pointer
    return (message, {"status": "status", "header": "headers", "query": "url"}.get(place.part, ""))
