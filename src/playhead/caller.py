"""The line of the user's code that made a request, opened a connection or waits: the nearest frame of no library."""

from __future__ import annotations

import os
import sys
import warnings
from pathlib import Path
from sysconfig import get_paths
from types import CodeType, FrameType, TracebackType

from playhead.apart import apart
from playhead.errors import PlayheadError, PlayheadWarning

__all__ = [
    "calling_frame",
    "calling_line",
    "line_in",
    "note_caller",
    "of_program",
    "show_caller",
    "shown_line",
    "warn_caller",
]

_LIBRARIES = (
    str(Path(__file__).resolve().parent) + os.sep,
    *{get_paths()[kind] + os.sep for kind in ("stdlib", "platstdlib", "purelib", "platlib", "scripts")},
    "<",  # code that was compiled from a text: data classes, frozen modules
)


def calling_frame() -> FrameType | None:
    """Return the frame of the user's code that led here, or None if no frame of the stack is the user's."""
    frame: FrameType | None = sys._getframe(1)  # noqa: SLF001  # traceback would read every source file on the way
    while frame is not None and not of_program(frame):
        frame = frame.f_back
    return frame


def of_program(frame: FrameType) -> bool:
    """Return True for a frame of the user's code rather than of a library."""
    return _is_own(frame.f_code)


def calling_line() -> str | None:
    """Return the line of the user's code that led here, such as `app/users.py:31 in fetch`, or None."""
    frame = calling_frame()
    return None if frame is None else shown_line(frame.f_code, frame.f_lineno)


def line_in(trace: TracebackType | None) -> str | None:
    """Return the user's line that is nearest to where an error was raised, or None if it passed none of theirs."""
    line = None
    while trace is not None:
        code = trace.tb_frame.f_code
        if _is_own(code):
            line = shown_line(code, trace.tb_lineno)
        trace = trace.tb_next
    return line


def shown_line(code: CodeType, line: int) -> str:
    """Return a line as errors show it: `app/users.py:31 in fetch`, below the working directory without its path."""
    return f"{_short(code.co_filename)}:{line} in {code.co_name}"


def warn_caller(warning: PlayheadWarning) -> None:
    """Warn at the line of the user's code that led here, as if it had called `warnings.warn`."""
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
    """Like `warn_caller`, but show the warning where filters would raise it as an error.

    This is for warnings that need not fail a test. pytest lists them among its warnings either way.
    """
    try:
        warn_caller(warning)
    except PlayheadWarning:
        frame = calling_frame() or sys._getframe()  # noqa: SLF001  # as in calling_frame
        warnings.showwarning(warning, type(warning), frame.f_code.co_filename, frame.f_lineno)


def note_caller(error: PlayheadError) -> None:
    """Add the calling line to an error's details, before the lines that say what to do about it."""
    line = calling_line()
    if line is None:
        return
    error.with_notes([("caller", line)])
    notes = error.__notes__
    at = next((place for place, text in enumerate(notes) if text.startswith(("  record", "  repeat"))), len(notes))
    notes.insert(at, notes.pop())


def _is_own(code: CodeType) -> bool:
    return not code.co_filename.startswith(_LIBRARIES) and "site-packages" not in code.co_filename


def _short(name: str) -> str:
    try:
        return str(Path(name).relative_to(apart(Path.cwd)))
    except ValueError:
        return name
