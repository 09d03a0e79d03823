"""Taking recordings out of their cassettes to show findings: which lie where, and on which line of the file.

What cannot be read any more is not shown; the finding stands all the same.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from contextlib import suppress
from functools import lru_cache
from pathlib import Path

from playhead.codecs.limits import DEFAULT
from playhead.contract.comparison import Comparison
from playhead.contract.contract import Endpoint
from playhead.contract.exhibits import Exhibit, Exhibits, Pair, best_pair, changes_between, folded
from playhead.contract.findings import Finding
from playhead.contract.places import Place, place_of
from playhead.contract.samples import Sample
from playhead.errors import PlayheadError
from playhead.model.call import Invocation, Yielded
from playhead.model.cassette import Interaction
from playhead.store.bodies import read_body
from playhead.store.cassettes import load
from playhead.store.files import read_file
from playhead.text.files import JSON
from playhead.text.json_text import line_of

__all__ = ["display_path", "exhibits_of"]

_MOST_OPEN = 32
_MOST_COMPARED = 256


def exhibits_of(comparison: Comparison, where: str = "", as_named: Callable[[str], str] = str) -> Exhibits:
    """Return a recording of each side for every finding that has some; `where` was given as the new side.

    `shown` gives the name of a file that came out of git; other paths it leaves as they are.
    """
    archive = _Archive(as_named)
    accepted = [each.finding for each in comparison.accepted]
    told = (*comparison.findings, *accepted, *comparison.unsure)
    pairs = {finding.fingerprint: archive.pair(finding) for finding in told}
    return Exhibits(pairs, display_path(where) if where else "")


def display_path(path: str) -> str:
    """Return a path as others see it who have the repository: from its top if it is in there, with slashes."""
    absolute = Path(os.path.abspath(path))  # noqa: PTH100  # `resolve` would follow links, out of the repository perhaps
    top = next((folder for folder in (Path.cwd(), *Path.cwd().parents) if (folder / ".git").exists()), Path.cwd())
    return absolute.relative_to(top).as_posix() if absolute.is_relative_to(top) else Path(path).as_posix()


class _Archive:
    """Cassettes that were opened, a few of them at a time, and what was found out about them.

    Findings at one endpoint have their recordings in common: each is read, folded and compared once.
    """

    def __init__(self, as_named: Callable[[str], str]) -> None:
        self._name = as_named
        self._cassette = lru_cache(maxsize=_MOST_OPEN)(load)
        self._text = lru_cache(maxsize=_MOST_OPEN)(_text)
        self._taken = lru_cache(maxsize=_MOST_OPEN)(self._take)
        self._folded = lru_cache(maxsize=_MOST_OPEN)(self._fold)
        self._between = lru_cache(maxsize=_MOST_COMPARED)(self._compare)

    def pair(self, finding: Finding) -> Pair:
        olds, news = (
            tuple(each for each in samples if self._taken(each) is not None)
            for samples in (finding.old_samples, finding.new_samples)
        )
        old, new = next(iter(olds), None), next(iter(news), None)
        if old and new and len(olds) + len(news) > 2:
            with suppress(PlayheadError):  # a large body that is not there any more
                old, new = best_pair(finding, olds, news, self._between)
        place = place_of(finding.place)
        return Pair(self._shown(old, place), self._shown(new, place))

    def _take(self, sample: Sample) -> tuple[int, Interaction] | None:
        """Return the interaction and its position in its file, if it can be read."""
        try:
            interactions = self._cassette(sample.file).interactions
            position = sample.id - 1  # where most of them are
            if not (0 <= position < len(interactions) and interactions[position].id == sample.id):
                position = next(at for at, each in enumerate(interactions) if each.id == sample.id)
            return position, interactions[position]
        except (PlayheadError, StopIteration):
            return None

    def _fold(self, samples: tuple[Sample, ...]) -> Endpoint:
        taken = [self._taken(each) for each in samples]
        return folded([each[1] for each in taken if each is not None], read_body)

    def _compare(self, olds: tuple[Sample, ...], news: tuple[Sample, ...]) -> frozenset[tuple[str, str]]:
        return changes_between(self._folded(olds), self._folded(news))

    def _shown(self, sample: Sample | None, place: Place) -> Exhibit | None:
        taken = None if sample is None else self._taken(sample)
        if sample is None or taken is None:
            return None
        position, interaction = taken
        text = self._text(sample.file)
        line = line_of(text, ("interactions", position, *_steps(place, interaction))) if text else 1
        name = self._name(sample.file)
        return Exhibit(display_path(name) if name == sample.file else name, interaction.id, line, interaction)


def _text(file: str) -> str:
    """Return the text of a cassette; that of a .msgpack file is empty."""
    return "" if Path(file).suffix != JSON else read_file(Path(file), DEFAULT.size_bytes).decode("utf-8-sig")


def _steps(place: Place, interaction: Interaction) -> tuple[str | int, ...]:
    """Return the way from an interaction in its file to what changed in it."""
    if isinstance(interaction, Invocation):
        return _steps_in_call(place, interaction)
    message = "request" if place.ours else "response"
    if place.part == "body":
        return message, "body", "json", *place.pointer
    return (message, {"status": "status", "header": "headers", "query": "url"}.get(place.part, ""))


def _steps_in_call(place: Place, call: Invocation) -> tuple[str | int, ...]:
    if not place.ours:
        outcome = "raised" if call.raised else "yielded" if isinstance(call.outcome, Yielded) else "returned"
        return outcome, *place.pointer
    name, *rest = place.pointer or ("",)
    numbered = re.fullmatch(r"args\[(\d+)\]", name)
    return ("call", "args", int(numbered[1]), *rest) if numbered else ("call", "kwargs", name, *rest)
