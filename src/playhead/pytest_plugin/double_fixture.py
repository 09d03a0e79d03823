"""`playhead.double_fixture`: declares a double in conftest.py. The body of the fixture only runs while recording."""

from __future__ import annotations

import contextlib
import inspect
from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING, TypeVar, overload

import pytest

if TYPE_CHECKING:
    from playhead.deck.deck import Deck

__all__ = ["double_fixture"]

F = TypeVar("F", bound=Callable[..., object])
Source = type[object] | Callable[..., object] | None


@overload
def double_fixture(function: F, /, *, spec: Source = None, name: str | None = None) -> F: ...
@overload
def double_fixture(*, spec: Source = None, name: str | None = None) -> Callable[[F], F]: ...
def double_fixture(
    function: Callable[..., object] | None = None, /, *, spec: Source = None, name: str | None = None
) -> object:
    """Make a fixture of a function that returns the real object: the fixture is its double on the test's deck.

    The function runs at the first call that is recorded, in the event loop of that call. At replay it does not run, and
    the fixtures that it asks for are not set up. In a test, annotate the fixture with its spec: `db: Database`.

    Args:
        function: Yields the object, with clean-up after it, or returns or awaits it. Without other arguments
            `double_fixture` is a decorator by itself, without parentheses.
        spec: The class (or function) that the double stands for.
        name: The name of the double, by default that of the function.

    Returns:
        The fixture, typed as the function like those of `pytest.fixture`.
    """

    def decorate(function: Callable[..., object]) -> object:
        wanted = tuple(inspect.signature(function).parameters)
        called = name or str(getattr(function, "__name__", "double"))

        def fixture(request: pytest.FixtureRequest, deck: Deck) -> Iterator[object]:
            given = {each: _asked(request, each) for each in wanted} if deck.recording else {}
            double: object = deck.double(called, spec, real=lambda: _opened(function, given))
            with _until_closed(request, deck, called):
                yield double

        fixture.__doc__ = function.__doc__
        return pytest.fixture(name=getattr(function, "__name__", called))(fixture)

    return decorate if function is None else decorate(function)


@contextlib.contextmanager
def _until_closed(request: pytest.FixtureRequest, deck: Deck, name: str) -> Iterator[None]:
    """Keep the event loop of anyio's plugin running until the real object is closed.

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


def _asked(request: pytest.FixtureRequest, name: str) -> object:
    return request if name == "request" else request.getfixturevalue(name)


def _opened(function: Callable[..., object], given: Mapping[str, object]) -> object:
    if inspect.isasyncgenfunction(function):
        return contextlib.asynccontextmanager(function)(**given)
    if inspect.isgeneratorfunction(function):
        return contextlib.contextmanager(function)(**given)
    return function(**given)
