"""The classes that users have registered with `playhead.register`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple, TypeVar

from playhead.errors import UsageError

__all__ = ["Registered", "name_of", "register", "registered", "registered_for"]

T = TypeVar("T")


class Registered(NamedTuple):
    """A class with the functions that write and read its values; `None`: by their attributes."""

    kind: type[Any]
    encode: Callable[[Any], Any] | None
    decode: Callable[[Any], Any] | None


_KNOWN: dict[str, Registered] = {}


def register(
    kind: type[T], *, encode: Callable[[T], object] | None = None, decode: Callable[[Any], T] | None = None
) -> type[T]:
    """Record values of a class and read them back as that class; usable as a decorator.

    Exceptions of a registered class are raised as that class when they are replayed.

    Args:
        kind: The class.
        encode: Returns a value that can be recorded in place of one of the class. Without it, attributes are recorded.
        decode: Returns the original of what `encode` returned.

    Returns:
        The class itself.

    Raises:
        UsageError: `kind` is not a class, or one function was given without the other.
    """
    if not isinstance(kind, type):
        raise UsageError(f"playhead.register takes a class, not {kind!r}.")
    if (encode is None) is not (decode is None):
        raise UsageError(f"playhead.register({kind.__name__}): give both encode and decode, or neither.")
    _KNOWN[name_of(kind)] = Registered(kind, encode, decode)
    return kind


def registered(name: str) -> Registered | None:
    """Return what is registered under the full name of a class."""
    return _KNOWN.get(name)


def registered_for(kind: type[Any]) -> Registered | None:
    """Return what is registered for a class, or for the nearest of its bases."""
    for base in kind.__mro__:
        found = _KNOWN.get(name_of(base))
        if found is not None and found.kind is base:
            return found
    return None


def name_of(kind: type[Any]) -> str:
    """Return the full name of a class, `module.Class`."""
    return f"{kind.__module__}.{kind.__qualname__}"
