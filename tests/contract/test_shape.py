"""Laws of folding: the order of values, and the parts in which they are folded, do not matter."""

from __future__ import annotations

import random
from math import inf, isinf

from hypothesis import given
from hypothesis import strategies as st

from playhead.contract.fold import fold
from playhead.contract.shape import MOST_WORDS, Shape, merge, merge_all
from playhead.contract.tally import Mark
from tests.contract.recordings import VALUES, shape_of

VALUE_LISTS = st.lists(VALUES, max_size=8)


@given(VALUE_LISTS, VALUE_LISTS)
def test_merging_is_commutative(left, right):
    assert merge(shape_of(left), shape_of(right)) == merge(shape_of(right), shape_of(left))


@given(VALUE_LISTS, VALUE_LISTS, VALUE_LISTS)
def test_merging_is_associative(one, two, three):
    a, b, c = shape_of(one), shape_of(two), shape_of(three)
    assert merge(merge(a, b), c) == merge(a, merge(b, c))


@given(VALUE_LISTS)
def test_the_empty_shape_is_the_identity(values):
    shape = shape_of(values)
    assert merge(shape, Shape()) == shape == merge(Shape(), shape)


@given(VALUE_LISTS, st.randoms(use_true_random=False))
def test_folding_in_any_order_gives_the_same(values, chance):
    shuffled = list(values)
    chance.shuffle(shuffled)
    assert shape_of(shuffled) == shape_of(values)


@given(VALUE_LISTS, st.integers(0, 8))
def test_folding_in_parts_and_merging_is_folding_at_once(values, cut):
    assert merge(shape_of(values[:cut]), shape_of(values[cut:])) == shape_of(values)


@given(VALUE_LISTS, VALUE_LISTS)
def test_merging_changes_neither_side(left, right):
    a, b = shape_of(left), shape_of(right)
    merge(a, b)
    assert (a, b) == (shape_of(left), shape_of(right))


def test_many_different_strings_keep_the_same_few_in_any_order():
    words = [f"word {number:03}" for number in range(100)] * 2
    shuffled = random.Random(7).sample(words, len(words))
    shape = shape_of(shuffled)
    assert shape == shape_of(words)
    assert shape.words == {f"word {number:03}": 2 for number in range(MOST_WORDS)}
    assert shape.spilled


def test_the_items_of_one_answer_are_one_observation():
    shape = shape_of([[{"id": 1}, {"id": 2}, {"id": 3}]])
    assert shape.items is not None
    fields = shape.items.variants[""]
    assert (fields.count, len(fields.tally.entities), fields.tally.independent) == (3, 3, 1)


def test_a_very_deep_value_is_folded_without_running_out_of_stack():
    value: object = 1
    for _ in range(900):
        value = [value]
    assert shape_of([value]).total == 1


def test_keys_that_are_data_take_no_memory_each():
    shape = shape_of([{f"2024-01-{day:02}": day for day in range(1, 29)}])
    (fields,) = shape.variants.values()
    assert not fields.fields
    assert fields.entries is not None
    assert fields.entries.total == 28


def test_merging_many_is_merging_in_pairs():
    shapes = [shape_of([{"a": number}]) for number in range(5)]
    assert merge_all(shapes) == shape_of([{"a": number} for number in range(5)])


@given(st.lists(st.floats(width=16) | st.sampled_from([2.0**53, 1.5, 0.0]), min_size=14, max_size=20), st.booleans())
def test_floats_in_a_long_list_count_as_they_do_one_by_one(floats, odd):
    values = [*floats, inf] if odd else floats
    together, alone, mark = Shape(), Shape(), Mark(7)
    fold(together, values, mark)
    for value in values:
        fold(alone, [value], mark)
    assert (together.items, together.seen.requests) == (alone.items, alone.seen.requests)
    assert mark.odd is any(map(isinf, values))
