"""The decks of fixtures that outlive a test: `cassettes/_fixtures/<module>/<fixture>.json`.

A fixture with the scope of a class, module, package or session is set up once and used by many tests. Its requests
cannot stand on the cassette of the test that happens to come first: run alone, another test would miss them. So each
such fixture has a cassette of its own. Take this conftest.py:

    @pytest.fixture(scope="session")
    def token():
        yield httpx.post("https://api.test/login").json()["token"]
        httpx.post("https://api.test/logout")

and two tests on cassettes, `test_a` and `test_b` in test_users.py, that use `token`. A run does this:

1. `pytest_collection_finish`: `expect` notes that tests on a cassette use `token`. A fixture that only other tests use
   is left alone.
2. setup of `token`: `around_setup` opens a deck on cassettes/_fixtures/conftest/token.json with the origin
   `::token (setup)`. No context carries it, so it is the ambient deck: requests of the fixture find it in whatever
   task or event loop they are made. Threads that the fixture starts do not belong to it, for a server started here
   serves the tests. The login is recorded, and the deck is closed and written.
3. `test_a` and `test_b` run with decks of their own. The fixture has none now: what a test does belongs to the test,
   even if a client that the fixture has built sends it.
4. teardown: pytest calls the finalizers of the fixture. `around_setup` has replaced each by one that opens a second
   deck on the same cassette, with the origin `::token (teardown)`, in which the logout is recorded. A fixture with more
   finalizers has `(teardown 2)` and so on.

Each deck replaces the recordings of its own origin only, so setup and teardown share the file. A parametrized fixture
has an origin for each parameter, by index: `::token[0] (setup)`.

What a run recorded itself is never replayed in that run: stored responses are redacted, and the tests need the live
token. Therefore `record="missing"` and `record="new"` mean `all` while the file is not older than the run: for the
teardown, for a second parameter, and in another worker. Under xdist each worker sets up the fixture and records it; one
of them writes the file, and `fixture_recordings` compares the others with it.
"""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from playhead.deck.context import restore, use_in_context
from playhead.deck.session import Session
from playhead.guard.network import NetworkGuard
from playhead.model.mode import Mode
from playhead.pytest_plugin.internals import asking_item, finalizers, wider_fixtures
from playhead.pytest_plugin.leftovers import drop_journals
from playhead.pytest_plugin.markers import configured
from playhead.pytest_plugin.names import fixture_path
from playhead.pytest_plugin.roots import Location, roots_of, runnable, typed_path
from playhead.pytest_plugin.tally import Tally
from playhead.settings.options import Options
from playhead.settings.resolve import resolve
from playhead.store.shelf import Contested
from playhead.use.cassette import open_deck

__all__ = ["FixtureDecks"]

OTHERS = ("_pytest", "anyio", "pytest_asyncio", "xdist", "playhead.pytest_plugin")
"""Plugins whose fixtures are in every run, and make no requests."""

_XUNIT = re.compile(r"_(?:xunit|unittest)_(setup_module|setup_class|setUpClass)_fixture_(.*)")


