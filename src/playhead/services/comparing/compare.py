"""Comparing recordings on disk: files and folders become contracts, contracts become findings.

A cassette that cannot be read is named, and the others are judged all the same.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

from playhead.contract.comparison import Comparison, Unreadable, compare
from playhead.contract.findings import Finding
from playhead.errors import PlayheadWarning, UsageError
from playhead.services.comparing.folding import fold_sides
from playhead.services.comparing.judging import Judging, judging
from playhead.services.comparing.sides import Side, Source, both_sides, side_of

__all__ = ["Side", "Source", "both_sides", "compare_sides", "diff", "side_of"]


def diff(old: Source, new: Source) -> list[Finding]:
    """Return the findings between two sets of recordings.

    Args:
        old: A cassette or contract, or the path of one, or of a folder with cassettes; a path may be in a git revision
            (`main:cassettes`).
        new: The other side, likewise.

    Returns:
        The findings, the worst first. None means that nothing changed as far as the recordings show, or that the
        project has accepted it.

    Raises:
        CassetteCorrupt: Nothing of a side can be read. A broken file among others, and an endpoint that could not be
            checked, is a `PlayheadWarning`.
        UnsupportedVersion: Likewise.
        UsageError: There is no such path or revision, or no cassette below it.
    """
    with ExitStack() as stack:
        sides = both_sides(old, new)
        for side in sides:
            stack.enter_context(side)
        comparison = compare_sides(sides[0], sides[1], settings=judging())
        for side in sides:
            if side.broken and not side.read:
                raise side.broken[0][1]
    for broken in comparison.unreadable:
        named = "" if broken.path in broken.reason else f"{broken.path}: "
        warnings.warn(f"Not compared: {named}{broken.reason}", PlayheadWarning, stacklevel=2)
    for unchecked in comparison.could_not_check:
        warnings.warn(f"Could not check {unchecked}.", PlayheadWarning, stacklevel=2)
    return list(comparison.findings)


def compare_sides(
    old: Side,
    new: Side,
    tick: Callable[[Path], object] = id,
    *,
    settings: Judging | None = None,
    jobs: int = 1,
) -> Comparison:
    """Read both sides, `tick` being told each file that is done, and compare; broken files are named in the result.

    `settings` are those of the project: without them nothing is overridden or accepted.
    """
    fold_sides((old, new), tick, jobs=jobs)
    for side in (old, new):
        if not (side.read or side.broken or side.absent):
            raise UsageError(f"There is no cassette below {side.name}, only other files: check the path.")
    settings = settings or Judging()
    # Against a side of which nothing could be read, everything would seem to have gone.
    readable = all(side.read or side.absent for side in (old, new))
    judged = compare(old.contract, new.contract, settings.policy) if readable else Comparison()
    return replace(settings.with_accepted_apart(judged), unreadable=_unreadable(old, new))


def _unreadable(*sides: Side) -> tuple[Unreadable, ...]:
    broken = {side.as_named(str(path)): side.as_named(str(error)) for side in sides for path, error in side.broken}
    return tuple(Unreadable(path, reason) for path, reason in broken.items())
