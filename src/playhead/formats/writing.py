"""The file written for another tool, and what its format cannot hold, by kind, with the numbers of the interactions."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from enum import Enum
from typing import NamedTuple

from playhead.model.call import Invocation
from playhead.model.cassette import Exchange, Interaction
from playhead.model.http import Response

__all__ = ["LEFT_OUT", "Lack", "Lacks", "Whole", "Written", "as_written", "wholes"]


class Lack(Enum):
    """A kind of thing that a format cannot hold; the value says what becomes of it."""

    CALL = "calls of doubles are left out"
    FAILURE = "failures are left out"
    ABANDONED = "requests that were given up before their answers are left out"
    PARTIAL = "bodies that were left early look whole, and end where their readers left"
    BINARY = "request bodies that are not text are left out"
    TIMES = "times are left out"
    CHUNKS = "times of single chunks are left out"
    CODING = "compressed bodies stand decoded, without Content-Encoding"
    VERSION = "versions of HTTP other than 1.1 are left out"
    HEADER = "bytes of header fields that are neither ASCII nor UTF-8 may be read as other bytes"
    TEST = "names of tests are left out"


LEFT_OUT = (Lack.CALL, Lack.FAILURE, Lack.ABANDONED)
"""The kinds whose interactions are not in the file at all."""

Lacks = dict[Lack, list[int]]
"""The numbers of the interactions by the kind of what is missing of them."""


class Written(NamedTuple):
    """The bytes of a file, and what it lacks."""

    data: bytes
    lacks: Lacks


class Whole(NamedTuple):
    """An exchange that another tool can hold, and its response."""

    exchange: Exchange
    response: Response


def wholes(interactions: Iterable[Interaction], lacks: Lacks) -> Iterator[Whole]:
    """Yield what has a response of its own, and note the rest, and what every other format lacks of the others."""
    for each in interactions:
        kind = _left_out(each)
        if kind is not None:
            lacks.setdefault(kind, []).append(each.id)
            continue
        assert isinstance(each, Exchange)
        assert each.response is not None
        if not each.response.complete:
            lacks.setdefault(Lack.PARTIAL, []).append(each.id)
        if each.origin is not None:
            lacks.setdefault(Lack.TEST, []).append(each.id)
        if not all(map(_is_text, (*each.request.headers, *each.response.headers))):
            lacks.setdefault(Lack.HEADER, []).append(each.id)
        yield Whole(each, each.response)


def as_written(text: str) -> str:
    """Return a name or value of a header, whose characters are bytes, as the text that other tools read it from."""
    if text.isascii():
        return text
    try:
        return text.encode("latin-1").decode()
    except UnicodeError:
        return text


def _is_text(field: tuple[str, str]) -> bool:
    return all(each.isascii() or as_written(each) != each for each in field)


def _left_out(interaction: Interaction) -> Lack | None:
    if isinstance(interaction, Invocation):
        return Lack.CALL
    if interaction.failure is not None:
        return Lack.FAILURE
    return Lack.ABANDONED if interaction.response is None else None
