"""Exchanges that every format holds, for the laws of the formats."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import strategies as st

from playhead.model.cassette import Exchange
from playhead.model.http import Headers, Request, Response

__all__ = ["common", "exchanges"]

_NAMES = st.sampled_from(["Accept", "X-Trace", "x-trace", "Set-Cookie", "ETag", "Content-Type"])
_VALUES = st.text(st.characters(codec="ascii", categories=["L", "N", "P", "Zs"]), max_size=12) | st.sampled_from(
    ["", " padded ", "1", "null", "yes", "2024-01-01", "caf\xc3\xa9", "a: b", "# not a comment", "- x", "'"]
)
_HEADERS = st.lists(st.tuples(_NAMES, _VALUES), max_size=5).map(tuple)
_BODIES = (
    st.just(b"")
    | st.binary(max_size=60)
    | st.text(max_size=40).map(lambda text: text.encode("utf-8", "replace"))
    | st.sampled_from(
        [
            b'{"a": 1}',
            b"a\r\nb\rc\n",
            b" lead",
            b"\tx\n\n",
            b"\x00\x1b",
            "\x85\u2028\ufeff\u00a0".encode(),
            b"null",
            b"1",
        ]
    )
)
_REASONS = st.sampled_from(["", "OK", "Not Found", "no", "1", "Caf\xe9"])
_URLS = st.sampled_from(
    ["http://a.test/", "https://a.test:8443/x?a=1&b=%20&a=2", "http://a.test/caf%C3%A9?q=a+b", "http://[::1]:80/y?e"]
)


@st.composite
def _exchange(draw: st.DrawFn, request_bodies: st.SearchStrategy[bytes]) -> Exchange:
    coding = draw(st.sampled_from([None, None, "gzip", "deflate"]))
    body = draw(_BODIES)
    if not body:
        coding = None
    coded: Headers = () if coding is None else (("Content-Encoding", coding),)
    headers = (*draw(_HEADERS), *coded, ("Content-Length", str(len(body))))
    request = Request(
        draw(st.sampled_from(["GET", "POST", "DELETE", "M-SEARCH"])), draw(_URLS), draw(_HEADERS), draw(request_bodies)
    )
    return Exchange(
        1,
        request,
        Response(draw(st.sampled_from([200, 201, 404, 503])), draw(_REASONS), "HTTP/1.1", headers, body, coding),
    )


def exchanges(*, text: bool = False) -> st.SearchStrategy[tuple[Exchange, ...]]:
    """Exchanges, numbered; request bodies are `text` where a format has no other."""
    bodies = _BODIES.filter(_is_text) if text else _BODIES
    return st.lists(_exchange(bodies), max_size=4).map(
        lambda several: tuple(replace(each, id=number) for number, each in enumerate(several, 1))
    )


def common(exchange: Exchange) -> object:
    """Return what each format holds: header fields grouped by name, without those about the coding of a body."""
    request, response = exchange.request, exchange.response
    assert response is not None
    fields = [
        sorted(
            ((n, v) for n, v in each.headers if n.lower() not in ("content-encoding", "content-length")),
            key=lambda pair: pair[0],
        )
        for each in (request, response)
    ]
    return request.method, request.url, fields, request.body, response.status, response.reason, response.body


def _is_text(body: bytes) -> bool:
    try:
        body.decode()
    except UnicodeDecodeError:
        return False
    return True
