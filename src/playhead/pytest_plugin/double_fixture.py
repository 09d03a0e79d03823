"""`playhead.double_fixture`: a double declared once in conftest.py, whose fixture body runs only when recording."""

from __future__ import annotations

import contextlib
import inspect
from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from playhead.deck.deck import Deck

__all__ = ["double_fixture"]


def double_fixture(function: Callable[..., Any] | None = None, /, *, spec: Any = None, name: str | None = None) -> Any:
    """Make a fixture of a function that gives the real object: the fixture is its double on the test's deck.

    The function yields the object (with clean-up after it), or returns or awaits it. It runs at the first call that is
    recorded, in that call's event loop; when replaying it does not run, and the fixtures that it asks for are not set
    up. `name` is that of the double, by default the function's. Without a spec it may stand without parentheses.
    """

    def decorate(function: Callable[..., Any]) -> Any:
        wanted = tuple(inspect.signature(function).parameters)
        called = name or str(getattr(function, "__name__", "double"))

        def fixture(request: pytest.FixtureRequest, deck: Deck) -> Iterator[Any]:
            given = {each: _asked(request, each) for each in wanted} if deck.recording else {}
            double = deck.double(called, spec, real=lambda: _opened(function, given))
            with _until_closed(request, deck, called):
                yield double

        fixture.__doc__ = function.__doc__
        return pytest.fixture(name=getattr(function, "__name__", called))(fixture)

    return decorate if function is None else decorate(function)


@contextlib.contextmanager
def _until_closed(request: pytest.FixtureRequest, deck: Deck, name: str) -> Iterator[None]:
    """Under anyio's plugin the event loop lasts as long as somebody needs it: here, until the real object is closed.

    Other fixtures may use the double in their teardown, after the test.
    """
    if not deck.recording or "anyio_backend" not in request.fixturenames:
        yield
        return
    from playhead.deck.deck import session_of

    doubles = session_of(deck).doubles
    assert doubles is not None  # the fixture has just made one
    from anyio.pytest_plugin import extract_backend_and_options, get_runner

    with get_runner(*extract_backend_and_options(request.getfixturevalue("anyio_backend"))) as runner:
        real = doubles.real_of(name)
        real.held = True
        try:
            yield
        finally:
            real.held = False
            runner.run_fixture(real.close, {})


def _asked(request: pytest.FixtureRequest, name: str) -> Any:
    return request if name == "request" else request.getfixturevalue(name)


def _opened(function: Callable[..., Any], given: Mapping[str, Any]) -> Any:
    if inspect.isasyncgenfunction(function):
        return contextlib.asynccontextmanager(function)(**given)
    if inspect.isgeneratorfunction(function):
        return contextlib.contextmanager(function)(**given)
    return function(**given)
