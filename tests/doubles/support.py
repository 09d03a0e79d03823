"""Use a double twice: recorded with its real object, then replayed without it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any, TypeVar

import playhead

T = TypeVar("T")


async def recorded(
    path: Path, spec: Any, real: Callable[[], Any], use: Callable[[Any], Awaitable[T]], **options: Any
) -> T:
    """Return the result of `use`, recorded with a double of `real()`."""
    async with playhead.use_cassette(path, record="all", **options) as deck:
        return await use(deck.double("db", spec, real=real))


async def replayed(path: Path, spec: Any, use: Callable[[Any], Awaitable[T]], **options: Any) -> T:
    """Return the result of `use`, replayed."""
    async with playhead.use_cassette(path, record="none", **options) as deck:
        return await use(deck.double("db", spec, real=_never))


async def twice(path: Path, spec: Any, real: Callable[[], Any], use: Callable[[Any], Awaitable[T]]) -> T:
    """Return the result of `use`, which has to be the same with the real object and without."""
    first = await recorded(path, spec, real, use)
    assert await replayed(path, spec, use) == first
    return first


def _never() -> Any:
    raise AssertionError("the real object was asked for while replaying")
