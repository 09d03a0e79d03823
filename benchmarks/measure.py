"""How things are timed here: side by side in one run, in turns, medians. Absolute times mean little."""

from __future__ import annotations

import gc
import random
import statistics
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence

__all__ = ["Row", "in_turns", "medians", "print_table", "ratio", "side_by_side"]

Row = tuple[str, ...]


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
