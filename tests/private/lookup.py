"""Looking a private name up: on the running Python, and in the libraries that are installed."""

from __future__ import annotations

import dis
import gc
import importlib
import importlib.util
import inspect
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from types import CodeType
from typing import Any

from playhead.private.row import PrivateNames

MISSING = object()


def exists(owner: str, name: str) -> bool:
    """Return True if the owner is there and has the name."""
    if owner in _ELSEWHERE:
        return _ELSEWHERE[owner](name)
    found = _resolved(owner)
    return found is not MISSING and (hasattr(found, name) or any(_fits(each, name) for each in names_of(found)))


def expected(row: PrivateNames) -> bool:
    """Return True if this Python is one of those that have the names. A library is expected to have them."""
    kind, _, first = row.since.partition(" ")
    if kind == "Linux":
        return sys.platform.startswith("linux")
    if kind != "CPython":
        return True
    last = row.until.partition(" ")[2]
    running = sys.version_info[:2]
    return _version(first) <= running and (not last or running <= _version(last))


def _version(text: str) -> tuple[int, ...]:
    return tuple(map(int, text.split(".")))


def _fits(found: str, name: str) -> bool:
    return found.startswith(name[:-1]) if name.endswith("*") else found == name


def _resolved(path: str) -> Any:
    """The module, class or function at a dotted path."""
    parts = path.split(".")
    for length in range(len(parts), 0, -1):
        try:
            found: Any = importlib.import_module(".".join(parts[:length]))
        except ModuleNotFoundError:
            continue
        for part in parts[length:]:
            found = getattr(found, part, MISSING)
        return found
    return MISSING


def names_of(owner: Any) -> Iterator[str]:
    """The names that an owner has: of a class also those of its instances, of a function its variables."""
    if isinstance(owner, dict):
        yield from owner
    elif inspect.isclass(owner):
        yield from dir(owner)
        for base in owner.__mro__:
            yield from vars(base).get("__annotations__", {})
            for member in vars(base).values():
                if inspect.isfunction(member):
                    yield from _set_by(inspect.unwrap(member).__code__)
    elif callable(owner):
        yield from _names_in(inspect.unwrap(owner).__code__)
    else:
        yield from dir(owner)


def _set_by(code: CodeType) -> Iterator[str]:
    """The attributes that a method sets, and the texts that it has, such as keys of `__dict__`."""
    yield from (str(step.argval) for step in dis.get_instructions(code) if step.opname == "STORE_ATTR")
    yield from (each for each in code.co_consts if isinstance(each, str))


def _names_in(code: CodeType) -> Iterator[str]:
    yield from (*code.co_varnames, *code.co_cellvars, *code.co_freevars)
    yield from (each.co_name for each in code.co_consts if isinstance(each, CodeType))


def _linux(name: str) -> bool:
    thread = threading.main_thread().native_id
    if name.startswith("/proc"):
        return Path(name.replace("*", str(thread))).exists()
    assert thread is not None
    return time.clock_gettime((~thread << 3) | 6) > 0


def _between(name: str) -> bool:
    """Return True if an awaiting frame has this object before the coroutine, and refers to it."""

    async def coroutine() -> None:
        pass

    async def generator() -> Any:
        yield

    inner = coroutine()
    chain: Any = inner.__await__() if name == "coroutine_wrapper" else generator().__anext__()
    found = type(chain).__name__ == name and any(
        inspect.iscoroutine(each) or inspect.isasyncgen(each) for each in gc.get_referents(chain)
    )
    chain.close()
    inner.close()
    return found


_ELSEWHERE: dict[str, Callable[[str], bool]] = {
    "Linux": _linux,
    "CPython": _between,
    "pytest's packages": lambda name: importlib.util.find_spec(name) is not None,
}
"""Owners that are not reached by a dotted path."""
