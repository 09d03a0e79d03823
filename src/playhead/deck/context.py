"""Which deck a request belongs to. Decks are open or closed by identity, not as a stack: they may close in any order,
in any task or thread.

The deck of the context comes first. Without one there (a thread, a runner that was started earlier), it is the
innermost open deck of the process, if there is just one.
"""

from __future__ import annotations

import os
from contextvars import Context, ContextVar, Token
from threading import Lock
from typing import TYPE_CHECKING

from playhead.errors import NetworkBlocked, UsageError

if TYPE_CHECKING:
    from playhead.deck.session import Deck

__all__ = [
    "ambient_deck",
    "context_deck",
    "current_deck",
    "innermost",
    "left_behind",
    "of_context",
    "register",
    "resolve",
    "restore",
    "unregister",
    "use_in_context",
]

_of_context: ContextVar[Deck | None] = ContextVar("playhead_deck", default=None)
_open: list[Deck] = []
_lock = Lock()


def register(deck: Deck) -> None:
    """Note an open deck; its parent is the deck that it was opened under: that of the context, else an ambient one."""
    with _lock:
        own = _of_context.get()
        leaves = _leaves()
        if own is not None and own.is_open:
            deck.parent = innermost(own)
        elif len(leaves) == 1 and leaves[0].ambient:
            deck.parent = leaves[0]
        _open.append(deck)


def unregister(deck: Deck) -> None:
    """Forget a deck that closes."""
    with _lock:
        if deck in _open:
            _open.remove(deck)


def use_in_context(deck: Deck | None) -> Token[Deck | None]:
    """Make a deck that of the current context (this task, and all it starts)."""
    return _of_context.set(deck)


def restore(token: Token[Deck | None]) -> None:
    """Undo `use_in_context`. Closing in another task than opening leaves the other task's context as it was.

    Where decks close in another order than they were opened in, what was there before may have closed already: then the
    context is that of the nearest deck around it that is open, if there is one.
    """
    try:
        _of_context.reset(token)
    except ValueError:
        return
    before = deck = _of_context.get()
    while deck is not None and not deck.is_open:
        deck = deck.parent
    if deck is not before:
        _of_context.set(deck)


def of_context() -> Deck | None:
    """The deck that was entered in this context, open or closed."""
    return _of_context.get()


def ambient_deck() -> Deck | None:
    """The deck under which anything is that has none in its context, if that is a test's."""
    leaves = _leaves()
    return leaves[0] if len(leaves) == 1 and leaves[0].ambient and leaves[0].keeps_threads else None


def context_deck(context: Context) -> Deck | None:
    """The same for another context."""
    return context.get(_of_context)


def innermost(deck: Deck) -> Deck:
    """The innermost deck that was opened under this one, or the deck itself."""
    inner = [each for each in _leaves() if deck in _ancestors(each)]
    return inner[0] if len(inner) == 1 else deck


def resolve() -> Deck | None:
    """The deck that a request started here belongs to, or `None` if no deck is open.

    Raises `NetworkBlocked` if the deck of the context has closed, `UsageError` if it could be one of several.
    """
    own = _of_context.get()
    if own is not None:
        if own.is_open:
            return own
        raise left_behind(own)
    leaves = _leaves()
    if len(leaves) > 1:
        names = ", ".join(deck.name for deck in leaves)
        raise UsageError(
            f"Several cassettes are open, and this request could belong to any of them ({names}): "
            "run it in the context of one, or use an explicit playhead transport."
        )
    return leaves[0] if leaves else None


def left_behind(deck: Deck) -> NetworkBlocked:
    """The error for work that outlives its deck."""
    return NetworkBlocked(
        f"This was started under the cassette {deck.name}, which has closed: await or join it before the deck ends."
    )


def current_deck() -> Deck | None:
    """The deck that a request made here would go to, or `None`. Never raises."""
    own = _of_context.get()
    if own is not None:
        return own if own.is_open else None
    leaves = _leaves()
    return leaves[0] if len(leaves) == 1 else None


def _leaves() -> list[Deck]:
    """The open decks under which no other open deck was opened."""
    inner = {id(ancestor) for deck in _open for ancestor in _ancestors(deck)}
    return [deck for deck in _open if id(deck) not in inner]


def _ancestors(deck: Deck) -> list[Deck]:
    found = []
    parent = deck.parent
    while parent is not None:
        found.append(parent)
        parent = parent.parent
    return found


def _after_fork() -> None:
    _lock.release()
    for deck in _open:
        deck.become_inherited()


if hasattr(os, "register_at_fork"):  # Windows has none
    os.register_at_fork(before=_lock.acquire, after_in_parent=_lock.release, after_in_child=_after_fork)
