"""Where output goes: the terminal with colour, a pipe without, or a file."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import click

from playhead.errors import UsageError
from playhead.store.folders import is_recording

__all__ = ["colourful", "is_terminal", "progress", "written"]

_FEWEST_FOR_A_BAR = 20


def is_terminal() -> bool:
    """Whether standard output is a terminal; it may be closed."""
    return sys.stdout is not None and sys.stdout.isatty()


def colourful() -> bool:
    """Whether standard output is a terminal that wants colour (https://no-color.org)."""
    import os

    return is_terminal() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"


def written(text: str, output: str | None) -> None:
    """Print a report, or write it to a file; UsageError if that cannot be written."""
    data = text.encode("utf-8", "backslashreplace")  # half of a surrogate pair is written as JSON escapes it
    if output is None or output == "-":
        click.echo(data.decode(), nl=False)
        return
    target = Path(output)
    if target.is_file() and is_recording(target):
        raise UsageError(f"{output} is a recording or a contract, and is not overwritten: give another file with -o.")
    try:
        target.write_bytes(data)
    except OSError as error:
        raise UsageError(f"{output} cannot be written ({error.strerror}): give another file with -o.") from error


@contextmanager
def progress(files: Sequence[Path]) -> Iterator[Callable[[Path], object]]:
    """A function to call with each file that is done; it draws a bar if there are many, on a terminal only."""
    if len(files) < _FEWEST_FOR_A_BAR or sys.stderr is None or not sys.stderr.isatty():
        yield id
        return
    with click.progressbar(length=len(files), label="Reading cassettes", file=sys.stderr) as bar:
        yield lambda _: bar.update(1)
