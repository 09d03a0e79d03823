"""BlockBuster for the length of a block, leaving nothing behind."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress

from blockbuster import BlockBuster

__all__ = ["nothing_blocks"]


@contextmanager
def nothing_blocks() -> Iterator[None]:
    """A call that blocks an asyncio loop raises `BlockingError` in its place.

    BlockBuster puts inherited methods (`socket.socket.connect`) back on the class that it found them on, where they
    were not before: those are taken off again, lest later tests see them.
    """
    guard = BlockBuster()
    inherited = [each for each in guard.functions.values() if each.func_name not in vars(each.module)]
    guard.activate()
    try:
        yield
    finally:
        guard.deactivate()
        for each in inherited:
            with suppress(AttributeError, TypeError):
                delattr(each.module, each.func_name)
