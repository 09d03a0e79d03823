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

_SPARED_BYTES = 32 * 1024 * 1024
"""Unless the first of two processes is spared so much reading, it reads all, whatever was asked for.

Starting two processes takes 0.6 s of processor time (`side_of` and `fold_sides` on copies of the 500 cassettes of
`benchmarks folding`, medians of five runs in turns, the time of the children counted). One process folds 26 MB in a
second of it. So two idle cores gain from 16 MB on in all. Two cores with five programs to each took 4.8 s with two
processes and 1.6 s with one for 5 MB, 5.4 and 2.9 s for 10 MB, 8.4 and 6.5 s for 21 MB, and as long for 42 MB; beyond
that, now the one and now the other was faster."""

_TASKS_EACH = 8
_FEW = 128
"""So many files are folded into one contract. Adding a contract to another takes as long as folding a file or two."""

Tick = Callable[[Path], object]
Part = tuple[Contract, int, list[Path]]
"""The contract of some files, their number, and those that are broken."""


def jobs_for(files: Sequence[Path], most: int | None = None) -> int:
    """Return the number of processes to use: `most`, or one per processor, but one if others could do little."""
    sizes = [path.stat().st_size for path in files if path.is_file()]
    volume, largest = sum(sizes), max(sizes, default=0)
    spared = min(volume // 2, volume - largest)  # what the first of two processes does not have to read
    return (most or os.cpu_count() or 1) if spared > _SPARED_BYTES else 1


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
