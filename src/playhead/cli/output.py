"""Where output goes: the terminal with colour, a pipe without, or a file."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import click

from playhead.errors import UsageError

__all__ = ["colourful", "progress", "written"]

_FEWEST_FOR_A_BAR = 20


def colourful() -> bool:
    """Whether standard output is a terminal that wants colour (https://no-color.org)."""
    import os

    return sys.stdout.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"


def written(text: str, output: str | None) -> None:
    """Print a report, or write it to a file; UsageError if that cannot be written."""
    if output is None or output == "-":
        click.echo(text, nl=False)
        return
    try:
        Path(output).write_text(text, encoding="utf-8")
    except OSError as error:
        raise UsageError(f"{output} cannot be written ({error.strerror}): give another file with -o.") from error


@contextmanager
def progress(files: Sequence[Path]) -> Iterator[Callable[[Path], object]]:
    """A function to call with each file that is done; it draws a bar if there are many, on a terminal only."""
    if len(files) < _FEWEST_FOR_A_BAR or not sys.stderr.isatty():
        yield id
        return
    with click.progressbar(length=len(files), label="Reading cassettes", file=sys.stderr) as bar:
        yield lambda _: bar.update(1)
