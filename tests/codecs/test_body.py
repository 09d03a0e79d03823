"""Bodies are shown as a person reads them, and come back as the very bytes they were."""

from __future__ import annotations

import json

import pytest
from hypothesis import example, given

from playhead.codecs.body import body_of, show_bytes, show_readable
from playhead.codecs.limits import Limits
from playhead.codecs.malformed import Malformed
from playhead.model.http import BodyFile
from tests.codecs.strategies import ODD_JSON, any_bodies, json_bodies

SHA256 = "0123456789abcdef" * 4


@given(body=any_bodies)
def test_what_is_shown_gives_back_the_very_bytes(body: bytes | BodyFile) -> None:
    shown = json.loads(json.dumps(show_readable(body)))
    assert body_of(shown, "") == (body, None)
    assert body_of(show_bytes(body), "") == (body, None)


@given(body=json_bodies())
@example(body=b'{"a":1,"a":2}')
@example(body=b'["\\ud800"]')
def test_json_is_shown_as_a_value_only_if_nothing_is_lost(body: bytes) -> None:
    shown = show_readable(body)
    assert body_of(shown, "")[0] == body
    if "json" in shown:
        assert json.dumps(shown["json"], ensure_ascii=False).encode()


@pytest.mark.parametrize("body", ODD_JSON)
def test_odd_json_survives(body: bytes) -> None:
    assert body_of(show_readable(body), "")[0] == body


@pytest.mark.parametrize(
    ("body", "style"),
    [
        (b'{"name":"Ada","tags":[1,2]}', "compact"),
        (b'{"name": "Ada", "tags": [1, 2]}', "spaced"),
        (b'{\n  "name": "Ada"\n}', "indent-2"),
        (b'{\n    "name": "Ada"\n}\n', "indent-4-line"),
        ('{"name":"café, née"}'.encode(), "compact"),
        (b'{"name":"caf\\u00e9"}', "compact-ascii"),
        (b'{"a":"x: y"}\n', "compact-line"),
        (b"null", "compact"),
    ],
)
def test_the_usual_ways_to_write_json_have_names(body: bytes, style: str) -> None:
    assert show_readable(body) == {"json": json.loads(body), "style": style}


@pytest.mark.parametrize(
    "body", [b'{"a":1,"a":2}', b'{"price":1.10}', b'["\\ud800"]', b'{"a" :1}', b"[NaN]", b"[1e999]"]
)
def test_json_that_a_value_cannot_give_back_is_text(body: bytes) -> None:
    assert show_readable(body) == {"text": [body.decode()]}


def test_text_is_a_list_of_lines() -> None:
    assert show_readable(b"one\ntwo\n") == {"text": ["one", "two", ""]}


def test_what_is_no_text_is_base64() -> None:
    assert show_readable(b"\x89PNG\x00") == {"base64": "iVBORwA="}
    assert show_readable(b"nul\x00byte") == {"base64": "bnVsAGJ5dGU="}


def test_json_nested_deeper_than_the_limit_is_text() -> None:
    assert "json" in show_readable(b"[[[]]]", Limits(depth=3))
    assert "text" in show_readable(b"[[[]]]", Limits(depth=2))


def test_a_large_body_is_the_name_of_its_file() -> None:
    body = BodyFile(f"bodies/{SHA256}.bin", SHA256, 9_000_000, "somewhere")
    shown = show_readable(body)
    assert shown == {"file": f"bodies/{SHA256}.bin", "size": 9_000_000}
    read, _ = body_of(shown, "elsewhere")
    assert isinstance(read, BodyFile)
    assert read.folder == "elsewhere"


def test_the_coding_goes_with_the_body() -> None:
    assert body_of({"text": ["hi"], "coding": "gzip"}, "") == (b"hi", "gzip")


def test_without_a_style_json_is_compact() -> None:
    assert body_of({"json": {"a": [1, 2]}}, "")[0] == b'{"a":[1,2]}'


@pytest.mark.parametrize(
    "shown",
    [
        None,
        [],
        {},
        {"json": 1, "text": []},
        {"json": 1, "style": "sloppy"},
        {"json": 1, "style": 1},
        {"json": float("nan"), "style": "compact"},
        {"json": float("inf"), "style": "compact"},
        {"json": "\ud800", "style": "compact"},
        {"text": "one line"},
        {"text": [1]},
        {"text": ["\ud800"]},
        {"base64": "not base64!"},
        {"base64": "aGk"},
        {"base64": "é"},
        {"base64": 5},
        {"bytes": "text"},
        {"file": "/etc/passwd", "size": 1},
        {"file": f"bodies/../{SHA256}.bin", "size": 1},
        {"file": f"bodies/{SHA256}.bin"},
        {"file": f"bodies/{SHA256}.bin", "size": -1},
        {"file": f"bodies/{SHA256}.bin\n", "size": 1},
        {"text": ["hi"], "coding": "rot13"},
        {"text": ["hi"], "coding": 5},
        {"text": ["hi"], "colour": "red"},
    ],
)
def test_what_shows_no_body_is_malformed(shown: object) -> None:
    with pytest.raises(Malformed):
        body_of(shown, "")


def test_deep_json_in_a_file_is_malformed() -> None:
    deep: list[object] = []
    for _ in range(150):
        deep = [deep]
    with pytest.raises(Malformed, match="100 deep"):
        body_of({"json": deep}, "")
    for _ in range(50_000):
        deep = [deep]
    with pytest.raises(Malformed, match="deep"):
        body_of({"json": deep}, "")
