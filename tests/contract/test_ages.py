"""Mixed ages on one side, and recordings that were edited by hand, are said."""

import random
from dataclasses import replace

from playhead.contract.contract import Contract, fold_all
from playhead.model.http import BodyFile
from tests.contract.recordings import answer, compared

MARCH, MAY = "Fri, 01 Mar 2024 10:00:00 GMT", "Wed, 01 May 2024 10:00:00 GMT"


def dated(date, number=1, body=None):
    return answer(f"/users/{number}", body or {"id": number}, headers=(("date", date),))


def test_recordings_more_than_a_month_apart_on_one_side_are_of_mixed_ages():
    (remark,) = compared([dated(MARCH), dated(MAY, 2)], [dated(MAY)]).remarks
    assert remark.startswith("The old recordings are of mixed ages, 2024-03-01 to 2024-05-01")
    assert compared([dated(MARCH)], [dated(MAY)]).remarks == ()


def test_the_same_date_with_another_body_was_edited_by_hand():
    old, new = [dated(MARCH), dated(MARCH, 2)], [dated(MARCH, 1, {"id": 1, "name": "Ada"}), dated(MARCH, 2)]
    (remark,) = compared(old, new).remarks
    assert remark.startswith("1 answer has the same date on both sides and another body")
    assert compared(old, old).remarks == ()


def test_two_answers_in_one_second_prove_nothing():
    twice = [dated(MARCH, 1, {"id": 1, "at": 1}), dated(MARCH, 1, {"id": 1, "at": 2})]
    assert compared(twice, [dated(MARCH, 1, {"id": 1, "at": 3})]).remarks == ()


def test_malformed_dates_are_ignored():
    assert compared([dated("yesterday")], [dated("Fri, 99 Mar 2024")]).remarks == ()


def test_ages_do_not_depend_on_the_order_of_folding():
    suite = [dated(f"Fri, 01 Mar 2024 10:{n % 60:02}:{n // 60:02} GMT", n) for n in range(200)]
    whole = fold_all(suite)
    random.Random(1).shuffle(suite)
    parts = Contract()
    for start in range(0, 200, 50):
        parts.absorb(fold_all(suite[start : start + 50]))
    assert parts.ages == whole.ages


def test_large_bodies_in_files_are_read_again_for_the_few_dates_that_are_kept_only():
    reads = []

    def read(body):
        reads.append(body.name)
        return b'{"id": 1}'

    suite = []
    for n in range(400):
        each = dated(f"Fri, 01 Mar 2024 10:{n % 60:02}:{n // 60:02} GMT", n)
        suite.append(replace(each, response=replace(each.response, body=BodyFile(f"{n}.bin", "", 9))))
    fold_all(suite, read)
    assert 400 <= len(reads) < 600
