"""The files of a suite: what may be cassettes, and what its Python files say, which are parsed and never imported."""

from __future__ import annotations

import ast
import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from playhead.errors import UsageError

__all__ = ["SUFFIXES", "Module", "Suite", "suite_at"]

SUFFIXES = (".yaml", ".yml", ".json", ".msgpack", ".har")
_SKIPPED = frozenset({"node_modules", "__pycache__", "site-packages", "venv", "dist", "build"})
_MOST_SOURCE_BYTES = 4 * 1024 * 1024

_IMPORTS = {
    "vcr": "vcrpy",
    "pytest_recording": "pytest-recording",
    "cassetter": "cassetter",
    "betamax": "betamax",
    "respx": "respx",
    "pytest_httpx": "pytest-httpx",
    "aioresponses": "aioresponses",
    "playhead": "playhead",
}
_MARKS = {
    "vcr": "pytest-recording",
    "block_network": "pytest-recording",
    "default_cassette": "pytest-recording",
    "respx": "respx",
    "httpx_mock": "pytest-httpx",
    "playhead": "playhead",
    "cassette": "playhead",
}
_FIXTURES = {"respx_mock": "respx", "httpx_mock": "pytest-httpx", "vcr_config": "pytest-recording"}
_NAMING = frozenset({"use_cassette", "default_cassette", "cassette"})
_FIXTURES_THAT_NAME = frozenset({"vcr_cassette_dir", "default_cassette_name", "vcr_cassette_name"})


@dataclass(slots=True)
class Module:
    """A Python file as it reads: its tests (`Class.test` or `test`), the texts in it, and whether it computes names.

    `inherits` are the classes with bases of their own: their tests may stand elsewhere.
    """

    path: Path
    tests: set[str] = field(default_factory=set)
    inherits: set[str] = field(default_factory=set)
    texts: set[str] = field(default_factory=set)
    computes: bool = False
    tools: set[str] = field(default_factory=set)


@dataclass(slots=True)
class Suite:
    """The candidates for cassettes with their sizes, and the modules."""

    candidates: dict[Path, int] = field(default_factory=dict)
    modules: list[Module] = field(default_factory=list)


def suite_at(path: Path) -> Suite:
    """Return the files of a suite. Raises `UsageError` for a path to nothing."""
    suite = Suite()
    if path.is_file():
        suite.candidates[path] = path.stat().st_size
        return suite
    if not path.is_dir():
        raise UsageError(f"There is nothing at {path}: give a folder with tests and cassettes, or one cassette.")
    for found in _files(path):
        if found.suffix in SUFFIXES:
            suite.candidates[found] = found.stat().st_size if found.exists() else 0
        elif found.suffix == ".py":
            module = _module(found)
            if module is not None:
                suite.modules.append(module)
    return suite


def _files(folder: Path) -> Iterator[Path]:
    for path, folders, files in os.walk(folder):
        folders[:] = sorted(name for name in folders if not name.startswith(".") and name not in _SKIPPED)
        yield from (Path(path, name) for name in sorted(files))


def _module(path: Path) -> Module | None:
    """Return what a file says; `None` if it is not Python that can be parsed."""
    try:
        if path.stat().st_size > _MOST_SOURCE_BYTES:
            return None
        tree = ast.parse(path.read_bytes())
    except (OSError, ValueError, SyntaxError, RecursionError):
        return None
    module = Module(path)
    _read_tests(tree, module, "")
    for node in ast.walk(tree):
        _read_node(node, module)
    return module


def _read_tests(tree: ast.Module | ast.ClassDef, module: Module, prefix: str) -> None:
    for node in tree.body:
        if isinstance(node, ast.ClassDef):
            plain = {ast.unparse(base).rpartition(".")[2] for base in node.bases} <= {"TestCase", "object"}
            if not plain:
                module.inherits.add(node.name)
            _read_tests(node, module, f"{node.name}.")
        elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            module.tests.add(prefix + node.name)


def _read_node(node: ast.AST, module: Module) -> None:
    if isinstance(node, ast.Import):
        _use(module, [alias.name for alias in node.names])
    elif isinstance(node, ast.ImportFrom):
        _use(module, [node.module or ""])
    elif isinstance(node, ast.Constant) and isinstance(node.value, str):
        module.texts.add(node.value)
    elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
        _read_function(node, module)
    elif isinstance(node, ast.Attribute):
        _read_mark(node, module)
    elif isinstance(node, ast.Call):
        _read_call(node, module)


def _use(module: Module, names: list[str]) -> None:
    tools = (_IMPORTS.get(name.partition(".")[0]) for name in names)
    module.tools |= {tool for tool in tools if tool}


def _read_function(node: ast.FunctionDef | ast.AsyncFunctionDef, module: Module) -> None:
    arguments = {argument.arg for argument in node.args.args}
    module.tools |= {_FIXTURES[name] for name in {node.name, *arguments} & set(_FIXTURES)}
    if node.name in _FIXTURES_THAT_NAME:
        module.computes = True


def _read_mark(node: ast.Attribute, module: Module) -> None:
    if ast.unparse(node.value).endswith("mark") and node.attr in _MARKS:
        module.tools.add(_MARKS[node.attr])


def _read_call(node: ast.Call, module: Module) -> None:
    """Note a cassette's name that is computed, where it is given as anything but a text."""
    called = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
    names_files = called in _NAMING or (called == "vcr" and ".mark." in f".{ast.unparse(node.func)}")
    keywords = {keyword.arg for keyword in node.keywords}
    if keywords & {"func_path_generator", "path_transformer"}:
        module.computes = True
    if names_files:
        paths = [*node.args, *(each.value for each in node.keywords if each.arg in ("path", "name"))]
        module.computes |= any(not isinstance(each, ast.Constant) for each in paths)
