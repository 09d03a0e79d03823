"""Compare two sides and report the findings: the work of `playhead diff`."""

from __future__ import annotations

from contextlib import ExitStack

import click

from playhead.cli.judging import report
from playhead.cli.options import DiffOptions
from playhead.cli.output import progress
from playhead.services.comparing.compare import both_sides, compare_sides
from playhead.services.comparing.exhibits import exhibits_of
from playhead.services.comparing.folding import jobs_for
from playhead.services.comparing.judging import judging

__all__ = ["compare"]


def compare(options: DiffOptions) -> int:
    """Compare both sides, write the reports, and return the exit code."""
    settings = judging()
    with ExitStack() as stack:
        old, new = both_sides(options.old, options.new)
        for side in (old, new):
            stack.enter_context(side)
            if side.absent:
                click.echo(f"There are no cassettes at {side.name} to compare with.", err=True)
        files = [*old.files, *new.files]
        with progress(files) as tick:
            comparison = compare_sides(old, new, tick, settings=settings, jobs=jobs_for(files, options.jobs))
        exhibits = exhibits_of(comparison, options.new, lambda path: old.as_named(new.as_named(path)))
    return report(comparison, exhibits, options)
