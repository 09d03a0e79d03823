"""Constants, tags and vocabularies: values that programs compare with."""

import pytest

from tests.contract.recordings import answer, told


def users(numbers, **fields):
    """Return an answer for each number; a field that is a list gives its values in turn."""
    return [
        answer(
            f"/users/{n}",
            {"id": n, **{key: each[n % len(each)] if isinstance(each, list) else each for key, each in fields.items()}},
        )
        for n in numbers
    ]


def test_another_spelling_of_the_same_values_is_breaking():
    old, new = users(range(6), state=["open", "in_use"]), users(range(10, 16), state=["OPEN", "InUse"])
    assert told(old, new) == [("breaking", "spelling-changed", "/state")]
    assert told(old[:4], new[:4]) == [("risky", "spelling-changed", "/state")]


@pytest.mark.parametrize("tag", ["type", "kind", "object", "event"])
def test_a_tag_that_is_called_otherwise_is_breaking_from_five_entities_on(tag):
    old, new = users(range(5), **{tag: "list.v1"}), users(range(10, 15), **{tag: "list.v2"})
    assert told(old, new) == [("breaking", "tag-changed", f"/{tag}")]
    assert told(old[:3], new[:3]) == [("risky", "tag-changed", f"/{tag}")]


def test_a_constant_is_breaking_on_three_pairs_and_risky_without():
    assert told(users(range(3), engine="alpha"), users(range(3), engine="beta")) == [
        ("breaking", "constant-changed", "/engine")
    ]
    assert told(users(range(3), engine="alpha"), users(range(10, 13), engine="beta")) == [
        ("risky", "constant-changed", "/engine")
    ]


@pytest.mark.parametrize("name", ["status", "order_state", "finish_reason", "weekday"])
def test_a_state_that_may_just_be_over_is_risky_at_most(name):
    old, new = users(range(6), **{name: "queued"}), users(range(6), **{name: "done"})
    assert told(old, new) == [("risky", "vocabulary-changed", f"/{name}")]


def test_several_values_that_are_others_now_are_risky():
    old, new = users(range(6), mode=["fast", "slow"]), users(range(10, 16), mode=["eager", "lazy"])
    assert told(old, new) == [("risky", "vocabulary-changed", "/mode")]


@pytest.mark.parametrize("field", ["plan", "currency", "language", "owner_login", "repository_id"])
def test_what_describes_an_account_or_a_thing_is_data(field):
    assert told(users(range(6), **{field: "alpha"}), users(range(6), **{field: "beta"})) == []


def test_values_that_the_request_holds_too_are_its_echo():
    def asked(colour):
        return [answer(f"/cars/{n}?colour={colour}", {"id": n, "colour": colour}) for n in range(6)]

    assert told(asked("red"), asked("blue")) == []


@pytest.mark.parametrize(
    ("before", "after"), [("t5_2r0ij", "t5_2qh33"), ("Ada Lovelace 1815", "Grace"), ("a" * 40, "b")]
)
def test_ids_and_texts_are_no_vocabulary(before, after):
    assert told(users(range(6), thing=before), users(range(6), thing=after)) == []


def test_a_state_of_answers_that_are_about_nothing_else_is_a_constant_in_five_pairs():
    def answers(status):
        return [answer(f"/jobs?n={n}", {"status": status}, method="POST") for n in range(5)]

    assert told(answers("ok"), answers("success")) == [("breaking", "constant-changed", "/status")]
    assert told(answers("ok")[:4], answers("success")[:4]) == [("risky", "constant-changed", "/status")]


def test_the_code_of_an_error_may_have_a_namespace():
    def failed(code):
        return [answer(f"/tables/{n}", {"code": code, "n": n}, status=400) for n in range(6)]

    before, after = "com.example.shop.v20120810#TableNotFound", "com.example.shop.v20120810#NoSuchTable"
    assert told(failed(before), failed(after)) == [("risky", "constant-changed", "4xx /code")]
    assert told(users(range(6), thing=before), users(range(6, 12), thing=after)) == []


@pytest.mark.parametrize("path", ["/jobs/{}", "/health?part={}"])
def test_a_state_that_is_read_may_be_over_whoever_has_it(path):
    def answers(status):
        return [answer(path.format(n), {"status": status}) for n in range(6)]

    assert told(answers("running"), answers("done")) == [("risky", "constant-changed", "/status")]
