"""`playhead show`: a cassette at a glance, as a waterfall, or as a page for the browser."""

from __future__ import annotations

import re
import sys
from pathlib import Path

import click

from playhead.cli.listing import as_json, as_text
from playhead.cli.naming import expect_file
from playhead.cli.output import is_terminal
from playhead.errors import UsageError
from playhead.model.cassette import Cassette
from playhead.store.cassettes import load

__all__ = ["command"]

_PLAIN_COLUMNS, _FEWEST_COLUMNS, _MOST_COLUMNS = 80, 40, 140
_MOST_ROWS, _MOST_ON_A_PAGE = 200, 2000
_CASSETTES = (".json", ".msgpack", ".journal")


@click.command("show")
@click.argument("cassette", metavar="CASSETTE")
@click.option("--timeline", "form", flag_value="timeline", help="Draw what happened when, as a waterfall.")
@click.option("--html", "page", metavar="FILE", help="Write the waterfall as a page of its own, for the browser.")
@click.option("--json", "form", flag_value="json", help="Print it as JSON, for programs.")
@click.option("--range", "numbers", metavar="FIRST-LAST", help="Only these interactions, by their numbers.")
def command(cassette: str, form: str | None, page: str | None, numbers: str | None) -> None:
    """Show what is on CASSETTE: every request with its answer, and when it happened.

    \b
    The columns:
      #      the number of the interaction
      start  when the request started, from the beginning of the recording
      head   how long until the status and headers of the answer came
      end    how long until all of it was there
      size   of the body that came back

    Below each line are the bodies, sent (>) and received (<), cut to one line.

    With --timeline or --html each interaction is a bar against a scale of time.

    \b
    Examples:
      playhead show cassettes/test_users/test_get.json
      playhead show cassettes/test_users/test_get.json --timeline
      playhead show cassettes/test_users/test_get.json --html timeline.html
    """
    expect_file(cassette)
    loaded = load(cassette)
    shown = loaded if numbers is None else _within(loaded, numbers, cassette)
    if page is not None:
        _write(page, _page(shown, cassette, capped=numbers is None))
    if form == "timeline":
        click.echo(_waterfall(shown, cassette, capped=numbers is None), nl=False)
    elif form == "json" or page is None:
        click.echo(as_json(shown) if form else as_text(shown, cassette))


def _within(loaded: Cassette, numbers: str, path: str) -> Cassette:
    """The cassette with only the interactions of a range such as `40-80`; UsageError if it is none, or has none."""
    match = re.fullmatch(r"(\d{1,18})(?:-(\d{1,18}))?", numbers, re.ASCII)
    if match is None:
        raise UsageError(f"--range {numbers} is no range of interactions: write it as --range 40-80.")
    first, last = int(match[1]), int(match[2] or match[1])
    within = tuple(each for each in loaded.interactions if first <= each.id <= last)
    if not within:
        raise UsageError(
            f"No interaction of {path} is in --range {numbers}: it has {len(loaded.interactions)} of them."
        )
    return loaded.with_interactions(within)


def _waterfall(cassette: Cassette, title: str, *, capped: bool) -> str:
    from playhead.cli.output import colourful
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
    from shutil import get_terminal_size

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
    from playhead.cli.parts import parts_of
    from playhead.report.waterfall import page

    parts = parts_of("playhead.report.waterfall")
    return page.render(cassette, title, parts, most=_MOST_ON_A_PAGE if capped else len(cassette.interactions))


def _write(target: str, text: str) -> None:
    """Write the page, but never in place of a recording; UsageError if it cannot be written."""
    if target == "-":
        click.echo(text, nl=False)
        return
    if Path(target).suffix in _CASSETTES:
        raise UsageError(f"{target} is the name of a recording: name the page .html.")
    try:
        Path(target).write_text(text, encoding="utf-8")
    except OSError as error:
        raise UsageError(f"{target} cannot be written ({error.strerror}): give another file to --html.") from error
    click.echo(f"{target}: open it in a browser.", err=True)
