"""Every test of this folder runs over every front-end."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.conformance.fronts import FRONTS, Front
from tests.conformance.stage import Stage


@pytest.fixture(params=FRONTS, ids=str)
def front(request: pytest.FixtureRequest) -> Front:
    return request.param  # type: ignore[no-any-return]


@pytest.fixture
def stage(front: Front, tmp_path: Path) -> Stage:
    return Stage(front, tmp_path)
