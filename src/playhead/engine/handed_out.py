"""Remembers which placeholders the played answers have handed to the program."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from playhead.matching.placeholders import MarksIn
from playhead.model.cassette import Exchange, Interaction

__all__ = ["HandedOut"]


class HandedOut:
    """Looks through what was played as soon as somebody asks, and through each answer once."""

    def __init__(self, interactions: Sequence[Interaction], marks_in: MarksIn) -> None:
        self._interactions = interactions
        self._marks_in = marks_in
        self._played: list[int] = []
        self._numbers: set[int] = set()
        self.note: Callable[[int], None] = self._played.append
        """Note that the interaction in a slot was played."""

    def __bool__(self) -> bool:
        return bool(self._played or self._numbers)

    def __contains__(self, number: int) -> bool:
        while self._played:
            text = _answer(self._interactions[self._played.pop()])
            self._numbers.update(each for _, _, _, each, _ in self._marks_in(text))
        return number in self._numbers


def _answer(interaction: Interaction) -> str:
    if not isinstance(interaction, Exchange):
        return repr(interaction.outcome)
    response = interaction.response
    if response is None:
        return ""
    body = response.body.decode("latin-1") if isinstance(response.body, bytes) else ""
    return "\n".join([*(value for _, value in response.headers), body])
