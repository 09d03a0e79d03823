"""What the commands that judge have in common: the options of their reports, the writing of them, the exit code."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any, NamedTuple, TypeVar

import click

from playhead.cli.exits import FINDINGS, NOTHING, UNREADABLE
from playhead.cli.output import colourful, written
from playhead.cli.reports import FORMATS, Also, Asked, also_of
from playhead.contract.comparison import Comparison
from playhead.contract.exhibits import Exhibits
from playhead.contract.rules import Severity

__all__ = ["Wanted", "exit_code", "report_options", "reported"]

_LEVELS = ("breaking", "risky", "compatible", "never")
_Command = TypeVar("_Command", bound=Callable[..., Any])

_OPTIONS = (
    click.option(
        "--format", "form", type=click.Choice(list(FORMATS)), default="text", show_default=True,
        help="The report to make.",
    ),
    click.option("-o", "--output", metavar="FILE", help="Write the report to FILE instead of the terminal."),
    click.option(
        "--fail-on", type=click.Choice(_LEVELS), default="breaking", show_default=True,
        help="The mildest finding that makes the exit code 1.",
    ),
    click.option(
        "--also", callback=also_of, multiple=True, metavar="FORMAT=FILE",
        help="Write one more report. May be given several times.",
    ),
    click.option("--accepted", "listed", is_flag=True, help="List the accepted findings too."),
)  # fmt: skip


class Wanted(NamedTuple):
    """The report options of a command."""

    form: str
    output: str | None
    fail_on: str
    also: tuple[Also, ...]
    listed: bool


def report_options(command: _Command) -> _Command:
    """Give a command the options of `Wanted`, by these names."""
    for option in reversed(_OPTIONS):
        command = option(command)
    return command


def reported(comparison: Comparison, exhibits: Exhibits, wanted: Wanted) -> int:
    """Write the reports, and return the exit code."""
    asked = Asked(
        comparison if wanted.listed else _without_accepted(comparison),
        exhibits,
        None if wanted.fail_on == "never" else Severity(wanted.fail_on),
    )
    for each in wanted.also:
        written(FORMATS[each.form](asked), each.file)
    written(FORMATS[wanted.form](asked._replace(colour=wanted.output is None and colourful())), wanted.output)
    return exit_code(comparison, wanted.fail_on)


def _without_accepted(comparison: Comparison) -> Comparison:
    if comparison.accepted:
        click.echo(f"Accepted: {len(comparison.accepted)} (--accepted lists)", err=True)
    return replace(comparison, accepted=())


def exit_code(comparison: Comparison, fail_on: str) -> int:
    """The exit code: what could not be read or checked outranks findings."""
    if comparison.incomplete:
        return UNREADABLE
    if fail_on == "never" or comparison.worst is None:
        return NOTHING
    return FINDINGS if comparison.worst.rank >= Severity(fail_on).rank else NOTHING
