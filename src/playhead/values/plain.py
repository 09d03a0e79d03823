"""Writes values of calls as plain ones: JSON as it is, everything else as tagged maps. `values` reads them.

A type that cannot be found when the value is read is marked (`"stand_in": true`).
"""

from __future__ import annotations

import enum
from collections import Counter, OrderedDict, deque
from collections.abc import Callable, Iterable, Mapping
from types import BuiltinFunctionType, FunctionType, MethodType, ModuleType
from typing import Any, Protocol, TypeGuard, cast

from playhead.errors import Unrecordable
from playhead.model.call import Plain
from playhead.values.kinds import attributes_of, has_behaviour, is_data, is_named_tuple
from playhead.values.libraries import write_array, write_multidict, write_path
from playhead.values.registry import name_of, registered_for
from playhead.values.scalars import BASES, WRITERS, base64_of, tagged, text_of
from playhead.values.standins import Row, StandIn
from playhead.values.types import Types

__all__ = ["Objects", "plain_of"]

_DEEPEST = 90
_NOT_VALUES = (FunctionType, BuiltinFunctionType, MethodType, ModuleType, type)
_ROWS = {("asyncpg.protocol.record", "Record"), ("asyncpg", "Record"), ("asyncpg.record", "Record"), ("sqlite3", "Row")}


class Objects(Protocol):
    """The objects that are not values: calls return them, and further calls are made on them."""

    def label(self, value: object) -> str | None:
        """Return the label of an object, or `None` for a value and for what cannot be recorded."""
        ...

    def object(self, label: str, kind: str) -> object:
        """Return the stand-in for the object with this label; `kind` is the full name of its class."""
        ...

    def unknown(self, kind: type[Any], /) -> Plain | None:
        """Return a placeholder for a value of a type that cannot be recorded, or `None` to refuse it."""
        ...


def plain_of(value: object, types: Types, objects: Objects, *, depth: int = 0) -> Plain:
    """Return a value as it is stored. Raises `Unrecordable` with the name of the type as its `kind`."""
    kind = type(value)
    if value is None or kind is bool or (kind is str and value.isascii()):  # type: ignore[attr-defined]
        return value  # type: ignore[return-value]  # as it is
    simple = WRITERS.get(kind)
    if simple is not None:
        return simple(value)
    if depth > _DEEPEST:
        raise Unrecordable("nested too deeply, or in itself", kind=name_of(kind))
    inner = _Inner(types, objects, depth + 1)
    if kind is list:
        return [inner(item) for item in value]  # type: ignore[attr-defined]  # it is a list
    if kind is dict:
        return _mapping(value, inner)  # type: ignore[arg-type]  # it is a dict
    return _written(value, kind, inner)


class _Inner:
    """Writes the members of a value, one level deeper."""

    __slots__ = ("depth", "objects", "types")

    def __init__(self, types: Types, objects: Objects, depth: int) -> None:
        self.types = types
        self.objects = objects
        self.depth = depth

    def __call__(self, value: object) -> Plain:
        return plain_of(value, self.types, self.objects, depth=self.depth)

    def all(self, values: Iterable[object]) -> list[Plain]:
        return [self(value) for value in values]


def _mapping(value: Mapping[Any, object], inner: _Inner) -> Plain:
    members: dict[str, Plain] = {}
    for key, item in value.items():
        if not _is_name(key):
            return tagged("dict", [_pair(key, item, inner) for key, item in value.items()])
        members[key] = item if type(item) is str and item.isascii() else inner(item)
    return members


def _pair(key: object, item: object, inner: _Inner) -> Plain:
    """Return one member of a mapping with keys that JSON does not have.

    A member whose key is a name becomes an object, since redaction looks at names.
    """
    return {key: inner(item)} if _is_name(key) else [inner(key), inner(item)]


def _is_name(key: object) -> TypeGuard[str]:
    return type(key) is str and key != "$" and (key.isascii() or type(text_of(key)) is str)


def _written(value: object, kind: type[Any], inner: _Inner) -> Plain:
    """Return a value that JSON does not have, written by the first writer that knows it."""
    known = registered_for(kind)
    if known is not None and known.encode is not None:
        return tagged("registered", inner(known.encode(value)), type=name_of(known.kind))
    for write in _TAGGED:
        written = write(value, kind, inner)
        if written is not None:
            return written
    unknown = inner.objects.unknown(kind)
    if unknown is None:
        raise Unrecordable("it is not a value", kind=name_of(kind))
    return unknown


