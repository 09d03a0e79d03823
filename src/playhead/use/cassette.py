"""`use_cassette`: opens a deck on a cassette and closes it, as a context manager of either kind or as a decorator."""

from __future__ import annotations

import inspect
import os
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Mapping
from contextlib import AbstractAsyncContextManager, AbstractContextManager, asynccontextmanager
from pathlib import Path
from types import TracebackType
from typing import Any, TypeVar

from playhead.apart import apart
from playhead.clients.httpx.front import codings_undone
from playhead.clients.httpx.intercept import intercepting
from playhead.deck.beside import beside
from playhead.deck.context import admit, of_context, restore, use_in_context
from playhead.deck.deck import Deck, deck_of
from playhead.deck.lingering import after_what_is_late
from playhead.deck.opening import open_setup
from playhead.deck.session import Session
from playhead.deck.setup import Setup
from playhead.doubles.desk import Desk
from playhead.errors import UsageError
from playhead.guard.unrecorded import watch
from playhead.model.cassette import Recorded
from playhead.settings.options import Options
from playhead.settings.resolve import resolve
from playhead.settings.surroundings import current_origin, located
from playhead.store.shelf import Shelf
from playhead.use.decorate import decorated

__all__ = ["UseCassette", "open_deck", "use_cassette"]

F = TypeVar("F", bound=Callable[..., Any])
T = TypeVar("T")


def open_deck(
    path: str | os.PathLike[str],
    options: Options,
    *,
    name: str | None = None,
    origin: str | None = None,
    record: str | None = None,
    ambient: bool = True,
    shelf: Shelf | None = None,
    contested: bool = False,
) -> Session:
    """Open a deck and intercept for it, without making it the deck of the context.

    `name` is what messages call it (default: the path), `origin` the test that makes the recordings, `record` the
    command that records this cassette, `shelf` where it is kept if others of the run share it; with
    `contested` other workers may record the same. Raises
    `CassetteCorrupt`, `UnsupportedVersion`, `UsageError`.
    """
    setup = apart(
        lambda: _prepared(path, options, name=name, origin=origin, record=record, shelf=shelf, contested=contested)
    )
    return _opened(setup, ambient=ambient)


def _prepared(
    path: str | os.PathLike[str],
    options: Options,
    *,
    name: str | None,
    origin: str | None,
    record: str | None = None,
    shelf: Shelf | None = None,
    contested: bool = False,
) -> Setup:
    """Do everything that takes files to open a deck."""
    setup = open_setup(
        Path(path),
        options,
        name=name,
        origin=origin,
        record=record,
        shelf=shelf,
        contested=contested,
        codings=codings_undone,
    )
    if setup.mode.records(exists=setup.cassette is not None):
        _load_ahead()
    return setup


def _opened(setup: Setup, *, ambient: bool) -> Session:
    options = setup.options
    session = Session(setup, ambient=ambient)
    session.doubles = Desk(session)
    admit(session)
    if options.intercept:
        session.on_close(after_what_is_late(session, intercepting()), in_children=True)
        if session.recording:
            session.on_close(watch(session), in_children=True)
    if options.wall_clock == "recorded" and setup.cassette is not None and not session.recording:
        _travel(session, setup.cassette.recorded)
    return session


def _load_ahead() -> None:
    """Import what recording needs.

    Otherwise the requests of an event loop would, or a test could stop the clocks that an extension module looks at
    while it is imported.
    """
    import playhead.redaction.scan
    import playhead.store.commits
    import playhead.store.journals  # noqa: F401
    from playhead.codecs import msgpack  # noqa: F401
    from playhead.store.stamp import stamp

    stamp()  # it looks up the version that is installed, once


def _travel(session: Session, recorded: Recorded) -> None:
    from playhead.guard.wall import travel

    try:
        session.on_close(travel(recorded, session.name, virtual=session.options.virtual), in_children=True)
    except UsageError as error:
        session.close(commit=False, error=error)
        raise


