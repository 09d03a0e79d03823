"""Base64 of either alphabet comes back, and what is encoded anew looks as before."""

from __future__ import annotations

import json
from base64 import b64encode, urlsafe_b64encode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from playhead.text.base64_text import decode_base64, decoded_text, encode_like, object_in

encoders = st.sampled_from([b64encode, urlsafe_b64encode])


@given(st.binary(), encoders, st.booleans())
def test_bytes_come_back(data, encoder, padded):
    coded = encoder(data) if padded else encoder(data).rstrip(b"=")
    assert decode_base64(coded) == data
    assert decoded_text(coded.decode()) == data.decode("latin-1")


@given(st.binary(), st.binary(), encoders, st.booleans())
def test_what_is_encoded_anew_has_alphabet_and_padding_of_before(before, after, encoder, padded):
    coded = encoder(before) if padded else encoder(before).rstrip(b"=")
    again = encode_like(coded, after)
    assert decode_base64(again) == after
    assert encode_like(coded, before) == coded
    if len(coded) % 4:
        assert not again.endswith(b"=")


@given(st.binary(max_size=30).filter(lambda data: len(data) % 3 == 0), st.binary(), st.sampled_from([b"/", b"A"]))
def test_a_character_behind_the_end_says_nothing_and_stays(before, after, stray):
    coded = b64encode(before) + stray
    assert decode_base64(coded) == before
    assert encode_like(coded, after) == b64encode(after) + stray


@pytest.mark.parametrize("text", ["ab!d", "abcd\n", "äbcd", "ab cd", "ab=cd"])
def test_other_texts_are_not_base64(text):
    assert decoded_text(text) is None


@given(st.dictionaries(st.text(), st.integers()))
def test_the_object_of_a_token_is_read(value):
    assert object_in(urlsafe_b64encode(json.dumps(value).encode()).decode().rstrip("=")) == value


@pytest.mark.parametrize("part", ["", "e30x!", "ä", b64encode(b"[1]").decode(), b64encode(b"[" * 100_000).decode()])
def test_a_part_without_an_object_is_empty(part):
    assert object_in(part) == {}
