"""Reads plain values by a table of tags: the reverse of `plain`.

A value has its own type again if that is in the table, registered, or found by `Types` among the classes that the spec
of its double knows. Any other is a stand-in with the same attributes. No module is imported because a file names it.
"""

from __future__ import annotations

import enum
from collections import Counter, OrderedDict, deque, namedtuple
from collections.abc import Callable, Iterator, Mapping
from typing import Any, cast

from playhead.errors import Unrecordable
from playhead.model.call import Plain
from playhead.values.kinds import built
from playhead.values.libraries import read_array, read_multidict, read_path
from playhead.values.plain import Objects
from playhead.values.raising import exception_of
from playhead.values.registry import registered
from playhead.values.scalars import READERS
from playhead.values.standins import Row, StandIn
from playhead.values.types import Types

__all__ = ["value_of"]


def value_of(plain: Plain, types: Types, objects: Objects) -> Any:
    """Return the value that was written as `plain`. Raises `Unrecordable` for an unknown tag or a damaged value."""
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
    """Reads the members of a value, within one call of `value_of`."""

    def __init__(self, types: Types, objects: Objects) -> None:
        self.types = types
        self.objects = objects

    def __call__(self, plain: Plain) -> Any:
        return value_of(plain, self.types, self.objects)

    def all(self, plains: Plain) -> list[Any]:
        return [self(plain) for plain in cast(list[Plain], plains)]

    def kind(self, parts: Mapping[str, Plain]) -> type[Any] | None:
        return self.types.find(str(parts.get("type")))


def _read_data(parts: Mapping[str, Plain], read: _Reading) -> object:
    attributes = {name: read(item) for name, item in cast(dict[str, Plain], parts["v"]).items()}
    kind = read.kind(parts)
    if kind is not None:
        try:
            return built(kind, attributes)
        except (TypeError, ValueError, AttributeError):  # the class has changed, and does not take these any more
            return StandIn(str(parts.get("type")), attributes)
    if parts["$"] == "named":
        name = str(parts.get("type")).rpartition(".")[2]
        return namedtuple(name, list(attributes), rename=True)(*attributes.values())  # noqa: PYI024
    return StandIn(str(parts.get("type")), attributes)


def _read_enum(parts: Mapping[str, Plain], read: _Reading) -> object:
    kind = read.types.behind(str(parts.get("type")))
    if kind is not None and issubclass(kind, enum.Enum):
        if parts["$"] == "flags":
            return kind(read(parts["v"]))
        member = kind.__members__.get(str(parts["v"]))
        if member is not None:
            return member
    return StandIn(str(parts.get("type")), {"name": parts["v"], "value": read(parts.get("value", parts["v"]))})


def _read_subclass(parts: Mapping[str, Plain], read: _Reading) -> object:
    kind, value = read.kind(parts), read(parts["v"])
    if kind is None or not issubclass(kind, type(value)):
        return value
    try:
        return type(value).__new__(kind, value)
    except TypeError:  # a class written in C has a `__new__` of its own
        return kind.__new__(kind, value)


def _read_registered(parts: Mapping[str, Plain], read: _Reading) -> object:
    known = registered(str(parts.get("type")))
    value = read(parts["v"])
    if known is None or known.decode is None:
        return StandIn(str(parts.get("type")), value if isinstance(value, dict) else {"value": value})
    return known.decode(value)


def _read_exception(parts: Mapping[str, Plain], read: _Reading) -> object:
    attributes = {name: read(item) for name, item in cast(dict[str, Plain], parts.get("attributes", {})).items()}
    return exception_of(str(parts.get("type")), tuple(read.all(parts["v"])), attributes, "", read.types)


def _pairs(plains: Plain) -> Iterator[tuple[Plain, Plain]]:
    """Yield key and value of members: each is an object with one name, or a pair."""
    for each in cast(list[Any], plains):
        yield from each.items() if isinstance(each, dict) else (each,)


_READERS: dict[str, Callable[[Mapping[str, Plain], _Reading], Any]] = {
    **READERS,
    "any": lambda parts, _: StandIn(str(parts.get("v")), {}),
    "array": read_array,
    "counter": lambda parts, read: Counter(read(parts["v"])),
    "data": _read_data,
    "deque": lambda parts, read: deque(read.all(parts["v"])),
    "dict": lambda parts, read: {read(key): read(item) for key, item in _pairs(parts["v"])},
    "enum": _read_enum,
    "exception": _read_exception,
    "flags": _read_enum,
    "frozenset": lambda parts, read: frozenset(read.all(parts["v"])),
    "ignored": lambda _parts, _: None,
    "multidict": read_multidict,
    "named": _read_data,
    "object": lambda parts, read: read.objects.object(str(parts["v"]), str(parts.get("type"))),
    "ordereddict": lambda parts, read: OrderedDict(read(parts["v"])),
    "path": read_path,
    "registered": _read_registered,
    "row": lambda parts, read: Row(
        [str(key) for key, _ in _pairs(parts["v"])],
        [read(item) for _, item in _pairs(parts["v"])],
    ),
    "set": lambda parts, read: set(read.all(parts["v"])),
    "subclass": _read_subclass,
    "tuple": lambda parts, read: tuple(read.all(parts["v"])),
}
"""Readers by tag."""