class UseCassette(AbstractContextManager[Deck], AbstractAsyncContextManager[Deck]):
    """The value of `use_cassette`. Each `with` and each call of a decorated function opens a deck of its own."""

    def __init__(self, path: str | os.PathLike[str], given: Mapping[str, object], *, origin: str | None = None) -> None:
        self._path = path
        self._given = given
        self._origin = origin
        self._entered: list[tuple[Session, Any]] = []
        apart(lambda: resolve(given))  # a wrong option is wrong at once, not at the first use

    def __enter__(self) -> Deck:
        return deck_of(self._enter(apart(self._prepare)))

    def _prepare(self) -> Setup:
        path, origin = located(self._path, self._origin or current_origin())
        return _prepared(path, resolve(self._given), name=str(self._path), origin=origin)

    def _enter(self, setup: Setup) -> Session:
        session = _opened(setup, ambient=False)
        self._entered.append((session, use_in_context(session)))
        return session

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        session = self._leave()
        session.close(commit=_commits(session, error), error=error)

    def _leave(self) -> Session:
        """Take out the session that was entered in this context: several tasks may be inside of one `use_cassette`."""
        own = of_context()
        position = next((each for each, (session, _) in enumerate(self._entered) if session is own), -1)
        session, token = self._entered.pop(position)
        restore(token)
        return session

    async def __aenter__(self) -> Deck:
        return deck_of(self._enter(await beside(self._prepare)))

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        session = next((each for each, _ in self._entered if each is of_context()), None)
        try:
            if session is not None:
                await session.close_reals()
        except BaseException as raised:
            self.__exit__(type(raised), raised, raised.__traceback__)
            raise
        left = self._leave()
        await left.aclose(commit=_commits(left, error), error=error)

    def __call__(self, function: F) -> F:
        """Decorate a function (sync, async, a generator of either kind) or the tests of a class."""
        if inspect.isclass(function):
            from playhead.use.decorate_class import decorated_class

            decorated_class(function, self.again)
            return function
        return decorated(function, self.again)

    def again(self, origin: str | None = None) -> UseCassette:
        """Return a copy for one more call of a decorated function. `origin` is stored with what it records."""
        return UseCassette(self._path, self._given, origin=origin)

    @asynccontextmanager
    async def around_steps(self) -> AsyncIterator[Callable[[Awaitable[T]], Awaitable[T]]]:
        """Open the deck without touching the context, and give a function that runs one step of a generator in it.

        What a generator sets in the context would leak into its caller at each `yield`.
        """
        await self.__aenter__()
        session = self._leave()

        async def step(awaitable: Awaitable[T]) -> T:
            token = use_in_context(session)
            try:
                return await awaitable
            finally:
                restore(token)

        error: BaseException | None = None
        try:
            yield step
            await session.close_reals()
        except BaseException as raised:
            error = raised
            raise
        finally:
            error = None if isinstance(error, GeneratorExit) else error
            session.close(commit=_commits(session, error), error=error)  # a generator that is closed must not wait


def _commits(session: Session, error: BaseException | None) -> bool:
    return error is None or session.options.keep_on_error


