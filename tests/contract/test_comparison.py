"""Comparisons report changes, and above all nothing else."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from playhead.contract.contract import Contract, fold_all
from tests.contract.recordings import EXCHANGES, SUITES, answer, compared, failure, times, told

USER = {"id": 1, "name": "Ada", "email": "ada@example.org"}
LEAN = {"id": 1, "name": "Ada"}


def only(old, new):
    (finding,) = compared(old, new).findings
    return finding


@given(SUITES)
def test_a_suite_has_not_drifted_from_itself(suite):
    result = compared(suite, suite)
    assert not result.findings
    assert not result.not_exercised
    assert not result.newly_exercised
    assert not result.could_not_check


@given(SUITES, st.randoms(use_true_random=False))
def test_a_suite_has_not_drifted_from_any_reordering_of_itself(suite, chance):
    shuffled = list(suite)
    chance.shuffle(shuffled)
    assert compared(suite, shuffled) == compared(suite, suite)


@given(SUITES, SUITES, st.randoms(use_true_random=False))
def test_the_order_of_recordings_never_changes_a_verdict(old, new, chance):
    shuffled = list(new)
    chance.shuffle(shuffled)
    assert compared(old, shuffled) == compared(old, new)


@given(st.lists(EXCHANGES, max_size=6), st.integers(0, 6))
def test_contracts_fold_in_parts(suite, cut):
    parts = Contract()
    parts.absorb(fold_all(suite[cut:]))
    parts.absorb(fold_all(suite[:cut]))
    assert parts == fold_all(suite)


@pytest.mark.parametrize(
    ("samples", "grade", "severity"),
    [(1, "E0", "risky"), (2, "E1", "risky"), (3, "E2", "breaking"), (4, "E2", "breaking"), (5, "E3", "breaking")],
)
def test_a_field_that_the_same_entities_have_lost_is_graded_by_their_number(samples, grade, severity):
    finding = only(times(samples, USER), times(samples, LEAN))
    assert (finding.rule, finding.place, finding.endpoint) == ("field-removed", "/email", "GET api.test/users/{id}")
    assert (finding.grade, finding.severity) == (grade, severity)
    assert finding.evidence.startswith(f"in {samples} of {samples}, now in 0 of {samples}")
    assert ("seen once" in finding.evidence) == (samples == 1)
    assert finding.if_confirmed == (severity == "risky")


@pytest.mark.parametrize(
    ("samples", "severity"), [(1, None), (2, None), (3, "risky"), (4, "breaking"), (5, "breaking")]
)
def test_a_field_that_others_lack_is_a_finding_if_three_do_and_breaking_if_four_do(samples, severity):
    result = compared(times(samples, USER), times(samples, LEAN, first=101))
    assert result.worst == severity
    assert [each.rule for each in result.findings or result.unsure] == ["field-removed"]


def test_the_weaker_side_decides_the_grade():
    assert only(times(9, USER), times(2, LEAN)).grade == "E1"


def test_an_added_field_is_compatible():
    assert told(times(5, LEAN), times(5, USER)) == [("compatible", "field-added", "/email")]


def test_a_field_that_was_never_certain_may_be_missing():
    assert told([*times(4, USER), answer("/users/5", LEAN)], times(5, LEAN)) == []


@pytest.mark.parametrize(
    ("samples", "lost", "severity"),
    [
        (5, 2, None),
        (5, 3, "risky"),
        (6, 3, None),
        (6, 4, "risky"),
        (6, 5, "breaking"),
        (9, 5, "breaking"),
        (20, 3, None),
        (20, 4, "risky"),
        (20, 5, "risky"),
        (20, 6, "breaking"),
    ],
)
def test_always_became_sometimes_is_breaking_if_five_of_few_or_six_of_many_lack_it(samples, lost, severity):
    new = [*times(lost, LEAN, first=101), *times(samples - lost, USER, first=201)]
    result = compared(times(samples, USER), new)
    assert result.worst == severity
    (told_or_other,) = result.findings or result.unsure
    assert told_or_other.rule == "field-became-optional"
    assert told_or_other.evidence == f"in {samples} of {samples}, now in {samples - lost} of {samples}"


def test_one_of_the_same_entities_that_lost_a_field_is_no_finding():
    result = compared(times(5, USER), [*times(1, LEAN), *times(4, USER, first=2)])
    assert not result.findings
    assert [each.rule for each in result.unsure] == ["field-became-optional"]


@pytest.mark.parametrize(
    ("old", "new", "rule"),
    [
        (1, "1", "type-changed"),
        ("1", True, "type-changed"),
        ({"a": 1}, [1], "structure-changed"),
        ("x", {"a": 1}, "structure-changed"),
        ([{"a": 1, "b": 2}], {"items": [{"a": 1, "b": 2}], "total": 1}, "array-wrapped"),
        (90, 90.5, "integer-became-fractional"),
    ],
)
def test_changed_types_are_breaking(old, new, rule):
    finding = only(times(5, {"id": 1, "value": old}), times(5, {"id": 1, "value": new}))
    assert (finding.severity, finding.rule, finding.place) == ("breaking", rule, "/value")


def test_a_value_that_becomes_null_is_risky():
    nulls = [*times(3, {**USER, "email": None}, first=101), *times(2, USER, first=201)]
    finding = only(times(5, USER), nulls)
    assert (finding.severity, finding.rule) == ("risky", "became-nullable")
    assert finding.evidence == "null in 0 of 5, now in 3 of 5"
    assert (finding.old, finding.new) == ("string", "string | null")


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ({"n": 90}, {"n": 90.0}),
        ({"n": 90.0}, {"n": 90}),
        ({"n": 90.0}, {"n": 90.5}),
        ({"n": 90.5}, {"n": 90}),
        ({"items": [{"a": 1}]}, {"items": []}),
        ({"items": []}, {"items": [{"a": 1}]}),
        ({"data": {"a": 1}}, {"data": {}}),
        ({"name": "Ada"}, {"name": "Bob"}),
        ({"days": {"2024-01-01": 1, "2024-01-02": 2}}, {"days": {"2024-02-01": 1}}),
        ({"files": {"a.py": {"size": 1}}}, {"files": {"b.md": {"size": 2}, "Makefile": {"size": 3}}}),
        ({"by": {"cus_9s6XKzkNRiz8i3": 1}}, {"by": {"cus_8r5WJyjMQhy7h2": 1}}),
        ({"name": None}, {"name": "Ada"}),
    ],
)
def test_what_says_nothing_stays_silent(old, new):
    assert told(times(5, old), times(5, new)) == []


def test_false_instead_of_a_value_is_not_called_breaking():
    assert told(times(5, {"id": 1, "edited": False}), times(5, {"id": 1, "edited": 1700000000.5})) == [
        ("risky", "type-changed", "/edited")
    ]


def test_a_renamed_field_is_one_finding():
    finding = only(times(5, LEAN), times(5, {"id": 1, "full_name": "Ada"}))
    assert (finding.rule, finding.old, finding.new) == ("field-renamed", "name", "full_name")


def test_a_removed_and_an_unrelated_added_field_are_two_findings():
    rules = {rule for _, rule, _ in told(times(5, USER), times(5, {**LEAN, "nickname": "Countess"}))}
    assert rules == {"field-removed", "field-added"}


def test_one_change_at_many_places_is_one_finding():
    old = [*times(5, USER), answer("/users", [USER, USER]), answer("/teams/1", {"lead": USER})]
    new = [*times(5, LEAN), answer("/users", [LEAN, LEAN]), answer("/teams/1", {"lead": LEAN})]
    finding = only(old, new)
    assert finding.endpoint == "GET api.test/users/{id}"
    assert finding.also == ("GET api.test/teams/{id} /lead/email", "GET api.test/users /*/email")


def test_a_new_kind_of_item_is_told_apart_from_a_lost_field():
    text = {"type": "text", "text": "hello"}
    tool = {"type": "tool_use", "name": "search", "input": {"q": 1}}
    old = times(5, {"content": [text, tool]})
    new = times(5, {"content": [text, tool, {"type": "thinking", "thought": "x"}]})
    assert told(old, new) == [("risky", "variant-new", "/content/*[type=thinking]")]


def test_a_field_gone_from_one_kind_of_item_is_found():
    tool = {"type": "tool_use", "name": "search", "input": {"q": 1}}
    old = times(5, {"content": [{"type": "text", "text": "a", "lang": "en"}, tool]})
    new = times(5, {"content": [{"type": "text", "text": "a"}, tool]})
    assert told(old, new) == [("breaking", "field-removed", "/content/*[type=text]/lang")]


def test_a_tag_that_merely_has_several_values_does_not_split_the_evidence():
    roles = list(enumerate(["admin", "member", "owner"] * 2))
    old = [answer(f"/users/{n}", {**USER, "id": n, "role": role}) for n, role in roles]
    new = [answer(f"/users/{n}", {**LEAN, "id": n, "role": role}) for n, role in roles]
    assert only(old, new).grade == "E3"


def in_states(first, *states):
    return [answer(f"/users/{n}", {"id": n, "state": state}) for n, state in enumerate(states, first)]


def test_a_set_of_values_that_grows_is_risky():
    old = in_states(0, *["open", "closed"] * 10)
    finding = only(old, in_states(100, *["open", "closed", "archived", "open"] * 5))
    assert (finding.severity, finding.rule) == ("risky", "enum-grew")
    assert "archived in 0 of 20, now in 5 of 20" in finding.evidence


def test_keys_that_come_and_go_are_data_and_keys_that_are_always_there_are_fields():
    def users(*keys):
        return [answer(f"/users/{n}", {"id": n, "sizes": dict.fromkeys(some, n)}) for n, some in enumerate(keys)]

    langs = users("abc", "bcd", "cde", "def"), users("fgh", "ghi", "hij", "ijk")
    assert told(*langs) == []
    places = users(*["ab"] * 5), users(*["cd"] * 5)
    assert [(severity, rule) for severity, rule, _ in told(*places)][:2] == [("breaking", "field-removed")] * 2


@pytest.mark.parametrize("known", range(8))
def test_a_set_of_values_that_grows_is_told_whoever_of_those_that_are_as_before_is_on_both_sides(known):
    old = in_states(0, *["open", "closed"] * 10)
    new = in_states(100, *["open", "closed", "archived"] * 6)
    assert only(old, [*new, old[known]]).rule == "enum-grew"


def test_a_changed_format_is_risky():
    old, new = {"id": 1, "at": "2024-01-01"}, {"id": 1, "at": "2024-01-01T00:00:00Z"}
    assert told(times(5, old), times(5, new)) == [("risky", "format-changed", "/at")]


def test_coverage_is_not_drift():
    result = compared([answer("/a", USER), answer("/b", USER)], [answer("/b", USER), answer("/c", USER)])
    assert not result.findings
    assert (result.not_exercised, result.newly_exercised) == (("GET api.test/a",), ("GET api.test/c",))


def test_loopback_ports_do_not_matter():
    old = [answer(f"http://127.0.0.1:8000/users/{n}", USER) for n in range(3)]
    new = [answer(f"http://localhost:9000/users/{n}", USER) for n in range(3)]
    assert compared(old, new).compared == 1
    assert told(old, new) == []


def test_another_host_is_one_risky_finding():
    old = [answer("http://a.test/users", USER), answer("http://a.test/teams", USER)]
    new = [answer("http://b.test/users", USER), answer("http://b.test/teams", USER)]
    finding = only(old, new)
    assert (finding.severity, finding.rule, finding.old, finding.new) == ("risky", "host-changed", "a.test", "b.test")
    assert len(finding.also) == 1


def test_another_version_of_the_api_is_one_risky_finding():
    old, new = [answer("/v1/users/1", USER)], [answer("/v2/users/1", USER)]
    assert told(old, new) == [("risky", "base-path-changed", "base path")]


def test_what_answers_only_with_server_errors_could_not_be_checked():
    for bad in (answer(status=503), answer(status=429), failure()):
        result = compared([answer(body=USER)], [bad])
        assert not result.findings
        assert result.incomplete
        assert result.could_not_check[0].side == "new"


def test_a_server_error_among_answers_hides_nothing_and_breaks_nothing():
    result = compared(times(3, USER), [*times(3, LEAN), answer("/users/4", status=500)])
    assert [finding.rule for finding in result.findings] == ["field-removed"]
    assert not result.incomplete


def test_what_failed_before_and_fails_now_is_no_news():
    assert not compared([answer(status=503)], [answer(status=503)]).incomplete


def test_a_body_that_was_left_early_is_no_evidence():
    assert told(times(5, USER), times(5, LEAN, complete=False)) == []


def test_bodies_of_errors_have_a_shape_of_their_own():
    old = [*times(3, USER), *(answer("/users/9", {"error": "x", "code": 1}, status=404) for _ in range(3))]
    new = [*times(3, USER), *(answer("/users/9", {"error": "x"}, status=404) for _ in range(3))]
    assert told(old, new) == [("risky", "field-removed", "4xx /code")]


def test_a_fingerprint_depends_on_rule_endpoint_and_place_only():
    one = only(times(5, USER), times(5, LEAN))
    other = only(times(2, {**USER, "name": "Bob"}), times(3, {**LEAN, "id": 7}))
    assert one.fingerprint == other.fingerprint
    assert one.fingerprint != only(times(5, USER), times(5, {"id": 1, "email": "x@y.org"})).fingerprint


def test_a_type_that_was_seen_once_is_breaking_if_confirmed_however_unlikely_it_is():
    (finding,) = compared([answer(body={"id": 1, "age": 3})], [answer(body={"id": 1, "age": "3"})]).findings
    assert (finding.rule, finding.severity, finding.grade, finding.if_confirmed) == (
        "type-changed",
        "risky",
        "E0",
        True,
    )


def test_what_can_only_be_risky_is_not_breaking_if_confirmed():
    def refused(**fields):
        return answer(body={"code": 1, "detail": "x", **fields}, status=404)

    result = compared([refused(hint="y")], [refused()])
    assert [(each.rule, each.severity, each.if_confirmed) for each in result.findings] == [
        ("field-removed", "risky", False)
    ]
    assert result.if_confirmed == 0


def test_a_field_that_was_always_null_is_risky_to_lose():
    old, new = times(6, {"id": 1, "name": "x", "later": None}), times(6, {"id": 1, "name": "x"}, first=10)
    assert told(old, new) == [("risky", "field-removed", "/later")]


def test_another_spelling_of_a_name_goes_before_other_names_with_a_word_in_common():
    old = times(5, {"id": 1, "userName": "ada", "userAlias": "countess"})
    found = compared(old, times(5, {"id": 1, "user_name": "ada", "user_alias": "countess"})).findings
    assert sorted((each.rule, each.old, each.new) for each in found) == [
        ("field-renamed", "userAlias", "user_alias"),
        ("field-renamed", "userName", "user_name"),
    ]
