"""The types that users have registered: their values go on cassettes and come back as themselves."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple, TypeVar

from playhead.errors import UsageError

__all__ = ["Registered", "name_of", "register", "registered", "registered_for"]

T = TypeVar("T")


class Registered(NamedTuple):
    """A type, and how its values become plain ones and back; `None`: by their attributes."""

    kind: type[Any]
    encode: Callable[[Any], Any] | None
    decode: Callable[[Any], Any] | None


_KNOWN: dict[str, Registered] = {}


def register(
    kind: type[T], *, encode: Callable[[T], object] | None = None, decode: Callable[[Any], T] | None = None
) -> type[T]:
    """Let values of a class go on cassettes and come back as themselves; usable as a decorator.

    Without functions a value is kept by its attributes. `encode` gives any value that can be recorded, `decode` makes
    the original of it. Exceptions are raised as themselves when their class is registered. Raises `UsageError` for what
    is no class, or for one function without the other.
    """
    if not isinstance(kind, type):
        raise UsageError(f"playhead.register takes a class, not {kind!r}.")
    if (encode is None) is not (decode is None):
        raise UsageError(f"playhead.register({kind.__name__}): give both encode and decode, or neither.")
    _KNOWN[name_of(kind)] = Registered(kind, encode, decode)
    return kind


def registered(name: str) -> Registered | None:
    """What is registered under the full name of a type."""
    return _KNOWN.get(name)


def registered_for(kind: type[Any]) -> Registered | None:
    """What is registered for a type, or for the nearest of its bases."""
    for base in kind.__mro__:
        found = _KNOWN.get(name_of(base))
        if found is not None and found.kind is base:
            return found
    return None


def name_of(kind: type[Any]) -> str:
    """`module.Class`."""
    return f"{kind.__module__}.{kind.__qualname__}"