def _object(value: object, kind: type[Any], inner: _Inner) -> Plain:
    label = None if isinstance(value, _NOT_VALUES) else inner.objects.label(value)
    return None if label is None else tagged("object", label, type=name_of(kind))


def _enum(value: object, kind: type[Any], inner: _Inner) -> Plain:
    if not isinstance(value, enum.Enum):
        return None
    shown = inner(value.value)
    if value.name is None or "|" in str(value.name):  # a combination of flags
        return tagged("flags", shown, **_kind(kind, inner))
    return tagged("enum", value.name, value=shown, **_kind(kind, inner))


def _collection(value: object, kind: type[Any], inner: _Inner) -> Plain:
    if kind is tuple:
        return tagged("tuple", inner.all(cast(tuple[object, ...], value)))
    if kind in (Counter, OrderedDict, deque):
        inside = list(value) if kind is deque else dict(value)  # type: ignore[call-overload]  # a collection
        return tagged(kind.__name__.lower(), inner(inside))
    if isinstance(value, set | frozenset):
        members = sorted(inner.all(value), key=repr)
        return tagged("set" if isinstance(value, set) else "frozenset", members)
    if isinstance(value, list):
        return inner.all(value)
    if isinstance(value, dict) or (isinstance(value, Mapping) and not is_data(kind) and _is_plain_mapping(kind)):
        return _mapping(value, inner)
    return tagged("bytes", base64_of(bytes(value))) if isinstance(value, memoryview) else None


def _is_plain_mapping(kind: type[Any]) -> bool:
    return kind.__module__ in ("collections", "types", "builtins")


def _based(value: object, kind: type[Any], inner: _Inner) -> Plain:
    """Return a value of a subclass of a scalar type."""
    for base in BASES:
        if isinstance(value, base):
            return WRITERS[base](value)
    if kind.__module__.partition(".")[0] == "numpy":
        return None
    for base in (str, int, float, bytes):
        if isinstance(value, base):
            own = base.__new__(base, value)  # type: ignore[arg-type]  # one of the four
            return tagged("subclass", WRITERS[base](own), **_kind(kind, inner))
    return None


def _row(value: object, kind: type[Any], inner: _Inner) -> Plain:
    if not (isinstance(value, Row) or (kind.__module__, kind.__name__) in _ROWS):
        return None
    row: Any = value
    return tagged(
        "row", [_pair(key, item, inner) for key, item in zip(row.keys(), row, strict=True)], type=name_of(kind)
    )


def _exception(value: object, kind: type[Any], inner: _Inner) -> Plain:
    if not isinstance(value, BaseException):
        return None
    return tagged(
        "exception",
        inner.all(value.args),
        type=name_of(kind),
        attributes=_mapping(cast(Mapping[object, object], vars(value)), inner),
    )


def _data(value: object, kind: type[Any], inner: _Inner) -> Plain:
    """Return an object by its attributes: of a data class or a registered class, or one that has nothing else."""
    if isinstance(value, _NOT_VALUES):
        return None
    if is_named_tuple(kind):
        fields: dict[str, Any] = dict(zip(kind._fields, cast(tuple[object, ...], value), strict=True))
        return tagged("named", {name: inner(item) for name, item in fields.items()}, **_kind(kind, inner))
    if is_data(kind) or registered_for(kind) is not None or isinstance(value, StandIn) or _is_attributes(value):
        attributes = attributes_of(value)
        name = attributes.pop("_playhead_kind", None)
        written = {each: inner(item) for each, item in attributes.items()}
        return tagged("data", written, **({"type": name, "stand_in": True} if name else _kind(kind, inner)))
    return None


_TAGGED: tuple[Callable[[object, type[Any], _Inner], Plain], ...] = (
    _enum,
    write_multidict,
    _collection,
    write_path,
    _based,
    _row,
    write_array,
    _exception,
    _object,
    _data,
)
"""Writers, the most telling first: an enum may be an `int` too. One that returns None leaves the value to the next."""


def _kind(kind: type[Any], inner: _Inner) -> dict[str, Plain]:
    """Return the name of a type, with a mark if its values will be read as stand-ins."""
    name = name_of(kind)
    return {"type": name} if inner.types.find(name) is not None else {"type": name, "stand_in": True}


def _is_attributes(value: object) -> bool:
    """Return True for an object that is only its attributes."""
    return not has_behaviour(value) and (hasattr(value, "__dict__") or bool(attributes_of(value)))
