"""What the plugin needs of pytest beyond its public interface. All of it is here, and used by other plugins alike."""

# ruff: noqa: SLF001

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

import pytest

from playhead.pytest_plugin.packages import in_suite

__all__ = [
    "asking_item",
    "caching_failure",
    "finalizers",
    "fixture_function",
    "function_request",
    "needed_by",
    "on_cassette",
    "wider_fixtures",
]


def function_request(item: pytest.Item) -> pytest.FixtureRequest | None:
    """The request of a test that can ask for fixtures."""
    return getattr(item, "_request", None) or None


def asking_item(request: pytest.FixtureRequest) -> pytest.Item:
    """The test for which a fixture is being set up, however wide the fixture is."""
    item: pytest.Item = request._pyfuncitem
    return item


def on_cassette(item: pytest.Item) -> bool:
    """Whether marker, fixture or settings put the test on a cassette; not a fixture that someone else calls `deck`."""
    if item.get_closest_marker("cassette") is not None or in_suite(item):
        return True
    definitions = _definitions(item).get("deck", ())
    in_use = definitions if definitions and "deck" in definitions[-1].argnames else definitions[-1:]
    return any(each.func.__module__ == "playhead.pytest_plugin.plugin" for each in in_use)


def wider_fixtures(item: pytest.Item) -> Iterator[pytest.FixtureDef[Any]]:
    """The fixtures of a test that outlive it."""
    for definitions in _definitions(item).values():
        if definitions and definitions[-1].scope != "function":
            yield definitions[-1]


def _definitions(item: pytest.Item) -> Mapping[str, Sequence[pytest.FixtureDef[Any]]]:
    info = getattr(item, "_fixtureinfo", None)
    return {} if info is None else info.name2fixturedefs


def needed_by(name: str, request: pytest.FixtureRequest) -> set[str]:
    """The names of the fixtures that this one needs, itself included, as the test sees them that asks."""
    item = request._pyfuncitem
    manager = item.session._fixturemanager
    found: set[str] = set()
    ahead = [name]
    while ahead:
        each = ahead.pop()
        if each not in found:
            found.add(each)
            ahead += [needed for each in manager.getfixturedefs(each, item) or () for needed in each.argnames]
    return found


def fixture_function(item: pytest.Item, name: str) -> Callable[..., object] | None:
    """The function of a fixture as the test sees it, or `None` if there is no such fixture."""
    found = item.session._fixturemanager.getfixturedefs(name, item)
    return found[-1].func if found else None


def finalizers(fixturedef: pytest.FixtureDef[Any]) -> list[Callable[[], object]]:
    """The finalizers of a fixture, the last to run first; the list may be changed."""
    return fixturedef._finalizers


@contextmanager
def caching_failure(fixturedef: pytest.FixtureDef[Any], request: pytest.FixtureRequest) -> Iterator[None]:
    """Make an error from around a fixture's setup the fixture's own.

    pytest's setup notes the error on the fixture before it raises, and its teardown relies on that.
    """
    try:
        yield
    except BaseException as error:
        known = fixturedef.cached_result
        if known is None or known[2] is None:
            fixturedef.cached_result = (None, fixturedef.cache_key(request), (error, error.__traceback__))  # type: ignore[arg-type]
        raise
