"""Contracts merge in any order and in parts, equal ones have equal files, and their size is bounded."""

from __future__ import annotations

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from playhead.contract.comparison import compare
from playhead.contract.contract import Contract, fold_all
from playhead.contract.encoding import decode, encode_json, encode_msgpack
from playhead.contract.fold import fold
from playhead.contract.shape import CROWD, MOST_FIELDS, MOST_TAGS, Shape
from playhead.contract.tally import Mark
from playhead.contract.templates import stored_form
from playhead.errors import ContractCorrupt, UnsupportedVersion
from tests.contract.recordings import SUITES, answer, times

USER = {"id": 1, "name": "Ada", "email": "ada@example.org"}


def bytes_of(contract: Contract) -> bytes:
    return encode_json(stored_form(contract.finish()).finish())


def merged(*parts: Contract) -> Contract:
    whole = Contract()
    for part in parts:
        whole.absorb(part)
    return whole


@settings(max_examples=40)
@given(SUITES, SUITES, SUITES)
def test_merging_is_associative_and_commutative_with_the_empty_contract_as_identity(one, two, three):
    whole = bytes_of(fold_all([*one, *two, *three]))
    assert bytes_of(merged(fold_all(three), merged(fold_all(one), fold_all(two)))) == whole
    assert bytes_of(merged(merged(fold_all(two), fold_all(three)), Contract(), fold_all(one))) == whole


@settings(max_examples=40)
@given(SUITES)
def test_a_contract_file_reads_back_as_the_contract(suite):
    contract = stored_form(fold_all(suite).finish()).finish()
    for data in (encode_json(contract), encode_msgpack(contract)):
        again = decode(data, "c.json")
        assert again == contract
        assert encode_json(again) == encode_json(contract)
        assert not compare(contract, again).findings


def crowd(names):
    shape = Shape()
    for name in names:
        fold(shape, {name: 1, "nested": {"deep": name}}, Mark())
    return shape


@pytest.mark.parametrize("cut", [1, MOST_FIELDS - 1, MOST_FIELDS + 7])
def test_too_many_keys_are_one_crowd_in_whatever_order_they_come(cut):
    names = [f"word{chr(97 + number % 26)}{'x' * (number // 26)}" for number in range(MOST_FIELDS + 20)]
    whole, parts = crowd(names), crowd(names[cut:])
    parts.absorb(crowd(names[:cut]))
    assert whole == parts
    assert whole.variants[""].crowded
    assert not whole.variants[""].fields


def test_too_many_tags_are_one_crowd_in_whatever_order_they_come():
    tags = [f"kind{chr(97 + number % 26)}{'x' * (number // 26)}" for number in range(MOST_TAGS + 20)]

    def seen(some):
        shape = Shape()
        for tag in some:
            fold(shape, [{"type": tag, "n": 1}, {"type": tag, "n": None}], Mark())
        return shape

    whole, parts = seen(tags), seen(tags[30:])
    parts.absorb(seen(tags[:30]))
    assert whole == parts
    assert list(whole.items.variants) == [CROWD]


def test_a_million_different_users_are_one_endpoint():
    # A hundredth of them are enough: a larger number must not make the contract larger.
    names = [f"{chr(97 + number % 26)}{'aeiou'[number % 5] * (number // 26 % 400)}x" for number in range(10_000)]
    contract = Contract()
    for name in names:
        contract.add(answer(f"/users/{name}/posts", {"id": 1}))
        contract.add(answer("/users/me", {"id": 1}))
        assert len(contract.endpoints) <= 1024
    halves = merged(
        fold_all(answer(f"/users/{name}/posts", {"id": 1}) for name in reversed(names[5000:])),
        fold_all(answer(f"/users/{name}/posts", {"id": 1}) for name in names[:5000]),
        fold_all(answer("/users/me", {"id": 1}) for _ in names),
    )
    assert [key.path for key in contract.finish().endpoints] == ["/users/{any}/posts", "/users/me"]
    assert bytes_of(contract) == bytes_of(halves)


def test_a_stored_template_stays_when_the_siblings_no_longer_show_it():
    stored = stored_form(fold_all([answer("/users/ada", USER), answer("/users/bob", USER)]).finish())
    assert stored.templates == {"api.test/users/{name}"}
    again = decode(encode_json(stored), "c.json")
    result = compare(again, fold_all([answer("/users/carl", USER), answer("/users/me", {"ok": True})]))
    assert result.compared == 1
    assert result.newly_exercised == ("GET api.test/users/me",)


def test_a_declared_template_is_stored_too():
    stored = stored_form(fold_all([answer("/wiki/Ada", USER)]).finish(), ["/wiki/{page}"])
    assert stored.templates == {"api.test/wiki/{page}"}
    assert compare(stored, fold_all([answer("/wiki/Bob", USER)])).compared == 1


def test_a_crowd_is_compared_with_a_few():
    names = [f"{chr(97 + number % 26)}{'o' * (number // 26)}x" for number in range(1000)]
    crowd = fold_all(answer(f"/users/{name}", {"id": 1}) for name in names)
    assert compare(crowd, fold_all([answer("/users/zoe", {"id": 1})])).compared == 1
    assert compare(fold_all([answer("/users/zoe", {"id": 1})]), crowd).compared == 1


def test_a_change_of_one_field_is_a_change_of_few_lines():
    old, new = (bytes_of(fold_all(times(3, body))).decode().splitlines() for body in (USER, {**USER, "age": 7}))
    assert len(set(old) ^ set(new)) <= 3
    assert max(map(len, old)) <= 100


@pytest.mark.parametrize(
    ("document", "error"),
    [
        ({"playhead_contract": 3, "endpoints": []}, UnsupportedVersion),
        ({"playhead_contract": "1"}, ContractCorrupt),
        ({"playhead_contract": 1}, ContractCorrupt),
        ({"playhead_contract": 1, "endpoints": [{"method": "GET"}]}, ContractCorrupt),
        (
            {"playhead_contract": 1, "endpoints": [{"method": "GET", "host": "", "path": "/", "query": 7}]},
            ContractCorrupt,
        ),
        ({"playhead_contract": 2}, ContractCorrupt),
        (
            {"playhead_contract": 2, "endpoints": [{"method": "GET", "host": "", "path": "/", "query": {"seen": "1"}}]},
            ContractCorrupt,
        ),
        ([1], ContractCorrupt),
    ],
)
def test_what_is_no_contract_of_this_version_is_told(document, error):
    with pytest.raises(error, match=r"c\.json"):
        decode(json.dumps(document).encode(), "c.json")


@given(st.binary(max_size=40))
def test_other_bytes_are_told_too(data):
    with pytest.raises((ContractCorrupt, UnsupportedVersion)):
        decode(data, "c.msgpack")


def test_half_of_a_surrogate_pair_survives():
    contract = fold_all([answer(raw=b'{"text": "\\ud800", "name\\udfff": 1}')]).finish()
    for data in (encode_json(contract), encode_msgpack(contract)):
        assert decode(data, "c") == contract
