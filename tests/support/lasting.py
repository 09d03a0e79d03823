"""Durations, told by what ends first rather than by a clock."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable
from typing import TypeVar

__all__ = ["outlasts"]

T = TypeVar("T")


async def outlasts(seconds: float, awaitable: Awaitable[T]) -> T:
    """Await something, and check that a sleep of so many seconds, begun just before it, has ended by then.

    Both wait in the same event loop, so a busy machine delays both.

    Raises:
        AssertionError: It ended first, with a result or an error.
    """
    sleep = asyncio.create_task(asyncio.sleep(seconds))
    await asyncio.sleep(0)
    try:
        return await awaitable
    finally:
        assert sleep.done() or not sleep.cancel(), f"it was over in less than {seconds} s"
