"""Remember recordings in which a finding can be looked up: a few for each kind of answer, by file and number.

The smallest by name and number are kept, so that folding in any order, or in parts, keeps the same ones.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

__all__ = ["MOST_SAMPLES", "Sample", "absorb_samples", "note_sample"]

MOST_SAMPLES = 4
"""The number of samples kept: enough to find one that shows a change which not all of them show."""


@dataclass(frozen=True, slots=True, order=True)
class Sample:
    """An interaction in a cassette: the path of its file, and its number there."""

    file: str
    id: int

    def __str__(self) -> str:
        return f"{self.file} #{self.id}"


def note_sample(samples: list[Sample], file: str, number: int) -> None:
    """Add a recording, unless there are enough smaller ones, or it is not in a file."""
    if not file or (len(samples) >= MOST_SAMPLES and (samples[-1].file, samples[-1].id) <= (file, number)):
        return
    absorb_samples(samples, (Sample(file, number),))


def absorb_samples(samples: list[Sample], others: Iterable[Sample]) -> None:
    """Keep the smallest of both in `samples`."""
    samples[:] = sorted({*samples, *others})[:MOST_SAMPLES]
