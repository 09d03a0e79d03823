"""Which line of the user's code made a request: the first frame that belongs to none of the libraries in between."""

from __future__ import annotations

import sys
import warnings
from pathlib import Path
from sysconfig import get_paths
from types import FrameType

from playhead.apart import apart
from playhead.errors import PlayheadError, PlayheadWarning

__all__ = ["calling_frame", "calling_line", "note_caller", "of_program", "show_caller", "warn_caller"]

_OWN = str(Path(__file__).resolve().parents[1])
_LIBRARIES = tuple({get_paths()[kind] for kind in ("stdlib", "platstdlib", "purelib", "platlib", "scripts")})


def calling_frame() -> FrameType | None:
    """The frame of the user's code that led here, or `None` if no frame of the stack is the user's."""
    frame: FrameType | None = sys._getframe(1)  # noqa: SLF001  # traceback would read every source file on the way
    while frame is not None and not of_program(frame):
        frame = frame.f_back
    return frame


def of_program(frame: FrameType) -> bool:
    """Whether a frame is the user's code, and of no library."""
    return not frame.f_code.co_filename.startswith((_OWN, *_LIBRARIES, "<"))


def calling_line() -> str | None:
    """`"app/users.py:31 in fetch"`, or `None` if no frame of the stack is the user's."""
    frame = calling_frame()
    if frame is None:
        return None
    return f"{_short(frame.f_code.co_filename)}:{frame.f_lineno} in {frame.f_code.co_name}"


def warn_caller(warning: PlayheadWarning) -> None:
    """Warn at the line of the user's code that led here, as if that had called `warnings.warn`."""
    frame = calling_frame()
    if frame is None:
        warnings.warn(warning, stacklevel=2)
        return
    module = frame.f_globals.get("__name__", "<unknown>")
    registry = frame.f_globals.setdefault("__warningregistry__", {})
    warnings.warn_explicit(
        warning, type(warning), frame.f_code.co_filename, frame.f_lineno, module=module, registry=registry
    )


def show_caller(warning: PlayheadWarning) -> None:
    """Like `warn_caller`, but where filters make warnings errors it is shown instead of raised.

    For what is worth a look and stands in no one's way. pytest lists it among its warnings either way.
    """
    try:
        warn_caller(warning)
    except PlayheadWarning:
        frame = calling_frame() or sys._getframe()  # noqa: SLF001  # as in calling_frame
        warnings.showwarning(warning, type(warning), frame.f_code.co_filename, frame.f_lineno)


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
        return str(Path(name).relative_to(apart(Path.cwd)))
    except ValueError:
        return name
