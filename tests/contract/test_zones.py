"""Date-times that lose or gain their zone are of another format; other spellings of one moment are not."""

from __future__ import annotations

import pytest

import playhead
from tests.contract.recordings import answer, cassette_of

NAIVE = ["2026-01-0{0}T00:00:00", "2026-01-0{0} 00:00", "2026-01-0{0}T00:00:00.123"]
ZONED = [
    "2026-01-0{0}T00:00:00Z",
    "2026-01-0{0}T00:00:00+00:00",
    "2026-01-0{0}T00:00:00.123456-0230",
    "2026-01-0{0} 00:00Z",
]


def suite(*forms: str):
    """Return five answers, each with another day, in the given forms in turn."""
    return cassette_of(*(answer(f"/users/{n}", {"id": n, "at": forms[n % len(forms)].format(n)}) for n in range(1, 6)))


def told(old, new) -> list[tuple[str, str, str, str, str]]:
    return [(each.severity.value, each.rule, each.place, each.old, each.new) for each in playhead.diff(old, new)]


@pytest.mark.parametrize("naive", NAIVE)
@pytest.mark.parametrize("zoned", ZONED)
def test_a_zone_that_is_lost_or_gained_is_a_change_of_format(naive, zoned):
    words = "date-time", "date-time without zone"
    assert told(suite(zoned), suite(naive)) == [("risky", "format-changed", "/at", *words)]
    assert told(suite(naive), suite(zoned)) == [("risky", "format-changed", "/at", *reversed(words))]


@pytest.mark.parametrize("forms", [NAIVE, ZONED])
def test_other_spellings_of_a_moment_are_no_change(forms):
    for old in forms:
        for new in forms:
            assert told(suite(old), suite(new)) == []


@pytest.mark.parametrize("forms", [NAIVE, ZONED])
def test_a_zone_that_only_some_values_have_is_no_change(forms):
    mixed = suite(NAIVE[0], ZONED[0])
    assert told(mixed, suite(*forms)) == []
    assert told(suite(*forms), mixed) == []


def test_date_times_with_and_without_a_zone_are_one_format_beside_others():
    (change,) = told(suite(NAIVE[0], ZONED[0]), suite("2026-01-0{0}"))
    assert change[3:] == ("date-time", "date")