class FixtureDecks:
    """Opens decks around the setup and teardown of fixtures that outlive a test. The module explains how."""

    def __init__(self, began_s: float, tally: Tally) -> None:
        self._began_s = began_s
        self._tally = tally
        self._expected: dict[int, set[Path]] = {}

    def expect(self, items: Iterable[pytest.Item]) -> None:
        """Note the fixtures that these tests use. The set does not depend on the order of the tests."""
        for item in items:
            for each in wider_fixtures(item):
                self._expected.setdefault(id(each), set()).add(item.path)

    def expects(self, fixturedef: pytest.FixtureDef[Any]) -> bool:
        """Return True if a test on a cassette uses the fixture."""
        return id(fixturedef) in self._expected

    @contextmanager
    def around_setup(self, fixturedef: pytest.FixtureDef[Any], request: pytest.FixtureRequest) -> Iterator[None]:
        """Keep a deck open while the fixture is set up, and another while each of its finalizers runs."""
        if not _may_request(fixturedef):
            yield
            return
        options = resolve({}, configured(request))
        before = len(finalizers(fixturedef))
        with self._deck(fixturedef, request, options, "setup"):
            yield
        own = finalizers(fixturedef)[before:]
        finalizers(fixturedef)[before:] = [
            self._on_deck(each, fixturedef, request, options, _phase(number)) for number, each in enumerate(own)
        ]

    def _on_deck(
        self,
        finalizer: Callable[[], object],
        fixturedef: pytest.FixtureDef[Any],
        request: pytest.FixtureRequest,
        options: Options,
        phase: str,
    ) -> Callable[[], None]:
        def finalize() -> None:
            with self._deck(fixturedef, request, options, phase):
                finalizer()

        return finalize

    @contextmanager
    def _deck(
        self, fixturedef: pytest.FixtureDef[Any], request: pytest.FixtureRequest, options: Options, phase: str
    ) -> Iterator[None]:
        where, fixture = _located(fixturedef, request)
        path = where.path
        origin = f"{_node(request, where.root)}::{fixture}{_parameter(request)} ({phase})"
        if options.record in (Mode.MISSING, Mode.NEW) and not self._is_older(path):
            options = replace(options, record=Mode.ALL)
        name = typed_path(request.config, path)
        command = f"pytest {_command(request)}"
        with ExitStack() as stack:
            several = hasattr(request.config, "workerinput")
            shelf = Contested() if several and options.record is Mode.NEW else None
            deck = open_deck(path, options, name=name, origin=origin, record=command, shelf=shelf, contested=several)
            deck.at_once_without_loop = True
            deck.keeps_threads = False  # requests of a server that a fixture starts are the tests' own
            if not deck.recording:
                guard = NetworkGuard(origin, passthrough=options.passthrough, discard=options.discard)
                stack.enter_context(guard)
            token, first = use_in_context(None), True
            try:
                yield
            except BaseException as error:
                deck.close(commit=options.keep_on_error, error=error, keep_journal=isinstance(error, Exception))
                raise
            else:
                first = self._commit(deck, in_worker=hasattr(request.config, "workerinput"))
                if deck.report.recorded:
                    drop_journals(path, origin, before_s=self._began_s)
                    self._tell(fixturedef, request, deck, origin)
            finally:
                restore(token)
                if deck.seen:
                    self._tally.add(deck, origin, written=not first or deck.files.journal_path is None)

    def _commit(self, deck: Session, *, in_worker: bool) -> bool:
        """Write what the fixture recorded. Return False if another worker was first.

        The main process compares the recordings of both.
        """
        try:
            deck.close(commit=True)
        except Exception as error:
            from playhead.store.commits import Overtaken

            if not (in_worker and isinstance(error, Overtaken)):
                raise
            return False
        return True

    def _tell(
        self, fixturedef: pytest.FixtureDef[Any], request: pytest.FixtureRequest, deck: Session, origin: str
    ) -> None:
        """Send the recording of a worker to the main process, which compares it with those of others."""
        if hasattr(request.config, "workerinput"):
            users = self._expected.get(id(fixturedef)) or {asking_item(request).path}
            files = [runnable(request.config, each) for each in users]
            self._tally.fixture_recordings().add(deck.name, origin, deck.files.written or deck.recorded, files)

    def _is_older(self, path: Path) -> bool:
        """Return True if the file was there before the run; another worker or parameter may have made it."""
        try:
            return path.stat().st_mtime < self._began_s
        except OSError:
            return False


def _may_request(fixturedef: pytest.FixtureDef[Any]) -> bool:
    module = getattr(fixturedef.func, "__module__", "") or ""
    return _XUNIT.fullmatch(fixturedef.argname) is not None or not module.startswith(OTHERS)


def _located(fixturedef: pytest.FixtureDef[Any], request: pytest.FixtureRequest) -> tuple[Location, str]:
    """Return where the fixture's cassette is, and the name of the fixture.

    The cassette is named after the module that defines the fixture: a path below rootdir, else its dotted name.
    """
    roots, rootdir = roots_of(request.config), request.config.rootpath
    xunit = _XUNIT.fullmatch(fixturedef.argname)
    if xunit is not None:
        fixture = (f"{xunit[2]}." if "lass" in xunit[1] else "") + xunit[1]
        module: str = request.node.nodeid.partition("::")[0]
        path: Path | None = request.node.path
    else:
        fixture = fixturedef.argname
        module, path = _defining(fixturedef, rootdir)

    def named(root: Path, module: str) -> Path:
        return fixture_path(root, module, fixture)

    if path is None:
        return Location(named(rootdir, module), module), fixture
    return roots.locate(path, module, named, among=asking_item(request).path), fixture


def _defining(fixturedef: pytest.FixtureDef[Any], rootdir: Path) -> tuple[str, Path | None]:
    """Return the module that defines a fixture, and its file unless that is installed."""
    function = inspect.unwrap(fixturedef.func)
    code = getattr(function, "__code__", None)
    path = Path(code.co_filename) if code is not None else None
    dotted = str(getattr(function, "__module__", "unknown")).replace(".", "/")
    if path is None or "site-packages" in path.parts:
        return dotted, None
    return path.relative_to(rootdir).as_posix() if path.is_relative_to(rootdir) else dotted, path


def _node(request: pytest.FixtureRequest, root: Path | None) -> str:
    """Return the id of the node that the fixture belongs to, from the folder below which its cassette stands."""
    module, colons, names = str(request.node.nodeid).partition("::")
    if module in ("", ".") or root is None or not request.node.path.is_relative_to(root):
        return str(request.node.nodeid)
    return f"{request.node.path.relative_to(root).as_posix()}{colons}{names}"


def _command(request: pytest.FixtureRequest) -> str:
    """Return the arguments with which `pytest` sets the fixture up."""
    node = request.node
    module, colons, names = node.nodeid.partition("::")
    return runnable(request.config, node.path, colons + names) if module else "."


def _parameter(request: pytest.FixtureRequest) -> str:
    index = getattr(request, "param_index", 0)
    return f"[{index}]" if hasattr(request, "param") else ""


def _phase(number: int) -> str:
    return "teardown" if number == 0 else f"teardown {number + 1}"
