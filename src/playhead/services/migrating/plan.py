"""The plan of a migration: files as they will be, cassettes that move, and what is left. Then it is carried out."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from difflib import unified_diff
from pathlib import Path

import libcst as cst

from playhead.errors import PlayheadError, UsageError
from playhead.services.migrating import settings
from playhead.services.migrating.left import Left
from playhead.services.migrating.source import rewrite
from playhead.services.migrating.tapes import Tape, tapes_of
from playhead.services.migrating.where import TAPES, files_below, rootdir_of
from playhead.settings.resolve import resolve

__all__ = ["Plan", "planned"]

_WORDS = ("vcr", "block_network", "default_cassette")


@dataclass(slots=True)
class Plan:
    """The changes that a migration will make below `root`."""

    root: Path
    edits: dict[Path, tuple[str, str]] = field(default_factory=dict)
    tapes: dict[Path, Tape] = field(default_factory=dict)
    left: list[Left] = field(default_factory=list)
    redact: tuple[str, ...] = ()

    def diff(self) -> Iterator[str]:
        """Yield the lines of a unified diff of the sources."""
        for path, (before, after) in sorted(self.edits.items()):
            name = path.relative_to(self.root).as_posix()
            yield from unified_diff(
                before.splitlines(keepends=True), after.splitlines(keepends=True), f"a/{name}", f"b/{name}"
            )

    def changed(self) -> int:
        """Return the number of lines that the diff takes out or puts in."""
        return sum(line[:1] in "+-" and line[:3] not in ("+++", "---") for line in self.diff())

    def carry_out(self) -> None:
        """Write the cassettes, then the sources, so that a failure leaves the suite as it was, with files beside it."""
        for tape in self.tapes.values():
            tape.write(self.redact)
        for path, (_, after) in self.edits.items():
            path.write_bytes(after.encode())


def planned(path: Path, *, match: str | None = None) -> Plan:
    """Return the plan for a suite. Nothing is written."""
    start = path.resolve()
    plan = Plan(rootdir_of(start))
    plan.redact = resolve({}, {}, where="playhead migrate", folder=plan.root).redact
    files = list(files_below(start)) if start.is_dir() else [start]
    for file in files:
        if file.suffix == ".py":
            _module(plan, file)
    for name in dict.fromkeys((*settings.OTHERS, "pyproject.toml")):
        _settings(plan, plan.root / name, match)
    _check(plan)
    _tell_unclaimed(plan, files)
    plan.left.sort()
    return plan


def _module(plan: Plan, file: Path) -> None:
    try:
        before = file.read_bytes().decode()
        if not any(word in before for word in _WORDS):
            return
        result = rewrite(file, before, plan.root)
    except (cst.ParserSyntaxError, SyntaxError, UnicodeDecodeError):
        plan.left.append(Left(file, 1, "the module", "it is not Python that can be parsed", "rewrite it by hand"))
        return
    if result.text != before:
        plan.edits[file] = before, result.text
    plan.left += result.left
    stays = "mark.vcr" in result.text
    found = [Tape(theirs, ours) for theirs, ours in result.tapes if theirs.is_file()]
    if "mark." in result.text:
        found += tapes_of(file, before, plan.root, kept=stays)
    for tape in found:
        _add(plan, tape)


def _add(plan: Plan, tape: Tape) -> None:
    if tape.ours in plan.tapes or tape.ours.exists():
        return
    plan.tapes[tape.ours] = tape


def _settings(plan: Plan, path: Path, match: str | None) -> None:
    before = path.read_text("utf-8") if path.is_file() else ""
    plan.left += settings.listed(path, before)
    if path.name != "pyproject.toml":
        return
    after = settings.rewritten(before)
    if match is not None:
        after = settings.with_match(after)
    if after != before:
        plan.edits[path] = before, after


def _check(plan: Plan) -> None:
    """Leave the cassettes that cannot be converted, and keep one that several tests have until the last is written."""
    owners: dict[Path, list[Path]] = {}
    for ours, tape in list(plan.tapes.items()):
        try:
            tape.converted(plan.redact)
        except UsageError:
            raise
        except PlayheadError as error:
            hand = "see `playhead scan` and `playhead show`, or record it again with `pytest --record`"
            plan.left.append(Left(tape.theirs, 1, "the cassette", str(error).rstrip("."), hand))
            del plan.tapes[ours]
        else:
            owners.setdefault(tape.theirs, []).append(ours)
    for several in owners.values():
        for ours in several[:-1]:
            tape = plan.tapes[ours]
            plan.tapes[ours] = Tape(tape.theirs, tape.ours, kept=True)


def _tell_unclaimed(plan: Plan, files: list[Path]) -> None:
    """List the cassettes that no test explains: their names are computed, or their tests are gone."""
    told = {each.path for each in plan.left} | {tape.theirs for tape in plan.tapes.values()}
    for file in files:
        if file.suffix in TAPES and "cassettes" in file.parts and file not in told:
            hand = "remove it if its test is gone; else `playhead convert` it, and name it in the marker"
            plan.left.append(Left(file, 1, "the cassette", "no test or call that was read names it", hand))
