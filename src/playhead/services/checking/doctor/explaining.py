"""Recordings that no test explains: by the layouts of the tools, and by the names that stand in the tests.

Nobody is accused on a guess. Only a file in the layout of pytest-recording or of playhead is called an orphan, and only
if nothing in the suite names it or computes names of cassettes.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path, PurePath

from playhead.services.checking.doctor.suite import SUFFIXES, Module

__all__ = ["ORPHAN", "UNTOLD", "unexplained"]

ORPHAN, UNTOLD = "orphan", "untold"
_FOLDER = "cassettes"
_LONGEST = 300


def unexplained(files: Iterable[Path], modules: Iterable[Module]) -> dict[Path, str]:
    """Return the files that no test explains: `ORPHAN`, or `UNTOLD` where that cannot be told for sure."""
    read = list(modules)
    names = [PurePath(text) for each in read for text in each.texts if text and len(text) < _LONGEST]
    texts = {each.name for each in names} | {each.stem for each in names if each.suffix in SUFFIXES}
    functions = {name.rpartition(".")[2] for each in read for name in each.tests}
    by_stem: dict[str, list[Module]] = defaultdict(list)
    for each in read:
        by_stem[each.path.stem].append(each)
    computes = any(each.computes for each in read)
    found = {}
    for path in files:
        if path.name in texts or path.stem in texts:
            continue
        verdict = _verdict(path, by_stem, functions)
        if verdict:
            found[path] = UNTOLD if computes else verdict
    return found


def _verdict(path: Path, by_stem: dict[str, list[Module]], functions: set[str]) -> str:
    """Return the verdict on a file that no text names; empty if a test explains it."""
    name = path.name.removesuffix(path.suffix).partition("[")[0]
    if _FOLDER not in path.parts or path.parent.name == "_fixtures" or "_fixtures" in path.parts:
        return "" if name.rpartition(".")[2] in functions else UNTOLD
    modules = by_stem.get(path.parent.name, [])
    if not modules:
        return "" if name.rpartition(".")[2] in functions else UNTOLD
    return "" if any(_explains(each, name) for each in modules) else ORPHAN


def _explains(module: Module, name: str) -> bool:
    if name in module.tests:
        return True
    owner, _, test = name.rpartition(".")
    if not owner:
        return False
    classes = owner.split(".")
    return any(each in module.inherits for each in classes) or f"{classes[-1]}.{test}" in module.tests
