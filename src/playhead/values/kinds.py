"""What kind of data class a type is, told by the marks that each library leaves on its classes. None is imported."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping
from typing import Any

__all__ = ["attributes_of", "built", "field_names", "is_data", "is_named_tuple"]

Attributes = Mapping[str, Any]


def is_named_tuple(kind: type[Any]) -> bool:
    """Whether a type is a named tuple."""
    return issubclass(kind, tuple) and isinstance(getattr(kind, "_fields", None), tuple)


def is_data(kind: type[Any]) -> bool:
    """Whether values of a type are made of their fields: dataclass, attrs, pydantic, msgspec, named tuple."""
    return field_names(kind) is not None or is_named_tuple(kind)


def field_names(kind: type[Any]) -> tuple[str, ...] | None:
    """The fields of a data class, `None` for another type."""
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


def attributes_of(value: Any) -> dict[str, Any]:
    """The fields of a data class that are set, or the attributes of any other object."""
    kind = type(value)
    names = field_names(kind)
    if names is None:
        return {**_slots_of(value), **getattr(value, "__dict__", {})}
    attributes = {name: getattr(value, name) for name in names if hasattr(value, name)}
    extra = getattr(value, "__pydantic_extra__", None) if hasattr(kind, "__pydantic_fields__") else None
    return {**attributes, **extra} if extra else attributes


def built(kind: type[Any], attributes: Attributes) -> Any:
    """A value of this type with these attributes; its `__init__` is not run, for what it did is in them."""
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


def _slots_of(value: Any) -> dict[str, Any]:
    names = [name for base in type(value).__mro__ for name in _listed(vars(base).get("__slots__", ()))]
    return {name: getattr(value, name) for name in names if not name.startswith("__") and hasattr(value, name)}


def _listed(slots: Any) -> tuple[str, ...]:
    return (slots,) if isinstance(slots, str) else tuple(slots)
