"""How long answers took, as counts by powers of 2 ** 0.25: enough for a p95, and mergeable."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from math import ceil, log2

__all__ = ["Latency", "p95_us"]

_STEPS = 4
"""Steps to a factor of two: a p95 is known to 19 per cent."""


@dataclass(slots=True)
class Latency:
    """The durations from the start of requests to their heads and to their ends, `_us` each."""

    head: Counter[int] = field(default_factory=Counter)
    end: Counter[int] = field(default_factory=Counter)

    def add(self, head_us: int | None, end_us: int | None) -> None:
        """Count one answer; `None` for what was not seen."""
        for counts, duration_us in ((self.head, head_us), (self.end, end_us)):
            if duration_us is not None:
                counts[ceil(_STEPS * log2(duration_us)) if duration_us > 1 else 0] += 1

    def absorb(self, other: Latency) -> None:
        """Add everything that `other` has seen."""
        self.head.update(other.head)
        self.end.update(other.end)


def p95_us(counts: Counter[int]) -> int:
    """The duration that 95 of 100 answers kept within; there has to be one."""
    left = ceil(counts.total() * 0.95)
    for step in sorted(counts):
        left -= counts[step]
        if left <= 0:
            break
    return round(2 ** (step / _STEPS))
