"""Findings judged by what came when the service was asked again, as `--confirm` does."""

from __future__ import annotations

from pathlib import Path

import pytest

from playhead.services.verifying.answers import Answer
from playhead.services.verifying.plan import Step
from playhead.services.verifying.verdict import judge, to_confirm
from tests.contract.recordings import answer

PATH = Path("a.json")
OTHERS = (2, 3, 4)


def user(number=1, **fields):
    return answer(f"/users/{number}", {"id": number, "plan": "free", **fields})


def asked(recorded, live, others=(), repeats=None):
    repeats = (live, live) if repeats is None else tuple(repeats)
    return Answer(Step(PATH, recorded, "http://live/"), live, repeats[0], repeats, tuple(others))


def told(*answers):
    return [
        (each.severity.value, each.rule, each.place, each.confirmed) for each in judge(answers, []).comparison.findings
    ]


@pytest.mark.parametrize(
    ("rule", "place", "before", "now"),
    [
        ("field-removed", "/a", {"a": 1}, lambda number: {}),
        (
            "field-renamed",
            "/name",
            {"name": "Lovelace"},
            lambda number: {"title": "Hopper" if number > 1 else "Lovelace"},
        ),
        ("field-renamed", "/name", {"name": "Ada"}, lambda number: {"full_name": "Ada" * number}),
        ("type-changed", "/a", {"a": 1}, lambda number: {"a": str(number)}),
        ("structure-changed", "/a", {"a": [1]}, lambda number: {"a": {"b": number}}),
    ],
)
def test_whatever_broke_is_breaking_once_others_show_it(rule, place, before, now):
    others = [user(number, **now(number)) for number in OTHERS]
    assert told(asked(user(**before), user(**now(1)), others)) == [("breaking", rule, place, "confirmed on 4 entities")]


def test_the_evidence_counts_all_entities():
    (found,) = judge([asked(user(a=1), user(), map(user, OTHERS))], []).comparison.findings
    assert (found.evidence, found.grade.value, found.if_confirmed) == ("in 1 of 1, now in 0 of 4", "E4", False)
    assert found.sample == "GET http://api.test/users/1"
    (alone,) = judge([asked(user(a=1), user())], []).comparison.findings
    assert (alone.evidence, alone.grade.value, alone.if_confirmed) == ("in 1 of 1, now in 0 of 1", "E0", True)


def test_one_object_in_many_answers_is_one_entity():
    def repository(number, owner=9, **fields):
        return answer(f"/repos/{number}", {"id": number, "name": "x", "owner": {"id": owner, "login": "y", **fields}})

    before = repository(1, email="z")
    assert told(asked(before, repository(1), map(repository, OTHERS))) == [
        ("risky", "field-removed", "/owner/email", "confirmed on one entity")
    ]
    own = [repository(number, owner=number) for number in OTHERS]
    assert told(asked(before, repository(1), own)) == [
        ("breaking", "field-removed", "/owner/email", "confirmed on 4 entities")
    ]


def test_one_list_is_one_request():
    users = [{"id": number, "name": "x"} for number in range(5)]
    before = [{**each, "email": "y"} for each in users]
    assert told(asked(answer("/users", before), answer("/users", users))) == [
        ("risky", "field-removed", "/*/email", "confirmed on one request")
    ]


def test_one_other_that_is_as_before_speaks_against_it():
    verdict = judge([asked(user(a=1), user(a="1"), [user(2, a="2"), user(3, a="3"), user(4, a=4)])], [])
    assert verdict.comparison.findings == ()
    assert [each.evidence for each in verdict.comparison.unsure] == [
        "integer in 1 of 1, now in 0 of 1; other entities do not show it"
    ]


def test_others_that_lack_the_object_around_it_say_nothing():
    others = [user(2, profile=None), user(3), user(4, profile={"a": 3})]
    assert told(asked(user(profile={"a": 1, "b": 2}), user(profile={"a": 1}), others)) == [
        ("risky", "field-removed", "/profile/b", "confirmed on 2 entities")
    ]


def test_each_endpoint_is_told_by_its_own_entities():
    def one(kind, number, **fields):
        return answer(f"/{kind}/{number}", {"id": number, "name": "x", **fields})

    answers = [
        asked(one("a", 1, email="y"), one("a", 1), [one("a", number, email="z") for number in (2, 3)]),
        asked(one("b", 7, email="y"), one("b", 7), [one("b", number) for number in (8, 9)]),
    ]
    (found,) = judge(answers, []).comparison.findings
    assert (found.endpoint, found.also, found.confirmed) == ("GET api.test/b/{id}", (), "confirmed on 3 entities")


def test_a_cause_is_as_bad_as_what_is_confirmed_below_it():
    def at(version, number, **fields):
        return answer(f"/users/{number}", {"id": number, "plan": "x", **fields}, headers=(("api-version", version),))

    given = asked(at("1", 1, a=1), at("2", 1), [at("2", number) for number in OTHERS])
    assert told(given) == [("breaking", "version-changed", "header.api-version", "confirmed on 4 entities")]
    (cause,) = judge([given], []).comparison.findings
    assert [(each.severity.value, each.confirmed) for each in cause.consequences] == [
        ("breaking", "confirmed on 4 entities")
    ]


def test_a_repetition_that_failed_confirms_nothing():
    gone = answer("/users/1", {"detail": "gone"}, status=404)
    assert told(asked(user(a=1), user(), map(user, OTHERS), repeats=[user(), gone])) == [
        ("risky", "field-removed", "/a", "")
    ]
    busy = answer("/users/1", status=503)
    assert told(asked(user(a=1), user(), map(user, OTHERS), repeats=[busy, busy])) == [
        ("risky", "field-removed", "/a", "")
    ]


def test_only_what_would_be_breaking_is_to_be_confirmed():
    def places(before, now):
        verdict = judge([asked(user(**before), user(**now))], [])
        return [each.live.request.url for _, each in to_confirm(verdict)]

    assert places({"a": 1}, {}) == ["http://api.test/users/1"]
    assert places({}, {"a": 1}) == []
    assert places({"a": 1}, {"a": None}) == []
    assert places({"a": 1}, {"a": 2}) == []
