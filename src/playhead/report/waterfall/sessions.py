"""The sessions of a cassette: interactions on one time scale, the span of time they take, and its ticks."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import groupby

from playhead.engine.measures import elapsed_us, max_concurrency, span_of
from playhead.model.cassette import Exchange, Interaction
from playhead.report.exchanges import as_exchange
from playhead.report.words import duration
from playhead.text.words import counted

__all__ = ["Session", "sessions_of", "summary_of", "ticks_of"]

_SECOND, _MINUTE, _HOUR = 10**6, 60 * 10**6, 3600 * 10**6
_STEPS = (
    *(digit * 10**power for power in range(6) for digit in (1, 2, 5)),
    *(count * _SECOND for count in (1, 2, 5, 10, 15, 30)),
    *(count * _MINUTE for count in (1, 2, 5, 10, 15, 30)),
    *(digit * 10**power * _HOUR for power in range(10) for digit in (1, 2, 5)),
)


@dataclass(frozen=True, slots=True)
class Session:
    """Interactions in the order of their starts, and their span of time, which is at least a microsecond."""

    number: int
    interactions: tuple[Exchange, ...]
    from_us: int
    to_us: int

    @property
    def title(self) -> str:
        """Number and summary, with the test that recorded it if that was a single one."""
        origins = {each.origin for each in self.interactions}
        origin = next(iter(origins)) if len(origins) == 1 else None
        return f"Session {self.number}: {summary_of(self.interactions)}" + (f"; {origin}" if origin else "")

    @property
    def span_us(self) -> int:
        """The length of the span; never 0, so that it can be a divisor."""
        return self.to_us - self.from_us


def sessions_of(interactions: Iterable[Interaction]) -> list[Session]:
    """Return the sessions of some interactions, in order."""
    ordered = sorted(map(as_exchange, interactions), key=lambda each: (each.timing.session, each.timing.start_us))
    return [_session(number, tuple(group)) for number, group in groupby(ordered, lambda each: each.timing.session)]


def _session(number: int, interactions: tuple[Exchange, ...]) -> Session:
    spans = [span_of(each) for each in interactions]
    from_us = spans[0].start_us
    return Session(number, interactions, from_us, max(from_us + 1, *(span.end_us for span in spans)))


def summary_of(interactions: Iterable[Interaction]) -> str:
    """Summarise interactions: their number, the time they took together, and how many there were at once."""
    every = [as_exchange(each) for each in interactions]
    if every and not any(each.timing.known for each in every):
        return f"{counted(len(every), 'interaction')}, no times recorded"
    took = f" in {duration(elapsed_us(every))}, at most {max_concurrency(every):,} at once" if every else ""
    return f"{counted(len(every), 'interaction')}{took}"


def ticks_of(from_us: int, to_us: int, most: int) -> list[int]:
    """Return round instants for a scale: at most `most`, and at least one if `most` is 3 or more.

    Args:
        from_us: The start of the scale.
        to_us: Its end.
        most: The maximum number of instants.
    """
    step = next((step for step in _STEPS if (to_us - from_us) < step * most), _STEPS[-1])
    return list(range(-(-from_us // step) * step, to_us + 1, step))
