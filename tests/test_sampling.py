"""The sample of the pure packages' tests that some Pythons run."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

from tests.support.sampling import sample


def items(folder: str) -> list[Any]:
    path = f"tests/{folder}/test_it.py"
    return [SimpleNamespace(path=Path(path), nodeid=f"{path}::test_{number}") for number in range(400)]


def test_of_a_pure_package_the_first_test_and_a_few_others_are_taken() -> None:
    all_of_them = items("codecs")
    taken = list(sample(all_of_them))
    assert taken[0] is all_of_them[0]
    assert 400 / 16 < len(taken) < 400 / 4


def test_the_tests_of_other_packages_are_all_taken() -> None:
    both = [*items("store"), *items("codecs")]
    assert list(sample(both))[:400] == both[:400]
