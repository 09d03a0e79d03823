"""Values of calls as plain ones: JSON as it is, all else as tagged maps. `values` reads them.

A type that will not be found when it is read is marked (`"stand_in": true`).
"""

from __future__ import annotations

import base64
import datetime as dt
import decimal
import enum
import fractions
import ipaddress
import math
import sys
import uuid
import zoneinfo
from collections import Counter, OrderedDict, deque
from collections.abc import Callable, Iterable, Mapping
from pathlib import PurePath
from types import BuiltinFunctionType, FunctionType, MethodType, ModuleType
from typing import Any, Protocol, cast

from playhead.errors import Unrecordable
from playhead.model.call import Plain
from playhead.values.kinds import attributes_of, is_data, is_named_tuple
from playhead.values.registry import name_of, registered_for
from playhead.values.standins import Row, StandIn
from playhead.values.types import Types

__all__ = ["ADDRESSES", "Objects", "has_behaviour", "plain_of"]

ADDRESSES: tuple[type[Any], ...] = (
    ipaddress.IPv4Address,
    ipaddress.IPv6Address,
    ipaddress.IPv4Network,
    ipaddress.IPv6Network,
    ipaddress.IPv4Interface,
    ipaddress.IPv6Interface,
)
_DEEPEST = 90
_LEAST, _MOST = -(2**63), 2**63 - 1
_NOT_VALUES = (FunctionType, BuiltinFunctionType, MethodType, ModuleType, type)
_PROTOCOLS = ("__await__", "__aenter__", "__enter__", "__anext__", "__next__", "__aiter__")


class Objects(Protocol):
    """The objects that are no values: a call returned them, and may be followed by calls on them."""

    def label(self, value: object) -> str | None:
        """The label of an object; `None` if it is none (and a value, or nothing that can be recorded)."""
        ...

    def object(self, label: str, kind: str) -> object:
        """The stand-in for the object with this label, of a class of this name."""
        ...

    def unknown(self, kind: type[Any], /) -> Plain | None:
        """What stands for a value of a type that cannot be recorded; `None` if nothing may."""
        ...


def plain_of(value: object, types: Types, objects: Objects, *, depth: int = 0) -> Plain:
    """A value as it is stored. Raises `Unrecordable` for what cannot be, its `kind` being the name of the type."""
    kind = type(value)
    if value is None or kind is bool or (kind is str and value.isascii()):  # type: ignore[attr-defined]
        return value  # type: ignore[return-value]  # as it is
    simple = _SIMPLE.get(kind)
    if simple is not None:
        return simple(value)
    if depth > _DEEPEST:
        raise Unrecordable("nested too deeply, or in itself", kind=name_of(kind))
    inner = _Inner(types, objects, depth + 1)
    if kind is list:
        return [inner(item) for item in value]  # type: ignore[attr-defined]  # it is a list
    if kind is dict:
        return _mapping(value, inner)  # type: ignore[arg-type]  # it is a dict
    return _tagged(value, kind, inner)


class _Inner:
    """Writes the members of a value."""

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
            return _tag("dict", [_pair(key, item, inner) for key, item in value.items()])
        members[key] = item if type(item) is str and item.isascii() else inner(item)
    return members


def _pair(key: Any, item: object, inner: _Inner) -> Plain:
    """One member of what is no JSON object: as an object of its own if its key is a name, which redaction looks at."""
    return {key: inner(item)} if _is_name(key) else [inner(key), inner(item)]


def _is_name(key: object) -> bool:
    return type(key) is str and key != "$" and (key.isascii() or type(_text(key)) is str)


def _text(value: str) -> Plain:
    if value.isascii():
        return value
    try:
        value.encode()
    except UnicodeEncodeError:  # half of a surrogate pair, which UTF-8 cannot say
        return _tag("text", _base64(value.encode("utf-8", "surrogatepass")))
    return value


def _int(value: int) -> Plain:
    return value if _LEAST <= value <= _MOST else _tag("int", str(value))


def _float(value: float) -> Plain:
    return value if math.isfinite(value) else _tag("float", repr(value))


def _tag(tag: str, value: Plain, /, **more: Plain) -> Plain:
    return {"$": tag, "v": value, **more}


