"""The catalogue of rules is consistent, and every change read backwards falls under the opposite rule."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from playhead.contract.judge import severity_of
from playhead.contract.rules import RULES, Direction, Grade, Severity, Whose
from playhead.contract.shape_diff import shape_changes
from tests.contract.recordings import VALUES, shape_of

TURNED = {Direction.MORE: Direction.LESS, Direction.LESS: Direction.MORE, Direction.OTHER: Direction.OTHER}


@pytest.mark.parametrize("rule", RULES.values(), ids=list(RULES))
def test_a_rule_opposes_the_rule_that_opposes_it(rule):
    opposite = RULES[rule.opposite]
    assert opposite.opposite == rule.id
    assert opposite.direction is TURNED[rule.direction]
    assert opposite.whose is rule.whose


@pytest.mark.parametrize("rule", RULES.values(), ids=list(RULES))
def test_a_rule_says_what_it_means_in_a_line(rule):
    assert rule.id == rule.id.lower()
    assert rule.consequence.endswith(".")
    assert len(rule.consequence) < 80


def test_our_own_requests_never_break_anything():
    assert {rule.severity for rule in RULES.values() if rule.whose is Whose.OURS} == {Severity.COMPATIBLE}


@pytest.mark.parametrize("rule", RULES.values(), ids=list(RULES))
def test_little_evidence_and_doubt_are_never_breaking(rule):
    for grade in (Grade.E0, Grade.E1):
        assert severity_of(rule, grade, doubtful=False).rank <= Severity.RISKY.rank
    assert severity_of(rule, Grade.E3, doubtful=True).rank <= Severity.RISKY.rank
    assert severity_of(rule, Grade.E3, doubtful=False) is rule.severity


@given(st.lists(VALUES, max_size=6), st.lists(VALUES, max_size=6))
@example([{"name": None}, {"id": None, "name": None, "email": [1], "type": [False]}], [{"id": []}])
def test_every_change_read_backwards_is_its_opposite(old, new):
    forth = Counter(change.rule for change in shape_changes(shape_of(old), shape_of(new)))
    back = Counter(RULES[change.rule].opposite for change in shape_changes(shape_of(new), shape_of(old)))
    assert forth == back
