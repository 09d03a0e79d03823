"""The attributes that the methods of a class set on `self`, read off its compiled `__init__`: a class does not list
them, and an instance of it is there only while recording."""

from __future__ import annotations

import dis
import inspect
from collections.abc import Iterator
from types import CodeType
from typing import Any

__all__ = ["assigned_names"]


def assigned_names(source: type[Any]) -> Iterator[str]:
    """The names that `__init__` sets, those of base classes included."""
    for base in source.__mro__:
        init = inspect.unwrap(vars(base).get("__init__", object))
        if inspect.isfunction(init):
            yield from _assigned(init.__code__)


def _assigned(code: CodeType) -> Iterator[str]:
    if code.co_argcount == 0:
        return
    owner, before = code.co_varnames[0], None
    for step in dis.get_instructions(code):
        # What is set is set on what was loaded last; from 3.13 on, one instruction loads two variables.
        loaded = before[-1] if isinstance(before, tuple) and before else before
        if step.opname == "STORE_ATTR" and loaded == owner and not step.argval.startswith("_"):
            yield step.argval
        before = step.argval
