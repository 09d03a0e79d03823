"""Objects that are within an envelope now, or no longer."""

import pytest

from tests.contract.recordings import answer, told

META = {"meta": {"took": 3}}


def users(numbers, envelope=lambda body: body, **more):
    return [answer(f"/users/{n}", envelope({"id": n, "name": f"Ada {n}", "age": n + 20, **more})) for n in numbers]


def data(body):
    return {"data": body}


@pytest.mark.parametrize("count", [3, 6])
@pytest.mark.parametrize("first", [0, 50], ids=["the-same", "others"])
@pytest.mark.parametrize("envelope", [data, lambda body: {**META, "data": body}], ids=["alone", "with-meta"])
def test_objects_in_an_envelope_are_one_finding_in_both_directions(count, first, envelope):
    bare, wrapped = users(range(count)), users(range(first, first + count), envelope)
    assert told(bare, wrapped) == [("breaking", "object-wrapped", "/")]
    assert told(wrapped, bare) == [("breaking", "object-unwrapped", "/")]


def test_what_else_has_changed_within_the_envelope_is_told_too():
    old, new = users(range(6), size=1), users(range(6), data, size="1")
    assert told(old, new) == [("breaking", "object-wrapped", "/"), ("breaking", "type-changed", "/data/size")]


def test_objects_below_a_field_are_seen_too():
    old = [answer(f"/pages/{n}", {"id": n, "owner": {"name": "Ada", "age": n}}) for n in range(6)]
    new = [answer(f"/pages/{n}", {"id": n, "owner": {"user": {"name": "Ada", "age": n}}}) for n in range(6)]
    assert told(old, new) == [("breaking", "object-wrapped", "/owner")]


def test_a_field_that_stays_beside_it_tells_that_it_is_no_envelope():
    old = users(range(6))
    new = [answer(f"/users/{n}", {"id": n, "profile": {"name": f"Ada {n}", "age": n + 20}}) for n in range(6)]
    assert "object-wrapped" not in {rule for _, rule, _ in told(old, new)}
