"""Objects of several kinds at one place: the tag that tells them apart is gone, renamed, or has another value."""

import pytest

from tests.contract.recordings import answer, told

TEXT = {"type": "text", "text": "Hello"}
USE = {"type": "tool_use", "name": "search", "input": {"q": "x"}}


def messages(numbers, *contents):
    """Return messages whose contents are of one kind in every second one, and of all kinds in the others."""
    return [
        answer(f"/messages/{n}", {"id": f"msg_{n}", "content": list(contents[: 1 + n % 2 * len(contents)])})
        for n in numbers
    ]


def without_tag(each):
    return {name: value for name, value in each.items() if name != "type"}


LOST = {
    "field-removed": without_tag,
    "field-renamed": lambda each: {"type_v2": each["type"], **without_tag(each)},
    "structure-changed": lambda each: {**each, "type": {"name": each["type"]}},
    "became-nullable": lambda each: {**each, "type": None},
}


@pytest.mark.parametrize("rule", LOST)
@pytest.mark.parametrize("first", [0, 50])
def test_a_tag_that_all_objects_have_lost_is_one_finding(rule, first):
    new = messages(range(first, first + 6), *map(LOST[rule], (TEXT, USE)))
    severity = "risky" if rule == "became-nullable" else "breaking"
    assert told(messages(range(6), TEXT, USE), new) == [(severity, rule, "/content/*/type")]


def test_one_kind_of_object_with_another_tag_breaks_who_tells_kinds_apart():
    other = {**TEXT, "type": "output_text"}
    place = "/content/*[type=text]/type"
    old, new = messages(range(6), TEXT, USE), messages(range(50, 56), other, USE)
    assert told(old, new) == [("breaking", "tag-changed", place)]
    assert told(old[:3], new[:3]) == [("risky", "tag-changed", place)]


def test_a_kind_of_object_that_is_only_there_now_and_then_has_no_other_tag():
    notes = [{"type": f"note-{n}", "text": "Hello"} for n in range(2)]
    old = [answer(f"/notes/{n}", {"id": n, "all": [USE, notes[0]] if n == 1 else [USE]}) for n in range(6)]
    new = [answer(f"/notes/{n}", {"id": n, "all": [USE, notes[1]] if n == 51 else [USE]}) for n in range(50, 56)]
    assert told(old, new) == []


def test_entities_that_carry_another_tag_have_changed_though_each_has_but_one():
    def shapes(first, kind):
        return [
            answer(f"/drawings/{n}", {"shapes": [{"id": 2 * n, "type": "line", "to": 1}, {"id": 2 * n + 1, **kind}]})
            for n in range(first, first + 6)
        ]

    old, other = shapes(0, {"type": "disc", "size": 2}), {"type": "circle", "size": 3}
    assert told(old, shapes(0, other)) == [("breaking", "tag-changed", "/shapes/*[type=disc]/type")]
    assert ("breaking", "tag-changed", "/shapes/*[type=disc]/type") not in told(old, shapes(50, other))
