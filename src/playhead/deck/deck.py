"""`Deck`: the public face of a session, with the documented names and no others."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Any, ParamSpec, TypeVar, overload
from weakref import WeakValueDictionary

from playhead.deck.context import current_session
from playhead.deck.routes.route import Route
from playhead.deck.routes.route_call import RouteCall
from playhead.deck.session import Session
from playhead.deck.stopwatch import DeckClock
from playhead.errors import RequestDrift, UsageError
from playhead.model.cassette import Interaction

__all__ = ["Deck", "current_deck", "deck_of", "session_of"]

T = TypeVar("T")
P = ParamSpec("P")
R = TypeVar("R")

_decks: WeakValueDictionary[int, Deck] = WeakValueDictionary()
"""By the id of the session, which a deck keeps alive."""


class Deck:
    """A cassette in use, as a test sees it.

    `use_cassette` and the `deck` fixture give one. `os.fspath` gives the path of the cassette.
    """

    __slots__ = ("__weakref__", "_session")

    def __init__(self, session: Session) -> None:
        self._session = session

    def route(self, method: str, pattern: str, *, host: str | None = None) -> Route:
        """Return the requests of this deck with a method and a path, to assert on like an `AsyncMock`.

        Args:
            method: Such as `"GET"`; `"*"` for any.
            pattern: A whole path, or a URL. `{x}` stands for one segment and `{x:path}` for the rest.
            host: Only requests to this host, such as `"api.test"`, `"127.0.0.1:8000"` or `"*.test"`.

        Raises:
            UsageError: The method is not a token, or the pattern is not a path.
        """
        return Route(self._session, method, pattern, host=host)

    @overload
    def double(  # type: ignore[overload-overlap]  # with the third, which classes could match: this one comes first
        self, name: str, spec: type[T], real: Callable[[], object] | None = None
    ) -> T: ...
    @overload
    def double(  # type: ignore[overload-cannot-match]  # by abstract classes it is: mypy keeps them from type[T]
        self, name: str, spec: type[object], real: Callable[[], object] | None = None
    ) -> Any: ...  # noqa: ANN401  # as a mock is
    @overload
    def double(self, name: str, spec: Callable[P, R], real: Callable[[], object] | None = None) -> Callable[P, R]: ...
    @overload
    def double(self, name: str, spec: None = None, real: Callable[[], object] | None = None) -> Any: ...  # noqa: ANN401  # as a mock is
    def double(self, name: str, spec: object = None, real: Callable[[], object] | None = None) -> object:
        """Return the stand-in called `name` for an object of the class `spec`, or for the function `spec`.

        While recording, calls go to the real object and onto the cassette; otherwise they are answered from it. Every
        assertion of `AsyncMock` works on the double and its members. A type checker knows the double by its spec;
        `playhead.mock_of` gives it the assertions.

        Args:
            name: The name of the double on the cassette.
            spec: A class or a function. Without one, the double has what was called while recording.
            real: Returns the real object: a value, an awaitable or a context manager. It is called while recording
                only, opened at the first call and closed with the deck.

        Raises:
            SpecDrift: What was recorded can no longer be called on the spec.
            UsageError: The spec is neither a class nor a function, or the name is taken by another spec.
        """
        doubles = self._session.doubles
        if doubles is None:
            raise UsageError(f"{self._session.name} was opened without doubles.")
        return doubles.double(name, spec, real)

    @property
    def interactions(self) -> tuple[Interaction, ...]:
        """The interactions on the cassette (unless it is recorded afresh), and those recorded since."""
        return self._session.engine.interactions

    @property
    def unplayed(self) -> tuple[Interaction, ...]:
        """The interactions that no request and no call has asked for."""
        return self._session.engine.unplayed

    @property
    def played(self) -> int:
        """The number of times a recording was played."""
        return self._session.engine.played

    @property
    def request_drift(self) -> list[RequestDrift]:
        """An error for each request that differs from its recording."""
        return self._session.engine.request_drift

    @property
    def recording(self) -> bool:
        """True if a request can go to the service and be recorded."""
        return self._session.recording

    def acknowledge(self, error: BaseException) -> None:
        """Withdraw a miss, so that it is not raised again when the deck closes."""
        self._session.engine.acknowledge(error)

    @property
    def clock(self) -> DeckClock:
        """The time that passes for the code under test: `now_us()`, and `elapsed()` to measure a block."""
        return DeckClock(self._session)

    @property
    def completions(self) -> list[RouteCall]:
        """The requests whose whole body or failure was delivered, in the order of this run."""
        return [RouteCall(call, self._session.redactor) for call in self._session.engine.over if call.completed]

    @property
    def max_concurrency(self) -> int:
        """The most requests that were under way at once in this run."""
        return self._session.engine.max_concurrency

    def __repr__(self) -> str:
        return repr(self._session)

    def __fspath__(self) -> str:
        return os.fspath(self._session.file)


def deck_of(session: Session) -> Deck:
    """Return the deck in front of a session, always the same one."""
    return _decks.setdefault(id(session), Deck(session))


def session_of(deck: Deck) -> Session:
    """Return the session behind a deck. Raises `UsageError` for anything else."""
    if not isinstance(deck, Deck):
        raise UsageError(
            f"A deck is expected, not {type(deck).__name__}: pass what `with playhead.use_cassette(...) as deck` gives."
        )
    return deck._session  # noqa: SLF001  # the deck is its face


def current_deck() -> Deck | None:
    """Return the deck that a request made here would go to, or `None`. Never raises."""
    session = current_session()
    return None if session is None else deck_of(session)
