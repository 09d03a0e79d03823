"""The decks of fixtures that outlive a test: `cassettes/_fixtures/<module>/<fixture>.json`.

One deck is open around such a fixture's setup and another one around its teardown, each with an origin of its own on
the same cassette. In between none is: what a test does belongs to the test.
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
from playhead.pytest_plugin.internals import asking_item, finalizers, wider_fixtures
from playhead.pytest_plugin.leftovers import drop_journals
from playhead.pytest_plugin.markers import configured
from playhead.pytest_plugin.names import fixture_path
from playhead.pytest_plugin.roots import Location, roots_of, runnable, shown
from playhead.pytest_plugin.tally import Tally
from playhead.settings.options import Options
from playhead.settings.resolve import resolve
from playhead.store.shelf import Contested
from playhead.use.cassette import open_deck

__all__ = ["FixtureDecks"]

OTHERS = ("_pytest", "anyio", "pytest_asyncio", "xdist", "playhead.pytest_plugin")
"""Plugins whose fixtures make no requests of their own, but are in every run."""

_XUNIT = re.compile(r"_(?:xunit|unittest)_(setup_module|setup_class|setUpClass)_fixture_(.*)")


class FixtureDecks:
    """Puts the wider fixtures of tests that are on a cassette on cassettes of their own."""

    def __init__(self, began_s: float, tally: Tally) -> None:
        self._began_s = began_s
        self._tally = tally
        self._expected: dict[int, set[Path]] = {}

    def expect(self, items: Iterable[pytest.Item]) -> None:
        """Note the fixtures that these tests use. It is the same set in whatever order the tests run."""
        for item in items:
            for each in wider_fixtures(item):
                self._expected.setdefault(id(each), set()).add(item.path)

    def expects(self, fixturedef: pytest.FixtureDef[Any]) -> bool:
        """Whether a test on a cassette uses the fixture."""
        return id(fixturedef) in self._expected

    @contextmanager
    def around_setup(self, fixturedef: pytest.FixtureDef[Any], request: pytest.FixtureRequest) -> Iterator[None]:
        """Have a deck open while the fixture is set up, and one for each of its finalizers."""
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
        if options.record in ("missing", "new") and not self._is_older(path):
            options = replace(options, record="all")
        name = shown(request.config, path)
        command = f"pytest {_command(request)}"
        with ExitStack() as stack:
            several = hasattr(request.config, "workerinput")
            shelf = Contested() if several and options.record == "new" else None
            deck = open_deck(path, options, name=name, origin=origin, record=command, shelf=shelf, contested=several)
            deck.at_once_without_loop = True
            deck.keeps_threads = False  # a server that a fixture starts serves the tests, whose requests are theirs
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
        """Write what the fixture recorded, unless another worker has come first: return False then.

        The main process tells whether that matters.
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
        """Other workers may have recorded the fixture too: the main process compares."""
        if hasattr(request.config, "workerinput"):
            users = self._expected.get(id(fixturedef)) or {asking_item(request).path}
            files = [runnable(request.config, each) for each in users]
            self._tally.fixture_recordings().add(deck.name, origin, deck.files.written or deck.recorded, files)

    def _is_older(self, path: Path) -> bool:
        """Whether the file was there before the run. What this run makes, in another worker or for another parameter,
        is redacted: its tests need what is live."""
        try:
            return path.stat().st_mtime < self._began_s
        except OSError:
            return False


def _may_request(fixturedef: pytest.FixtureDef[Any]) -> bool:
    module = getattr(fixturedef.func, "__module__", "") or ""
    return _XUNIT.fullmatch(fixturedef.argname) is not None or not module.startswith(OTHERS)


def _located(fixturedef: pytest.FixtureDef[Any], request: pytest.FixtureRequest) -> tuple[Location, str]:
    """Where the fixture's cassette is, and what to call the fixture.

    It is named after the module that defines the fixture: a path below rootdir, else its dotted name.
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
    """The module that defines a fixture, and its file unless that is an installed one."""
    function = inspect.unwrap(fixturedef.func)
    code = getattr(function, "__code__", None)
    path = Path(code.co_filename) if code is not None else None
    dotted = str(getattr(function, "__module__", "unknown")).replace(".", "/")
    if path is None or "site-packages" in path.parts:
        return dotted, None
    return path.relative_to(rootdir).as_posix() if path.is_relative_to(rootdir) else dotted, path


def _node(request: pytest.FixtureRequest, root: Path | None) -> str:
    """The node to which the fixture belongs, as it is called from the folder below which its cassette stands."""
    module, colons, names = str(request.node.nodeid).partition("::")
    if module in ("", ".") or root is None or not request.node.path.is_relative_to(root):
        return str(request.node.nodeid)
    return f"{request.node.path.relative_to(root).as_posix()}{colons}{names}"


def _command(request: pytest.FixtureRequest) -> str:
    """What sets the fixture up, after `pytest`."""
    node = request.node
    module, colons, names = node.nodeid.partition("::")
    return runnable(request.config, node.path, colons + names) if module else "."


def _parameter(request: pytest.FixtureRequest) -> str:
    index = getattr(request, "param_index", 0)
    return f"[{index}]" if hasattr(request, "param") else ""


def _phase(number: int) -> str:
    return "teardown" if number == 0 else f"teardown {number + 1}"
