"""Using a double twice: recorded for real, then replayed without the real object."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any, TypeVar

import playhead

T = TypeVar("T")


async def recorded(
    path: Path, spec: Any, real: Callable[[], Any], use: Callable[[Any], Awaitable[T]], **options: Any
) -> T:
    """Record what `use` does with a double of `real()`."""
    async with playhead.use_cassette(path, record="all", **options) as deck:
        return await use(deck.double("db", spec, real=real))


async def replayed(path: Path, spec: Any, use: Callable[[Any], Awaitable[T]], **options: Any) -> T:
    """Replay the same."""
    async with playhead.use_cassette(path, record="none", **options) as deck:
        return await use(deck.double("db", spec, real=_never))


async def twice(path: Path, spec: Any, real: Callable[[], Any], use: Callable[[Any], Awaitable[T]]) -> T:
    """What `use` gives with the real object, which is what it gives without."""
    first = await recorded(path, spec, real, use)
    assert await replayed(path, spec, use) == first
    return first


def _never() -> Any:
    raise AssertionError("the real object was asked for while replaying")
