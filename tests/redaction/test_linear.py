"""Whatever a stranger sends, redaction and the scan take time in proportion to its size."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from playhead.model.cassette import Exchange
from playhead.model.http import Request, Response
from playhead.redaction.redact import Redactor
from playhead.redaction.scan import scan
from playhead.text.path_patterns import compile_pattern
from tests.support.growth import grows_in_proportion

MULTIPART = "multipart/form-data; boundary=b"
HOSTILE = [
    (b"eyJ", "text/plain"),
    (b"ZXlK", "text/plain"),
    (b"/ZXlK", "application/json"),
    (b"<!--", "text/xml"),
    (b"<a><![CDATA[", "text/xml"),
    (b'--b\r\ncontent-disposition: form-data; name="a"\r\n', MULTIPART),
    (b"content-disposition: form-data;", MULTIPART),
    (b"--b\r\n\r\nx\r\n", MULTIPART),
    (b'\\"', "application/json"),
    (b'{"value":"x","a":', "application/json"),
    (b'{"value":{"a":1},"name":"password","b":', "application/json"),
    (b'{"value":[', "application/json"),
    (b"<a><value>x</value>", "text/xml"),
    (b"{value:'x',name:'password',", "text/plain"),
    (b">eyJ", "text/html"),
    (b"://a:", "text/plain"),
    (b"-----BEGIN PRIV" + b"ATE KEY-----", "text/plain"),
    (b"gh" + b"p_" + b"A1" * 18 + b" ", "text/plain"),
    (b"a token ", "application/x-www-form-urlencoded"),
    (b"\r", "application/x-ndjson"),
    (b"\n", "application/x-ndjson"),
]
BEFORE = {MULTIPART: b"--b\r\n", "application/x-ndjson": b'{"a": "'}
AFTER = {"application/x-www-form-urlencoded": b"=1"}


@pytest.mark.parametrize(("text", "media_type"), HOSTILE)
def test_hostile_bodies_take_linear_time(text: bytes, media_type: str) -> None:
    def work(size: int) -> Callable[[], object]:
        body = BEFORE.get(media_type, b"") + text * (size // len(text)) + AFTER.get(media_type, b"")
        headers = (("content-type", media_type),)
        exchange = Exchange(1, Request("GET", "https://a.test/"), Response(200, headers=headers, body=body))
        return lambda: (Redactor().exchange(exchange), scan(exchange))

    assert grows_in_proportion(work)


def test_patterns_with_many_rests_take_linear_time() -> None:
    def work(size: int) -> Callable[[], object]:
        pattern = compile_pattern("/" + "/".join(f"{{x{number}:path}}" for number in range(30)) + "/end")
        return lambda: pattern.match("https://a.test/" + "a/" * (size // 2))

    assert grows_in_proportion(work)
    assert compile_pattern("/a/{x:path}/b/{y:path}").match("http://a.test/a/1/b/2/b/3") == {"x": "1", "y": "2/b/3"}
