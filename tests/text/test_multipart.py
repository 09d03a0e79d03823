"""Multipart bodies: what was put together is taken apart, and broken bodies give what can be read."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from playhead.text.multipart import boundary_of, fields_of, part_name, parts_in, whole_parts, without_boundary

BOUNDARY = b"b:1"
contents = st.binary(max_size=40).filter(lambda content: b"--" + BOUNDARY not in content)


def body_of(contents: list[bytes], boundary: bytes = BOUNDARY) -> bytes:
    parts = [b"--%s\r\nContent-Type: text/plain\r\n\r\n%s\r\n" % (boundary, content) for content in contents]
    return b"".join(parts) + b"--" + boundary + b"--\r\n"


@given(st.lists(contents, min_size=1, max_size=4), st.sampled_from([b"", b"preamble\r\n"]))
def test_the_contents_of_all_parts_are_found(given_contents: list[bytes], preamble: bytes) -> None:
    body = preamble + body_of(given_contents)

    parts = whole_parts(body, BOUNDARY)

    assert parts is not None
    assert [body[part.content : part.end] for part in parts] == given_contents
    assert all(fields_of(body[part.start : part.blank]) == (("content-type", "text/plain"),) for part in parts)


@given(st.lists(contents, min_size=1, max_size=3), st.integers(0, 200))
def test_a_body_that_was_cut_gives_the_parts_up_to_there_but_is_not_whole(given_contents: list[bytes], at: int) -> None:
    body = body_of(given_contents).removesuffix(b"--\r\n")[:at]

    assert whole_parts(body, BOUNDARY) is None
    found = [body[part.content : part.end] for part in parts_in(body, BOUNDARY)]
    whole = [content + b"\r\n--" + BOUNDARY for content in given_contents]  # the cut may stand in the next delimiter
    assert all(content.startswith(piece) for content, piece in zip(whole, found, strict=False))


@given(st.lists(st.sampled_from([b"--b", b"\r\n", b"-", b"x", b"b", b" ", b"\n"]), max_size=30))
def test_delimiters_stand_at_the_beginning_of_a_line_and_nowhere_else(pieces: list[bytes]) -> None:
    body = b"".join(pieces)
    starts = [found.start() for found in re.finditer(rb"(?:\A|\r\n)--b", body)]
    ends = [*starts, len(body)][1:]
    expected = [(start, end) for start, end in zip(starts, ends, strict=True) if b"\r\n\r\n" in body[start:end]]

    assert [(part.start, part.end) for part in parts_in(body, b"b")] == expected


@pytest.mark.parametrize(
    "body",
    [b"", b"--b--\r\n", b"--b\r\n\r\nx\r\n--b\r\n", b"--b junk\r\n\r\nx\r\n--b--", b"--b\r\nno blank\r\n--b--"],
    ids=["nothing", "no part", "no end", "junk behind a delimiter", "no blank line"],
)
def test_other_bodies_are_not_whole(body: bytes) -> None:
    assert whole_parts(body, b"b") is None


@pytest.mark.parametrize(
    ("media_type", "boundary"),
    [
        ("multipart/form-data; boundary=abc", b"abc"),
        ('multipart/form-data; charset=utf-8; BOUNDARY="a b;c"', b"a b;c"),
        ("multipart/form-data; boundary=abc; x=y", b"abc"),
        ('multipart/form-data; boundary=""', b""),
        ("multipart/form-data", None),
    ],
)
def test_the_boundary_of_a_content_type(media_type: str, boundary: bytes | None) -> None:
    assert boundary_of(media_type) == boundary
    assert boundary_of(without_boundary(media_type)) is None


def test_fields_of_a_part_may_be_folded_and_end_in_bare_line_breaks() -> None:
    head = b'\r\n--b\r\nContent-Disposition: form-data;\r\n  name="a; b"\nX-Odd\r\nContent-Type: text/plain'

    fields = fields_of(head)

    assert fields == (
        ("content-disposition", 'form-data; name="a; b"'),
        ("x-odd", ""),
        ("content-type", "text/plain"),
    )
    assert part_name(fields) == "a; b"


def test_a_part_without_a_disposition_has_no_name() -> None:
    assert part_name((("content-type", "text/plain; name=x"),)) == ""
