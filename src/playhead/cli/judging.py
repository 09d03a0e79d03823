"""What the commands that judge have in common: the options of their reports, and the exit code of a comparison."""

from __future__ import annotations

from importlib import import_module

import click

from playhead.cli.exits import FINDINGS, NOTHING, UNREADABLE
from playhead.contract.comparison import Comparison
from playhead.contract.rules import Severity

__all__ = ["FAIL_ON", "FORMAT", "OUTPUT", "exit_code", "rendered"]

_LEVELS = ("breaking", "risky", "compatible", "never")

FORMAT = click.option(
    "--format", "form", type=click.Choice(["text", "json"]), default="text", help="For people, or for programs."
)
OUTPUT = click.option("-o", "--output", metavar="FILE", help="Write the report to FILE instead of the terminal.")
FAIL_ON = click.option(
    "--fail-on", type=click.Choice(_LEVELS), default="breaking", show_default=True,
    help="The mildest finding that makes the exit code 1.",
)  # fmt: skip


def rendered(comparison: Comparison, form: str, *, colour: bool) -> str:
    """The report in a format; only the one that is asked for is loaded."""
    report = import_module(f"playhead.report.{form}")
    text: str = report.render(comparison, colour=colour) if form == "text" else report.render(comparison)
    return text


def exit_code(comparison: Comparison, fail_on: str) -> int:
    """The exit code: what could not be read or checked outranks findings."""
    if comparison.incomplete:
        return UNREADABLE
    if fail_on == "never" or comparison.worst is None:
        return NOTHING
    return FINDINGS if comparison.worst.rank >= Severity(fail_on).rank else NOTHING
