"""Folding the files of several sides, here or spread over processes. The result is the same to the byte."""

from __future__ import annotations

import multiprocessing
import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from pathlib import Path

from playhead.contract.contract import Contract
from playhead.errors import PlayheadError
from playhead.services.comparing.sides import Side, folded, folded_together

__all__ = ["fold_sides", "jobs_for"]

_ENOUGH_BYTES = 64 * 1024 * 1024
"""Less is read by one process, whatever was asked for. On two cores that were busy with other work, two processes took
2.2 s longer than one for 1.6 MB in 100 files, 3 s for 6 MB in 400, and 4 s for 15.5 MB in 1,000, and folding went at 3
to 4 MB/s. Two processes save half of the time at most, so they need several times what starting them costs."""

_TASKS_EACH = 8
_FEW = 32
"""So many files are folded into one contract. Adding a contract to another takes as long as folding a file or two."""

Tick = Callable[[Path], object]
Part = tuple[Contract, int, list[Path]]
"""The contract of some files, their number, and those that are broken."""


def jobs_for(files: Sequence[Path], most: int | None = None) -> int:
    """Return the number of processes to use: `most`, or one per processor, but one if there is little to do."""
    volume = 0
    for path in files:
        volume += path.stat().st_size if path.is_file() else 0
        if volume > _ENOUGH_BYTES:
            return most or os.cpu_count() or 1
    return 1


def fold_sides(sides: Sequence[Side], tick: Tick = id, *, jobs: int = 1) -> None:
    """Fold all files of all sides, `tick` being told each that is done; broken files are noted in their sides."""
    if jobs < 2 or not _spread(sides, tick, jobs):
        for side in sides:
            for few in _few(side.files):
                side.fold_several(few)
                for path in few:
                    tick(path)
    for side in sides:
        side.contract.finish()


def _spread(sides: Sequence[Side], tick: Tick, jobs: int) -> bool:
    """Fold in several processes. Return False, and do nothing, where there can be none."""
    try:
        done = _folded_apart(sides, tick, jobs)
    except (BrokenProcessPool, OSError):
        return False
    broken: list[tuple[Side, Path]] = []
    for side, (contract, read, bad) in done:
        side.add(contract, read)
        broken += [(side, path) for path in bad]
    # Errors do not travel; what is broken is soon read once more.
    for side, path in sorted(broken, key=lambda each: each[1]):
        side.fold(path)
    return True


def _folded_apart(sides: Sequence[Side], tick: Tick, jobs: int) -> list[tuple[Side, Part]]:
    # Not forked: a program that has threads, as this one may, can hang in a forked copy.
    with ProcessPoolExecutor(jobs, multiprocessing.get_context("spawn")) as pool:
        tasks = {
            pool.submit(_fold_part, batch, side.named): (side, batch)
            for side in sides
            for batch in _batches(side.files, jobs * _TASKS_EACH)
        }
        done: list[tuple[Side, Part]] = []
        for task in as_completed(tasks):
            side, batch = tasks[task]
            done.append((side, task.result()))
            for path in batch:
                tick(path)
    return done


def _batches(files: Sequence[Path], count: int) -> Iterator[list[Path]]:
    """Return the files in about `count` batches, the large and the small ones mixed."""
    for number in range(min(count, len(files))):
        yield list(files[number::count])


def _fold_part(paths: Sequence[Path], named: bool) -> Part:
    contract, read, bad = Contract(), 0, []
    for few in _few(paths):
        together, left = folded_together(few)
        contract.absorb(together)
        read += len(few) - len(left)
        for path in left:
            try:
                part = folded(path, named=named)
            except PlayheadError:
                bad.append(path)
                continue
            if part is not None:
                contract.absorb(part)
                read += 1
    return contract, read, bad


def _few(paths: Sequence[Path]) -> Iterator[Sequence[Path]]:
    for start in range(0, len(paths), _FEW):
        yield paths[start : start + _FEW]
