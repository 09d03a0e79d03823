"""Fixtures that all tests share: servers on loopback, and a folder of their own to work in."""

from __future__ import annotations

import os
from collections.abc import Generator, Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from playhead.deck import context
from playhead.settings.surroundings import SURROUNDINGS, set_command_line
from tests.support.sampling import sample
from tests.support.wire import Wire, wire

pytest_plugins = ["pytester"]

# Everybody's run is the same run: laws try the same examples, in the same order of tests. CI tries new ones, too; what
# it finds is kept as an `@example`. How long an example takes says more about what else the machine is doing.
settings.register_profile("playhead", deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("few", settings.get_profile("playhead"), max_examples=20)  # for further Pythons, in CI
settings.register_profile("random", settings.get_profile("playhead"), derandomize=False, print_blob=True)  # in CI
settings.load_profile("playhead")

# Every client of httpx builds a TLS context, even one that will only speak HTTP: 50 ms with the authorities of certifi,
# 2 ms with one. No test speaks TLS; programs that tests start inherit this.
os.environ.setdefault("SSL_CERT_FILE", str(Path(__file__).parent / "support" / "authority.pem"))

SEED = 20261129
"""The order of the tests, and the state of `random` before each, unless `--randomly-seed` says otherwise."""


@pytest.hookimpl(tryfirst=True)
def pytest_configure(config: pytest.Config) -> None:
    """Keep the order of tests the same in every run that does not ask for another."""
    if config.getoption("randomly_seed", None) == "default":
        config.option.randomly_seed = SEED


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--blockbuster", action="store_true", help="fail what blocks the event loop in tests/conformance")
    parser.addoption(
        "--fronts",
        choices=("all", "covering", "corner"),
        default="all",
        help="front-ends that tests/conformance covers",
    )
    parser.addoption(
        "--pure", choices=("all", "sample"), default="all", help="run only a sample of the pure packages' tests"
    )


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out most tests of the pure packages with `--pure=sample`; their modules were imported all the same."""
    if config.getoption("pure") == "sample":
        chosen = set(sample(items))
        config.hook.pytest_deselected(items=[item for item in items if item not in chosen])
        items[:] = [item for item in items if item in chosen]


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
    left = [session for session in context._open if session.origin != item.nodeid]
    for session in left:
        session.close(commit=False)
    assert not left, f"left open: {left}"
    return result


@pytest.fixture
def server() -> Iterator[Wire]:
    """A server that can misbehave."""
    with wire() as running:
        yield running
