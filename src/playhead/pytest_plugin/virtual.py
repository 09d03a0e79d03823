"""Tests in virtual time: they get the virtual event loop from the plugin that runs them.

pytest-asyncio asks for loop factories (by a hook, since 1.4), anyio's plugin reads the fixture `anyio_backend`. This
module is imported when the first test that wants virtual time is collected.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Generator, Mapping
from typing import Any, cast

import pytest

from playhead.clocks.loop import VirtualClock
from playhead.errors import UsageError
from playhead.model.mode import Mode
from playhead.pytest_plugin.internals import asking_item, on_cassette
from playhead.settings.options import Options
from playhead.settings.resolve import resolve
from playhead.settings.surroundings import SURROUNDINGS

__all__ = ["VirtualLoops", "wants_virtual_time"]

NAME = "playhead-virtual"

LoopFactory = Callable[[], asyncio.AbstractEventLoop]
Backend = str | tuple[str, dict[str, Any]]
"""A value of `anyio_backend`: a name, or a name with options."""


def wants_virtual_time(item: pytest.Item) -> bool:
    """Return True for a test that replays in virtual time.

    Its marker, the command line, or the settings may ask for that; the settings only for tests on a cassette. Recording
    takes place in real time. A marker with an error does not count: it fails its own test when the deck is opened.
    """
    marked: dict[str, object] = {}
    for marker in item.iter_markers("cassette"):
        marked = {**{name: marker.kwargs[name] for name in ("timing", "record") if name in marker.kwargs}, **marked}
    if "timing" not in marked and SURROUNDINGS.command_line.get("timing") != "virtual" and not on_cassette(item):
        return False
    try:
        options: Options = resolve(marked, {}, folder=item.path.parent)
    except UsageError:
        return False
    return options.virtual and options.record is Mode.NONE


def prepare(metafunc: pytest.Metafunc) -> None:
    """Prepare for a test that wants virtual time, before the async plugins look at it."""
    plugins = metafunc.config.pluginmanager
    if plugins.has_plugin(NAME) or not wants_virtual_time(metafunc.definition):
        return
    runner = plugins.get_plugin("asyncio")
    if runner is not None and not hasattr(plugins.hook, "pytest_asyncio_loop_factories"):
        raise pytest.UsageError(
            "playhead: virtual time needs pytest-asyncio 1.4 or later: pip install -U pytest-asyncio."
        )
    plugins.register(VirtualLoops(), NAME)


class VirtualLoops:
    """Gives the virtual loop to tests that want it, and to all others the loop that they would have had."""

    def __init__(self) -> None:
        self._current: pytest.Item | None = None

    @pytest.hookimpl(tryfirst=True, optionalhook=True)
    def pytest_asyncio_loop_factories(self, item: pytest.Item) -> Mapping[str, LoopFactory] | None:
        """Return loop factories to pytest-asyncio, which takes the first answer and wants one for every test."""
        if wants_virtual_time(item):
            return {"virtual": VirtualClock}
        others = len(item.ihook.pytest_asyncio_loop_factories.get_hookimpls()) > 1
        return None if others else {"default": asyncio.new_event_loop}

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_setup(self, item: pytest.Item) -> None:
        """Note the test whose loop is made next."""
        self._current = item

    @pytest.hookimpl(wrapper=True)
    def pytest_fixture_setup(
        self, fixturedef: pytest.FixtureDef[Any], request: pytest.FixtureRequest
    ) -> Generator[None, object, object]:
        """Let the value of `anyio_backend` choose the loop when it is made: many tests may share the fixture."""
        value = yield
        if fixturedef.argname != "anyio_backend" or fixturedef.cached_result is None:
            return value
        virtual = wants_virtual_time(asking_item(request))
        value = self._backend(cast(Backend, value), virtual=virtual)
        fixturedef.cached_result = (value, fixturedef.cached_result[1], None)
        return value

    def _backend(self, value: Backend, *, virtual: bool) -> Backend:
        name, options = (value, {}) if isinstance(value, str) else value
        if name == "trio":
            from playhead.clocks.trio import TrioVirtualClock

            return (name, {**options, "clock": TrioVirtualClock()}) if virtual else value
        if virtual and options.get("use_uvloop"):
            raise UsageError("Virtual time is impossible on uvloop: leave use_uvloop out of anyio_backend.")
        own = options.get("loop_factory") or asyncio.new_event_loop
        return name, {**options, "loop_factory": lambda: self._loop(own)}

    def _loop(self, own: LoopFactory) -> asyncio.AbstractEventLoop:
        current = self._current
        virtual = current is not None and wants_virtual_time(current)
        return VirtualClock() if virtual else own()
