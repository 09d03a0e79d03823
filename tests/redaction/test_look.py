"""Values that look like secrets, and values that are made of words and numbers."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from playhead.redaction.look import is_file_name, looks_secret

WORDS = ["checkout", "button", "submit", "order", "photos", "title", "error", "Users", "getItems", "HTTP"]
words = st.sampled_from(WORDS)
numbers = st.integers(0, 2030).map(str)


@given(
    st.lists(words | numbers | st.tuples(words, st.integers(0, 99)).map("{0[0]}{0[1]}".format), min_size=1),
    st.sampled_from("-_./:"),
)
def test_words_and_numbers_with_separators_hide_nothing(parts: list[str], separator: str) -> None:
    assert not looks_secret(separator.join(parts))


@pytest.mark.parametrize(
    "value",
    [
        "checkout.button.submitOrder",
        "PROJ-123",
        "photos/2024/IMG_0042.jpg",
        "ERR_HTTP2_STREAM",
        "GA1.2.1234567890.1600000000",
        "i18n.error.title",
        "preview-release-9f86d08",
        "srv.mnt.bkt.grp.tmp.xyz",
        "order1234.item5678",
        "2026-11-30T12:00:00Z",
        "P3Y6M4DT12H30M5S",
        "2001:db8::ff00:42:8329",
        "https://api.test/a8f5f167f44f4964e6c998dee827110c",
        "a sentence with aB3dE5fG7hJ9kL1m in it",
        "1234-5678-9012-3456",
        "onlylowercaseletterswithoutanything",
    ],
)
def test_what_people_write_is_no_secret(value: str) -> None:
    assert not looks_secret(value)


@pytest.mark.parametrize(
    "value",
    [
        "kjh234-KJH5g2k3j-4h5",
        "aB3dE5fG7hJ9kL1m",
        "9f86d081884c7d659a2feaa0c55ad015",
        "sk_live_4eC39HqLyjWDarjtT1zdp7dc",
        "Zm9vYmFyYmF6cXV4Cg==",
        "order-kjh234KJH5g2k3j4h5",
    ],
)
def test_what_machines_draw_is_one(value: str) -> None:
    assert looks_secret(value)


def test_too_short_a_value_is_none() -> None:
    assert looks_secret("aB3dE5fG7hJ9")
    assert not looks_secret("aB3dE5fG7hJ")


def test_a_uuid_is_a_secret_only_where_it_is_no_identifier() -> None:
    uuid = "0b6c3f1e-7a52-4f0d-9c1b-2f8e6d5a4b3c"
    assert looks_secret(uuid)
    assert not looks_secret(uuid, uuids=False)
    assert not looks_secret(f"order-{uuid}", uuids=False)


@pytest.mark.parametrize(("value", "is_name"), [("a.txt", True), ("A/b.PDF", True), (".txt", False), ("a.b", False)])
def test_names_of_files(value: str, is_name: bool) -> None:
    assert is_file_name(value) is is_name
