"""Reading a source for the private names that it touches."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from collections.abc import Set as AbstractSet
from functools import cached_property
from pathlib import Path

DOCUMENTED = frozenset({"_asdict", "_fields", "_make", "_replace"})
"""Methods of named tuples, which begin with an underscore so that no field is called like them."""
READS_FRAMES = frozenset({"f_lasti", "f_locals", "get_instructions", "get_referents"})

_PRIVATE = re.compile(r"_(?!playhead)[A-Za-z]\w*")
_DOTTED = re.compile(r"[\w.]*\.(_[a-z]\w*)[\w.]*|/proc/.*")
_BY_TEXT = frozenset({"delattr", "getattr", "hasattr", "setattr"})


def is_private(name: str | None) -> bool:
    """Return True for `_name`; not for `__name__`, `_`, or a name of playhead's own on somebody else's object."""
    return name is not None and _PRIVATE.fullmatch(name) is not None


class Source:
    """One module, and what is written in it."""

    def __init__(self, text: str) -> None:
        self._nodes = list(ast.walk(ast.parse(text)))

    @cached_property
    def stores(self) -> set[str]:
        """The attributes that it sets on any object."""
        return {
            node.attr for node in self._nodes if isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store)
        }

    @cached_property
    def defines(self) -> set[str]:
        """The names that it defines itself: functions, classes, variables, parameters, attributes of `self`."""
        found: set[str] = set()
        for node in self._nodes:
            if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
                found.add(node.name)
            elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
                found.add(node.id)
            elif isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store) and _is_self(node.value):
                found.add(node.attr)
            elif isinstance(node, ast.arg):
                found.add(node.arg)
        return found

    @cached_property
    def reads_frames(self) -> bool:
        """True for one that reads local variables or instructions, which are private whatever they are called."""
        return any(isinstance(node, ast.Attribute) and node.attr in READS_FRAMES for node in self._nodes)

    def classes(self) -> Iterator[ast.ClassDef]:
        """The classes in it."""
        yield from (node for node in self._nodes if isinstance(node, ast.ClassDef))

    def touched(self, stores: AbstractSet[str] = frozenset(), defines: AbstractSet[str] = frozenset()) -> set[str]:
        """The private names of somebody else that it touches.

        Our other modules set the attributes `stores` and define the names `defines`, which this one may inherit.
        """
        inherited = set(self._inherited(self.stores | stores))
        own = self.defines - inherited
        everywhere = (own | defines) - inherited
        found = {name for node in self._nodes for name in self._by(node, own, everywhere) if is_private(name)}
        paths = {name for node in self._nodes for name in _paths(node)}
        return (inherited | found | paths) - DOCUMENTED

    def _inherited(self, stored: AbstractSet[str]) -> Iterator[str]:
        """The attributes that a class declares without a value, and that a class of somebody else gives one.

        mypy wants such a declaration, for it knows no private attributes of the standard library.
        """
        for each in self.classes():
            slots = {text for node in each.body if isinstance(node, ast.Assign) for text in _texts(node.value)}
            foreign = any(_root(base) in self._imported for base in each.bases)
            for name in {node.target.id for node in each.body if _is_bare(node)} - slots:  # type: ignore[attr-defined]
                if is_private(name) and not each.decorator_list and (foreign or name not in stored):
                    yield name

    def _by(self, node: ast.AST, own: AbstractSet[str], everywhere: AbstractSet[str]) -> Iterator[str]:
        if isinstance(node, ast.Attribute):
            foreign = _root(node) in self._imported
            yield from {node.attr} - (everywhere if _is_self(node.value) else set() if foreign else own)
        elif isinstance(node, ast.Call):
            yield from {each.arg for each in node.keywords if each.arg is not None} - everywhere
            if isinstance(node.func, ast.Name) and node.func.id in _BY_TEXT:
                yield from {text for each in node.args[1:2] for text in _texts(each)} - own
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield from {node.value} - everywhere
        elif isinstance(node, (ast.Import, ast.ImportFrom)):
            yield from _parts(node)

    @cached_property
    def _imported(self) -> set[str]:
        """The names under which it has modules, classes and functions of others."""
        found: set[str] = set()
        for node in self._nodes:
            if isinstance(node, ast.Import):
                found |= {(each.asname or each.name).partition(".")[0] for each in node.names}
            elif isinstance(node, ast.ImportFrom) and not str(node.module).startswith(("playhead", "typing")):
                found |= {each.asname or each.name for each in node.names}
        return found - {"playhead"}


def sources(root: Path) -> dict[str, Source]:
    """The modules of a package by their name below it, such as `clocks.loop`."""
    return {
        ".".join(path.relative_to(root).with_suffix("").parts): Source(path.read_text())
        for path in sorted(root.rglob("*.py"))
    }


def _root(node: ast.expr) -> str:
    while isinstance(node, ast.Attribute):
        node = node.value
    return node.id if isinstance(node, ast.Name) else ""


def _is_self(node: ast.expr) -> bool:
    return isinstance(node, ast.Name) and node.id in ("self", "cls")


def _is_bare(node: ast.stmt) -> bool:
    return isinstance(node, ast.AnnAssign) and node.value is None and isinstance(node.target, ast.Name)


def _texts(node: ast.expr) -> list[str]:
    return [each.value for each in ast.walk(node) if isinstance(each, ast.Constant) and isinstance(each.value, str)]


def _paths(node: ast.AST) -> Iterator[str]:
    """Files of the kernel, and the private part of a module's name, as in `f"{name}._decoders"`."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        found = _DOTTED.fullmatch(node.value)
        if found is not None:
            yield found[1] or found[0]


def _parts(node: ast.Import | ast.ImportFrom) -> list[str]:
    names = [part for each in node.names for part in each.name.split(".")]
    if isinstance(node, ast.ImportFrom):
        module = (node.module or "").split(".")
        return module if module[0] in ("playhead", "__future__") else [*module, *names]
    return names
