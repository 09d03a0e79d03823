"""Which line of the user's code made a request: the first frame that belongs to none of the libraries in between."""

from __future__ import annotations

import sys
from pathlib import Path
from sysconfig import get_paths

from playhead.errors import PlayheadError

__all__ = ["calling_line", "note_caller"]

_OWN = str(Path(__file__).resolve().parents[1])
_LIBRARIES = tuple({get_paths()[kind] for kind in ("stdlib", "platstdlib", "purelib", "platlib")})


def calling_line() -> str | None:
    """`"app/users.py:31 in fetch"`, or `None` if no frame of the stack is the user's."""
    frame = sys._getframe(1)  # noqa: SLF001  # the traceback module would read every source file on the way
    while frame is not None:
        name = frame.f_code.co_filename
        if not name.startswith((_OWN, *_LIBRARIES, "<")):
            return f"{_short(name)}:{frame.f_lineno} in {frame.f_code.co_name}"
        frame = frame.f_back  # type: ignore[assignment]  # the loop ends at None
    return None


def note_caller(error: PlayheadError) -> None:
    """Add the calling line to an error's details, before the way out if that is its last line."""
    line = calling_line()
    if line is None:
        return
    error.with_notes([("caller", line)])
    notes = error.__notes__
    at = next((place for place, text in enumerate(notes) if text.startswith(("  record", "  repeat"))), len(notes))
    notes.insert(at, notes.pop())


def _short(name: str) -> str:
    try:
        return str(Path(name).relative_to(Path.cwd()))
    except ValueError:
        return name
