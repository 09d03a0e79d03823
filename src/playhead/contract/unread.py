"""List the answers whose bodies were not read: of which type, at which endpoints. What they say was not judged."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from playhead.contract.answers import NOT_READ, Answers, State, parses
from playhead.contract.contract import Endpoint

__all__ = ["Unread", "unread_at"]


@dataclass(frozen=True, slots=True)
class Unread:
    """Answers of one endpoint, on both sides together, whose bodies were not read.

    `media` are their media types, and `why` is what kept them from being read.
    """

    endpoint: str
    media: str
    why: str
    count: int

    def __str__(self) -> str:
        return f"{self.endpoint}: {self.count} of {self.media}, {self.why}"


def unread_at(endpoint: str, sides: Iterable[Endpoint]) -> Iterator[Unread]:
    """Yield what was not read at an endpoint, by reason."""
    counts: Counter[str] = Counter()
    media: dict[str, set[str]] = {}
    for answers in _all_answers(sides):
        for state in NOT_READ:
            if state in answers.states:
                counts[state.value] += answers.states[state].count
                of_a_type = {each for each in answers.media if parses(each) is not (state is State.UNREAD)}
                media.setdefault(state.value, set()).update(of_a_type or answers.media)
    for why, count in sorted(counts.items()):
        yield Unread(endpoint, ", ".join(sorted(each or "no media type" for each in media[why])), why, count)


def _all_answers(sides: Iterable[Endpoint]) -> Iterator[Answers]:
    for side in sides:
        for question in side.questions.values():
            yield from question.answers.values()
