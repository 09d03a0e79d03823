"""Print a cassette, draw its waterfall, or write its page: the work of `playhead show`."""

from __future__ import annotations

import re
import sys
from pathlib import Path
from shutil import get_terminal_size

import click

from playhead.cli.exits import NOTHING
from playhead.cli.listing import as_json, as_text
from playhead.cli.naming import expect_file
from playhead.cli.options import ShowOptions
from playhead.cli.output import colourful, is_terminal, parts_of
from playhead.errors import UsageError
from playhead.model.cassette import Cassette
from playhead.store.cassettes import load
from playhead.text.files import CASSETTES, JOURNAL

__all__ = ["show"]

_PLAIN_COLUMNS, _FEWEST_COLUMNS, _MOST_COLUMNS = 80, 40, 140
_MOST_ROWS, _MOST_ON_A_PAGE = 200, 2000


def show(options: ShowOptions) -> int:
    """Show a cassette in the forms that `options` ask for, and return the exit code."""
    path, capped = options.cassette, options.numbers is None
    expect_file(path)
    cassette = load(path)
    if options.numbers is not None:
        cassette = _within(cassette, options.numbers, path)
    if options.page is not None:
        _write(options.page, _page(cassette, path, capped=capped))
    if options.form == "timeline":
        click.echo(_waterfall(cassette, path, capped=capped), nl=False)
    elif options.form == "json" or options.page is None:
        click.echo(as_json(cassette) if options.form else as_text(cassette, path))
    return NOTHING


def _within(cassette: Cassette, numbers: str, path: str) -> Cassette:
    """Return the cassette with only the interactions of a range such as `40-80`."""
    match = re.fullmatch(r"(\d{1,18})(?:-(\d{1,18}))?", numbers, re.ASCII)
    if match is None:
        raise UsageError(f"--range {numbers} is not a range of interactions: write it as --range 40-80.")
    first, last = int(match[1]), int(match[2] or match[1])
    within = tuple(each for each in cassette.interactions if first <= each.id <= last)
    if not within:
        count = len(cassette.interactions)
        raise UsageError(f"No interaction of {path} is in --range {numbers}: it has {count} of them.")
    return cassette.with_interactions(within)


def _waterfall(cassette: Cassette, title: str, *, capped: bool) -> str:
    from playhead.report.waterfall import terminal

    return terminal.render(
        cassette,
        title,
        most=_MOST_ROWS if capped else len(cassette.interactions),
        columns=_columns(),
        colour=colourful(),
        marks=terminal.LINES if _can_print("".join(terminal.LINES)) else terminal.ASCII,
    )


def _columns() -> int:
    if not is_terminal():
        return _PLAIN_COLUMNS
    return max(_FEWEST_COLUMNS, min(_MOST_COLUMNS, get_terminal_size((_PLAIN_COLUMNS, 24)).columns))


def _can_print(text: str) -> bool:
    try:
        text.encode(sys.stdout.encoding or "ascii")
    except UnicodeEncodeError:
        return False
    return True


def _page(cassette: Cassette, title: str, *, capped: bool) -> str:
    from playhead.report.waterfall import page

    parts = parts_of("playhead.report.waterfall")
    return page.render(cassette, title, parts, most=_MOST_ON_A_PAGE if capped else len(cassette.interactions))


def _write(target: str, text: str) -> None:
    """Write the page, but never over a recording."""
    if target == "-":
        click.echo(text, nl=False)
        return
    if Path(target).suffix in (*CASSETTES, JOURNAL):
        raise UsageError(f"{target} is the name of a recording: name the page .html.")
    try:
        Path(target).write_text(text, encoding="utf-8")
    except OSError as error:
        raise UsageError(f"{target} cannot be written ({error.strerror}): pass another file with --html.") from error
    click.echo(f"{target}: open it in a browser.", err=True)
