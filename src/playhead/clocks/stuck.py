"""The error for a program in which nothing can happen any more.

It lists every task with what it waits for and the line where it does.
"""

from __future__ import annotations

from collections.abc import Iterable
from types import FrameType

from playhead.caller import of_program, shown_line
from playhead.clocks.world.waiting import await_frames
from playhead.errors import NOTE_COLUMNS, NothingCanHappen

__all__ = ["Wait", "nothing_can_happen", "of_user", "wait_of"]

Wait = tuple[str, str, str]
"""A task's name, the call or future that it waits for, and the line: `("Task-2", "Event.wait", "app/users.py:31 in
fetch")`."""

MOST_SHOWN = 20


def nothing_can_happen(waits: Iterable[Wait]) -> NothingCanHappen:
    """Return the error for these waits, with a note for each of the first 20."""
    every = tuple(sorted(waits, key=_by_name))
    tasks = f"all {len(every)} tasks wait" if len(every) != 1 else "the only task waits"
    error = NothingCanHappen(
        f"Nothing can happen any more under the virtual clock: {tasks} for something that no timer, socket, thread "
        "or process is left to bring; see below, or hold the clock with playhead.clock.hold() if something is.",
        waits=every,
    )
    for name, what, where in every[:MOST_SHOWN]:
        error.with_notes(_rows(name, what, where))
    if len(every) > MOST_SHOWN:
        error.with_notes([("", f"and {len(every) - MOST_SHOWN} more")])
    return error


def _rows(name: str, what: str, where: str) -> list[tuple[str, str]]:
    """Return one row, or two if the line of code does not fit beside the rest."""
    text = f"{what} at {where}"
    return [(name, text)] if len(f"  {name:<9} {text}") <= NOTE_COLUMNS else [(name, what), ("", f"at {where}")]


def wait_of(name: str, coroutine: object, waiter: object = None) -> Wait:
    """Describe the wait of a suspended task.

    The line is the innermost one of the user's code on the await chain, and what it calls is what the task waits for.

    Args:
        name: The task's name.
        coroutine: The task's coroutine.
        waiter: The future at the end of the chain, if it is known.
    """
    frames = list(await_frames(coroutine))
    place = max((index for index, frame in enumerate(frames) if of_program(frame)), default=0)
    if not frames:
        return name, _shown(waiter), "its start"
    at, below = frames[place], frames[place + 1 :]
    what = below[0].f_code.co_qualname if below else _shown(waiter)
    return name, what, shown_line(at.f_code, at.f_lineno)


def of_user(frames: Iterable[FrameType]) -> bool:
    """Return True if any of these frames belongs to the user's code."""
    return any(map(of_program, frames))


def _shown(waiter: object) -> str:
    get_name = getattr(waiter, "get_name", None)
    if get_name is not None:
        return f"task {get_name()}"
    if hasattr(waiter, "_children"):
        return f"gather of {len(waiter._children)}"  # noqa: SLF001  # of `gather`; there is no public way
    return "a future that nobody has resolved" if waiter is not None else "something"


def _by_name(wait: Wait) -> tuple[str, int]:
    """Return a key that sorts Task-2 before Task-10."""
    stem = wait[0].rstrip("0123456789")
    digits = wait[0][len(stem) :]
    return stem, int(digits or 0)
