"""`playhead demo`: record, replay and compare a real service that is started here."""

from __future__ import annotations

from importlib.util import find_spec
from itertools import count
from pathlib import Path

import click

from playhead.errors import UsageError

__all__ = ["command"]

_NAME = "playhead-demo"
NEEDED = ("aiosmtpd", "aiosmtplib", "aiosqlite", "fastapi", "uvicorn")


@click.command("demo")
@click.argument("folder", metavar="[FOLDER]", default=_NAME, type=click.Path(path_type=Path))
def command(folder: Path) -> None:
    """Record, replay and compare a real service, started here on loopback.

    The demo starts a small web shop, records a program that talks to it (concurrent
    requests, a live stream, an error, a refused connection), stops the shop, and
    replays the recording at three speeds. Then it starts the next version of the
    shop, records again, and shows what changed. Last comes a registration with a
    database and a mail server, as doubles. It takes a few seconds and touches no
    network.

    The files are written to FOLDER (default: playhead-demo). An existing folder is
    never overwritten: a number is added to the name. For . and .. the folder is a
    new playhead-demo inside.

    \b
    Example:
      playhead demo
    """
    missing = [name for name in NEEDED if find_spec(name) is None]
    if missing:
        raise UsageError(f"The demo needs {', '.join(missing)}: pip install 'playhead[demo]'")
    from playhead.demo.story import Story

    Story(_made(folder), click.echo).tell()


def _made(wanted: Path) -> Path:
    """Create the folder, with a number added to its name if it exists."""
    if wanted.name in ("", ".."):
        wanted /= _NAME
    for number in count(1):
        folder = wanted if number == 1 else wanted.with_name(f"{wanted.name}-{number}")
        try:
            folder.mkdir(parents=True)
        except FileExistsError:
            continue
        except OSError as error:
            raise UsageError(f"{folder} cannot be created ({error.strerror}): pass another folder.") from error
        return folder
    raise AssertionError("numbers do not end")
