"""Judge a suite and write the report: the work of `playhead doctor`."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from pathlib import Path

from playhead.cli.exits import FINDINGS, NOTHING, UNREADABLE
from playhead.cli.output import parts_of, write
from playhead.redaction.rules import RedactionRules
from playhead.report.doctor.page import render as as_page
from playhead.report.doctor.sections import Part, Report, Shown
from playhead.report.doctor.text import render as as_text
from playhead.report.words import size
from playhead.services.checking.doctor.diagnosing import diagnose
from playhead.services.checking.doctor.facts import Diagnosis, Example
from playhead.settings.resolve import resolve
from playhead.text.words import counted

__all__ = ["as_json", "examined"]

_HOSTS = 5


def examined(path: str, form: str, output: str | None, *, secrets: bool, jobs: int | None) -> int:
    """Write the report on a suite in the format that is asked for, and return the exit code."""
    rules = RedactionRules.from_options(resolve({}, {}, where="playhead doctor").redact) if secrets else None
    diagnosis = diagnose(Path(path), rules, jobs)
    if form == "json":
        write(as_json(diagnosis), output)
    elif form == "html":
        write(as_page(_report(diagnosis), parts_of("playhead.report.doctor")), output)
    else:
        write(as_text(_report(diagnosis)), output)
    return UNREADABLE if diagnosis.unread else FINDINGS if diagnosis.harmful else NOTHING


def as_json(diagnosis: Diagnosis) -> str:
    """Return the report as JSON; its keys are in the reference of the command line."""
    findings = [
        {
            "kind": each.kind,
            "title": each.title,
            "count": each.count,
            "summary": each.summary,
            "advice": each.advice,
            "examples": [
                {"file": example.file, "interaction": example.interaction or None, "note": example.note}
                for example in each.examples
            ],
        }
        for each in diagnosis.findings
    ]
    document = {
        "path": diagnosis.path,
        "tools": diagnosis.tools,
        "files": diagnosis.files,
        "interactions": diagnosis.interactions,
        "size_bytes": diagnosis.size_bytes,
        "ours_bytes": diagnosis.ours_bytes,
        "oldest": diagnosis.oldest or None,
        "months": diagnosis.months,
        "hosts": diagnosis.hosts,
        "findings": findings,
        "commands": diagnosis.commands,
    }
    return json.dumps(document, indent=2) + "\n"


def _report(diagnosis: Diagnosis) -> Report:
    files, interactions = counted(diagnosis.files, "file"), counted(diagnosis.interactions, "interaction")
    heading = f"{diagnosis.path}: {files}, {interactions}, {size(diagnosis.size_bytes)}"
    parts = tuple(
        Part(
            each.title,
            each.count,
            each.summary,
            tuple(_shown(example, diagnosis.path) for example in each.examples),
            each.advice,
        )
        for each in diagnosis.findings
    )
    return Report(heading, tuple(_facts(diagnosis)), parts, tuple(diagnosis.commands))


def _facts(diagnosis: Diagnosis) -> Iterator[str]:
    yield f"Tools: {', '.join(diagnosis.tools) or 'none that is known'}"
    if diagnosis.hosts:
        more = len(diagnosis.hosts) - _HOSTS
        hosts = [f"{host or 'no host'} ({count:,})" for host, count in list(diagnosis.hosts.items())[:_HOSTS]]
        yield f"Hosts: {', '.join(hosts)}{f' and {more:,} more' if more > 0 else ''}"
    if diagnosis.oldest:
        years: dict[str, int] = {}
        for month, count in diagnosis.months.items():
            years[month[:4]] = years.get(month[:4], 0) + count
        answers = ", ".join(f"{year} {count:,}" for year, count in years.items())
        yield f"Oldest: {diagnosis.oldest}{f'; answers by year: {answers}' if answers else ''}"


def _shown(example: Example, root: str) -> Shown:
    """Return an example with its file as seen from the suite."""
    path = example.file if example.file == root else os.path.relpath(example.file, root)
    return Shown(f"{path} #{example.interaction}" if example.interaction else path, example.note)
