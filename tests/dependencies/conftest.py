"""Servers to record from."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.dependencies.servers import new_database


@pytest.fixture(scope="session")
def cluster() -> Iterator[Path]:
    """A cluster of PostgreSQL, made once: starting it takes a fraction of making it."""
    with new_database() as data:
        yield data
