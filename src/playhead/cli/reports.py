"""The formats of reports as one table. Only the modules of a format that is asked for are imported."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, NamedTuple

import click

if TYPE_CHECKING:
    from playhead.contract.comparison import Comparison
    from playhead.contract.exhibits import Exhibits
    from playhead.report.failing import FailOn

__all__ = ["FORMATS", "Also", "Asked", "also_of"]


class Asked(NamedTuple):
    """A comparison to report; `show` names what reports for people list in full."""

    comparison: Comparison
    exhibits: Exhibits
    fail_on: FailOn
    colour: bool = False
    show: tuple[str, ...] = ()


class Also(NamedTuple):
    """Another report, and the file to write it to."""

    form: str
    file: str


def also_of(ctx: click.Context, param: click.Parameter, values: tuple[str, ...]) -> tuple[Also, ...]:
    """Parse the values of `--also FORMAT=FILE`; a callback for click.

    Raises:
        click.BadParameter: A value has another form, or names an unknown format.
    """
    return tuple(_also(value, ctx, param) for value in values)


def _also(value: str, ctx: click.Context, param: click.Parameter) -> Also:
    form, _, file = value.partition("=")
    if form not in FORMATS or not file:
        known = ", ".join(FORMATS)
        message = f"{value!r} is not FORMAT=FILE: write html=drift.html, or one of {known}."
        raise click.BadParameter(message, ctx, param)
    return Also(form, file)


def _text(asked: Asked) -> str:
    from playhead.report import text

    return text.render(asked.comparison, asked.exhibits, colour=asked.colour, show=asked.show)


def _json(asked: Asked) -> str:
    from playhead.report import json

    return json.render(asked.comparison, asked.exhibits)


def _markdown(asked: Asked) -> str:
    from playhead.report import markdown

    return markdown.render(asked.comparison, asked.exhibits, show=asked.show)


def _html(asked: Asked) -> str:
    from playhead.cli.output import parts_of
    from playhead.report.drift import page

    return page.render(asked.comparison, asked.exhibits, parts_of("playhead.report.drift"), show=asked.show)


def _junit(asked: Asked) -> str:
    from playhead.report import junit

    return junit.render(asked.comparison, asked.exhibits, fail_on=asked.fail_on)


def _sarif(asked: Asked) -> str:
    from playhead import __version__
    from playhead.report import sarif

    return sarif.render(asked.comparison, asked.exhibits, version=__version__)


def _github(asked: Asked) -> str:
    from playhead.report import github

    return github.render(asked.comparison, asked.exhibits)


FORMATS: dict[str, Callable[[Asked], str]] = {
    "text": _text,
    "json": _json,
    "markdown": _markdown,
    "html": _html,
    "junit": _junit,
    "sarif": _sarif,
    "github": _github,
}
"""The function that renders each format, by the format's name on the command line."""
