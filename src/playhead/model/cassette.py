"""A cassette as a value: interactions, and where they came from. How it is stored is the business of `codecs`."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import NamedTuple, overload

from playhead.errors import CassetteCorrupt
from playhead.model.call import Invocation
from playhead.model.http import Failure, Request, Response
from playhead.model.quick import quick
from playhead.model.timing import Timing

__all__ = [
    "CALLED",
    "EDITION",
    "TOOLS",
    "Cassette",
    "Exchange",
    "Interaction",
    "LazyInteractions",
    "Outline",
    "Recorded",
    "exchanges",
    "outline_of",
    "outlines",
]

_AHEAD = 256


@quick
@dataclass(frozen=True, slots=True)
class Exchange:
    """One HTTP request and its outcome.

    With a response alone it is that; with a failure alone the request failed before a head came; with both the body
    failed in the middle; with neither the request was abandoned before its head. `origin` names the test that made it.
    """

    id: int
    request: Request
    response: Response | None = None
    failure: Failure | None = None
    timing: Timing = Timing()
    origin: str | None = None

    @property
    def abandoned(self) -> bool:
        """True if the caller gave up before anything came back."""
        return self.response is None and self.failure is None

    @property
    def steady(self) -> bool:
        """True if it came to an end of its own: a whole body or a failure."""
        return self.failure is not None or (self.response is not None and self.response.complete)

    @property
    def waiting(self) -> bool:
        """True if its reader was waiting for more when it was cancelled, or the body closed: on replay it waits again.

        A reader that left without asking for more was not.
        """
        left_early = self.failure is None and self.response is not None and not self.response.complete
        return left_early and self.timing.end_waited_us is not None


Interaction = Exchange | Invocation
"""One entry of a cassette: HTTP exchanges and calls share one timeline."""

EDITION = ", edition 2"
"""The end of `Recorded.by`, where every interaction was recorded so that the numbers of placeholders count."""

TOOLS = frozenset({"vcrpy", "cassetter", "ruby VCR", "betamax", "go-vcr", "HAR"})
"""The other tools by which `Recorded.by` may begin: the names of all formats that are read."""

CALLED = "()"
"""Stands in an outline for the method of HTTP, if the interaction is a call; no method of HTTP looks like it."""


class Outline(NamedTuple):
    """An interaction before it is built: enough to find it and to order it.

    For a call, `method` is `CALLED` and `url` its path.
    """

    method: str
    url: str
    start_us: int
    last_us: int
    session: int
    origin: str | None
    steady: bool = True
    """False if it was abandoned or its body left early: replay then waits for nothing that it might do."""


class LazyInteractions(Sequence[Interaction]):
    """A tuple of interactions that are built when first looked at, by `build(position)`.

    A cassette of ten thousand interactions opens in the time it takes to read their outlines. Compares by value with
    any sequence, as a tuple does with a tuple.
    """

    __slots__ = ("_build", "_built", "outlines")

    def __init__(self, outlines: Sequence[Outline], build: Callable[[int], Interaction]) -> None:
        self.outlines = outlines
        self._build = build
        self._built: list[Interaction | None] = [None] * len(outlines)

    def __len__(self) -> int:
        return len(self.outlines)

    @overload
    def __getitem__(self, index: int) -> Interaction: ...
    @overload
    def __getitem__(self, index: slice) -> tuple[Interaction, ...]: ...
    def __getitem__(self, index: int | slice) -> Interaction | tuple[Interaction, ...]:
        if isinstance(index, slice):
            return tuple(self[position] for position in range(*index.indices(len(self))))
        built = self._built[index]
        if built is None:
            built = self._build_from(index % len(self._built))
        return built

    def _build_from(self, position: int) -> Interaction:
        """Build one, and a few after it if the one before is built: several at once take less time each."""
        built = self._built[position] = self._build(position)
        if position and self._built[position - 1] is not None:
            for ahead in range(position + 1, min(position + _AHEAD, len(self._built))):
                try:
                    self._built[ahead] = self._built[ahead] or self._build(ahead)
                except CassetteCorrupt:
                    break  # it is raised when that one is looked at
        return built

    def passing(self) -> Iterator[Interaction]:
        """Yield the interactions one after the other without keeping them."""
        return map(self._build, range(len(self)))

    def __iter__(self) -> Iterator[Interaction]:
        return (self[position] for position in range(len(self)))

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Sequence) or isinstance(other, str | bytes):
            return NotImplemented
        return len(self) == len(other) and all(mine == theirs for mine, theirs in zip(self, other, strict=True))

    def __hash__(self) -> int:
        return hash(tuple(self))

    def __repr__(self) -> str:
        return repr(tuple(self))


def outlines(interactions: Sequence[Interaction]) -> Sequence[Outline]:
    """Return the outlines of interactions, without building the interactions of a loaded cassette."""
    if isinstance(interactions, LazyInteractions):
        return interactions.outlines
    return list(map(outline_of, interactions))


def exchanges(interactions: Sequence[Interaction]) -> Iterator[Exchange]:
    """Yield the interactions that are HTTP, without building the others of a loaded cassette."""
    for position, outline in enumerate(outlines(interactions)):
        if outline.method != CALLED and isinstance(each := interactions[position], Exchange):
            yield each


def outline_of(each: Interaction) -> Outline:
    """Return the outline of an interaction."""
    timing = each.timing
    method, url = (CALLED, each.call.path) if isinstance(each, Invocation) else (each.request.method, each.request.url)
    return Outline(method, url, timing.start_us, timing.last_us, timing.session, each.origin, each.steady)


@dataclass(frozen=True, slots=True)
class Recorded:
    """When a cassette was recorded (`at`, in UTC as ISO 8601), and the program and version that did it (`by`).

    The first edition numbered placeholders but did not compare the numbers, so replay ignores them on its cassettes.
    `by` tells the edition. Where recordings of another tool were taken over, `by` begins with the name of the tool.
    """

    at: str = ""
    by: str = ""

    @property
    def binds(self) -> bool:
        """True if the number of a placeholder is bound to the first live value that it stood for."""
        return self.by.endswith(EDITION)

    @property
    def first_edition(self) -> bool:
        """True if any part of it was recorded by the first edition of this package."""
        return self.by.startswith("playhead") and not self.binds

    @property
    def foreign(self) -> bool:
        """True if any part of it was recorded by another tool, which may have left out what it took for secret."""
        return self.by.partition(",")[0] in TOOLS

    @property
    def unredacted(self) -> bool:
        """True if another tool wrote it: its secrets stand as they were recorded."""
        return self.foreign and not self.binds


@dataclass(frozen=True, slots=True)
class Cassette:
    """The recorded interactions of one test or program, in the order in which their requests started.

    `interactions` behaves as a tuple; a loaded cassette builds each interaction when it is first looked at.
    """

    interactions: Sequence[Interaction] = ()
    recorded: Recorded = field(default=Recorded(), compare=False)

    def with_interactions(self, interactions: Sequence[Interaction]) -> Cassette:
        """Return the cassette with other interactions."""
        return replace(self, interactions=interactions)
