"""Plain values as what they were, by one table of tags: the reverse of `plain`.

A type comes back as itself if it is in the closed table, registered, or found by `Types` among the classes that the
spec of its double knows; else as a stand-in with the same attributes. Nothing is imported by a name from a file.
"""

from __future__ import annotations

import base64
import datetime as dt
import decimal
import enum
import fractions
import uuid
import zoneinfo
from collections import Counter, OrderedDict, deque, namedtuple
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, TypeVar, cast

from playhead.errors import Unrecordable
from playhead.model.call import Plain
from playhead.values.kinds import built
from playhead.values.plain import ADDRESSES, Objects
from playhead.values.raising import exception_of
from playhead.values.registry import registered
from playhead.values.standins import Row, StandIn
from playhead.values.types import Types

__all__ = ["value_of"]

Moment = TypeVar("Moment", dt.datetime, dt.time)


def value_of(plain: Plain, types: Types, objects: Objects) -> Any:
    """The value that was stored."""
    if type(plain) is list:
        return [value_of(item, types, objects) if type(item) in _HOLDERS else item for item in plain]
    if type(plain) is not dict:
        return plain
    if "$" not in plain:
        return {key: value_of(item, types, objects) if type(item) in _HOLDERS else item for key, item in plain.items()}
    tag = plain["$"]
    read = _READERS.get(tag) if isinstance(tag, str) else None
    if read is None:
        raise Unrecordable(f'The tag "{tag}" of a value is unknown: upgrade playhead, or record again.', kind=str(tag))
    try:
        return read(plain, _Reading(types, objects))
    except (ArithmeticError, AttributeError, LookupError, TypeError, ValueError) as error:
        raise Unrecordable(
            f'A value with the tag "{tag}" is damaged ({error}): restore the cassette, or record again.', kind=str(tag)
        ) from error


_HOLDERS = (list, dict)


class _Reading:
    """Reads the members of a value."""

    def __init__(self, types: Types, objects: Objects) -> None:
        self.types = types
        self.objects = objects

    def __call__(self, plain: Plain) -> Any:
        return value_of(plain, self.types, self.objects)

    def all(self, plains: Plain) -> list[Any]:
        return [self(plain) for plain in cast(list[Plain], plains)]

    def kind(self, parts: Mapping[str, Plain]) -> type[Any] | None:
        return self.types.find(str(parts.get("type")))


def _read_data(parts: Mapping[str, Plain], read: _Reading) -> Any:
    attributes = {name: read(item) for name, item in cast(dict[str, Plain], parts["v"]).items()}
    kind = read.kind(parts)
    if kind is not None:
        try:
            return built(kind, attributes)
        except (TypeError, ValueError, AttributeError):  # its class has changed, and takes these no more
            return StandIn(str(parts.get("type")), attributes)
    if parts["$"] == "named":
        name = str(parts.get("type")).rpartition(".")[2]
        return namedtuple(name, list(attributes), rename=True)(*attributes.values())  # noqa: PYI024
    return StandIn(str(parts.get("type")), attributes)


def _read_enum(parts: Mapping[str, Plain], read: _Reading) -> Any:
    kind = read.types.behind(str(parts.get("type")))
    if kind is not None and issubclass(kind, enum.Enum):
        if parts["$"] == "flags":
            return kind(read(parts["v"]))
        member = kind.__members__.get(str(parts["v"]))
        if member is not None:
            return member
    return StandIn(str(parts.get("type")), {"name": parts["v"], "value": read(parts.get("value", parts["v"]))})


def _read_subclass(parts: Mapping[str, Plain], read: _Reading) -> Any:
    kind, value = read.kind(parts), read(parts["v"])
    if kind is None or not issubclass(kind, type(value)):
        return value
    try:
        return type(value).__new__(kind, value)
    except TypeError:  # a class written in C wants its own
        return kind.__new__(kind, value)


def _read_registered(parts: Mapping[str, Plain], read: _Reading) -> Any:
    known = registered(str(parts.get("type")))
    value = read(parts["v"])
    if known is None or known.decode is None:
        return StandIn(str(parts.get("type")), value if isinstance(value, dict) else {"value": value})
    return known.decode(value)


def _read_array(parts: Mapping[str, Plain], _: _Reading) -> Any:
    try:
        import numpy  # type: ignore[import-not-found,unused-ignore]  # where it is installed
    except ImportError:
        raise Unrecordable(
            "A recorded value is a numpy array: install numpy to replay it.", kind="numpy.ndarray"
        ) from None

    dtype: Any = numpy.dtype(str(parts["dtype"]))
    data = base64.b64decode(str(parts["v"]))
    array = numpy.frombuffer(data, dtype=dtype).reshape(cast(list[int], parts["shape"])).copy()
    return array[()] if parts.get("scalar") else array


