"""Live answers judged: what says nothing, what is noise, and which interactions show a finding."""

from __future__ import annotations

from pathlib import Path

from playhead.services.verifying.answers import Answer, differs, unanswered
from playhead.services.verifying.plan import Left, Step
from playhead.services.verifying.verdict import judge
from tests.contract.recordings import answer, failure

PATH = Path("a.json")


def answered(recorded, live, again=None):
    return Answer(Step(PATH, recorded, "http://live/"), live, again)


def found(verdict):
    return [(each.rule, each.endpoint, each.place, each.also) for each in verdict.comparison.findings]


def test_refusals_say_something_only_where_the_recording_was_refused():
    ok, refused = answer(), answer(status=401)
    assert unanswered(ok, refused) == "401"
    assert unanswered(refused, answer(status=403)) == ""
    assert unanswered(refused, ok) == ""
    assert unanswered(ok, answer(status=404)) == ""
    assert unanswered(ok, failure(kind="ReadTimeout")) == "ReadTimeout"


def test_values_of_ordinary_headers_are_no_difference():
    dated = answer(body={"a": 1}, headers=(("date", "today"),))
    assert not differs(dated, answer(body={"a": 1}, headers=(("date", "tomorrow"),)))
    assert differs(dated, answer(body={"a": 1}, headers=(("age", "1"),)))
    assert differs(dated, answer(body={"a": 2}, headers=(("date", "today"),)))
    assert differs(answer(), answer(status=404))


def test_equal_answers_show_nothing():
    verdict = judge([answered(answer(body={"a": 1}), answer(body={"a": 1}))], [])
    assert (found(verdict), verdict.drifted, verdict.comparison.incomplete) == ([], (), False)


def test_what_got_no_answer_is_left_out_on_both_sides():
    answers = [
        answered(answer(f"/users/{number}", {"a": 1}), answer(f"/users/{number}", {"a": 1}, status=status))
        for number, status in ((1, 200), (2, 503), (3, 503))
    ]
    verdict = judge(
        answers, [Left(PATH, answer("/orders/1"), "because", wanted=True), Left(PATH, answer("/x"), "unmeant")]
    )
    assert found(verdict) == []
    assert [(each.endpoint, each.reasons) for each in verdict.comparison.could_not_check] == [
        ("GET api.test/orders/{id}", (("because", 1),)),
        ("GET api.test/users/{id}", (("503", 2),)),
    ]
    assert verdict.comparison.not_exercised == ()


def test_only_the_interactions_that_show_a_finding_have_drifted():
    answers = [
        answered(answer(f"/users/{n}", {"id": n, "age": 1}), answer(f"/users/{n}", {"id": n, "age": age}))
        for n, age in enumerate([2, "x", 3, "y", "z"], 1)
    ]
    drifted = judge(answers, []).drifted
    assert [each.step.exchange.request.url for each in drifted] == [f"http://api.test/users/{n}" for n in (2, 4, 5)]


def test_what_shows_only_in_the_sum_is_shown_by_all_that_differ():
    states = ["open", "paid"] * 20
    now = [*states[:30], *["lost"] * 10]
    answers = [
        answered(answer(f"/orders/{number}", {"state": state}), answer(f"/orders/{number}", {"state": later}))
        for number, (state, later) in enumerate(zip(states, now, strict=True), 1)
    ]
    verdict = judge(answers, [])
    assert [each.rule for each in verdict.comparison.findings] == ["enum-grew"]
    assert [each.live.request.url for each in verdict.drifted] == [
        f"http://api.test/orders/{number}" for number in range(31, 41)
    ]


def test_what_the_service_says_twice_has_a_witness():
    def grades(again):
        leans = [{"id": number, "name": "a"} for number in range(3)]
        answers = [
            answered(answer(f"/users/{each}", {**lean, "age": 1}), answer(f"/users/{each}", lean), again(each, lean))
            for each, lean in enumerate(leans)
        ]
        return [(each.grade, each.severity) for each in judge(answers, []).comparison.findings]

    assert grades(lambda each, lean: answer(f"/users/{each}", lean)) == [("E4", "breaking")]
    assert grades(lambda each, lean: answer(f"/users/{each}", lean) if each else None) == [("E2", "breaking")]
    assert grades(lambda each, lean: answer(f"/users/{each}", lean, status=503)) == [("E2", "breaking")]


def test_noise_at_one_place_leaves_the_finding_at_others():
    def pair(path, again):
        user = {"id": 1, "name": "a", "email": "b"}
        lean = {"id": 1, "name": "a"}
        return answered(answer(path, {"user": user}), answer(path, {"user": lean}), answer(path, {"user": again}))

    lean = {"id": 1, "name": "a"}
    noisy = judge([pair("/a/1", {**lean, "email": "b"}), pair("/b/1", lean)], [])
    assert found(noisy) == [("field-removed", "GET api.test/b/{id}", "/user/email", ())]
    assert noisy.unstable == ("GET api.test/a/{id} /user/email",)
    assert [each.step.exchange.request.url for each in noisy.drifted] == ["http://api.test/b/1"]
    steady = judge([pair("/a/1", lean), pair("/b/1", lean)], [])
    assert found(steady) == [
        ("field-removed", "GET api.test/a/{id}", "/user/email", ("GET api.test/b/{id} /user/email",))
    ]
