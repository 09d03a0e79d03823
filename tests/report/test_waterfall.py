"""The waterfall in the terminal: never too wide, and readable without colour."""

from __future__ import annotations

import re
from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from playhead.model.cassette import Cassette
from playhead.report.exchanges import target_of
from playhead.report.waterfall.sessions import ticks_of
from playhead.report.waterfall.terminal import ASCII, LINES, render
from playhead.report.words import duration, excerpt, fitted, instant, size, squeezed, width_of
from tests.report.waterfalls import ANY, EVERYTHING, HOSTILE, many

SGR = re.compile(r"\x1b\[[0-9;]*m")
WIDTHS = st.integers(40, 140)


@given(ANY, st.text(max_size=100), WIDTHS, st.sampled_from([LINES, ASCII]))
def test_no_line_is_wider_than_the_terminal(cassette, title, columns, marks):
    drawn = render(cassette, title, most=5, columns=columns, marks=marks)
    assert max(map(width_of, drawn.splitlines())) <= columns


@given(ANY, WIDTHS)
def test_colour_changes_nothing_but_colour(cassette, columns):
    coloured = render(cassette, "a.json", most=5, columns=columns, colour=True)
    assert SGR.sub("", coloured) == render(cassette, "a.json", most=5, columns=columns)


@given(ANY)
def test_recorded_text_cannot_drive_the_terminal(cassette):
    assert all(char.isprintable() or char == "\n" for char in render(cassette, HOSTILE, most=5))


@given(ANY, st.integers(0, 8))
def test_every_interaction_has_a_row_and_what_is_left_out_is_counted(cassette, most):
    drawn = render(cassette, "a.json", most=most)
    numbers = sorted(int(number) for number in re.findall(r"^ *(\d+) [-\d]", drawn, re.MULTILINE))
    assert numbers == sorted(each.id for each in cassette.interactions[:most])
    left_out = max(0, len(cassette.interactions) - most)
    assert (f"\n{left_out} more are left out: --range FIRST-LAST shows others.\n" in drawn) is (left_out > 0)


def test_everything_that_happened_can_be_seen():
    assert (
        render(EVERYTHING, "a.json", most=200)
        == """\
a.json
9 interactions in 440.0 ms, at most 5 at once; recorded 2026-11-23T05:00:00Z

Session 0: 8 interactions in 400.0 ms, at most 5 at once
 #     request         ┊0                      ┊200 ms                      took
 1 200 GET /users      ├╌╌╌╌╌╌╌╌◆●━■           ┊                      ┊ 100.0 ms
 2 200 GET /events     ┊├╌╌◆━━━━━━━━━●━━━━━━━━━●━━━━━━━━●━━━━━━━━━●━━━■ 390.0 ms
 3 -   GET /slow       ┊ ├ ReadTimeout ╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌✗        ┊ 300.0 ms
 4 200 GET /download   ┊           ├╌╌╌╌╌╌◆━━━━●━━━━━━━━━━━✗ ReadError┊ 200.0 ms
 5 200 GET /endless    ┊             ├╌╌╌╌◆━━━━●━━━●━━━━○ left early  ┊ 160.0 ms
 6 -   GET /hang       ┊             abandoned ├╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌○   ┊ 160.0 ms
 7 301 GET /moved      ┊                       ┊           ├■         ┊  10.0 ms
 8 404 GET /missing    ┊                       ┊           ├╌╌■       ┊  30.0 ms

Session 1: 1 interaction in 40.0 ms, at most 1 at once
 #     request         ┊0                      ┊20 ms                       took
 9 200 GET /later      ├╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌◆━━━━━━━━━━━━━━━━━━━━━━■  40.0 ms

├ start  ╌ waiting  ◆ head  ━ receiving  ● chunk  ■ end  ✗ failure  ○ given up
"""
    )


def test_the_marks_are_told_apart_without_colour_and_take_one_column_each():
    for marks in (LINES, ASCII):
        assert len(set(marks)) == len(marks)
        assert all(width_of(mark) == 1 for mark in marks[:-1])
    assert "".join(ASCII).isascii()
    assert render(EVERYTHING, "a.json", most=9, marks=ASCII).isascii()


