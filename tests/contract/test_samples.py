"""The samples kept: a few, the same ones in any order and in any parts, and not part of a contract."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from playhead.contract.comparison import compare
from playhead.contract.contract import Contract, fold_all
from playhead.contract.samples import MOST_SAMPLES, Sample, absorb_samples, note_sample
from playhead.model.call import Call, Invocation, Returned
from tests.contract.recordings import SUITES, answer, cassette_of, times

SAMPLES = st.lists(st.builds(Sample, st.sampled_from(["a.json", "b.json"]), st.integers(1, 9)), max_size=12)
USER = {"id": 1, "name": "Ada", "email": "ada@example.org"}


def noted(samples):
    known: list[Sample] = []
    for sample in samples:
        note_sample(known, sample.file, sample.id)
    return known


@given(SAMPLES, st.randoms(use_true_random=False))
def test_in_any_order_the_smallest_are_remembered(samples, chance):
    shuffled = list(samples)
    chance.shuffle(shuffled)
    assert noted(shuffled) == noted(samples) == sorted(set(samples))[:MOST_SAMPLES]


@given(SAMPLES, st.integers(0, 12))
def test_in_parts_the_same_are_remembered(samples, cut):
    parts = noted(samples[cut:])
    absorb_samples(parts, noted(samples[:cut]))
    assert parts == noted(samples)


@given(SUITES)
def test_where_recordings_lie_is_no_part_of_a_contract(suite):
    assert fold_all(suite, file="a.json") == fold_all(suite)


def test_what_is_in_no_file_cannot_be_looked_up():
    (finding,) = compare(fold_all(times(3, USER)), fold_all(times(3, {"id": 1, "name": "Ada"}))).findings
    assert finding.old_samples == finding.new_samples == ()


def suite(file, *exchanges) -> Contract:
    return fold_all(cassette_of(*exchanges).interactions, file=file)


def test_a_finding_can_be_looked_up_on_both_sides():
    lean = times(6, {"id": 1, "name": "Ada"})
    compared = compare(suite("old.json", *times(2, USER)), suite("new.json", answer("/health", {"ok": 1}), *lean))
    (finding,) = compared.findings
    assert finding.old_samples == (Sample("old.json", 1), Sample("old.json", 2))
    assert finding.new_samples == tuple(Sample("new.json", number) for number in (2, 3, 4, 5))
    assert str(finding.old_samples[0]) == "old.json #1"


def test_success_and_error_are_looked_up_where_they_are():
    errors = [answer(f"/users/{number}", {"error": "no"}, status=404) for number in (1, 2)]
    others = [replace(each, response=replace(each.response, body=b'{"detail": "no"}')) for each in errors]
    compared = compare(suite("old.json", *times(3, USER), *errors), suite("new.json", *times(3, USER), *others))
    assert {each.place for each in compared.findings} == {"4xx /error", "4xx /detail"}
    assert {each.new_samples for each in compared.findings} == {(Sample("new.json", 4), Sample("new.json", 5))}


def test_of_a_change_of_status_both_are_known():
    gone = [answer(f"/users/{number}", status=410) for number in (1, 2, 3)]
    (finding,) = compare(suite("old.json", *times(3, USER)), suite("new.json", *gone)).findings
    assert (finding.rule, finding.old_samples[0], finding.new_samples[0]) == (
        "endpoint-gone",
        Sample("old.json", 1),
        Sample("new.json", 1),
    )


def test_of_what_we_send_and_of_what_moved_both_are_known():
    sent = [answer("/users", USER, method="POST", sent={"name": "Ada", "vip": True}) for _ in range(3)]
    before = [answer("/users", USER, method="POST", sent={"name": "Ada"}) for _ in range(3)]
    (ours,) = compare(suite("old.json", *before), suite("new.json", *sent)).findings
    assert (ours.rule, ours.old_samples[0], ours.new_samples[0]) == (
        "we-now-send",
        Sample("old.json", 1),
        Sample("new.json", 1),
    )
    here, there = answer("http://a.test/things/1", USER), answer("http://b.test/things/1", USER)
    (moved,) = compare(suite("old.json", here), suite("new.json", there)).findings
    assert (moved.rule, moved.old_samples, moved.new_samples) == (
        "host-changed",
        (Sample("old.json", 1),),
        (Sample("new.json", 1),),
    )


def test_of_a_call_both_are_known():
    def calls(file, value):
        call = Call("db", "load", (1,), {})
        return fold_all([Invocation(number, call, Returned(value)) for number in (1, 2, 3)], file=file)

    (finding,) = compare(calls("old.json", USER), calls("new.json", {"id": 1, "name": "Ada"})).findings
    assert (finding.endpoint, finding.place) == ("CALL db.load", "returned /email")
    assert (finding.old_samples[0], finding.new_samples[0]) == (Sample("old.json", 1), Sample("new.json", 1))
