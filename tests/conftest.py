"""What all tests share: servers on loopback, and a folder of their own to work in."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.support.wire import Wire, wire

pytest_plugins = ["pytester"]


@pytest.fixture
def server() -> Iterator[Wire]:
    """A server that can misbehave."""
    with wire() as running:
        yield running
