"""Finds the classes of recorded values by name, among those that the spec of a double leads to.

These are the classes in annotations of the spec and in their fields, their subclasses, those in the namespace of the
spec's module, and those in loaded modules of the spec's package. Exceptions and enums are also found in packages that
the spec's module imports. Nothing is imported here: a cassette cannot make a program load a module.
"""

from __future__ import annotations

import functools
import inspect
import sys
import typing
from collections.abc import Collection, Iterable, Iterator
from typing import Any

from playhead.values.kinds import is_data
from playhead.values.registry import name_of, registered

__all__ = ["Types", "hints_of"]


class Types:
    """Finds classes by their full names, starting from `specs`."""

    def __init__(self, specs: Iterable[object] = ()) -> None:
        self._specs = tuple(specs)
        self._known: dict[str, type[Any]] | None = None
        self._packages = {_module_of(spec).partition(".")[0] for spec in self._specs} - {"builtins", ""}

    def find(self, name: str) -> type[Any] | None:
        """Return the class with this name, or `None`."""
        known = registered(name)
        if known is not None:
            return known.kind
        if self._known is None:
            self._known = {name_of(kind): kind for kind in _reachable(self._specs)}
        return self._known.get(name) or _loaded(name, self._packages)

    def behind(self, name: str) -> type[Any] | None:
        """Like `find`, but also search the packages that the spec's module imports.

        Only exceptions and enum members are built from there. Of other classes there are doubles.
        """
        return self.find(name) or _loaded(name, self._imported)

    @functools.cached_property
    def _imported(self) -> set[str]:
        modules = [sys.modules.get(_module_of(spec)) for spec in self._specs]
        values = [value for module in modules if module is not None for value in vars(module).values()]
        names = (each.__name__ if inspect.ismodule(each) else _module_of(each) for each in values)
        return {name.partition(".")[0] for name in names} - {"builtins", ""}


def _loaded(name: str, packages: Collection[str]) -> type[Any] | None:
    """Return a class of a loaded module in one of these packages."""
    if name.partition(".")[0] not in packages:
        return None
    module, _, rest = name.rpartition(".")
    while module and module not in sys.modules:
        module, _, outer = module.rpartition(".")
        rest = f"{outer}.{rest}"
    found: Any = sys.modules.get(module)
    for part in rest.split("."):
        found = vars(found).get(part) if isinstance(found, type) or inspect.ismodule(found) else None
    return found if isinstance(found, type) else None


def hints_of(target: object) -> dict[str, Any]:
    """Return the annotations of a function or class, as they are written if they cannot be resolved."""
    try:
        return typing.get_type_hints(target)
    except Exception:  # noqa: BLE001  # an annotation may run any code; a double does without it
        return dict(getattr(target, "__annotations__", {}) or {})


def _reachable(specs: Iterable[object]) -> Iterator[type[Any]]:
    seen: set[int] = set()
    ahead: list[object] = []
    for spec in specs:
        ahead += [spec, *_annotated(spec)]
        module = sys.modules.get(_module_of(spec))
        ahead += [each for each in vars(module).values() if isinstance(each, type)] if module is not None else []
    while ahead:
        each = ahead.pop()
        for kind in _classes_in(each):
            if id(kind) in seen or kind.__module__ == "builtins":
                continue
            seen.add(id(kind))
            yield kind
            ahead += _subclasses(kind)
            if is_data(kind):
                ahead += hints_of(kind).values()


def _annotated(spec: object) -> Iterator[object]:
    yield from hints_of(spec).values()
    if isinstance(spec, type):
        for name in dir(spec):
            member = inspect.getattr_static(spec, name, None)
            function = getattr(member, "__func__", None) or getattr(member, "fget", None) or member
            if inspect.isfunction(function):
                yield from hints_of(function).values()


def _classes_in(hint: object) -> Iterator[type[Any]]:
    """Yield the classes in an annotation such as `list[User] | None`."""
    if isinstance(hint, type) and not typing.get_args(hint):
        yield hint
    origin = typing.get_origin(hint)
    if isinstance(origin, type):
        yield origin
    for argument in typing.get_args(hint):
        for each in argument if isinstance(argument, list) else [argument]:
            yield from _classes_in(each)


def _subclasses(kind: type[Any]) -> list[Any]:
    try:
        return list(kind.__subclasses__())
    except TypeError:
        return []


def _module_of(spec: object) -> str:
    return str(getattr(spec, "__module__", "") or "")
