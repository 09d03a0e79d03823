"""Makes exceptions again by name, or a `RecordedError` where the class cannot be had."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib import import_module
from typing import Any

from playhead.errors import RecordedError
from playhead.values.registry import name_of
from playhead.values.types import Types

__all__ = ["exception_of", "slots_of"]

_STANDARD = {
    "asyncio": "asyncio",
    "builtins": "builtins",
    "concurrent": "concurrent.futures",
    "json": "json",
    "smtplib": "smtplib",
    "socket": "socket",
    "sqlite3": "sqlite3",
    "ssl": "ssl",
    "subprocess": "subprocess",
    "zlib": "zlib",
}
"""Modules of the standard library whose exceptions may be raised again, by the first part of their names.

The list is closed, so that a cassette cannot make a program load a module. Each is imported when it is first needed.
"""

_SLOTS: tuple[tuple[type[BaseException], frozenset[str]], ...] = (
    (OSError, frozenset({"filename", "filename2"})),
    (ImportError, frozenset({"name", "path"})),
    (NameError, frozenset({"name"})),
    (AttributeError, frozenset({"name"})),
)
"""Attributes of Python's own exceptions that are neither in `args` nor in `__dict__`."""

_NOT_RAISED = {
    "asyncio.exceptions.CancelledError",
    "builtins.GeneratorExit",
    "builtins.KeyboardInterrupt",
    "builtins.SystemExit",
}
"""Classes that would end the program or the task; subclasses included."""


def exception_of(
    kind: str, args: tuple[Any, ...], attributes: Mapping[str, Any], message: str, types: Types
) -> BaseException:
    """Return an exception of the class called `kind`, or a `RecordedError` that carries the name."""
    found = _standard(kind) or types.behind(kind)
    if found is not None and _may_be_raised(found):
        try:
            error = found(*args) if found.__module__ == "builtins" else found.__new__(found, *args)
            error.args = args
            for name in attributes.keys() & slots_of(error):
                setattr(error, name, attributes[name])
            vars(error).update({name: value for name, value in attributes.items() if name not in slots_of(error)})
            str(error)
        except Exception:  # noqa: BLE001  # a class whose constructor wants more than `args`
            return _recorded(kind, args, attributes, message)
        return error
    return _recorded(kind, args, attributes, message)


@cache
def _standard(kind: str) -> type[BaseException] | None:
    module = _STANDARD.get(kind.partition(".")[0])
    for found in [] if module is None else vars(import_module(module)).values():
        if isinstance(found, type) and issubclass(found, BaseException) and name_of(found) == kind:
            return found
    return None


def _may_be_raised(kind: type[Any]) -> bool:
    return issubclass(kind, BaseException) and _NOT_RAISED.isdisjoint(map(name_of, kind.__mro__))


def slots_of(error: BaseException) -> frozenset[str]:
    """Return the names of the attributes of this exception that are neither in `args` nor in `__dict__`."""
    return frozenset().union(*(names for kind, names in _SLOTS if isinstance(error, kind)))


def _recorded(kind: str, args: tuple[Any, ...], attributes: Mapping[str, Any], message: str) -> RecordedError:
    error = RecordedError(*args)
    vars(error).update(attributes)
    error.kind, error.message = kind, message
    error.with_notes([("recorded", f"as {kind}"), ("or", f"playhead.register({kind.rpartition('.')[2]}) raises it")])
    return error
