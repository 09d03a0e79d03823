"""All files of a suite, in several processes where that pays, and the findings that come of them together."""

from __future__ import annotations

import multiprocessing
import os
from collections.abc import Mapping
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from functools import partial
from pathlib import Path

from playhead.errors import UsageError
from playhead.redaction.rules import RedactionRules
from playhead.services.checking.doctor.commands import next_commands
from playhead.services.checking.doctor.examining import examine
from playhead.services.checking.doctor.explaining import unexplained
from playhead.services.checking.doctor.facts import Diagnosis, Facts
from playhead.services.checking.doctor.findings import findings_of
from playhead.services.checking.doctor.suite import Suite, suite_at

__all__ = ["diagnose"]

_CHUNK = 8
_SPARED_BYTES = 4 * 1024 * 1024
"""Reading this much takes some two seconds with the search for secrets; starting two processes takes half a second."""


def diagnose(path: Path, rules: RedactionRules | None, jobs: int | None = None) -> Diagnosis:
    """Read a suite and return what is wrong with it.

    Args:
        path: The folder of the suite, or one cassette.
        rules: By which names values are secret; secrets are not looked for without them.
        jobs: The largest number of processes; one per processor by default.

    Raises:
        UsageError: There is nothing, or no cassette.
    """
    suite = suite_at(path)
    facts = [each for each in _examined(suite.candidates, rules, jobs) if not each.other]
    if not facts:
        raise UsageError(f"There is no cassette below {path}: check the path.")
    return _diagnosis(path, suite, facts)


def _examined(files: Mapping[Path, int], rules: RedactionRules | None, jobs: int | None) -> list[Facts]:
    examining = partial(examine, rules=rules)
    count = _processes(files, jobs)
    if count > 1:
        try:
            # Not forked: a program that has threads, as this one may, can hang in a forked copy.
            with ProcessPoolExecutor(count, multiprocessing.get_context("spawn")) as pool:
                return list(pool.map(examining, files, chunksize=_CHUNK))
        except (BrokenProcessPool, OSError):
            pass  # where there can be no processes, this one reads
    return list(map(examining, files))


def _processes(sizes: Mapping[Path, int], jobs: int | None) -> int:
    """Return the number of processes: one if the others would be spared too little."""
    total = sum(sizes.values())
    spared = min(total // 2, total - max(sizes.values(), default=0))
    return (jobs or os.cpu_count() or 1) if spared > _SPARED_BYTES else 1


def _diagnosis(path: Path, suite: Suite, facts: list[Facts]) -> Diagnosis:
    read = [each for each in facts if not each.error]
    verdicts = unexplained([Path(each.path) for each in read], suite.modules) if suite.modules else {}
    findings = findings_of(facts, verdicts, {text for each in suite.modules for text in each.texts})
    tools = {tool for module in suite.modules for tool in module.tools} | {each.tool for each in read}
    months: dict[str, int] = {}
    hosts: dict[str, int] = {}
    for each in read:
        for counts, total in ((each.months, months), (each.hosts, hosts)):
            for name, count in counts.items():
                total[name] = total.get(name, 0) + count
    return Diagnosis(
        path=str(path),
        files=len(facts),
        interactions=sum(each.interactions for each in read),
        size_bytes=sum(each.size_bytes for each in facts),
        ours_bytes=sum(each.ours_bytes for each in read),
        tools=sorted(tools),
        findings=findings,
        oldest=min((each.oldest for each in read if each.oldest), default=""),
        months=dict(sorted(months.items())),
        hosts=dict(sorted(hosts.items(), key=lambda pair: (-pair[1], pair[0]))),
        commands=next_commands(path, facts, findings),
    )
