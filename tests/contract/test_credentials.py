"""401 and 403 where there were answers: the credentials are in doubt, unless the endpoint answered others."""

from __future__ import annotations

import pytest

import playhead
from playhead.errors import PlayheadWarning
from tests.contract.recordings import answer, cassette_of, compared, failure, times, told

USER = {"id": 1, "name": "Ada", "email": "ada@example.org"}
LEAN = {"id": 1, "name": "Ada"}
ERROR = {"detail": "no such user", "code": 7}
REFUSED = {"message": "Bad credentials"}
ENDPOINT = "GET api.test/users/{id}"


def refused(count: int = 3, status: int = 401, **options):
    return times(count, REFUSED, status=status, **options)


def rules(old, new) -> list[str]:
    return [rule for _, rule, _ in told(old, new)]


def unchecked(old, new) -> list[tuple[str, str, tuple[tuple[str, int], ...]]]:
    return [(each.endpoint, each.side, each.reasons) for each in compared(old, new).could_not_check]


@pytest.mark.parametrize("status", [401, 403])
@pytest.mark.parametrize("old", [times(5, USER), times(5, None, status=204, media="")], ids=["200", "204"])
def test_an_endpoint_that_only_refuses_now_could_not_be_checked(old, status):
    new = refused(status=status)
    assert told(old, new) == []
    assert unchecked(old, new) == [(ENDPOINT, "new", (("credentials", 3),))]


def test_the_warning_names_the_credentials():
    with pytest.warns(PlayheadWarning, match=r"users/\{id\}: the new recordings were refused \(credentials x3\)"):
        assert playhead.diff(cassette_of(*times(3, USER)), cassette_of(*refused())) == []


def test_refusals_beside_successes_of_the_endpoint_are_judged():
    def asked(view, body, **options):
        return (
            times(3, body, **options)
            if not view
            else [answer(f"/users/{n}?view={view}", body, **options) for n in (1, 2, 3)]
        )

    old = [*asked("", USER), *asked("full", USER)]
    new = [*asked("", USER), *asked("full", REFUSED, status=403)]
    assert rules(old, new) == ["auth-refused"]
    assert unchecked(old, new) == []


def test_another_endpoint_that_answers_does_not_vouch_for_the_credentials():
    others = [answer("/status", {"up": True, "load": 1})] * 3
    assert told([*times(3, USER), *others], [*refused(), *others]) == []
    assert unchecked([*times(3, USER), *others], [*refused(), *others]) == [(ENDPOINT, "new", (("credentials", 3),))]


def test_refusals_do_not_hide_what_other_answers_show():
    new = [*refused(2), *times(3, ERROR, status=404)]
    assert rules(times(5, USER), new) == ["endpoint-gone"]
    assert unchecked(times(5, USER), new) == [(ENDPOINT, "new", (("credentials", 2),))]


def test_refusals_are_not_compared_with_other_errors():
    old, missing = [*times(5, USER), *times(3, ERROR, status=404)], times(3, ERROR, status=404)
    assert told(old, [*refused(5), *missing]) == []
    assert told([*times(5, USER), answer("/users/1?view=bad", ERROR, status=400)], [*refused(5), *_bad_view()]) == []


def _bad_view():
    return [answer("/users/1?view=bad", REFUSED, status=401)]


def test_what_was_refused_before_as_well_is_compared():
    old, new = refused(5), times(5, {"error": "no"}, status=401)
    assert sorted(rules(old, new)) == ["field-added", "field-removed"]
    assert unchecked(old, new) == []


def test_refusals_beyond_those_of_before_could_not_be_checked():
    old = [*times(5, USER), *refused(1)]
    assert unchecked(old, refused(6)) == [(ENDPOINT, "new", (("credentials", 5),))]
    assert unchecked(old, refused(1)) == []
    assert unchecked(old, [*times(5, USER), *refused(3)]) == []
    assert told(old, refused(6)) == []


def test_another_question_that_is_refused_could_not_be_checked():
    old, new = times(3, USER), [answer(f"/users/{n}?view=full", REFUSED, status=401) for n in range(3)]
    assert [each for each in told(old, new) if each[0] != "compatible"] == []
    assert unchecked(old, new) == [(ENDPOINT, "new", (("credentials", 3),))]


def test_failures_are_told_beside_refusals():
    new = [*refused(2), failure()]
    assert unchecked(times(3, USER), new) == [
        (ENDPOINT, "new", (("credentials", 2),)),
        (ENDPOINT, "new", (("ReadTimeout", 1),)),
    ]


def test_errors_of_graphql_with_a_refusal_are_refusals():
    def asked(body, **options):
        sent = {"query": "query User { user { id } }"}
        return [answer("/graphql", body, method="POST", sent=sent, **options) for _ in range(3)]

    old, new = asked({"data": {"user": {"id": 1}}}), asked({"errors": [{"message": "who?"}]}, status=401)
    assert told(old, new) == []
    assert unchecked(old, new) == [("POST api.test/graphql User", "new", (("credentials", 3),))]


def test_old_recordings_that_were_refused_are_a_change_for_the_better():
    assert rules(refused(), times(3, USER)) == ["auth-accepted"]
    assert unchecked(refused(), times(3, USER)) == []
