"""JSON and XML are read whatever their media type says, and other bodies are not taken for them."""

from __future__ import annotations

import json

import pytest

import playhead
from tests.contract.recordings import JSON, answer, cassette_of, compared, times

USER = {"id": 1, "name": "Ada", "email": "ada@example.org"}
LEAN = {"id": 1, "name": "Ada"}
WRONG = [
    "",
    "text/html",
    "text/plain",
    "text/javascript",
    "application/octet-stream",
    "binary/octet-stream",
    "text/csv",
]
XML = b'<?xml version="1.0"?>\n<user><id>1</id><name>Ada</name></user>'
LEAN_XML = b'<?xml version="1.0"?>\n<user><id>1</id></user>'


def told(old: bytes, new: bytes, before: str, after: str | None = None) -> list[tuple[str, str]]:
    """Return the findings as (rule, place): five answers with one body, then five with another."""
    sides = [
        cassette_of(*(answer(f"/users/{number}", raw=raw, media=media) for number in range(5)))
        for raw, media in ((old, before), (new, before if after is None else after))
    ]
    return [(each.rule, each.place) for each in playhead.diff(*sides)]


@pytest.mark.parametrize("media", WRONG)
@pytest.mark.parametrize("before", [b"", b"\n  ", b"\xef\xbb\xbf", b"\xef\xbb\xbf\r\n"])
def test_json_under_another_media_type_is_compared(media, before):
    old, new = (before + json.dumps(each, indent=2).encode() for each in (USER, LEAN))
    assert told(old, new, media) == [("field-removed", "/email")]


@pytest.mark.parametrize("media", [*WRONG, JSON])
@pytest.mark.parametrize("before", [b"", b"\n  ", b"\xef\xbb\xbf"])
def test_xml_under_another_media_type_is_compared(media, before):
    assert told(before + XML, before + LEAN_XML, media) == [("field-removed", "/user/name")]


def test_json_that_is_declared_as_xml_is_json():
    assert told(*(json.dumps(each).encode() for each in (USER, LEAN)), "application/xml") == [
        ("field-removed", "/email")
    ]


def test_another_media_type_is_found_and_explains_what_changed_in_the_body():
    old = json.dumps(USER).encode()
    (finding,) = compared(times(5, USER), times(5, LEAN, media="text/html")).findings
    assert finding.rule == "media-type-changed"
    assert [(each.rule, each.place) for each in finding.consequences] == [("field-removed", "/email")]
    assert told(old, old, JSON, "text/html") == [("media-type-changed", "header.content-type")]


@pytest.mark.parametrize(
    "bodies",
    [
        (b"<!doctype html><html><body><p>A</p></body></html>", b"<!doctype html><html><body></body></html>"),
        (b"<html><body><p>A</p></body></html>", b"<html><body></body></html>"),
        (
            b'<?xml version="1.0"?>\n<!-- page --><html><body><p>A</p></body></html>',
            b'<?xml version="1.0"?>\n<!-- page --><html><body></body></html>',
        ),
        (b"{{ name }} is here: {a}", b"{{ name }}"),
        (b"[INFO] started", b"[INFO]"),
        (b'{"a": 1, "b": 2}\n{"a": 2, "b": 3}\n', b'{"a": 1}\n{"a": 2}\n'),
        (b"1", b"true"),
    ],
    ids=["html", "html without a doctype", "xhtml", "template", "log", "json lines", "scalar"],
)
@pytest.mark.parametrize("media", ["text/html", "text/plain", "application/octet-stream", ""])
def test_what_only_resembles_json_or_xml_is_not_read(bodies, media):
    assert told(*bodies, media) == []
    result = compared([answer(raw=bodies[0], media=media)], [answer(raw=bodies[1], media=media)])
    assert (result.findings, result.unsure) == ((), ())


def test_bodies_that_were_always_json_and_are_not_now_are_found():
    found, page, media = json.dumps(USER).encode(), b"<html><body>Sorry</body></html>", "text/html"
    assert told(found, page, media) == [("body-unreadable", "/")]
    assert told(page, found, media) == [("body-readable", "/")]
    mixed = [answer(f"/users/{number}", raw=raw, media=media) for number in range(3) for raw in (found, page)]
    pages = [answer(f"/users/{number}", raw=page, media=media) for number in range(6)]
    assert playhead.diff(cassette_of(*mixed), cassette_of(*pages)) == []


def test_numbers_that_another_tool_has_scrubbed_do_not_keep_json_from_being_read():
    old = [answer(f"/users/{n}", {"id": n, "name": "Ada"}) for n in range(5)]
    new = [answer(f"/users/{n}", raw=b'{"id": <GITHUB_ID>008, "name": "<NAME>"}') for n in range(5)]
    assert not compared(old, new).findings
