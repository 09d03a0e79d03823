"""The hooks of a run in which a test is on a cassette."""

from __future__ import annotations

from collections.abc import Generator, Iterable
from contextlib import suppress
from functools import cache, partial
from pathlib import Path
from typing import Any

import pytest

from playhead.deck.deck import Deck, deck_of
from playhead.errors import UsageError
from playhead.pytest_plugin.fixture_decks import FixtureDecks
from playhead.pytest_plugin.internals import caching_failure, function_request, needed_by, on_cassette
from playhead.pytest_plugin.item_deck import ItemDeck
from playhead.pytest_plugin.keys import State
from playhead.pytest_plugin.markers import configured, shared_paths
from playhead.pytest_plugin.roots import typed_path
from playhead.pytest_plugin.tally import Tally
from playhead.settings.surroundings import set_fixture
from playhead.store.homes import home_of
from playhead.store.parsed_cache import PARSED
from playhead.store.shelf import Shelf

__all__ = ["Run"]


@cache
def _cache_folder(config: pytest.Config) -> Path | None:
    """Return the folder below pytest's cache for what was parsed; `None` in a run without the cache."""
    kept = getattr(config, "cache", None)
    with suppress(OSError):
        return None if kept is None else Path(kept.mkdir("playhead"))
    return None


def _forget_folder() -> None:
    PARSED.folder = lambda: None


class Run:
    """A plugin that gives each test its deck."""

    def __init__(self, config: pytest.Config, state: State) -> None:
        self.tally = state.tally = Tally()
        self._began_s = getattr(config, "workerinput", {}).get("playhead_began_s", state.began_s)
        self._fixtures = FixtureDecks(self._began_s, self.tally)
        self._current: ItemDeck | None = None
        self._shelf = Shelf()
        self._shared: set[Path] = set()
        PARSED.folder = partial(_cache_folder, config)
        config.add_cleanup(_forget_folder)

    def expect(self, items: Iterable[pytest.Item]) -> None:
        """Note the tests that are on a cassette, and the cassettes that they share."""
        items = list(items)
        self._fixtures.expect(items)
        self._shared = shared_paths(items)

    def deck_of(self, request: pytest.FixtureRequest) -> Deck:
        """Return the deck of the running test. It is opened here if the test only asks for it while it runs."""
        if self._current is None:
            self._current = self._item_deck(request.node)
        self._current.open(request)
        if self._current.deck is None:
            raise UsageError("The deck fixture cannot be used by playhead_config, which says how to open it.")
        return deck_of(self._current.deck)

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_runtest_setup(self, item: pytest.Item) -> Generator[None, object, object]:
        """Open the deck, at the latest when everything else is set up."""
        self._current = self._item_deck(item) if on_cassette(item) else None
        set_fixture(
            lambda: configured(function_request(item))
        )  # for `use_cassette` in a test that is not on a cassette
        result = yield
        if self._current is not None:
            self._current.open(function_request(item))
        return result

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_fixture_setup(
        self, fixturedef: pytest.FixtureDef[Any], request: pytest.FixtureRequest
    ) -> Generator[None, object, object]:
        """Open the test's deck before its first fixture, and a deck of its own around a wider fixture."""
        with caching_failure(fixturedef, request):
            configures = fixturedef.argname in needed_by("playhead_config", request)
            if fixturedef.scope == "function" and self._current is not None and not configures:
                self._current.open(request)
            if fixturedef.scope == "function" or configures or not self._expects(fixturedef):
                result = yield
                if self._current is not None and fixturedef.scope == "function":
                    self._current.closes_in(result, fixturedef)
                return result
            with self._fixtures.around_setup(fixturedef, request):
                return (yield)

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_runtest_call(self) -> Generator[None, object, object]:
        """Run the test function with its deck, and raise the misses that it has swallowed."""
        __tracebackhide__ = True
        test = self._current
        if test is None:
            return (yield)
        try:
            with test.carried():
                result = yield
        except BaseException as error:
            test.tell(error)
            raise
        test.check()
        return result

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_runtest_makereport(
        self, call: pytest.CallInfo[None]
    ) -> Generator[None, pytest.TestReport, pytest.TestReport]:
        """Note the outcome of each phase as it is reported: it may be an expected failure, or a strict pass."""
        report = yield
        if self._current is not None:
            self._current.note(report, call.excinfo.value if call.excinfo is not None else None)
        return report

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_runtest_teardown(self) -> Generator[None, object, object]:
        """Close the deck when everything is torn down."""
        __tracebackhide__ = True
        try:
            result = yield
        except BaseException as error:
            self._close(error)
            raise
        self._close(None)
        return result

    @pytest.hookimpl(wrapper=True, trylast=True)
    def pytest_sessionfinish(self, session: pytest.Session) -> Generator[None, object, object]:
        """Close the deck of an interrupted test, write shared cassettes, and send the counts of a worker of xdist."""
        result = yield
        self._close(KeyboardInterrupt())
        for path, error in self._shelf.flush().items():
            self.tally.unwritten.append(str(error))
            self.tally.recorded.pop(typed_path(session.config, path), None)
        self.tally.look_for_stale()
        output = getattr(session.config, "workeroutput", None)
        if output is not None and self.tally.decks:
            output["playhead"] = self.tally.to_plain()
        return result

    def _item_deck(self, item: pytest.Item) -> ItemDeck:
        return ItemDeck(item, self.tally, self._began_s, self._shelf_of)

    def _shelf_of(self, path: Path) -> Shelf | None:
        return self._shelf if self._shared and home_of(path) in self._shared else None

    def _expects(self, fixturedef: pytest.FixtureDef[Any]) -> bool:
        """Return True for a wider fixture that a test on a cassette uses, or asks for while it runs."""
        return self._current is not None or self._fixtures.expects(fixturedef)

    def _close(self, error: BaseException | None) -> None:
        __tracebackhide__ = True
        set_fixture(None)
        test, self._current = self._current, None
        if test is not None:
            test.close(error)
