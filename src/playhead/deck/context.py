"""Find the session that a request belongs to.

The session of the context (a task, or a thread that was started under it) comes first. Without one there, as in a
runner that was started earlier, it is the innermost open session of the process, if there is only one. Sessions are
open or closed by identity, not as a stack: they may close in any order, in any task or thread.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import Context, ContextVar, Token
from threading import Lock

from playhead.deck.session import Session
from playhead.errors import NetworkBlocked, UsageError

__all__ = [
    "admit",
    "ambient_session",
    "context_session",
    "current_session",
    "in_context",
    "innermost",
    "left_behind",
    "of_context",
    "resolve",
    "restore",
    "use_in_context",
]

_of_context: ContextVar[Session | None] = ContextVar("playhead_deck", default=None)
_open: list[Session] = []
_lock = Lock()


def admit(session: Session) -> None:
    """Note an open session until it closes.

    Its parent is the session that it was opened under: that of the context, else an ambient one.
    """
    with _lock:
        own = _of_context.get()
        leaves = _leaves()
        if own is not None and own.is_open:
            session.parent = innermost(own)
        elif len(leaves) == 1 and leaves[0].ambient:
            session.parent = leaves[0]
        _open.append(session)
    session.before_close(lambda: _forget(session))


def _forget(session: Session) -> None:
    with _lock:
        if session in _open:
            _open.remove(session)


@contextmanager
def in_context(session: Session) -> Iterator[None]:
    """Make a session (or the innermost one opened under it) that of the current context."""
    token = use_in_context(innermost(session))
    try:
        yield
    finally:
        restore(token)


def use_in_context(session: Session | None) -> Token[Session | None]:
    """Make a session that of the current context (this task, and all it starts)."""
    return _of_context.set(session)


def restore(token: Token[Session | None]) -> None:
    """Undo `use_in_context`. Closing in another task than opening leaves the other task's context as it was.

    Where decks close in another order than they were opened in, what was there before may have closed already: then the
    context is that of the nearest session around it that is open, if there is one.
    """
    try:
        _of_context.reset(token)
    except ValueError:
        return
    before = session = _of_context.get()
    while session is not None and not session.is_open:
        session = session.parent
    if session is not before:
        _of_context.set(session)


def of_context() -> Session | None:
    """Return the session that was entered in this context, open or closed."""
    return _of_context.get()


def ambient_session() -> Session | None:
    """Return the session of a test that takes what has none in its context, if there is one."""
    leaves = _leaves()
    return leaves[0] if len(leaves) == 1 and leaves[0].ambient and leaves[0].keeps_threads else None


def context_session(context: Context) -> Session | None:
    """Return the session that was entered in another context."""
    return context.get(_of_context)


def innermost(session: Session) -> Session:
    """Return the innermost session that was opened under this one, or the session itself."""
    inner = [each for each in _leaves() if session in _ancestors(each)]
    return inner[0] if len(inner) == 1 else session


def resolve() -> Session | None:
    """Return the session that a request started here belongs to, or `None` if no session is open.

    Raises `NetworkBlocked` if the session of the context has closed, `UsageError` if it could be one of several.
    """
    own = _of_context.get()
    if own is not None:
        if own.is_open:
            return own
        if own.blocks_late:
            raise left_behind(own.name)
    leaves = _leaves()
    if len(leaves) > 1:
        names = ", ".join(session.name for session in leaves)
        raise UsageError(
            f"Several cassettes are open, and this request could belong to any of them ({names}): "
            "run it in the context of one, or use an explicit playhead transport."
        )
    return leaves[0] if leaves else None


def left_behind(name: str) -> NetworkBlocked:
    """Return the error for work that outlives the deck of this name."""
    return NetworkBlocked(
        f"This was started under the cassette {name}, which has closed: await or join it before the deck ends."
    )


def current_session() -> Session | None:
    """Return the session that a request made here would go to, or `None`. Never raises."""
    own = _of_context.get()
    if own is not None:
        return own if own.is_open else None
    leaves = _leaves()
    return leaves[0] if len(leaves) == 1 else None


def _leaves() -> list[Session]:
    """Return the open sessions under which no other open session was opened."""
    inner = {id(ancestor) for session in _open for ancestor in _ancestors(session)}
    return [session for session in _open if id(session) not in inner]


def _ancestors(session: Session) -> list[Session]:
    found = []
    parent = session.parent
    while parent is not None:
        found.append(parent)
        parent = parent.parent
    return found


def _after_fork() -> None:
    _lock.release()
    for session in _open:
        session.become_inherited()


if hasattr(os, "register_at_fork"):  # Windows has none
    os.register_at_fork(before=_lock.acquire, after_in_parent=_lock.release, after_in_child=_after_fork)
