"""Every test of this folder runs over every front-end, or over those that `--fronts` names."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import httpx
import httpx2
import pytest

import playhead.httpx
import playhead.httpx2  # noqa: F401
from tests.conformance.fronts import Front, chosen
from tests.conformance.stage import Stage
from tests.support.blocking import nothing_blocks


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Choose the front-ends of a scenario by `--fronts`."""
    if "front" in metafunc.fixturenames:
        fronts = chosen(metafunc.config.getoption("fronts"), metafunc.function.__name__)
        metafunc.parametrize("front", fronts, ids=str, indirect=True)


@pytest.fixture
def front(request: pytest.FixtureRequest) -> Front:
    return request.param  # type: ignore[no-any-return]


@pytest.fixture(autouse=True)
def under_blockbuster(request: pytest.FixtureRequest) -> Iterator[None]:
    """With `--blockbuster`, a call that blocks an asyncio loop raises `BlockingError` in its place.

    Tests whose own program blocks it ask for `blocks`.
    """
    if not request.config.getoption("blockbuster") or "blocks" in request.fixturenames:
        yield
        return
    httpx.AsyncClient()  # what the libraries import at their first client is theirs
    httpx2.AsyncClient()
    with nothing_blocks():
        yield


@pytest.fixture
def blocks() -> None:
    """The program of this test blocks its event loop, and that is what is tested."""


@pytest.fixture
def stage(front: Front, tmp_path: Path) -> Stage:
    return Stage(front, tmp_path)
