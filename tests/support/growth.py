"""Asserts how the cost of some work grows with its size, whatever else the machine is doing."""

from __future__ import annotations

import gc
import time
from collections.abc import Callable

__all__ = ["grows_in_proportion", "seconds"]

NOISE_SECONDS = 0.05
TRIES = 4


def seconds(work: Callable[[], object]) -> float:
    """Processor time, which other programs add little to; without the garbage of earlier tests, which is collected
    more often the more is allocated."""
    gc.collect()
    gc.disable()
    began = time.process_time()
    try:
        work()
        return time.process_time() - began
    finally:
        gc.enable()


def grows_in_proportion(work: Callable[[int], Callable[[], object]], small: int = 100_000) -> bool:
    """Return True if four times as much takes at most five times as long, in the best of some tries.

    `work` gives what to do for a size. What is done within the `NOISE_SECONDS` is linear enough.
    """
    for _ in range(TRIES):
        first = seconds(work(small))
        if seconds(work(4 * small)) <= 5 * first + NOISE_SECONDS:
            return True
    return False
