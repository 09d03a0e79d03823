"""Access to what pytest does not make public. Other plugins use the same attributes."""

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
    """Return the request of a test, or `None` for an item without fixtures."""
    return getattr(item, "_request", None) or None


def asking_item(request: pytest.FixtureRequest) -> pytest.Item:
    """Return the test for which a fixture is being set up, whatever the scope of the fixture."""
    item: pytest.Item = request._pyfuncitem
    return item


def on_cassette(item: pytest.Item) -> bool:
    """Return True if the marker, our fixture `deck` or the settings put a test on a cassette."""
    if item.get_closest_marker("cassette") is not None or in_suite(item):
        return True
    definitions = _definitions(item).get("deck", ())
    in_use = definitions if definitions and "deck" in definitions[-1].argnames else definitions[-1:]
    return any(each.func.__module__ == "playhead.pytest_plugin.plugin" for each in in_use)


def wider_fixtures(item: pytest.Item) -> Iterator[pytest.FixtureDef[Any]]:
    """Yield the fixtures of a test that outlive it."""
    for definitions in _definitions(item).values():
        if definitions and definitions[-1].scope != "function":
            yield definitions[-1]


def _definitions(item: pytest.Item) -> Mapping[str, Sequence[pytest.FixtureDef[Any]]]:
    info = getattr(item, "_fixtureinfo", None)
    return {} if info is None else info.name2fixturedefs


def needed_by(name: str, request: pytest.FixtureRequest) -> set[str]:
    """Return the names of the fixtures that one needs, itself included, as the test that asks for it sees them."""
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
    """Return the function of a fixture as the test sees it, or `None` if there is no such fixture."""
    found = item.session._fixturemanager.getfixturedefs(name, item)
    return found[-1].func if found else None


def finalizers(fixturedef: pytest.FixtureDef[Any]) -> list[Callable[[], object]]:
    """Return the finalizers of a fixture, the last to run first. The list may be changed."""
    return fixturedef._finalizers


@contextmanager
def caching_failure(fixturedef: pytest.FixtureDef[Any], request: pytest.FixtureRequest) -> Iterator[None]:
    """Attribute an error raised around the setup of a fixture to the fixture.

    pytest notes an error of the setup on the fixture before it raises, and its teardown relies on that.
    """
    try:
        yield
    except BaseException as error:
        known = fixturedef.cached_result
        if known is None or known[2] is None:
            fixturedef.cached_result = (None, fixturedef.cache_key(request), (error, error.__traceback__))  # type: ignore[arg-type]
        raise
