"""The probability of a change if nothing had changed, and what entities on both sides say about it."""

from __future__ import annotations

import pytest

from playhead.contract.probability import Observed, even_if_optional
from tests.contract.recordings import answer, compared, times, told

USER = {"name": "Ada", "email": "ada@example.org", "plan": "free", "age": 36}
LEAN = {name: value for name, value in USER.items() if name != "email"}


@pytest.mark.parametrize(("each", "chance"), [(2, 0.0625), (3, 0.0156), (4, 0.0039), (5, 0.0010)])
def test_what_all_had_and_none_has_is_the_less_likely_the_more_there_are(each, chance):
    assert even_if_optional(Observed(each, each, each, 0, 0)) == pytest.approx(chance, abs=5e-5)


def test_a_field_that_the_same_users_gained_is_no_sign_that_they_lose_fields_by_chance():
    old, new = times(3, USER), times(3, {**LEAN, "created": 17, "flags": ["beta"]})
    assert ("breaking", "field-removed", "/email") in told(old, new)


def test_a_field_whose_siblings_go_by_chance_is_not_known_to_be_gone_from_three():
    names = [f"extra_{number}" for number in range(6)]
    old = [answer(f"/users/{each}", {**USER, **dict.fromkeys(names, "x")}) for each in range(3)]
    new = [answer(f"/users/{each}", {**LEAN, **dict.fromkeys(names[each::2], "x")}) for each in range(3)]
    found = {rule: severity for severity, rule, place in told(old, new) if place == "/email"}
    assert found == {"field-removed": "risky"}


def test_another_type_on_three_of_the_same_users_is_breaking():
    (finding,) = compared(times(3, USER), times(3, {**USER, "age": "36"})).findings
    assert (finding.severity, finding.rule, finding.place) == ("breaking", "type-changed", "/age")
    assert finding.chance < 0.005
