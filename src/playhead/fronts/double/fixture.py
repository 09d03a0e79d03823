"""`playhead.double_fixture`: a double declared once in conftest.py, whose fixture body runs only when recording."""

from __future__ import annotations

import contextlib
import inspect
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from playhead.fronts.deck import Deck

__all__ = ["double_fixture"]


def double_fixture(*, spec: Any = None, name: str | None = None) -> Callable[[Callable[..., Any]], Any]:
    """Make a fixture of a function that gives the real object: the fixture is its double on the test's deck.

    The function yields the object (with clean-up after it), or returns or awaits it. It runs at the first call that is
    recorded, in that call's event loop; when replaying it does not run, and the fixtures that it asks for are not set
    up. `name` is that of the double, by default the function's.
    """

    def decorate(function: Callable[..., Any]) -> Any:
        wanted = tuple(inspect.signature(function).parameters)
        called = name or str(getattr(function, "__name__", "double"))

        def fixture(request: pytest.FixtureRequest, deck: Deck) -> Any:
            given = {each: _asked(request, each) for each in wanted} if deck.recording else {}
            return deck.double(called, spec, real=lambda: _opened(function, given))

        fixture.__doc__ = function.__doc__
        return pytest.fixture(name=getattr(function, "__name__", called))(fixture)

    return decorate


def _asked(request: pytest.FixtureRequest, name: str) -> Any:
    return request if name == "request" else request.getfixturevalue(name)


def _opened(function: Callable[..., Any], given: Mapping[str, Any]) -> Any:
    if inspect.isasyncgenfunction(function):
        return contextlib.asynccontextmanager(function)(**given)
    if inspect.isgeneratorfunction(function):
        return contextlib.contextmanager(function)(**given)
    return function(**given)