def _zone(value: dt.datetime | dt.time) -> dict[str, Plain]:
    """What ISO 8601 does not say: the name of the zone, and which of two equal readings of its clock it is."""
    zone: dict[str, Plain] = {"zone": value.tzinfo.key} if isinstance(value.tzinfo, zoneinfo.ZoneInfo) else {}
    return {**zone, "fold": 1} if value.fold else zone


def _base64(data: bytes) -> str:
    return base64.b64encode(data).decode()


_SIMPLE: dict[type[Any], Callable[[Any], Plain]] = {
    str: _text,
    int: _int,
    float: _float,
    bytes: lambda value: _tag("bytes", _base64(value)),
    bytearray: lambda value: _tag("bytearray", _base64(value)),
    complex: lambda value: _tag("complex", [repr(value.real), repr(value.imag)]),
    dt.datetime: lambda value: _tag("datetime", value.isoformat(), **_zone(value)),
    dt.date: lambda value: _tag("date", value.isoformat()),
    dt.time: lambda value: _tag("time", value.isoformat(), **_zone(value)),
    dt.timedelta: lambda value: _tag("timedelta", [value.days, value.seconds, value.microseconds]),
    decimal.Decimal: lambda value: _tag("decimal", str(value)),
    uuid.UUID: lambda value: _tag("uuid", str(value)),
    range: lambda value: _tag("range", [value.start, value.stop, value.step]),
    fractions.Fraction: lambda value: _tag("fraction", str(value)),
    dt.timezone: lambda value: _tag("timezone", value.utcoffset(None).total_seconds()),
    zoneinfo.ZoneInfo: lambda value: _tag("zone", value.key),
    **dict.fromkeys(ADDRESSES, lambda value: _tag("address", str(value), type=type(value).__name__)),
}
"""Types whose values have no members."""

_BASES: tuple[type[Any], ...] = (uuid.UUID, dt.datetime, dt.date, dt.time, dt.timedelta, decimal.Decimal)
"""Of these, values of subclasses are written as those of the base: libraries have fast ones of their own."""


def _tagged(value: object, kind: type[Any], inner: _Inner) -> Plain:
    """What is no JSON, in the order of what is the most telling of a type."""
    known = registered_for(kind)
    if known is not None and known.encode is not None:
        return _tag("registered", inner(known.encode(value)), type=name_of(known.kind))
    for write in _WRITERS:
        written = write(value, kind, inner)
        if written is not None:
            return written
    unknown = inner.objects.unknown(kind)
    if unknown is None:
        raise Unrecordable("it is no value", kind=name_of(kind))
    return unknown


def _object(value: object, kind: type[Any], inner: _Inner) -> Plain:
    label = None if isinstance(value, _NOT_VALUES) else inner.objects.label(value)
    return None if label is None else _tag("object", label, type=name_of(kind))


def _enum(value: object, kind: type[Any], inner: _Inner) -> Plain:
    if not isinstance(value, enum.Enum):
        return None
    shown = inner(value.value)
    if value.name is None or "|" in str(value.name):  # a combination of flags
        return _tag("flags", shown, **_kind(kind, inner))
    return _tag("enum", value.name, value=shown, **_kind(kind, inner))


def _collection(value: object, kind: type[Any], inner: _Inner) -> Plain:
    if kind is tuple:
        return _tag("tuple", inner.all(cast(tuple[object, ...], value)))
    if kind in (Counter, OrderedDict, deque):
        inside = list(value) if kind is deque else dict(value)  # type: ignore[call-overload]  # a collection
        return _tag(kind.__name__.lower(), inner(inside))
    if isinstance(value, set | frozenset):
        members = sorted(inner.all(value), key=repr)
        return _tag("set" if isinstance(value, set) else "frozenset", members)
    if isinstance(value, list):
        return inner.all(value)
    if isinstance(value, dict) or (isinstance(value, Mapping) and not is_data(kind) and _is_plain_mapping(kind)):
        return _mapping(value, inner)
    if isinstance(value, PurePath):
        return _tag("path", value.as_posix())
    return _tag("bytes", _base64(bytes(value))) if isinstance(value, memoryview) else None


def _is_plain_mapping(kind: type[Any]) -> bool:
    return kind.__module__ in ("collections", "types", "builtins")


