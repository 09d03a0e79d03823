"""Check recordings against an OpenAPI document: `playhead verify CASSETTES --openapi FILE`."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import click

from playhead.cli.judging import report
from playhead.cli.options import VerifyOptions
from playhead.cli.output import progress
from playhead.contract.comparison import Unreadable
from playhead.contract.exhibits import NO_EXHIBITS
from playhead.errors import UsageError
from playhead.openapi.judge import Conformance
from playhead.services.checking.conformance import hold_against, load_document
from playhead.services.comparing.judging import judging
from playhead.services.verifying.reading import each_recording, files_of
from playhead.text.words import counted

__all__ = ["against_document"]

_MOST_LISTED = 10


def against_document(options: VerifyOptions, path: str) -> int:
    """Check the recordings against the document at `path`, write the reports, and return the exit code."""
    document, settings = load_document(Path(path)), judging()
    files, broken = files_of(options.cassettes), list[Unreadable]()
    with progress(list(files)) as tick:
        conformance = hold_against(document, each_recording(files, broken), tick, settings.policy)
    if not conformance.checked and not broken:
        hosts = ", ".join(list(conformance.others)[:3]) or "nobody"
        raise UsageError(f"{path} describes none of the recorded requests, which went to {hosts}: check the path.")
    comparison = replace(conformance.comparison(), unreadable=tuple(broken), document=Path(path).name)
    code = report(settings.with_accepted_apart(comparison), NO_EXHIBITS, options)
    click.echo(_summary(conformance, path), err=True)
    return code


def _summary(conformance: Conformance, path: str) -> str:
    lines = [f"{counted(conformance.checked, 'recorded exchange')} checked against {path}"]
    if conformance.others:
        lines.append(f"Not described by it: {conformance.others.total()}")
        lines += [f"  {count:>5}  to {host}" for host, count in conformance.others.most_common(_MOST_LISTED)]
    return "\n".join(lines)
