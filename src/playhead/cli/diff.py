"""`playhead diff`: compare two sets of recordings."""

from __future__ import annotations

import click

from playhead.cli.options import DiffOptions, report_options, taking

__all__ = ["command"]


@click.command("diff")
@click.argument("old", metavar="OLD")
@click.argument("new", metavar="NEW")
@report_options
@click.option("--jobs", type=click.IntRange(1), metavar="N", help="Number of processes; by default one per processor.")
@taking(DiffOptions)
def command(options: DiffOptions) -> int:
    """Compare the recordings OLD and NEW: has the API changed, and does that break its clients?

    OLD and NEW are cassettes, folders that are searched for cassettes, contracts
    written by `playhead contract`, or any of these in a git revision. Requests and
    answers are folded into one picture per endpoint: which fields are always there,
    of which types, with which status. The two pictures are compared. Values such as
    names, times and ids are never reported as a change.

    \b
    Every finding has
      a severity   breaking, risky (it may break someone) or compatible
      a grade      how many samples there are on both sides:
                   E0 one, E1 two, E2 three or more, E3 five or more, E4 with
                   an independent witness; nothing below E2 is called breaking

    Changes in what you send are reported as yours. Server errors (5xx, 429), network
    errors, and endpoints that only refuse now (401, 403) are not drift: they are
    listed as unchecked.

    \b
    Reports:
      text       for people, in 80 columns
      json       for programs; the documentation has its schema
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
    from playhead.cli.comparing import compare

    return compare(options)
