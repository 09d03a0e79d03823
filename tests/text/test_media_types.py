"""Media types are read whatever their case and parameters, and each format takes the types that RFCs give it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from playhead.text.media_types import (
    CSV,
    EVENT_STREAM,
    FORM,
    JSON_LINES,
    content_type,
    essence,
    is_json,
    is_multipart,
    is_xml,
    may_be_json,
    parameter,
    without_parameter,
)

TOKENS = st.from_regex(r"[a-z][a-z0-9.-]{0,8}", fullmatch=True)
TYPES = st.builds("{}/{}".format, TOKENS, TOKENS)


@given(TYPES, TOKENS, TOKENS, st.booleans())
def test_parameters_are_read_back_and_do_not_count_in_the_essence(kind: str, name: str, value: str, quoted: bool):
    field = f'{kind.upper()} ; {name}={value};x="y"' if not quoted else f'{kind} ;{name.upper()}="{value}"'
    assert essence(field) == kind
    assert parameter(field, name) == value
    assert parameter(without_parameter(field, name), name) is None
    assert essence(without_parameter(field, name)) == kind


@given(TYPES)
def test_an_essence_is_its_own_essence_and_has_no_parameters(kind: str):
    assert essence(essence(kind)) == essence(kind)
    assert parameter(kind, "charset") is None
    assert without_parameter(kind, "charset") == kind


@given(TYPES)
def test_a_suffix_tells_the_format_of_any_type(kind: str):
    assert is_json(f"{kind}+json")
    assert may_be_json(f"{kind}+json")
    assert is_xml(f"{kind}+xml")


@pytest.mark.parametrize("kind", ["application/json", "text/json", "application/problem+json", "model/gltf+json"])
def test_json(kind: str):
    assert is_json(kind)
    assert may_be_json(kind)


@pytest.mark.parametrize("kind", ["", "json", "text/plain", "application/x-json", "text/x-json", *JSON_LINES])
def test_what_is_not_one_json_document_by_its_type(kind: str):
    assert not is_json(kind)


@pytest.mark.parametrize("kind", ["", "xml", "text/html", "application/x-xml", CSV, FORM, EVENT_STREAM])
def test_what_is_neither_xml_nor_json(kind: str):
    assert not is_xml(kind)
    assert not may_be_json(kind)


@pytest.mark.parametrize(
    ("field", "boundary"),
    [
        ("multipart/form-data; boundary=abc", "abc"),
        ('multipart/form-data; charset=utf-8; Boundary = "a b"', "a b"),
        ('multipart/mixed;boundary=""', ""),
        ("multipart/mixed; boundary=abc;charset=utf-8", "abc"),
        ("multipart/mixed; xboundary=abc", None),
    ],
)
def test_boundaries(field: str, boundary: str | None):
    assert is_multipart(essence(field))
    assert parameter(field, "boundary") == boundary


def test_the_first_content_type_field_counts():
    assert content_type((("Accept", "a/b"), ("Content-TYPE", "text/plain; x=1"), ("content-type", "c/d"))) == (
        "text/plain; x=1"
    )
    assert content_type(()) == ""
