"""The cassettes of vcrpy that belong to a module of tests, and what becomes of them."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from playhead.deck.environment import learn_environment
from playhead.model.cassette import Cassette, Exchange
from playhead.redaction.redact import Redactor
from playhead.redaction.rules import RedactionRules
from playhead.redaction.scan import last_look
from playhead.services.migrating.where import TAPES, default_target
from playhead.store.cassettes import load, save
from playhead.store.stamp import stamp

__all__ = ["Tape", "tapes_of"]

_CLEANED = str.maketrans(dict.fromkeys("<>?%*:|\"'/\\", "-"))


@dataclass(frozen=True, slots=True)
class Tape:
    """A file of vcrpy and the file of ours that it becomes. It is `kept` while something still asks for it."""

    theirs: Path
    ours: Path
    kept: bool = False

    def converted(self, redact: tuple[str, ...]) -> Cassette:
        """Return the cassette redacted as a recording of ours. Raises `PlayheadError` where that is not possible."""
        redactor = Redactor(RedactionRules.from_options(redact))
        learn_environment(redactor)
        exchanges = [each for each in load(self.theirs).interactions if isinstance(each, Exchange)]
        kept = last_look(redactor, [redactor.exchange(each) for each in exchanges])
        return Cassette(tuple(kept), stamp(tool="vcrpy"))

    def write(self, redact: tuple[str, ...]) -> None:
        """Write ours, and remove theirs unless it is kept."""
        cassette = self.converted(redact)
        self.ours.parent.mkdir(parents=True, exist_ok=True)
        save(cassette, self.ours)
        if not self.kept:
            self.theirs.unlink()


def tapes_of(module: Path, text: str, root: Path, *, kept: bool) -> Iterator[Tape]:
    """Yield the cassettes of a module, as pytest-recording and pytest-vcr lay them out."""
    folder, tree = module.parent / "cassettes", ast.parse(text)
    for theirs in sorted((folder / module.stem).rglob("*")):
        if theirs.suffix in TAPES:
            name = theirs.relative_to(folder / module.stem).with_suffix("").as_posix()
            yield Tape(theirs, default_target(root, module, _original(name, tree)), kept)
    tests = set(_tests(tree))
    for theirs in sorted(folder.glob("*")):
        name = theirs.stem
        if theirs.suffix in TAPES and name.partition("[")[0] in tests:
            yield Tape(theirs, default_target(root, module, name), kept)


def _original(name: str, tree: ast.Module) -> str:
    """Return the name of a test for a file of pytest-recording, which writes `-` for what a path cannot hold."""
    test, bracket, parameters = name.partition("[")
    texts = {each.value for each in ast.walk(tree) if isinstance(each, ast.Constant) and isinstance(each.value, str)}
    changed = [text for text in texts if text.translate(_CLEANED) != text and text.translate(_CLEANED) in parameters]
    found = [text for text in changed if len(text) == max(map(len, changed))]
    if bracket and len(found) == 1:
        parameters = parameters.replace(found[0].translate(_CLEANED), found[0])
    return test + bracket + parameters


def _tests(node: ast.Module | ast.ClassDef, prefix: str = "") -> Iterator[str]:
    for each in node.body:
        if isinstance(each, ast.ClassDef):
            yield from _tests(each, f"{prefix}{each.name}.")
        elif isinstance(each, ast.FunctionDef | ast.AsyncFunctionDef):
            yield prefix + each.name
