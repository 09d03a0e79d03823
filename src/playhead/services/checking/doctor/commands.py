"""The three commands to run next, chosen by what was found. Each can be run as it stands."""

from __future__ import annotations

import shlex
from collections.abc import Iterator
from pathlib import Path

from playhead.services.checking.doctor.facts import Facts, Finding

__all__ = ["next_commands"]

_COMMANDS = 3


def next_commands(path: Path, facts: list[Facts], findings: list[Finding]) -> list[str]:
    """Return three commands for this suite; for the file of the worst finding first."""
    read = [each for each in facts if not each.error]
    found = dict.fromkeys(_commands(path, read, {each.kind: each for each in findings}))
    return list(found)[:_COMMANDS]


def _commands(path: Path, read: list[Facts], findings: dict[str, Finding]) -> Iterator[str]:
    for kind in ("secrets", "possible-secrets"):
        if kind in findings:
            yield _shell("playhead scan", findings[kind].examples[0].file)
    if "unreadable" in findings:
        yield _shell("git log --oneline -3 --", findings["unreadable"].examples[0].file)
    for kind in ("ambiguous", "never-match"):
        if kind in findings:
            yield _shell("playhead show", findings[kind].examples[0].file)
    largest = max(read, key=lambda each: each.size_bytes, default=None)
    if largest is None:
        return
    foreign = [each for each in read if each.tool != "playhead"]
    if foreign:
        first = Path(max(foreign, key=lambda each: each.size_bytes).path)
        yield _shell("playhead convert", str(first), str(first.with_suffix(".json")))
    yield _shell("playhead show", largest.path)
    yield _shell("playhead scan", largest.path)
    yield _shell("playhead contract", largest.path, "-o", "contract.json")
    yield _shell("playhead doctor", str(path), "--format", "html", "-o", "doctor.html")


def _shell(command: str, *arguments: str) -> str:
    return " ".join([command, *map(shlex.quote, arguments)])
