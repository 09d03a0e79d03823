"""The cyclic garbage collector, kept from looking through what has just been read and is all in use."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager

__all__ = ["collector_paused"]

_MANY = 10_000
"""So many new objects are worth the trouble. (After fewer, others' garbage would be put off for nothing.)"""

_FROZEN = 5_000
"""Who freezes on purpose freezes more than this; CPython 3.12 itself keeps some hundreds of immortal objects there."""


@contextmanager
def collector_paused() -> Iterator[None]:
    """Leave the collector off where many objects are made and none is garbage: it takes half the time there.

    Many of them then go straight to its oldest generation, or its next two runs would look through them all.
    """
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            if gc.get_count()[0] > _MANY and hasattr(gc, "freeze") and gc.get_freeze_count() < _FROZEN:
                gc.freeze()
                gc.unfreeze()  # freezes nothing, but puts everything there
            gc.enable()
