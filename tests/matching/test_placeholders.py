"""Live values in the place of a stored placeholder."""

from __future__ import annotations

from base64 import b64encode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from playhead.matching.placeholders import Capture, captures, identity, revealed, whole_number
from playhead.redaction.placeholder import marks_in

STORED = b64encode(b'{"password": "REDACTED-password-1"}.').decode()
LIVE = b64encode(b'{"password": "hunter2"}.').decode()


@pytest.mark.parametrize("behind", ["", "/"], ids=["base64", "with a slash behind it"])
def test_placeholders_within_base64_are_compared_decoded(behind):
    assert captures(STORED + behind, LIVE + behind, marks_in) == [Capture("password", 1, "hunter2")]


def test_placeholders_beside_base64_and_within_come_in_their_order():
    found = [Capture("user", 2, "ada"), Capture("password", 1, "hunter2"), Capture("pin", 3, "7")]
    assert captures(f"<REDACTED-user-2> {STORED} <REDACTED-pin-3>", f"<ada> {LIVE} <7>", marks_in) == found


def test_what_else_the_base64_says_has_to_agree():
    assert captures(STORED, b64encode(b'{"passwords": "hunter2"}').decode(), marks_in) is None
    assert captures(STORED, "not base64", marks_in) is None


around = st.text("<>?/ ", max_size=3)
between = st.text("<>?/ ", min_size=1, max_size=3)
values = st.text("abc", max_size=3)


@given(st.lists(st.tuples(between, values), min_size=1, max_size=4), around)
def test_each_placeholder_stands_for_what_is_in_its_place(pairs: list[tuple[str, str]], last: str) -> None:
    stored = "".join(f"{before}REDACTED-key-{number}" for number, (before, _) in enumerate(pairs)) + last
    live = "".join(before + value for before, value in pairs) + last
    expected = [Capture("key", number, value) for number, (_, value) in enumerate(pairs)]
    assert captures(stored, live, marks_in) == expected
    assert captures(live, live, marks_in) == []


@given(st.lists(st.tuples(between, values), min_size=1, max_size=4), between, st.data())
def test_what_stands_around_placeholders_has_to_agree(
    pairs: list[tuple[str, str]], last: str, data: st.DataObject
) -> None:
    stored = "".join(f"{before}REDACTED-key-{number}" for number, (before, _) in enumerate(pairs)) + last
    literals = [*(before for before, _ in pairs), last]
    at = data.draw(st.integers(0, len(literals) - 1))
    literals[at] = literals[at][:-1] + "!"
    live = "".join(before + value for before, (_, value) in zip(literals, pairs, strict=False)) + literals[-1]
    assert captures(stored, live, marks_in) is None


@pytest.mark.parametrize(("stored", "live"), [("aREDACTED-key-1a", "a"), ("abREDACTED-key-1bc", "abc"), ("a", "b")])
def test_what_stands_before_and_behind_does_not_overlap(stored: str, live: str) -> None:
    assert captures(stored, live, marks_in) is None


@pytest.mark.parametrize(
    ("text", "number"),
    [("REDACTED-key-7", 7), ("REDACTED-key-7.", None), ("a REDACTED-key-7", None), ("plain", None), ("", None)],
)
def test_a_placeholder_by_itself_has_a_number(text: str, number: int | None) -> None:
    assert whole_number(text, marks_in) == number


def test_a_value_is_told_from_others_by_the_secret_behind_it() -> None:
    secrets = {2: "hunter2"}
    shown = [
        revealed(value, {1}, secrets.get, marks_in)
        for value in ("plain", "REDACTED-key-1", "REDACTED-key-2", "REDACTED-key-3")
    ]
    assert shown == ["plain", identity(1), "hunter2", "REDACTED-key-3"]
    assert identity(1) != identity(2)
