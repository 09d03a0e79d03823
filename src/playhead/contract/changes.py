"""A change, before it is judged: what moved, where, and the samples on both sides that show it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NamedTuple

from playhead.contract.rules import Grade, Severity
from playhead.contract.samples import Sample
from playhead.contract.shape import Shape

__all__ = ["Change", "Count", "Evidence", "grade_of"]


class Count(NamedTuple):
    """`hits` of `total` values, seen in `samples` documents."""

    hits: int
    total: int
    samples: int

    def __str__(self) -> str:
        within = "" if self.total == self.samples else f" ({self.samples} sample{'s' * (self.samples != 1)})"
        return f"in {self.hits} of {self.total}{within}"


class Evidence(NamedTuple):
    """The same thing counted on the old and on the new side."""

    old: Count
    new: Count

    @property
    def grade(self) -> Grade:
        """What the weaker side allows."""
        return grade_of(min(self.old.samples, self.new.samples))


def grade_of(samples: int) -> Grade:
    """The grade of a change that `samples` documents show on either side."""
    thresholds = ((5, Grade.E3), (3, Grade.E2), (2, Grade.E1))
    return next((grade for least, grade in thresholds if samples >= least), Grade.E0)


@dataclass(frozen=True, slots=True)
class Change:
    """What moved. `rule` is an id of the catalogue, `place` a JSON pointer (`*` for any item or data key), or
    `header.NAME`, `status`; `context` tells changes of one shape seen at several places from others that look alike.

    `doubt` says why like was not compared with like; such a change is never breaking. `label` names what is counted,
    `at_most` is the worst that it can be where it is, `shape` is what was or is there (to tell what has moved).
    `seen` are a few recordings of what was compared, of the old side and of the new.
    """

    rule: str
    place: str
    old: str
    new: str
    evidence: Evidence
    context: tuple[str, ...] = ()
    doubt: str = ""
    label: str = ""
    seen: tuple[tuple[Sample, ...], tuple[Sample, ...]] = ((), ())
    at_most: Severity = Severity.BREAKING
    shape: Shape | None = field(default=None, compare=False, repr=False)
