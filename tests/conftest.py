"""What all tests share: servers on loopback, and a folder of their own to work in."""

from __future__ import annotations

from collections.abc import Generator, Iterator

import pytest
from hypothesis import HealthCheck, settings

from playhead.fronts import registry
from playhead.settings.surroundings import SURROUNDINGS, set_command_line
from tests.support.wire import Wire, wire

pytest_plugins = ["pytester"]

# How long an example takes says more about what else the machine is doing.
settings.register_profile("playhead", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("few", settings.get_profile("playhead"), max_examples=20)  # for further Pythons, in CI
settings.load_profile("playhead")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Generator[None, object, object]:
    """`pytest --record=all` records the acceptance tests; all others test recording itself, and say what they want."""
    given = SURROUNDINGS.command_line
    if "acceptance" not in item.path.parts:
        set_command_line({})
    try:
        return (yield)
    finally:
        set_command_line(given)


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_teardown(item: pytest.Item) -> Generator[None, object, object]:
    """A test that leaves a deck open fails itself, and not whichever comes after it. (Its own closes after this.)"""
    result = yield
    left = [deck for deck in registry._open if deck._origin != item.nodeid]
    for deck in left:
        deck.close(commit=False)
    assert not left, f"left open: {left}"
    return result


@pytest.fixture
def server() -> Iterator[Wire]:
    """A server that can misbehave."""
    with wire() as running:
        yield running
