"""Texts that count as dates and instants, and texts that only look like some."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from playhead.matching.values import marked

DATETIME = ("@datetime",)
DAYS = st.dates(date(1000, 1, 1))


@given(
    DAYS, st.sampled_from(["", "/", " ", '"', "=", "%20", "("]), st.sampled_from(["", "/", " ", '"', "&", "%20", ")"])
)
def test_every_day_is_a_date(day: date, before: str, after: str) -> None:
    assert marked(f"{before}{day}{after}", DATETIME) == f"{before}@datetime{after}"


@given(st.integers(0, 9999), st.integers(0, 99), st.integers(0, 99))
def test_what_is_no_day_is_no_date(year: int, month: int, day: int) -> None:
    text = f"{year:04}-{month:02}-{day:02}"
    try:
        date(year or 4, month, day)  # the year 0 is a leap year of ISO 8601, which Python lacks
    except ValueError:
        assert marked(text, DATETIME) == text
    else:
        assert marked(text, DATETIME) == "@datetime"


@given(
    st.datetimes(datetime(1000, 1, 1), timezones=st.just(UTC)),
    st.sampled_from(["Z", "+0100", "-05", "%2B01:00"]),
)
def test_the_basic_form_of_an_instant_is_one(when: datetime, zone: str) -> None:
    for text in (f"{when:%Y%m%dT%H%M%S}", f"{when:%Y%m%dT%H%M%S}.123"):
        assert marked(f"at {text}{zone}.", DATETIME) == "at @datetime."


@pytest.mark.parametrize(
    "text",
    [
        "gpt-4o-2024-08-06", "v2024-08-06", "2024-08-06-preview", "2024-08-06x", "2024-08-061", "12024-08-06",
        "2024-08", "20240806", "2024-8-6", "20240806T000000", "20240806T250000Z", "20241306T000000Z",
        "a20240806T000000Z", "20240806T000000Zulu", "20240806T0000Z", "2023-02-29", "1900-02-29",
    ],
)  # fmt: skip
def test_what_looks_like_one_is_left(text: str) -> None:
    assert marked(text, DATETIME) == text


@pytest.mark.parametrize("text", ["2026-11-23T05:00:00Z", "2026-99-23 05:00", "Mon, 23 Nov 2026 05:00:00 GMT"])
def test_what_was_one_before_still_is(text: str) -> None:
    assert marked(f"x {text} y", DATETIME) == "x @datetime y"