def test_a_scale_line_stands_above_the_bars_and_ticks_go_through_them():
    lines = render(EVERYTHING, "a.json", most=9).splitlines()
    scale = next(line for line in lines if "┊200 ms" in line)
    row = next(line for line in lines if "/moved" in line)
    assert row[scale.index("┊200 ms")] == "┊"


def test_the_host_is_said_only_where_it_tells_something():
    assert "api.test" not in render(EVERYTHING, "a.json", most=9)
    first = EVERYTHING.interactions[0]
    other = replace(first, request=replace(first.request, url="http://mail.test/send"))
    assert "mail.test/send" in render(Cassette((first, other)), "a.json", most=9, columns=120)


def test_of_many_the_first_are_drawn():
    drawn = render(many(1234), "a.json", most=200)
    assert "1,234 interactions in 1.28 s, at most 50 at once" in drawn
    assert "\n1,034 more are left out: --range FIRST-LAST shows others.\n" in drawn
    assert len(drawn.splitlines()) == 3 + 1 + 200 + 2 + 2


def test_an_empty_cassette_is_drawn_as_what_it_is():
    assert render(Cassette(), "a.json", most=9) == "a.json\n0 interactions\n"


@given(st.integers(0, 2**63), st.integers(1, 2**63), st.integers(3, 20))
def test_a_scale_has_a_few_round_instants(from_us, span_us, most):
    ticks = ticks_of(from_us, from_us + span_us, most)
    assert 1 <= len(ticks) <= most
    assert all(from_us <= tick <= from_us + span_us for tick in ticks)
    assert len({later - earlier for earlier, later in pairwise(ticks)}) <= 1


@given(st.text(max_size=80), st.integers(4, 60))
def test_what_is_cut_fits_and_what_fits_is_whole(text, columns):
    for shortened in (fitted(text, columns), squeezed(text, columns)):
        assert width_of(shortened) <= columns
        assert shortened == text or width_of(text) > columns


def test_wide_characters_take_two_columns():
    assert (width_of("ab"), width_of("日本"), width_of("e\u0301")) == (2, 4, 1)
    assert fitted("日本語", 5) == "日本…"
    assert squeezed("/v1/organisations/42/users", 16) == "/v1/o…s/42/users"


@pytest.mark.parametrize(
    ("us", "exactly", "roughly"),
    [
        (0, "0", "0.0 ms"),
        (250, "0.25 ms", "0.2 ms"),
        (1_500, "1.5 ms", "1.5 ms"),
        (5_201_000, "5.201 s", "5.20 s"),
        (90_000_000, "1m30s", "1m30.0s"),
        (7_200_000_000, "2h", "2h00m"),
        (7_505_000_000, "2h5m5s", "2h05m"),
    ],
)
def test_instants_are_exact_and_durations_are_short(us, exactly, roughly):
    assert (instant(us), duration(us)) == (exactly, roughly)


def test_sizes_are_short():
    assert [size(each) for each in (0, 999, 1000, 1_500_000, 2_000_000_000)] == [
        "0 B",
        "999 B",
        "1.0 kB",
        "1.5 MB",
        "2.0 GB",
    ]


def test_a_target_is_what_follows_the_host_and_what_is_no_url_stays():
    assert target_of("http://api.test/a?b=1", with_host=False) == "/a?b=1"
    assert target_of("http://api.test", with_host=True) == "api.test/"
    assert target_of("http://[bad", with_host=False) == "http://[bad"


def test_bodies_are_text_or_said_to_be_binary():
    assert excerpt(b"a\tb\r\nc\x1b", 10) == "a   b\nc\\x1b"
    assert excerpt("ä".encode() * 5000, 10) == "ä" * 10 + "\n… 10.0 kB in all"
    assert excerpt(bytes(range(256)), 10) == "(256 B, binary)"
