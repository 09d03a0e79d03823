"""The options of commands as frozen dataclasses, so that no command passes click's keyword arguments on.

This module and those that declare commands import nothing heavy at the top: `--help` must be quick.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import update_wrapper
from typing import TYPE_CHECKING, TypeVar

import click

from playhead.cli.reports import FORMATS, Also, also_of

if TYPE_CHECKING:
    from playhead.report.failing import FailOn

__all__ = [
    "AcceptOptions",
    "ContractOptions",
    "ConvertOptions",
    "DiffOptions",
    "ReportOptions",
    "ShowOptions",
    "VerifyOptions",
    "report_options",
    "taking",
]

_Options = TypeVar("_Options")
_Command = Callable[[_Options], int]
_Decorated = TypeVar("_Decorated", bound=Callable[..., None])


def taking(options: Callable[..., _Options]) -> Callable[[_Command[_Options]], Callable[..., None]]:
    """Pass a command all of its parameters as one value, and exit with the code that it returns.

    Args:
        options: A dataclass with one field for each argument and option, of the same name.
    """

    def decorate(command: _Command[_Options]) -> Callable[..., None]:
        def run(**values: object) -> None:
            click.get_current_context().exit(command(options(**values)))

        return update_wrapper(run, command)

    return decorate


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportOptions:
    """Options of every command that reports findings; `report_options` adds them to a command."""

    form: str
    output: str | None
    fail_on: FailOn
    also: tuple[Also, ...]
    listed: bool
    show: tuple[str, ...]


def _fail_on(ctx: click.Context, param: click.Parameter, value: str) -> FailOn:
    from playhead.report.failing import FailOn

    try:
        return FailOn.parse(value)
    except ValueError as error:
        raise click.BadParameter(f"{error}.", ctx, param) from None


_REPORT_OPTIONS = (
    click.option(
        "--format", "form", type=click.Choice(list(FORMATS)), default="text", show_default=True,
        help="Format of the report.",
    ),
    click.option("-o", "--output", metavar="FILE", help="Write the report to FILE instead of the terminal."),
    click.option(
        "--fail-on", callback=_fail_on, default="breaking", show_default=True, metavar="LIST",
        help="What to exit with 1 for: breaking, risky or compatible (this or worse), confirmed, unread, never; "
        "a list such as breaking,unread combines them.",
    ),
    click.option(
        "--also", callback=also_of, multiple=True, metavar="FORMAT=FILE",
        help="Write another report. Can be repeated.",
    ),
    click.option("--accepted", "listed", is_flag=True, help="List accepted findings too."),
    click.option(
        "--show", type=click.Choice(["data"]), multiple=True,
        help="List other data too: differences that chance may explain.",
    ),
)  # fmt: skip


def report_options(command: _Decorated) -> _Decorated:
    """Add the options of `ReportOptions` to a command."""
    for option in reversed(_REPORT_OPTIONS):
        command = option(command)
    return command


@dataclass(frozen=True, slots=True, kw_only=True)
class DiffOptions(ReportOptions):
    """Parameters of `playhead diff`."""

    old: str
    new: str
    jobs: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class VerifyOptions(ReportOptions):
    """Parameters of `playhead verify`."""

    cassettes: tuple[str, ...]
    to: tuple[str, ...]
    openapi: str | None
    dry_run: bool
    only: tuple[str, ...]
    method: tuple[str, ...]
    header: tuple[str, ...]
    secret: tuple[str, ...]
    hooks: str | None
    allow_host: tuple[str, ...]
    confirm: int
    budget: int
    rate: float
    max_wait: float
    timeout: float
    update: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ContractOptions:
    """Parameters of `playhead contract`."""

    sources: tuple[str, ...]
    output: str | None
    document: str | None
    jobs: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ConvertOptions:
    """Parameters of `playhead convert`."""

    source: str
    target: str | None
    to: str | None
    in_place: bool
    as_is: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ShowOptions:
    """Parameters of `playhead show`."""

    cassette: str
    form: str | None
    page: str | None
    numbers: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class AcceptOptions:
    """Parameters of `playhead accept`."""

    fingerprint: str
    reason: str
    until: datetime | None
    report: str | None
    target: str | None
