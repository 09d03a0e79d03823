"""Members of JSON text stand where they are found, whatever the layout."""

from __future__ import annotations

import json
import re

from hypothesis import given
from hypothesis import strategies as st

from playhead.text.json_text import IN_STRING, members, unquoted

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=20,
)


@given(VALUES, st.sampled_from([None, 0, 2, "\t"]), st.booleans())
def test_members_are_those_of_the_value(value: object, indent: int | str | None, reads: bool) -> None:
    text = "\n " + json.dumps(value, indent=indent)

    found = []
    for member in members(text):
        if reads:
            assert json.JSONDecoder().raw_decode(text, member.start) == member.read()
        found.append((member.key, member.read()[0]))

    expected = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    assert found == list(expected)


@given(st.text(), st.booleans())
def test_a_string_means_what_was_written(text: str, escaped: bool) -> None:
    written = json.dumps(text, ensure_ascii=escaped).encode("utf-8", "surrogatepass")
    assert unquoted(written[1:-1]) == text
    found = re.match(IN_STRING, written[1:], re.DOTALL)
    assert found is not None
    assert found[0] == written[1:-1]


def test_bytes_that_are_not_a_string_are_read_as_latin_1() -> None:
    assert unquoted(b"\xe9") == "\udce9"
    assert unquoted(b"\xe9\\x") == "\xe9\\x"
