"""Write the reports on a comparison, and choose the exit code: common to all commands that judge recordings."""

from __future__ import annotations

from dataclasses import replace

import click

from playhead.cli.exits import FINDINGS, NOTHING, UNREADABLE
from playhead.cli.options import ReportOptions
from playhead.cli.output import colourful, write
from playhead.cli.reports import FORMATS, Asked
from playhead.contract.comparison import Comparison
from playhead.contract.exhibits import Exhibits
from playhead.report.failing import FailOn

__all__ = ["exit_code", "report"]


def report(comparison: Comparison, exhibits: Exhibits, options: ReportOptions) -> int:
    """Write all reports that `options` ask for, and return the exit code."""
    asked = Asked(
        comparison if options.listed else _without_accepted(comparison),
        exhibits,
        options.fail_on,
        show=options.show,
    )
    for each in options.also:
        write(FORMATS[each.form](asked), each.file)
    write(FORMATS[options.form](asked._replace(colour=options.output is None and colourful())), options.output)
    return exit_code(comparison, options.fail_on)


def _without_accepted(comparison: Comparison) -> Comparison:
    if comparison.accepted:
        click.echo(f"Accepted: {len(comparison.accepted)} (--accepted lists them)", err=True)
    return replace(comparison, accepted=())


def exit_code(comparison: Comparison, fail_on: FailOn) -> int:
    """Return the exit code of a comparison. Something that could not be read or checked outranks findings."""
    if comparison.incomplete:
        return UNREADABLE
    return FINDINGS if fail_on.any_fails(comparison) else NOTHING