def _based(value: object, kind: type[Any], inner: _Inner) -> Plain:
    """A value of a subclass of what is in the table, or of a text or number."""
    for base in _BASES:
        if isinstance(value, base):
            return _SIMPLE[base](value)
    if kind.__module__.partition(".")[0] == "numpy":
        return None
    for base in (str, int, float, bytes):
        if isinstance(value, base):
            own = base.__new__(base, value)  # type: ignore[arg-type]  # one of the four
            return _tag("subclass", _SIMPLE[base](own), **_kind(kind, inner))
    return None


def _row(value: object, kind: type[Any], inner: _Inner) -> Plain:
    if not (isinstance(value, Row) or (kind.__module__, kind.__name__) in _ROWS):
        return None
    row: Any = value
    return _tag("row", [_pair(key, item, inner) for key, item in zip(row.keys(), row, strict=True)], type=name_of(kind))


_ROWS = {("asyncpg.protocol.record", "Record"), ("asyncpg", "Record"), ("asyncpg.record", "Record"), ("sqlite3", "Row")}


def _multidict(value: object, _kind: type[Any], inner: _Inner) -> Plain:
    """Headers and queries of aiohttp: a name may be there twice, and in any case."""
    multidict: Any = sys.modules.get("multidict")
    if multidict is None or not isinstance(value, multidict.MultiMapping):
        return None
    return _tag(
        "multidict",
        [[str(key), inner(item)] for key, item in cast(Mapping[str, object], value).items()],
        any_case=isinstance(value, multidict.CIMultiDict | multidict.CIMultiDictProxy),
        proxy=isinstance(value, multidict.MultiDictProxy),
    )


def _array(value: object, _kind: type[Any], _inner: _Inner) -> Plain:
    numpy: Any = sys.modules.get("numpy")
    if numpy is None or not isinstance(value, numpy.ndarray | numpy.generic):
        return None
    array = numpy.asarray(value)
    if array.dtype.hasobject:
        return None
    scalar = isinstance(value, numpy.generic)
    data = _base64(numpy.ascontiguousarray(array).tobytes())
    return _tag("array", data, dtype=array.dtype.str, shape=list(array.shape), scalar=scalar)


def _exception(value: object, kind: type[Any], inner: _Inner) -> Plain:
    if not isinstance(value, BaseException):
        return None
    return _tag(
        "exception",
        inner.all(value.args),
        type=name_of(kind),
        attributes=_mapping(cast(Mapping[object, object], vars(value)), inner),
    )


def _data(value: object, kind: type[Any], inner: _Inner) -> Plain:
    """An object by its attributes: a data class, a registered one, or one that is nothing but its attributes."""
    if isinstance(value, _NOT_VALUES):
        return None
    if is_named_tuple(kind):
        fields: dict[str, Any] = dict(zip(kind._fields, cast(tuple[object, ...], value), strict=True))
        return _tag("named", {name: inner(item) for name, item in fields.items()}, **_kind(kind, inner))
    if is_data(kind) or registered_for(kind) is not None or isinstance(value, StandIn) or _is_attributes(value):
        attributes = attributes_of(value)
        name = attributes.pop("_playhead_kind", None)
        written = {each: inner(item) for each, item in attributes.items()}
        return _tag("data", written, **({"type": name, "stand_in": True} if name else _kind(kind, inner)))
    return None


_WRITERS = (_enum, _multidict, _collection, _based, _row, _array, _exception, _object, _data)


def _kind(kind: type[Any], inner: _Inner) -> dict[str, Plain]:
    """The name of a type, and whether it will be a stand-in."""
    name = name_of(kind)
    return {"type": name} if inner.types.find(name) is not None else {"type": name, "stand_in": True}


def _is_attributes(value: object) -> bool:
    """Whether an object is nothing but its attributes: then they are there to be seen."""
    return not has_behaviour(value) and (hasattr(value, "__dict__") or bool(attributes_of(value)))


def has_behaviour(value: object) -> bool:
    """Whether an object is more than its attributes: it has public methods, or can be awaited, entered, iterated."""
    kind = type(value)
    if any(hasattr(kind, name) for name in _PROTOCOLS):
        return True
    if kind.__module__ == "builtins":
        return False
    for base in kind.__mro__[:-1]:
        for name, member in vars(base).items():
            if not name.startswith("_") and (callable(member) or isinstance(member, classmethod | staticmethod)):
                return True
    return False
