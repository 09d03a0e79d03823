"""Data classes of every library, recognised by the attributes that it leaves on its classes. None is imported."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterable, Mapping
from typing import Any

__all__ = ["attributes_of", "built", "field_names", "has_behaviour", "is_data", "is_named_tuple"]

Attributes = Mapping[str, Any]

_PROTOCOLS = ("__await__", "__aenter__", "__enter__", "__anext__", "__next__", "__aiter__")


def is_named_tuple(kind: type[Any]) -> bool:
    """Return True for a class made by `namedtuple` or `NamedTuple`."""
    return issubclass(kind, tuple) and isinstance(getattr(kind, "_fields", None), tuple)


def is_data(kind: type[Any]) -> bool:
    """Return True for a class of fields: dataclass, attrs, pydantic, msgspec, named tuple."""
    return field_names(kind) is not None or is_named_tuple(kind)


def field_names(kind: type[Any]) -> tuple[str, ...] | None:
    """Return the names of the fields of a data class, `None` for another type."""
    if dataclasses.is_dataclass(kind):
        return tuple(field.name for field in dataclasses.fields(kind))
    for mark, names in _MARKS.items():
        found = getattr(kind, mark, None)
        if found is not None and isinstance(found, tuple | Mapping):
            return names(found)
    return None


_MARKS: dict[str, Callable[[Any], tuple[str, ...]]] = {
    "__attrs_attrs__": lambda found: tuple(each.name for each in found),
    "__pydantic_fields__": tuple,
    "__struct_fields__": tuple,  # msgspec
}


def attributes_of(value: object) -> dict[str, Any]:
    """Return the fields of a data class that are set, or the attributes of any other object."""
    kind = type(value)
    names = field_names(kind)
    if names is None:
        return {**_slots_of(value), **getattr(value, "__dict__", {})}
    attributes = {name: getattr(value, name) for name in names if hasattr(value, name)}
    extra = getattr(value, "__pydantic_extra__", None) if hasattr(kind, "__pydantic_fields__") else None
    return {**attributes, **extra} if extra else attributes


def built(kind: type[Any], attributes: Attributes) -> Any:
    """Return a value of this type with these attributes. `__init__` is not run: its effects are among them."""
    if hasattr(kind, "__pydantic_fields__"):
        return kind.model_construct(**attributes)
    if hasattr(kind, "__struct_fields__"):
        return kind(**attributes)
    if is_named_tuple(kind):
        return tuple.__new__(kind, attributes.values())
    value = object.__new__(kind)
    for name, attribute in attributes.items():
        object.__setattr__(value, name, attribute)
    return value


def has_behaviour(value: object) -> bool:
    """Return True for an object that has public methods, or that can be awaited, entered or iterated."""
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


def _slots_of(value: object) -> dict[str, Any]:
    names = [name for base in type(value).__mro__ for name in _listed(vars(base).get("__slots__", ()))]
    return {name: getattr(value, name) for name in names if not name.startswith("__") and hasattr(value, name)}


def _listed(slots: str | Iterable[str]) -> tuple[str, ...]:
    return (slots,) if isinstance(slots, str) else tuple(slots)
