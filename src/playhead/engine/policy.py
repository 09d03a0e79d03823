"""The record modes as one total table: what to do with a request.

It depends on the mode, on whether there is a cassette, and on whether that holds an exact recording of this request
which may still be played.
"""

from __future__ import annotations

from enum import Enum

from playhead.model.mode import Mode

__all__ = ["TABLE", "Action", "decide"]


class Action(Enum):
    """The actions of a deck on a request."""

    PLAY = "play"
    FORWARD = "forward"
    MISS = "miss"
    """The cassette has no exact answer: request drift, or an error."""
    ABSENT = "absent"
    """There is no cassette, and none may be made."""


_ = Action
TABLE: dict[tuple[Mode, bool, bool], Action] = {
    # (mode, cassette exists, request known exactly)
    (Mode.NONE, False, False): _.ABSENT,
    (Mode.NONE, False, True): _.ABSENT,
    (Mode.NONE, True, False): _.MISS,
    (Mode.NONE, True, True): _.PLAY,
    (Mode.MISSING, False, False): _.FORWARD,
    (Mode.MISSING, False, True): _.FORWARD,
    (Mode.MISSING, True, False): _.MISS,
    (Mode.MISSING, True, True): _.PLAY,
    (Mode.NEW, False, False): _.FORWARD,
    (Mode.NEW, False, True): _.FORWARD,
    (Mode.NEW, True, False): _.FORWARD,
    (Mode.NEW, True, True): _.PLAY,
    (Mode.ALL, False, False): _.FORWARD,
    (Mode.ALL, False, True): _.FORWARD,
    (Mode.ALL, True, False): _.FORWARD,
    (Mode.ALL, True, True): _.FORWARD,
}
"""Total over its inputs; `docs/reference/record-modes.md` prints it."""


def decide(mode: Mode, *, exists: bool, known: bool) -> Action:
    """Look the case up in the table."""
    return TABLE[mode, exists, known]
