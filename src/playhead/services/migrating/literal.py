"""Values that can be read off the source: literals, constants of the module, and paths made from `__file__`.

Nothing is executed. What is computed in any other way is `UNKNOWN`.
"""

from __future__ import annotations

import ast
import os
from collections.abc import Callable, Mapping
from pathlib import Path

__all__ = ["UNKNOWN", "Reader", "Unknown"]


class Unknown:
    """The value of an expression that only running the program would tell."""


UNKNOWN = Unknown()
_Value = object


def _joined(*parts: str) -> str:
    return os.path.join(*parts)  # noqa: PTH118  # as the suite itself does


_CALLS: Mapping[str, Callable[..., object]] = {
    "os.path.join": _joined,
    "os.path.dirname": lambda path: str(Path(path).parent),
    "os.path.abspath": str,
    "os.path.realpath": str,
    "Path": Path,
    "pathlib.Path": Path,
    "str": str,
    "dict": dict,
}


class Reader:
    """Reads expressions of one module.

    Args:
        file: The module; `__file__` is its path.
        text: Its source.
    """

    def __init__(self, file: Path, text: str) -> None:
        self._names: dict[str, _Value] = {"__file__": str(file)}
        for statement in ast.parse(text).body:
            self._learn(statement)

    def _learn(self, statement: ast.stmt) -> None:
        if isinstance(statement, ast.Assign) and len(statement.targets) == 1:
            target = statement.targets[0]
            if isinstance(target, ast.Name):
                again = target.id in self._names
                self._names[target.id] = UNKNOWN if again else self._value(statement.value)

    def read(self, source: str) -> object:
        """Return the value of an expression, or `UNKNOWN`."""
        return self._value(ast.parse(source.strip(), mode="eval").body)

    def options(self, source: str) -> dict[str, object] | None:
        """Return the items of a dict with texts as keys; a value may be `UNKNOWN`. None for anything else."""
        node = ast.parse(source.strip(), mode="eval").body
        if isinstance(node, ast.Dict):
            keys = [None if key is None else self._value(key) for key in node.keys]
            if all(isinstance(key, str) for key in keys):
                return {str(key): self._value(value) for key, value in zip(keys, node.values, strict=True)}
        value = self._value(node)
        return value if isinstance(value, dict) and all(isinstance(key, str) for key in value) else None

    def _value(self, node: ast.expr) -> object:
        match node:
            case ast.Constant():
                return node.value
            case ast.Name():
                return self._names.get(node.id, UNKNOWN)
            case ast.List() | ast.Tuple() | ast.Set():
                values = [self._value(each) for each in node.elts]
                return UNKNOWN if UNKNOWN in values else tuple(values) if isinstance(node, ast.Tuple) else values
            case ast.Dict():
                return self._dict(node)
            case _:
                return self._path(node)

    def _dict(self, node: ast.Dict) -> object:
        keys = [UNKNOWN if key is None else self._value(key) for key in node.keys]
        values = [self._value(value) for value in node.values]
        if UNKNOWN in keys or UNKNOWN in values or not all(isinstance(key, str) for key in keys):
            return UNKNOWN
        return dict(zip(keys, values, strict=True))

    def _path(self, node: ast.expr) -> object:
        match node:
            case ast.BinOp(op=ast.Add() | ast.Div()):
                left, right = self._value(node.left), self._value(node.right)
                if isinstance(left, str) and isinstance(right, str) and isinstance(node.op, ast.Add):
                    return left + right
                if isinstance(left, Path) and isinstance(right, str) and isinstance(node.op, ast.Div):
                    return left / right
            case ast.Attribute(attr="parent"):
                above = self._value(node.value)
                return above.parent if isinstance(above, Path) else UNKNOWN
            case ast.Call():
                return self._called(node)
        return UNKNOWN

    def _called(self, node: ast.Call) -> object:
        function = _CALLS.get(ast.unparse(node.func))
        arguments = [self._value(each) for each in node.args]
        named = {each.arg or "": self._value(each.value) for each in node.keywords}
        if function is None or UNKNOWN in arguments or UNKNOWN in named.values() or "" in named:
            return UNKNOWN
        try:
            return function(*arguments, **named)
        except (TypeError, ValueError):
            return UNKNOWN
