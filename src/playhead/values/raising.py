"""Raising again by name: the classes that may be, and what stands in for one that is not to be had."""

from __future__ import annotations

import asyncio
import builtins
import concurrent.futures
import json
import smtplib
import socket
import sqlite3
import ssl
import subprocess
import zlib
from collections.abc import Mapping
from typing import Any

from playhead.errors import RecordedError
from playhead.values.registry import name_of
from playhead.values.types import Types

__all__ = ["exception_of", "slots_of"]

_STANDARD: dict[str, type[BaseException]] = {
    name_of(found): found
    for module in (builtins, asyncio, concurrent.futures, json, smtplib, socket, sqlite3, ssl, subprocess, zlib)
    for found in vars(module).values()
    if isinstance(found, type) and issubclass(found, BaseException)
}
"""The classes of the standard library that may be raised again: a closed list."""

_SLOTS: tuple[tuple[type[BaseException], frozenset[str]], ...] = (
    (OSError, frozenset({"filename", "filename2"})),
    (ImportError, frozenset({"name", "path"})),
    (NameError, frozenset({"name"})),
    (AttributeError, frozenset({"name"})),
)
"""What exceptions of Python's own know beyond their `args`, and not in their `__dict__`."""

_NOT_RAISED = (KeyboardInterrupt, SystemExit, GeneratorExit, asyncio.CancelledError)


def exception_of(
    kind: str, args: tuple[Any, ...], attributes: Mapping[str, Any], message: str, types: Types
) -> BaseException:
    """An exception of the class of this name, or a `RecordedError` that carries the name."""
    found = _STANDARD.get(kind) or types.behind(kind)
    if found is not None and issubclass(found, BaseException) and not issubclass(found, _NOT_RAISED):
        try:
            error = found(*args) if found.__module__ == "builtins" else found.__new__(found, *args)
            error.args = args
            for name in attributes.keys() & slots_of(error):
                setattr(error, name, attributes[name])
            vars(error).update({name: value for name, value in attributes.items() if name not in slots_of(error)})
            str(error)
        except Exception:  # noqa: BLE001  # an exception that cannot be made without its library
            return _recorded(kind, args, attributes, message)
        return error
    return _recorded(kind, args, attributes, message)


def slots_of(error: BaseException) -> frozenset[str]:
    """The names of what this exception knows beyond `args` and `__dict__`."""
    return frozenset().union(*(names for kind, names in _SLOTS if isinstance(error, kind)))


def _recorded(kind: str, args: tuple[Any, ...], attributes: Mapping[str, Any], message: str) -> RecordedError:
    error = RecordedError(*args)
    vars(error).update(attributes)
    error.kind, error.message = kind, message
    error.with_notes([("recorded", f"as {kind}"), ("or", f"playhead.register({kind.rpartition('.')[2]}) raises it")])
    return error