def _read_multidict(parts: Mapping[str, Plain], read: _Reading) -> Any:
    try:
        import multidict
    except ImportError:
        raise Unrecordable(
            "A recorded value is a multidict: install multidict to replay it.", kind="multidict.MultiDict"
        ) from None
    pairs = [(read(key), read(value)) for key, value in cast(list[list[Plain]], parts["v"])]
    made = multidict.CIMultiDict(pairs) if parts.get("any_case") else multidict.MultiDict(pairs)
    if not parts.get("proxy"):
        return made
    return multidict.CIMultiDictProxy(made) if parts.get("any_case") else multidict.MultiDictProxy(made)


def _read_exception(parts: Mapping[str, Plain], read: _Reading) -> Any:
    attributes = {name: read(item) for name, item in cast(dict[str, Plain], parts.get("attributes", {})).items()}
    return exception_of(str(parts.get("type")), tuple(read.all(parts["v"])), attributes, "", read.types)


def _zoned(moment: Moment, parts: Mapping[str, Plain]) -> Moment:
    zone = zoneinfo.ZoneInfo(str(parts["zone"])) if "zone" in parts else moment.tzinfo
    return moment.replace(tzinfo=zone, fold=cast(int, parts.get("fold", 0)))


def _pairs(plains: Plain) -> Iterator[tuple[Plain, Plain]]:
    """Members that are objects of one name, or pairs."""
    for each in cast(list[Any], plains):
        yield from each.items() if isinstance(each, dict) else (each,)


_ADDRESSES = {kind.__name__: kind for kind in ADDRESSES}

_READERS: dict[str, Callable[[Mapping[str, Plain], _Reading], Any]] = {
    "address": lambda parts, _: _ADDRESSES[str(parts["type"])](str(parts["v"])),
    "any": lambda parts, _: StandIn(str(parts.get("v")), {}),
    "array": _read_array,
    "bytearray": lambda parts, _: bytearray(base64.b64decode(str(parts["v"]))),
    "bytes": lambda parts, _: base64.b64decode(str(parts["v"])),
    "complex": lambda parts, _: complex(*(float(str(each)) for each in cast(list[Plain], parts["v"]))),
    "counter": lambda parts, read: Counter(read(parts["v"])),
    "data": _read_data,
    "date": lambda parts, _: dt.date.fromisoformat(str(parts["v"])),
    "datetime": lambda parts, _: _zoned(dt.datetime.fromisoformat(str(parts["v"])), parts),
    "decimal": lambda parts, _: decimal.Decimal(str(parts["v"])),
    "deque": lambda parts, read: deque(read.all(parts["v"])),
    "dict": lambda parts, read: {read(key): read(item) for key, item in _pairs(parts["v"])},
    "enum": _read_enum,
    "exception": _read_exception,
    "flags": _read_enum,
    "float": lambda parts, _: float(str(parts["v"])),
    "fraction": lambda parts, _: fractions.Fraction(str(parts["v"])),
    "frozenset": lambda parts, read: frozenset(read.all(parts["v"])),
    "ignored": lambda _parts, _: None,
    "int": lambda parts, _: int(str(parts["v"])),
    "multidict": _read_multidict,
    "named": _read_data,
    "object": lambda parts, read: read.objects.object(str(parts["v"]), str(parts.get("type"))),
    "ordereddict": lambda parts, read: OrderedDict(read(parts["v"])),
    "path": lambda parts, _: Path(str(parts["v"])),
    "registered": _read_registered,
    "row": lambda parts, read: Row(
        [str(key) for key, _ in _pairs(parts["v"])],
        [read(item) for _, item in _pairs(parts["v"])],
    ),
    "range": lambda parts, _: range(*cast(list[int], parts["v"])),
    "set": lambda parts, read: set(read.all(parts["v"])),
    "subclass": _read_subclass,
    "text": lambda parts, _: base64.b64decode(str(parts["v"])).decode("utf-8", "surrogatepass"),
    "time": lambda parts, _: _zoned(dt.time.fromisoformat(str(parts["v"])), parts),
    "timedelta": lambda parts, _: dt.timedelta(*cast(list[int], parts["v"])),
    "timezone": lambda parts, _: dt.timezone(dt.timedelta(seconds=float(str(parts["v"])))),
    "tuple": lambda parts, read: tuple(read.all(parts["v"])),
    "uuid": lambda parts, _: uuid.UUID(str(parts["v"])),
    "zone": lambda parts, _: zoneinfo.ZoneInfo(str(parts["v"])),
}
"""How each tag is read."""
