"""`playhead.mock_of`: the assertions of a double for type checkers, which know it by its spec alone."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import cast, overload
from unittest.mock import AsyncMock, MagicMock, NonCallableMock

from playhead.doubles.member import AnsweringMixin
from playhead.doubles.mocks import ChildrenMixin
from playhead.errors import UsageError

__all__ = ["mock_of"]


@overload
def mock_of(member: Callable[..., Awaitable[object]], /) -> AsyncMock: ...
@overload
def mock_of(member: Callable[..., object], /) -> MagicMock: ...
@overload
def mock_of(member: object, /) -> NonCallableMock: ...
def mock_of(member: object, /) -> NonCallableMock:
    """Return a double or one of its methods, typed as the mock that it is.

    To a type checker a double is an object of its spec, so `db.create_user` is a method without assertions. At run time
    this returns its argument, and `db.create_user.assert_awaited_once_with("Ada")` works as well.

        playhead.mock_of(db.create_user).assert_awaited_once_with("Ada")

    Args:
        member: A double, a method of one, or either of an object that a method returned.

    Returns:
        The argument: an `AsyncMock` for what is awaited, a `MagicMock` for other methods.

    Raises:
        UsageError: The argument is neither a double nor a method of one.
    """
    if not issubclass(type(member), AnsweringMixin | ChildrenMixin):
        raise UsageError(
            "playhead.mock_of takes a double or a method of one, such as mock_of(db.create_user), not an object of "
            f"type {type(member).__name__}: pass what deck.double returned, or a method of that."
        )
    return cast(NonCallableMock, member)
