"""Measuring: side by side in one run, in turns, medians. Absolute times mean little.

Memory is that of a process which did nothing else: see `run_apart`.
"""

from __future__ import annotations

import gc
import os
import random
import statistics
import subprocess
import sys
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

__all__ = ["Row", "Used", "in_turns", "medians", "print_table", "ratio", "run_apart", "scaled", "side_by_side"]

Row = tuple[str, ...]
SMOKE = "PLAYHEAD_BENCHMARKS_SMOKE"
"""Set in the environment by `--smoke`: every benchmark runs, on next to nothing, and its figures mean nothing."""


def scaled(full: int, smoke: int) -> int:
    """A number of things to measure, or the few of them that a smoke run makes do with."""
    return smoke if os.environ.get(SMOKE) else full


class Used(NamedTuple):
    """Of a command in a process of its own: seconds, seconds of processors, MiB at its peak, and what it printed."""

    seconds: float
    cpu_seconds: float
    mib: float
    printed: str


def run_apart(*command: str) -> Used:
    """Run a command as a grandchild, so that its peak of memory is its own.

    Linux counts what a process had before `exec` among its peak, that is the memory of whoever started it. So it is
    started by a small process (`benchmarks.apart`). With processes of its own it is the largest of them that counts.
    """
    starter = [sys.executable, "-m", "benchmarks.apart", *command]
    done = subprocess.run(starter, check=True, stdout=subprocess.PIPE, text=True, cwd=Path(__file__).parents[1])
    printed, _, used = done.stdout.rstrip("\n").rpartition("\n")
    seconds, cpu_seconds, mib = map(float, used.split())
    return Used(seconds, cpu_seconds, mib, printed)


def side_by_side(
    contenders: Mapping[str, Callable[[], object]], rounds: int = 7, *, clock: Callable[[], float] = time.perf_counter
) -> dict[str, float]:
    """The median seconds of each contender, all run in turn `rounds` times after one warm-up."""
    times: dict[str, list[float]] = {name: [] for name in contenders}
    for turn in range(rounds + 1):
        for name, run in contenders.items():
            gc.collect()
            started = clock()
            run()
            if turn:
                times[name].append(clock() - started)
    return {name: statistics.median(found) for name, found in times.items()}


async def in_turns(
    contenders: Mapping[str, Callable[[int], Awaitable[None]]],
    turns: int,
    *,
    between: Callable[[int], None] = lambda _: None,
    clock: Callable[[], float] = time.perf_counter,
) -> dict[str, list[float]]:
    """The seconds of each turn of each contender, which is told its number. `between` is not timed.

    In each round the order is drawn anew: in a fixed one the collector, which counts allocations, would always fall
    into the same contender's turn.
    """
    times: dict[str, list[float]] = {name: [] for name in contenders}
    order = list(contenders.items())
    for turn in range(turns):
        between(turn)
        random.shuffle(order)
        for name, run in order:
            started = clock()
            await run(turn)
            times[name].append(clock() - started)
    return times


def medians(times: Mapping[str, Sequence[float]]) -> dict[str, float]:
    """The median of each contender."""
    return {name: statistics.median(found) for name, found in times.items()}


def ratio(value: float, base: float) -> str:
    """Such as `"1.12x"`."""
    return f"{value / base:.2f}x" if value < 10 * base else f"{value / base:.0f}x"


def print_table(title: str, head: Row, rows: Sequence[Row]) -> None:
    """A table that is also Markdown."""
    widths = [max(len(row[column]) for row in [head, *rows]) for column in range(len(head))]
    print(f"\n{title}\n")
    for row in [head, tuple("-" * width for width in widths), *rows]:
        print("| " + " | ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) + " |")
