"""Laws of tallies and sketches: exact as far as they are complete, flat in memory, and the same in any order."""

from __future__ import annotations

import pickle
import random
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from playhead.contract.contract import Contract, fold_all
from playhead.contract.encoding import decode, encode_json, encode_msgpack
from playhead.contract.fold import fold
from playhead.contract.identity import hash_of
from playhead.contract.plain import contract_of, plain_of
from playhead.contract.shape import Fields, Shape
from playhead.contract.tally import (
    HASHES,
    MOST_KEPT,
    Mark,
    Tally,
    common,
    keep,
    limit_of,
    merged,
    missing,
    size_of,
    union,
)
from tests.contract.recordings import answer

HASH = st.integers(0, HASHES - 1)
SETS = st.sets(HASH, max_size=12) | st.sets(HASH, min_size=30, max_size=90)
SEEN = st.lists(st.tuples(st.integers(0, 99), st.booleans()), min_size=1, max_size=60) | st.lists(
    st.tuples(st.integers(0, 9999), st.booleans()), min_size=40, max_size=80
)
"""Users by number, and whether each has an email address."""


def sketch_of(values) -> list[int]:
    sketch: list[int] = []
    for value in values:
        keep(sketch, value)
    return sketch


@given(SETS, st.randoms(use_true_random=False))
def test_a_sketch_is_the_smallest_hashes_in_whatever_order_they_come(values, chance):
    shuffled = [*values, *values]
    chance.shuffle(shuffled)
    assert sketch_of(shuffled) == sorted(values)[:MOST_KEPT]


@given(SETS, SETS, SETS)
def test_sketches_merge_like_sets(one, two, three):
    a, b, c = map(sketch_of, (one, two, three))
    assert merged(a, b) == merged(b, a) == sketch_of(one | two)
    assert merged(merged(a, b), c) == merged(a, merged(b, c)) == sketch_of(one | two | three)
    assert merged(a, []) == merged([], a) == merged(a, a) == a


@given(SETS, SETS)
def test_common_and_missing_are_right_as_far_as_both_sketches_are_complete(one, other):
    a, b = sketch_of(one), sketch_of(other)
    limit = limit_of(a, b)
    assert {each for each in common(a, b) if each <= limit} == {each for each in one & other if each <= limit}
    assert missing(a, b) == {each for each in one - other if each <= limit}
    if max(len(one), len(other)) < MOST_KEPT:
        assert (limit, common(a, b), missing(a, b)) == (HASHES, one & other, one - other)


@given(st.sets(HASH, max_size=MOST_KEPT - 1))
def test_the_size_of_a_few_is_exact(values):
    assert size_of(sketch_of(values)) == len(values)


@pytest.mark.parametrize("number", [MOST_KEPT, 100, 10_000])
def test_the_size_of_many_is_estimated(number):
    assert number / 2 < size_of(sketch_of(hash_of(each) for each in range(number))) < number * 2


def exchanges(seen):
    return [
        answer(f"/users/{n}", {"id": n, "team": {"id": n % 7}, **({"email": "x@y.org"} if has else {})})
        for n, has in seen
    ]


@given(SEEN, st.integers(0, 80), st.randoms(use_true_random=False))
def test_contracts_with_many_entities_fold_in_any_order_and_in_parts(seen, cut, chance):
    whole = fold_all(exchanges(seen))
    shuffled = list(seen)
    chance.shuffle(shuffled)
    assert fold_all(exchanges(shuffled)) == whole
    parts = Contract()
    for part in (shuffled[cut:], [], shuffled[:cut]):
        parts.absorb(pickle.loads(pickle.dumps(fold_all(exchanges(part)))))
    assert parts == whole
    assert encode_json(parts.finish()) == encode_json(whole.finish())
    assert encode_msgpack(parts) == encode_msgpack(whole)


@given(SEEN, SEEN)
def test_what_is_read_back_can_be_folded_further(first, second):
    whole = encode_json(fold_all(exchanges([*first, *second])).finish())
    for stored in (
        pickle.loads(pickle.dumps(fold_all(exchanges(first)))),
        contract_of(plain_of(fold_all(exchanges(first)).finish())),
        decode(encode_json(fold_all(exchanges(first)).finish()), "c.json"),
        decode(encode_msgpack(fold_all(exchanges(first)).finish()), "c.msgpack"),
    ):
        for exchange in exchanges(second):
            stored.add(exchange)
        assert encode_json(stored.finish()) == whole


@given(SEEN)
def test_entities_and_requests_are_counted_as_sets_would_count_them(seen):
    (endpoint,) = fold_all(exchanges(seen)).endpoints.values()
    (question,) = endpoint.questions.values()
    fields = question.answers[200].bodies[""].variants[""]
    users = {hash_of(n) for n, _ in seen}
    assert fields.tally.entities == sorted(users)[:MOST_KEPT]
    with_email = {hash_of(n) for n, has in seen if has}
    email = fields.fields["email"].seen if "email" in fields.fields else Tally()
    limit = limit_of(fields.tally.entities, email.entities)
    assert missing(fields.tally.entities, email.entities) == {each for each in users - with_email if each <= limit}


def test_a_tally_of_several_is_what_all_have_seen():
    one, other = Tally(), Tally()
    one.add(Mark(1, 11))
    other.add(Mark(1, 12))
    other.add(Mark(2, 11))
    whole = union((one, None, other))
    assert whole == Tally(3, [11, 12], [1, 2])
    assert (one, other) == (Tally(1, [11], [1]), Tally(2, [11, 12], [1, 2]))
    assert whole.independent == 2


def sketches_in(shape: Shape | Fields) -> Iterator[list[int]]:
    inside = [shape.tally] if isinstance(shape, Fields) else [each for each in shape.tallies if each is not None]
    for tally in inside:
        yield from (tally.entities, tally.requests)
    if isinstance(shape, Fields):
        yield shape.keys
        below = [*shape.fields.values(), shape.entries]
    else:
        below = [*shape.variants.values(), shape.items]
    for each in below:
        if each is not None:
            yield from sketches_in(each)


def test_any_number_of_entities_takes_no_more_memory_than_a_few():
    dice, shape = random.Random(3), Shape()
    for number in range(200_000):
        value = {"id": number, "of": {"id": dice.randrange(10**9), f"2026-01-{number % 28:02}": {"n": number}}}
        fold(shape, value, Mark(hash_of(number)))
    sketches = list(sketches_in(shape))
    assert shape.variants[""].count == 200_000
    assert max(map(len, sketches)) == MOST_KEPT
    assert len(sketches) < 40
    assert len(pickle.dumps(shape)) < 10_000
