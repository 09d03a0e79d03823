"""Scan files for secrets and print the hits: the work of `playhead scan`."""

from __future__ import annotations

import json
from collections.abc import Sequence

import click

from playhead.cli.exits import FINDINGS, NOTHING, UNREADABLE
from playhead.cli.output import progress
from playhead.redaction.rules import RedactionRules
from playhead.services.checking.scanning import FileHit, Scanned, files_to_scan, scan_files
from playhead.settings.resolve import resolve
from playhead.text.words import counted, plural, printable

__all__ = ["scan"]


def scan(sources: Sequence[str], form: str) -> int:
    """Scan files and folders, print a report as `"text"` or `"json"`, and return the exit code."""
    rules = RedactionRules.from_options(resolve({}, {}, where="playhead scan").redact)
    files = files_to_scan(sources)
    with progress(list(files)) as tick:
        scanned = scan_files(files, rules, tick)
    click.echo(_as_json(scanned) if form == "json" else _as_text(scanned))
    for each in scanned.unreadable:
        named = each.reason if each.path in each.reason else f"{each.path}: {each.reason}"
        click.echo(f"Not scanned: {printable(named)}", err=True)
    return UNREADABLE if scanned.unreadable else FINDINGS if scanned.sure else NOTHING


def _as_text(scanned: Scanned) -> str:
    sure, count = len(scanned.sure), len(scanned.hits)
    lines = [_line(each) for each in sorted(scanned.hits, key=lambda each: not each.hit.sure)]
    files = counted(scanned.files, "file")
    lines.append(f"{files} scanned: {sure or 'no'} {plural('secret', sure)}, {count - sure} possible")
    if sure:
        lines.append('Record again, or edit the file. Allow what is not a secret with redact = ["!KIND"].')
    return "\n".join(lines)


def _line(each: FileHit) -> str:
    said = "secret  " if each.hit.sure else "possible"
    number = f" #{each.hit.id}" if each.hit.id else ""
    return f"{said}  {printable(str(each.path))}{number} {printable(each.hit.place)}: {printable(each.hit.rule)}"


def _as_json(scanned: Scanned) -> str:
    hits = [
        {
            "file": str(each.path),
            "interaction": each.hit.id or None,
            "place": each.hit.place,
            "rule": each.hit.rule,
            "sure": each.hit.sure,
        }
        for each in scanned.hits
    ]
    unreadable = [{"file": each.path, "error": each.reason} for each in scanned.unreadable]
    return json.dumps({"files": scanned.files, "hits": hits, "unreadable": unreadable}, indent=2)