def use_cassette(
    path: str | os.PathLike[str],
    *,
    record: str | None = None,
    timing: str | float | None = None,
    wall_clock: str | None = None,
    ignore: Iterable[str] = (),
    check: Iterable[str] = (),
    on_request_drift: str | None = None,
    repeat: bool | Iterable[str] | None = None,
    passthrough: Iterable[str] = (),
    discard: Iterable[str] = (),
    origins: Mapping[str, str] | None = None,
    intercept: bool | None = None,
    redact: Iterable[str] | None = None,
    keep_on_error: bool | None = None,
    match: str | None = None,
    format: str | None = None,  # noqa: A002  # the option's name
) -> UseCassette:
    """Put every httpx and httpx2 client in this block on a cassette.

    Use the result as a context manager (`with` or `async with`, both give the `Deck`), or as a decorator of functions
    and test classes. An option that is `None` or empty is taken from the project's settings, and lists are combined
    with theirs; docs/reference/options.md explains the order.

    Args:
        path: The cassette: a `.json` or `.msgpack` file, or one of another tool such as vcrpy. Relative paths start at
            pytest's rootdir, or without pytest at the working directory.
        record: When to send requests and record them. `"none"` (default) only replays; `"missing"` records if there is
            no cassette yet; `"new"` replays the requests that are on the cassette exactly, and records the others;
            `"all"` records everything again.
        timing: How fast to replay. `"instant"` (default) does not wait; `"recorded"` waits as long as the service did;
            a number above 0 is that many times faster; `"virtual"` replays as recorded, in virtual time. It has no
            effect while recording.
        wall_clock: What `time.time()` and `datetime.now()` return. `"now"` (default) is the real time; `"recorded"` is
            the time of the recording, ticking on from there, and needs `playhead[clock]`. It has no effect while
            recording.
        ignore: Places in a request to leave out when a recording is looked up and compared, such as
            `"body.$.sent_at"`, `"POST /orders/{id}: query.page"` or `"@uuid"`.
        check: Request headers to compare as well, such as `"header.openai-beta"`.
        on_request_drift: What to do with a request that differs from its recording. `"error"` (default) raises
            `RequestDrift`; `"warn"` plays the recording with a warning; `"ignore"` plays it.
        repeat: Repeat the last recorded answer once all recordings of a request have been used: `False` (default),
            `True`, or a list of routes such as `"GET /users/{id}"`.
        passthrough: Hosts and URLs that are neither recorded nor replayed, and that the network guard lets through,
            such as `"localhost:9200"` or `"*.internal"`.
        discard: Hosts whose requests fail with a `ConnectError`, such as `"*.sentry.io"`. They are never recorded, and
            never count as a miss.
        origins: Names for base URLs. `{"users": "http://127.0.0.1:8000"}` stores `origin://users/...` instead of the
            URL, so that the recording matches whatever base URL the service has.
        intercept: Record and replay every httpx and httpx2 client (`True`, the default), or only the explicit
            transports of `playhead.httpx` and `playhead.httpx2` (`False`).
        redact: Further names of secrets. `"tenant"` redacts headers, query parameters and body fields of that name;
            `"header.x-tenant"`, `"query.tenant"` or `"body.tenant"` only one kind; `"!cursor"` says that a name is not
            secret.
        keep_on_error: Write what was recorded even if the block is left by an exception, or the test fails. `False` by
            default.
        match: Which recording answers a request. `"exact"` (default): one of the same request, body included.
            `"vcrpy"`: the next one of the same method and URL; a body that differs is reported, and fails nothing.
        format: The format to record in. `"playhead"` (default): `.json` or `.msgpack`; beside a YAML file of vcrpy,
            `x.json` takes the place of `x.yaml`. `"vcrpy"`: the YAML file itself, which holds responses alone.

    Returns:
        A context manager and decorator. Each `with` block and each call of a decorated function opens a deck of its
        own.

    Raises:
        UsageError: An option, or a setting in pyproject.toml, has a value that is not allowed.
        CassetteCorrupt: The file cannot be read. Raised on entry, as is `UnsupportedVersion`.
        UnsupportedVersion: A later version of playhead wrote the file.
        CassetteMissing: There is no cassette, and the mode may not create one. Raised at the first request. It is
            raised again at the end of the block if the code under test swallows it, as are the following errors.
        NoMatch: The request was never recorded.
        Exhausted: All recordings of the request have been played.
        RequestDrift: The request differs from its recording.
    """
    __tracebackhide__ = True  # an error of usage is in the caller's line
    given = {
        "record": record,
        "timing": timing,
        "wall_clock": wall_clock,
        "ignore": _listed(ignore),
        "check": _listed(check),
        "on_request_drift": on_request_drift,
        "repeat": repeat if repeat is None or isinstance(repeat, bool) else _listed(repeat),
        "passthrough": _listed(passthrough),
        "discard": _listed(discard),
        "origins": origins,
        "intercept": intercept,
        "redact": None if redact is None else _listed(redact),
        "keep_on_error": keep_on_error,
        "match": match,
        "format": format,
    }
    try:
        return UseCassette(path, {name: value for name, value in given.items() if value is not None})
    except UsageError as error:
        raise error.with_traceback(None) from None


def _listed(values: Iterable[str]) -> Iterable[str] | None:
    """Return the values so that they can be read more than once. A lone text stays one, and is refused later."""
    if isinstance(values, str):
        return values
    return tuple(values) or None
