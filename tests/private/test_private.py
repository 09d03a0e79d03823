"""Every private name of other people's code that is touched is in the table, and still there."""

from __future__ import annotations

import ast
import importlib
import inspect
import platform
from collections.abc import Iterator
from importlib.metadata import packages_distributions, version
from pathlib import Path

import pytest

import playhead
from playhead.private.row import PrivateNames
from playhead.private.table import PRIVATE_NAMES
from tests.private.lookup import exists, expected, names_of
from tests.private.scan import Source, is_private, sources

ROOT = Path(playhead.__path__[0])
SOURCES = {name: source for name, source in sources(ROOT).items() if not name.startswith("private.")}
NO_NAMES = {
    "contract.paging": {"_links"},  # a key of HAL documents
    "contract.identity": {"_id", "_links"},  # keys of documents in MongoDB and in HAL
    "contract.known": {"_links"},  # the same
    "pytest_plugin.explaining": {"_explained"},  # ours, on an error of ours
    "use.decorate_class": {"_class"},  # the end of `setup_class`
    "values.standins": {"_columns"},  # ours, on a tuple of ours
}
"""Texts and attributes that look like a private name of somebody else."""

EACH = [pytest.param(row, name, id=f"{row.owner}-{name}") for row in PRIVATE_NAMES for name in row.names]


def _known(module: str) -> set[str]:
    """The names that the table allows a module."""
    rows = [row for row in PRIVATE_NAMES if module in row.used_by]
    return {name for row in rows for name in (*row.names, *row.owner.split("."))}


def _release(row: PrivateNames) -> str:
    """The version in which the name was looked up."""
    if row.since.startswith(("CPython", "Linux")):
        return f"Python {platform.python_version()} on {platform.system()}"
    found = packages_distributions().get(row.owner.partition(".")[0], [row.since.partition(" ")[0]])
    return f"{found[0]} {version(found[0])}"


@pytest.mark.parametrize(("row", "name"), EACH)
def test_a_private_name_is_there(row: PrivateNames, name: str) -> None:
    users = " and ".join(f"playhead.{each}" for each in row.used_by)
    if expected(row):
        assert exists(row.owner, name), (
            f"{row.owner}.{name} is gone from {_release(row)}; used by {users}. Why: {row.why} Now: {row.gone}"
        )
    else:
        assert not exists(row.owner, name), (
            f"{row.owner}.{name} is in {_release(row)}, but its row says {row.since} to {row.until or 'the newest'}."
        )


@pytest.mark.parametrize("row", PRIVATE_NAMES, ids=lambda row: f"{row.owner}-{row.names[0]}")
def test_a_row_names_the_modules_that_use_it(row: PrivateNames) -> None:
    texts = {}
    for module in row.used_by:
        path = ROOT.joinpath(*module.split(".")).with_suffix(".py")
        assert path.is_file(), f"The row of {row.owner} says that playhead.{module} uses it: there is no such module."
        texts[module] = path.read_text()
        assert any(_occurs(each, texts[module]) for each in row.names), f"playhead.{module} uses none of {row.names}."
    unused = [each for each in row.names if not any(_occurs(each, text) for text in texts.values())]
    assert not unused, f"None of {row.used_by} uses {unused} of {row.owner}."


def _occurs(name: str, text: str) -> bool:
    return all(part in text for part in name.split("*"))


def test_no_module_touches_a_private_name_without_a_row() -> None:
    stores = {name for source in SOURCES.values() for name in source.stores}
    defines = {name for source in SOURCES.values() for name in source.defines}
    for module, source in SOURCES.items():
        known = _known(module)
        unknown = source.touched(stores, defines) - known - NO_NAMES.get(module, set())
        missing = {each for each in unknown if not any(name.startswith(each) for name in known if "*" in name)}
        assert not missing, f"playhead.{module} touches {sorted(missing)}: add rows to playhead.private."
        assert known or not source.reads_frames, f"playhead.{module} reads frames: add rows to playhead.private."


def test_no_class_shares_a_private_name_with_a_foreign_base_without_a_row() -> None:
    for module, source in SOURCES.items():
        for node in source.classes():
            owner = getattr(importlib.import_module(f"playhead.{module}"), node.name, None) if node.bases else None
            if inspect.isclass(owner):
                shared = set(_used_in(node)) & set(_foreign_names(owner))
                missing = shared - _known(module)
                assert not missing, f"playhead.{module}.{node.name} and a base of it share {sorted(missing)}."


def _used_in(node: ast.ClassDef) -> Iterator[str]:
    yield from (each.attr for each in ast.walk(node) if isinstance(each, ast.Attribute))
    yield from (each.name for each in node.body if isinstance(each, (ast.FunctionDef, ast.AsyncFunctionDef)))


def _foreign_names(owner: type) -> Iterator[str]:
    for base in owner.__mro__[1:]:
        if base.__module__.partition(".")[0] not in ("playhead", "builtins", "typing", "enum"):
            yield from filter(is_private, names_of(base))


@pytest.mark.parametrize(
    "text",
    [
        "def f(loop): return loop._hidden",
        "def f(loop): return getattr(loop, '_hidden', None)",
        "import asyncio\nclass A:\n    def _hidden(self): return asyncio._hidden",
        "import _hidden",
        "from queue import _hidden",
        "import queue\nclass A(queue.Queue):\n    _hidden: int\n    def f(self): self._hidden = 1",
        "class Mixin:\n    _hidden: int\n    def f(self): return self._hidden",
        "def f(state): return state['_hidden']",
        "def f(made): return made(_hidden=1)",
        "def f(modules): return modules[f'{name}._hidden.default']",
    ],
)
def test_the_scan_finds_a_private_name(text: str) -> None:
    assert "_hidden" in Source(text).touched()


@pytest.mark.parametrize(
    "text",
    [
        "class A:\n    def __init__(self): self._own = 1\n    def f(self, other): return other._own",
        "class A:\n    __slots__ = ('_own',)\n    def __init__(self): self._own = 1",
        "class A:\n    _own: int\ndef f(a): a._own = 1",
        "_own = 1",
        "def f(row): return row._replace(name='')",
    ],
)
def test_the_scan_leaves_own_names_alone(text: str) -> None:
    assert not Source(text).touched()


@pytest.mark.parametrize(
    ("owner", "name"),
    [
        ("asyncio.BaseEventLoop", "_gone"),
        ("asyncio.Gone", "_ready"),
        ("gone.module", "name"),
        ("asyncio.tasks.wait_for", "gone"),
        ("anyio._backends._asyncio.AsyncIOBackend", "gone_*"),
    ],
)
def test_a_name_that_is_gone_is_not_found(owner: str, name: str) -> None:
    assert not exists(owner, name)
