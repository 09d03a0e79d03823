"""How things are timed here: side by side in one run, in turns, medians. Absolute times on shared machines mean little."""

from __future__ import annotations

import gc
import statistics
import time
from collections.abc import Callable

__all__ = ["Row", "print_table", "ratio", "side_by_side"]

Row = tuple[str, ...]


def side_by_side(contenders: dict[str, Callable[[], object]], rounds: int = 7) -> dict[str, float]:
    """The median seconds of each contender, all run in turn `rounds` times after one warm-up."""
    times: dict[str, list[float]] = {name: [] for name in contenders}
    for turn in range(rounds + 1):
        for name, run in contenders.items():
            gc.collect()
            started = time.perf_counter()
            run()
            if turn:
                times[name].append(time.perf_counter() - started)
    return {name: statistics.median(found) for name, found in times.items()}


def ratio(value: float, base: float) -> str:
    """Such as `"1.12x"`."""
    return f"{value / base:.2f}x"


def print_table(title: str, head: Row, rows: list[Row]) -> None:
    """A table that is also Markdown."""
    widths = [max(len(row[column]) for row in [head, *rows]) for column in range(len(head))]
    print(f"\n{title}\n")
    for row in [head, tuple("-" * width for width in widths), *rows]:
        print("| " + " | ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) + " |")
