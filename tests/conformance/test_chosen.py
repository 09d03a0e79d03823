"""The front-ends that `--fronts` chooses leave no combination of two out."""

from __future__ import annotations

from itertools import combinations

import pytest

from tests.conformance.fronts import CORNERS, FRONTS, Front, chosen

SCENARIOS = [f"test_{number}" for number in range(50)]
AXES = ("library", "backend", "explicit")


def pairs(fronts: list[Front]) -> set[tuple[object, ...]]:
    return {(*axes, *(getattr(front, axis) for axis in axes)) for front in fronts for axes in combinations(AXES, 2)}


@pytest.mark.parametrize("scenario", SCENARIOS)
def test_a_covering_set_has_every_pair_and_the_corners(scenario: str) -> None:
    fronts = chosen("covering", scenario)
    assert pairs(fronts) == pairs(FRONTS)
    assert set(CORNERS) < set(fronts) < set(FRONTS)


def test_scenarios_together_cover_every_front_end() -> None:
    assert {front for scenario in SCENARIOS for front in chosen("covering", scenario)} == set(FRONTS)
