"""The deck of one test: opened before its first function-scoped fixture, closed after its last teardown."""

from __future__ import annotations

import asyncio
import functools
import inspect
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from unittest import IsolatedAsyncioTestCase

import pytest

from playhead.deck.context import in_context
from playhead.deck.session import Session
from playhead.errors import PlayheadError
from playhead.guard.network import NetworkGuard
from playhead.model.mode import Mode
from playhead.pytest_plugin.explaining import explain
from playhead.pytest_plugin.leftovers import drop_journals
from playhead.pytest_plugin.markers import command_for, configured, options_for, path_for, says
from playhead.pytest_plugin.roots import typed_path
from playhead.pytest_plugin.tally import Tally
from playhead.settings.options import Options
from playhead.settings.surroundings import set_fixture
from playhead.store.homes import home_of, source_of
from playhead.store.shelf import Shelf
from playhead.use.cassette import open_deck

__all__ = ["ItemDeck"]


class ItemDeck:
    """Opens and closes the deck of a test, and knows how the test went."""

    def __init__(
        self, item: pytest.Item, tally: Tally, began_s: float, shelf_of: Callable[[Path], Shelf | None]
    ) -> None:
        """Prepare the deck of `item`. `shelf_of` returns where a cassette is kept while several tests share it."""
        self.deck: Session | None = None
        self._item = item
        self._tally = tally
        self._began_s = began_s
        self._shelf_of = shelf_of
        self._guard: NetworkGuard | None = None
        self._origin = item.nodeid
        self._opening = False
        self._closes_later = False
        self._outcome = "skipped"
        self._error: BaseException | None = None

    def open(self, request: pytest.FixtureRequest | None) -> None:
        """Open the deck, unless it is open or its own configuration is being set up."""
        if self.deck is not None or self._opening:
            return
        self._opening = True
        try:
            config = configured(request)
            set_fixture(lambda: config)
            options = options_for(self._item, config)
            path, self._origin = path_for(self._item)
            command = command_for(self._item)
            name = typed_path(self._item.config, _shown(path, options))
            self.deck = open_deck(
                path,
                options,
                name=name,
                origin=self._origin,
                record=f"pytest {command}",
                shelf=self._shelf_of(path),
            )
            self.deck.at_once_without_loop = not says(self._item, "timing")
            if not self.deck.recording:
                self._guard = NetworkGuard(self._item.nodeid, passthrough=options.passthrough, discard=options.discard)
                self._guard.__enter__()
        finally:
            self._opening = False

    def closes_in(self, value: object, fixturedef: pytest.FixtureDef[Any]) -> None:
        """If a fixture is the runner of the test's event loop, close the real objects of doubles before it does."""
        if isinstance(value, asyncio.Runner) and self.deck is not None:
            deck, self._closes_later = self.deck, True
            fixturedef.addfinalizer(lambda: value.run(deck.close_reals()))

    @contextmanager
    def carried(self) -> Iterator[None]:
        """Make this the deck of the test function, and of every task that it starts."""
        if self.deck is None:
            yield
            return
        with in_context(self.deck), _wrapped(self._item, self.deck, closes=not self._closes_later):
            yield

    def check(self) -> None:
        """Raise a miss or a blocked connection that the test has swallowed."""
        __tracebackhide__ = True  # the error shows the line of the test
        if self._guard is not None:
            self._guard.explain()
        self.explain()
        if self.deck is not None:
            self.deck.raise_misses()
        if self._guard is not None and self._guard.blocked:
            raise self._guard.blocked[0]

    def tell(self, error: BaseException) -> None:
        """Show misses beside another error, since they may have caused it."""
        if self._guard is not None:
            self._guard.explain()
        self.explain()
        others = [miss for miss in self._misses() if miss is not error]
        if others:
            lines = [
                line for miss in others for line in (f"{type(miss).__name__}: {miss}", *getattr(miss, "__notes__", ()))
            ]
            self._item.add_report_section("call", "playhead", "\n".join(lines))

    def explain(self) -> None:
        """Add to the misses where else they are recorded. This reads files, so it waits until the test is over."""
        if self.deck is not None:
            explain(self._item.config, self.deck, self._item.path)

    def note(self, report: pytest.TestReport, error: BaseException | None) -> None:
        """Note the outcome of a phase. A test that was not called counts as skipped."""
        if report.outcome != "passed":
            self._outcome, self._error = report.outcome, error or PlayheadError(report.outcome)
        elif report.when == "call" and self._error is None:
            self._outcome = "passed"

    def close(self, error: BaseException | None) -> None:
        """Close the deck, and write it if the test passed, teardown included, or has `keep_on_error`."""
        __tracebackhide__ = True
        self.explain()
        deck, self.deck = self.deck, None
        try:
            if deck is not None:
                self._close(deck, error)
        finally:
            if self._guard is not None:
                self._guard.__exit__(None, None, None)

    def _close(self, deck: Session, error: BaseException | None) -> None:
        __tracebackhide__ = True
        passed = self._outcome == "passed" and error is None and not deck.misses
        failed = not passed and (self._outcome != "skipped" or error is not None)
        written = passed or (failed and deck.options.keep_on_error and bool(deck.recorded))
        try:
            deck.close(commit=written, error=error or self._error, keep_journal=not written and failed)
        finally:
            self._tally.add(deck, self._item.nodeid, written=written)
        if passed and deck.report.recorded:
            drop_journals(deck.path, self._origin, before_s=self._began_s)

    def _misses(self) -> list[PlayheadError]:
        blocked = self._guard.blocked if self._guard is not None else []
        return [*(self.deck.misses if self.deck is not None else []), *blocked]


def _shown(path: Path, options: Options) -> Path:
    """Return the file that messages name: the one that is written if the run records, else the one that is read."""
    home = home_of(path, options.format)
    return home if options.record is not Mode.NONE else source_of(path, home)


@contextmanager
def _wrapped(item: Any, deck: Session, *, closes: bool) -> Iterator[None]:  # noqa: ANN401  # an item of any plugin
    """Carry the deck into a coroutine whose context was made earlier, by anyio's runner or unittest's test case.

    With `closes`, the real objects of doubles are closed at its end: nothing else would close them in their loop.
    """
    function = getattr(item, "obj", None)
    if not inspect.iscoroutinefunction(function):
        yield
        return

    @functools.wraps(function)
    async def run(*args: object, **named: object) -> object:
        __tracebackhide__ = True
        with in_context(deck):
            try:
                return await function(*args, **named)
            finally:
                if closes:
                    await deck.close_reals()

    case = getattr(item, "instance", None)
    if isinstance(case, IsolatedAsyncioTestCase):  # it calls its own method rather than `item.obj`
        setattr(case, item.originalname or item.name, run)
    item.obj = run
    try:
        yield
    finally:
        item.obj = function
