"""The recorded and the live answer that show a finding, for reports that show them side by side."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from playhead.codecs.limits import DEFAULT
from playhead.contract.exhibits import Exhibit, Exhibits, Pair
from playhead.errors import PlayheadError
from playhead.services.comparing.exhibits import display_path
from playhead.services.verifying.answers import Answer
from playhead.services.verifying.verdict import Verdict
from playhead.store.cassettes import load
from playhead.store.files import read_file
from playhead.text.files import JSON
from playhead.text.json_text import line_of

__all__ = ["exhibits_of"]


def exhibits_of(verdict: Verdict, where: str) -> Exhibits:
    """Return a pair for each finding that one answer shows by itself; `where` names what was verified.

    Both are said to lie in the cassette, on the line of the recorded answer: that is what there is to look at.
    """
    line = lru_cache(maxsize=256)(_line)
    return Exhibits(
        {
            name: _pair(answer, line(answer.step.path, answer.step.exchange.id))
            for name, answer in verdict.examples.items()
        },
        display_path(where),
    )


def _pair(answer: Answer, line: int) -> Pair:
    file, number = display_path(str(answer.step.path)), answer.step.exchange.id
    return Pair(Exhibit(file, number, line, answer.step.exchange), Exhibit(file, number, line, answer.live))


def _line(path: Path, number: int) -> int:
    """Return the line of an interaction's answer in its file; 1 in one that has no lines."""
    if path.suffix != JSON:
        return 1
    try:
        ids = [each.id for each in load(path).interactions]
        text = read_file(path, DEFAULT.size_bytes).decode("utf-8-sig")
        return line_of(text, ("interactions", ids.index(number), "response"))
    except (PlayheadError, ValueError):
        return 1
