"""The reports for people, in 80 columns, and for programs, with stable keys."""

from __future__ import annotations

import json
import re

import pytest
from hypothesis import given

from playhead.contract.comparison import Comparison, Unreadable
from playhead.report import json as json_report
from playhead.report import text as text_report
from playhead.report.verdict import verdict_of
from playhead.text.words import printable
from tests.contract.recordings import SUITES, answer, compared, failure, times

USER = {"id": 1, "name": "Ada", "email": "ada@example.org"}
LEAN = {"id": 1, "name": "Ada"}
SGR = re.compile(r"\x1b\[[0-9;]*m")


@given(SUITES, SUITES)
def test_text_is_never_wider_than_a_terminal(old, new):
    lines = text_report.render(compared(old, new)).splitlines()
    assert max(map(len, lines)) <= 80


@given(SUITES, SUITES)
def test_colour_changes_nothing_but_colour(old, new):
    result = compared(old, new)
    assert SGR.sub("", text_report.render(result, colour=True)) == text_report.render(result)


@given(SUITES, SUITES)
def test_programs_get_every_finding_with_its_keys(old, new):
    result = compared(old, new)
    document = json.loads(json_report.render(result))
    assert len(document["findings"]) == len(result.findings) == sum(document["counts"].values())
    for entry in document["findings"]:
        assert {
            "rule", "severity", "grade", "endpoint", "place", "old", "new", "fingerprint", "evidence", "sample",
            "consequence", "accept",
        } <= set(entry)  # fmt: skip


def test_the_verdict_comes_first_then_the_counts_then_the_findings():
    lines = text_report.render(compared(times(5, USER), times(5, {**LEAN, "age": 3}))).splitlines()
    assert lines[0] == "The contract has changed in a way that breaks clients."
    assert lines[1] == "1 breaking, 0 risky, 1 compatible; 1 endpoint compared, 2 places looked at"
    assert lines[3] == "BREAKING    field-removed  (E3)"
    assert any(line.startswith("  evidence  in 5 of 5, now in 0 of 5; by chance ") for line in lines)


@pytest.mark.parametrize(
    ("old", "new", "verdict"),
    [
        (times(5, USER), times(5, LEAN), "breaking"),
        (times(1, USER), times(1, LEAN), "risky"),
        (times(1, LEAN), times(1, USER), "compatible"),
        (times(1, USER), times(1, USER), "none"),
        (times(1, USER), [failure()], "unchecked"),
        (times(1, USER), [answer("/teams", USER)], "unchecked"),
    ],
)
def test_the_verdict_is_one_word_for_programs(old, new, verdict):
    assert verdict_of(compared(old, new)) == verdict


def test_what_could_not_be_read_or_checked_is_said():
    result = compared(times(1, USER), [failure()])
    assert "Could not be checked: 1\n  GET api.test/users/{id}: the new recordings have only ReadTimeout" in (
        text_report.render(result)
    )
    broken = Comparison(unreadable=(Unreadable("a.json", "it is cut short"),))
    assert "a.json: it is cut short" in text_report.render(broken)
    assert json.loads(json_report.render(broken))["unreadable"] == [{"path": "a.json", "reason": "it is cut short"}]


def test_recorded_text_cannot_drive_the_terminal():
    assert printable("a\x1b[2Jb\nc") == "a\\x1b[2Jb\\nc"
    rude = {**LEAN, "\x1b]0;owned\x07": 1}
    assert "\x1b" not in text_report.render(compared(times(1, LEAN), times(1, rude)))
