"""`playhead diff`: two sets of recordings in, a report and an exit code out."""

from __future__ import annotations

from contextlib import ExitStack

import click

from playhead.cli.judging import Wanted, report_options, reported
from playhead.cli.output import progress
from playhead.cli.reports import Also
from playhead.services.comparing.compare import both_sides, compare_sides
from playhead.services.comparing.exhibits import exhibits_of
from playhead.services.comparing.folding import jobs_for
from playhead.services.comparing.judging import judging

__all__ = ["command"]


@click.command("diff")
@click.argument("old", metavar="OLD")
@click.argument("new", metavar="NEW")
@report_options
@click.option("--jobs", type=click.IntRange(1), metavar="N", help="Processes to use; by default one per processor.")
@click.pass_context
def command(
    ctx: click.Context,
    old: str,
    new: str,
    form: str,
    output: str | None,
    fail_on: str,
    also: tuple[Also, ...],
    listed: bool,
    jobs: int | None,
) -> None:
    """Tell whether an API has changed between the recordings OLD and NEW, and whether that breaks anyone.

    OLD and NEW are cassettes, folders that are searched for cassettes, contracts
    that `playhead contract` wrote, or any of them in a git revision. What was asked
    and answered is folded into one picture per endpoint: which fields are always
    there, of which types, with which status. The two pictures are compared; values
    as such (names, times, ids) are never a change.

    \b
    Every finding has
      a severity   breaking, risky (it may break someone) or compatible
      a grade      the samples it rests on, on both sides:
                   E0 one, E1 two, E2 three or more, E3 five or more, E4 with
                   an independent witness; nothing below E2 is called breaking

    What you send differently is reported as yours. Errors of the server (5xx, 429)
    and of the network are no drift: they could not be checked, and say so.

    \b
    Reports:
      text       for people, in 80 columns
      json       for programs; its schema is in the documentation
      markdown   for a comment on a pull request, short enough for one
      html       one page for the browser, with recordings of both sides
      junit      for CI servers: findings at or above --fail-on have failed
      sarif      for code scanning (2.1.0)
      github     for the log of GitHub Actions, which annotates the cassettes

    \b
    Examples:
      playhead diff old/test_get.json cassettes/test_get.json
      playhead diff main:cassettes cassettes --fail-on risky
      playhead diff old new --format html -o drift.html
      playhead diff old new --format github --also sarif=drift.sarif

    Exit codes: 0 nothing found, 1 findings at or above --fail-on, 2 wrong usage,
    3 something could not be read or checked.
    """
    settings = judging()
    with ExitStack() as stack:
        sides = both_sides(old, new)
        for side in sides:
            stack.enter_context(side)
            if side.absent:
                click.echo(f"There are no cassettes at {side.name} to compare with.", err=True)
        files = [path for side in sides for path in side.files]
        with progress(files) as tick:
            comparison = compare_sides(sides[0], sides[1], tick, settings=settings, jobs=jobs or jobs_for(files))
        exhibits = exhibits_of(comparison, new, lambda path: sides[0].shown(sides[1].shown(path)))
    ctx.exit(reported(comparison, exhibits, Wanted(form, output, fail_on, also, listed)))
