"""Which recordings a finding can be looked up in: a few for each kind of answer, by file and number.

They are the smallest by name and number, so that folding in any order, or in parts, remembers the same ones.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

__all__ = ["MOST_SAMPLES", "Sample", "absorb_samples", "note_sample"]

MOST_SAMPLES = 4
"""How many are remembered: enough to find one that shows a change that not all of them show."""


@dataclass(frozen=True, slots=True, order=True)
class Sample:
    """An interaction in a cassette: the path of its file, and its number there."""

    file: str
    id: int

    def __str__(self) -> str:
        return f"{self.file} #{self.id}"


def note_sample(samples: list[Sample], file: str, number: int) -> None:
    """Remember one more recording, unless enough smaller ones are known, or it is in no file."""
    if not file or (len(samples) >= MOST_SAMPLES and (samples[-1].file, samples[-1].id) <= (file, number)):
        return
    absorb_samples(samples, (Sample(file, number),))


def absorb_samples(samples: list[Sample], others: Iterable[Sample]) -> None:
    """Remember the smallest of both."""
    samples[:] = sorted({*samples, *others})[:MOST_SAMPLES]
