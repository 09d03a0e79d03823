"""The durations of answers, counted by powers of 2 ** 0.25: enough for a p95, and mergeable."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from math import ceil, log2

__all__ = ["Latency", "p95_us"]

_STEPS = 4
"""Steps per factor of two: a p95 is exact to 19 per cent."""


@dataclass(slots=True)
class Latency:
    """Durations from the start of requests to the heads and to the ends of answers, as counts by step."""

    head: Counter[int] = field(default_factory=Counter)
    end: Counter[int] = field(default_factory=Counter)

    def add(self, head_us: int | None, end_us: int | None) -> None:
        """Count one answer; `None` stands for a duration that is not known."""
        for counts, duration_us in ((self.head, head_us), (self.end, end_us)):
            if duration_us is not None:
                counts[ceil(_STEPS * log2(duration_us)) if duration_us > 1 else 0] += 1

    def absorb(self, other: Latency) -> None:
        """Add everything that `other` has seen."""
        self.head.update(other.head)
        self.end.update(other.end)


def p95_us(counts: Counter[int]) -> int:
    """Return the duration that 95 of 100 answers did not exceed. `counts` must not be empty."""
    left = ceil(counts.total() * 0.95)
    for step in sorted(counts):
        left -= counts[step]
        if left <= 0:
            break
    return round(2 ** (step / _STEPS))
