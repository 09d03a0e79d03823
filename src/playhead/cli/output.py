"""Print a report, write it to a file, or show progress; and read the parts that pages are made of."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

from playhead.errors import UsageError

if TYPE_CHECKING:
    from playhead.report.pages import Parts

__all__ = ["colourful", "is_terminal", "parts_of", "progress", "write"]

_FEWEST_FOR_A_BAR = 20


def is_terminal() -> bool:
    """Return True if standard output is a terminal. It may also be closed."""
    return sys.stdout is not None and sys.stdout.isatty()


def colourful() -> bool:
    """Return True if standard output is a terminal that wants colour (https://no-color.org)."""
    return is_terminal() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"


def write(text: str, output: str | None) -> None:
    """Print a report, or write it to a file.

    Args:
        text: The report.
        output: The path of the file; `None` and `"-"` stand for standard output.

    Raises:
        UsageError: The file is a recording or a contract, or cannot be written.
    """
    from playhead.store.folders import is_recording

    data = text.encode("utf-8", "backslashreplace")  # half of a surrogate pair is escaped as in JSON
    if output is None or output == "-":
        click.echo(data.decode(), nl=False)
        return
    target = Path(output)
    if target.is_file() and is_recording(target):
        raise UsageError(f"{output} is a recording or a contract, and is not overwritten: pass another file with -o.")
    try:
        target.write_bytes(data)
    except OSError as error:
        raise UsageError(f"{output} cannot be written ({error.strerror}): pass another file with -o.") from error


@contextmanager
def progress(files: Sequence[Path]) -> Iterator[Callable[[Path], object]]:
    """Draw a progress bar for many files if standard error is a terminal.

    Yields:
        A function to call with each file that is done.
    """
    if len(files) < _FEWEST_FOR_A_BAR or sys.stderr is None or not sys.stderr.isatty():
        yield id
        return
    with click.progressbar(length=len(files), label="Reading cassettes", file=sys.stderr) as bar:
        yield lambda _: bar.update(1)


def parts_of(package: str) -> Parts:
    """Read `page.html`, `page.css` and `page.js` of a package. The script all pages share comes before its own."""
    from importlib.resources import files

    from playhead.report.pages import Parts

    shared = files("playhead.report").joinpath("rows.js").read_text(encoding="utf-8")
    markup, style, script = (
        files(package).joinpath(f"page.{kind}").read_text(encoding="utf-8") for kind in ("html", "css", "js")
    )
    return Parts(markup, style, shared + script)
