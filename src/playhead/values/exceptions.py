"""Exceptions of calls: written as `Raised`, and made again from it."""

from __future__ import annotations

import contextlib
from typing import Any

from playhead.errors import Unrecordable
from playhead.model.call import Plain, Raised
from playhead.values.plain import Objects, plain_of
from playhead.values.raising import exception_of, slots_of
from playhead.values.registry import name_of
from playhead.values.types import Types
from playhead.values.values import value_of

__all__ = ["error_of", "raised_of"]


def raised_of(error: BaseException, types: Types, objects: Objects) -> Raised:
    """Return an exception as it is recorded. Arguments and attributes that cannot be recorded are kept as text."""
    slots = {name: value for name in sorted(slots_of(error)) if (value := getattr(error, name)) is not None}
    attributes = {
        name: _shown(value, types, objects)
        for name, value in {**slots, **vars(error)}.items()
        if not name.startswith("_")
    }
    attributes |= _hidden(error, types)
    args = tuple(_shown(value, types, objects) for value in error.args)
    return Raised(name_of(type(error)), str(error), args, attributes)


def error_of(raised: Raised, types: Types, objects: Objects) -> BaseException:
    """Return the exception that was recorded."""
    args = tuple(value_of(each, types, objects) for each in raised.args)
    attributes = {name: value_of(each, types, objects) for name, each in raised.attributes.items()}
    return exception_of(raised.kind, args, attributes, raised.message, types)


def _hidden(error: BaseException, types: Types) -> dict[str, Plain]:
    """Return the private attributes that are values: some libraries build properties and texts from them."""
    hidden: dict[str, Plain] = {}
    for name, value in vars(error).items():
        if name.startswith("_") and not name.startswith("__"):  # dunder names are notes and the like
            with contextlib.suppress(Unrecordable):
                hidden[name] = plain_of(value, types, _NoObjects())
    return hidden


class _NoObjects:
    """Refuses everything that is not a value."""

    def label(self, value: object) -> str | None:  # noqa: ARG002  # whatever it is
        return None

    def object(self, label: str, kind: str) -> object:
        raise AssertionError(f"no {kind} was labelled {label}")

    def unknown(self, _kind: type[Any], /) -> Plain | None:
        return None


def _shown(value: object, types: Types, objects: Objects) -> Plain:
    try:
        return plain_of(value, types, objects)
    except Unrecordable:
        return repr(value)
