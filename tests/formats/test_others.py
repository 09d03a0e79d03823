"""Cassettes of other tools than vcrpy: read as their own tool wrote them, told apart by what they hold."""

from __future__ import annotations

import json
from pathlib import Path

import httpx
import pytest
from hypothesis import given

import playhead
from playhead.errors import CassetteCorrupt, Exhausted
from playhead.formats.reading import FORMATS, read
from playhead.model.cassette import TOOLS, Cassette, Exchange
from playhead.model.http import Failure, Request, Response
from playhead.model.timing import Timing
from playhead.store.exporting import exported
from playhead.store.foreign import load_foreign
from tests.formats.samples import common, exchanges

CASSETTER = """
version: 1
interactions:
- request:
    method: GET
    uri: http://a.test/bin
    headers: {accept: ["*/*"]}
    body: {type: none}
  response:
    status: 200
    headers: {content-type: [application/octet-stream]}
    body: {type: binary, content: ff00}
  recorded_at: 2026-12-01T04:45:36.568040+00:00
- request:
    method: POST
    uri: http://a.test/json
    headers: {}
    body: {type: json, content: {n: 1}}
  response:
    status: 201
    headers: {content-type: [application/json]}
    body: {type: json, content: {z: é}}
  recorded_at: 2026-12-01T04:45:35.568040+00:00
- request: {method: GET, uri: http://a.test/text, headers: {}, body: {type: text, content: x=1}}
  response: {status: 200, headers: {}, body: {type: text, content: hi}}
"""
RUBY = """
http_interactions:
- request:
    method: post
    uri: http://a.test/users
    body: {encoding: US-ASCII, string: name=Ada}
    headers: {Accept: ["*/*"]}
  response:
    status: {code: 201, message: Created}
    headers: {Content-Type: [text/plain], Set-Cookie: [a=1, b=2]}
    body: {encoding: ISO-8859-1, string: é}
    http_version: '1.1'
  recorded_at: Tue, 01 Nov 2011 04:58:44 GMT
- request: {method: get, uri: http://a.test/bin, body: {encoding: UTF-8, string: ''}, headers: {}}
  response:
    status: {code: 200, message: OK}
    headers: {}
    body: {encoding: ASCII-8BIT, base64_string: /wA=}
  recorded_at: Tue, 01 Nov 2011 04:58:45 GMT
recorded_with: VCR 2.0.0
"""
BETAMAX = json.dumps(
    {
        "http_interactions": [
            {
                "recorded_at": "2026-12-01T04:45:36",
                "request": {
                    "body": {"encoding": "utf-8", "string": ""},
                    "headers": {"Accept": ["*/*"]},
                    "method": "GET",
                    "uri": "http://a.test/a",
                },
                "response": {
                    "body": {"encoding": "utf-8", "string": '{"a": 1}'},
                    "headers": {"set-cookie": ["a=1", "b=2"]},
                    "status": {"code": 200, "message": "OK"},
                    "url": "http://a.test/a",
                },
            }
        ],
        "recorded_with": "betamax/0.9.0",
    }
)
GO_1 = """
version: 1
interactions:
- request:
    body: ""
    form: {name: [Ada]}
    headers: {Accept: ["*/*"]}
    url: http://a.test/users
    method: POST
  response:
    body: made
    headers: {Content-Type: [text/plain]}
    status: 201 Created
    code: 201
    duration: ""
"""
GO_2 = """
version: 2
interactions:
- id: 0
  request: {proto: HTTP/1.1, host: a.test, body: x, form: {}, headers: {}, url: "http://a.test/1", method: POST}
  response: {proto: HTTP/2.0, body: one, headers: {}, status: 200 OK, code: 200, duration: 1m2.5s}
- id: 1
  request: {body: "", form: {}, headers: {}, url: "http://a.test/2", method: GET}
  response: {body: two, headers: {}, status: 200 OK, code: 200, duration: 12.5ms}
"""


def _entry(url: str, at: str, response: dict[str, object], **more: object) -> dict[str, object]:
    request = {"method": "GET", "url": url, "headers": [{"name": ":authority", "value": "a.test"}], **more}
    timings = {"blocked": 1, "dns": -1, "connect": 2, "ssl": -1, "send": 3, "wait": 4.5, "receive": 5}
    return {"startedDateTime": at, "time": 15.5, "request": request, "response": response, "timings": timings}


def _answer(**content: object) -> dict[str, object]:
    headers = [{"name": "content-encoding", "value": "br"}, {"name": "content-type", "value": "text/plain"}]
    return {"status": 200, "statusText": "OK", "httpVersion": "h2", "headers": headers, "content": content}


def _har(*entries: dict[str, object]) -> str:
    return json.dumps({"log": {"version": "1.2", "creator": {"name": "x", "version": "1"}, "entries": entries}})


HAR = _har(
    _entry("http://a.test/b", "2026-12-01T00:00:01.000Z", _answer(text="/wA=", encoding="base64", size=2)),
    _entry("http://a.test/a#top", "2026-12-01T00:00:00.000Z", _answer(text="hi", size=2)),
    _entry("ws://a.test/socket", "2026-12-01T00:00:00.000Z", _answer()),
    _entry("http://a.test/gone", "2026-12-01T00:00:02Z", {"status": 0, "_error": "net::ERR_CONNECTION_REFUSED"}),
    _entry("http://a.test/left", "2026-12-01T00:00:02Z", {"status": 0, "_error": "net::ERR_ABORTED"}),
    _entry("http://a.test/unsaved", "2026-12-01T00:00:03Z", _answer(size=7)),
)
TEXTS = {"cassetter": CASSETTER, "ruby VCR": RUBY, "betamax": BETAMAX, "go-vcr": GO_1, "HAR": HAR}


def cassette(text: str) -> list[Exchange]:
    return [each for each in load_foreign(text.encode(), "x").interactions if isinstance(each, Exchange)]


@pytest.mark.parametrize("name", TEXTS)
@pytest.mark.parametrize("suffix", [".json", ".yaml", ".har"])
def test_the_tool_is_told_from_what_a_file_holds(name: str, suffix: str, tmp_path: Path) -> None:
    path = tmp_path / f"x{suffix}"
    path.write_text(TEXTS[name])
    assert playhead.load(path).recorded.by == name


def test_every_tool_is_known_by_its_name() -> None:
    assert {each.NAME for each in FORMATS} == TOOLS


def test_cassetter() -> None:
    binary, posted, text = cassette(CASSETTER)
    assert binary.response == Response(200, headers=(("content-type", "application/octet-stream"),), body=b"\xff\x00")
    assert (posted.request.body, posted.response and posted.response.body) == (b'{"n":1}', '{"z":"é"}'.encode())
    assert (text.request.body, text.response and text.response.body) == (b"x=1", b"hi")
    assert read(CASSETTER.encode(), "").foreign.recorded_at == "2026-12-01T04:45:35.568040+00:00"
    assert not any(each.timing.known for each in (binary, posted, text))


def test_ruby_vcr() -> None:
    posted, binary = cassette(RUBY)
    assert posted.request == Request("POST", "http://a.test/users", (("Accept", "*/*"),), b"name=Ada")
    headers = (("Content-Type", "text/plain"), ("Set-Cookie", "a=1"), ("Set-Cookie", "b=2"))
    assert posted.response == Response(201, "Created", "HTTP/1.1", headers, b"\xe9")
    assert binary.response == Response(200, "OK", body=b"\xff\x00")
    assert read(RUBY.encode(), "").foreign.recorded_at == "2011-11-01T04:58:44Z"


def test_betamax() -> None:
    (exchange,) = cassette(BETAMAX)
    assert exchange.request == Request("GET", "http://a.test/a", (("Accept", "*/*"),))
    headers = (("set-cookie", "a=1"), ("set-cookie", "b=2"))
    assert exchange.response == Response(200, "OK", headers=headers, body=b'{"a": 1}')


def test_go_vcr_of_both_versions() -> None:
    (first,) = cassette(GO_1)
    assert first.request == Request("POST", "http://a.test/users", (("Accept", "*/*"),), b"name=Ada")
    assert first.response == Response(201, "Created", headers=(("Content-Type", "text/plain"),), body=b"made")
    assert not first.timing.known
    one, two = cassette(GO_2)
    assert (one.response and one.response.http, one.request.body) == ("HTTP/2.0", b"x")
    assert (one.timing.end_us, two.timing.end_us) == (62_500_000, 12_500)
    assert one.timing.session != two.timing.session


def test_har_and_its_times() -> None:
    binary, text, refused, left, unsaved = cassette(HAR)
    assert binary.response == Response(200, "OK", "HTTP/2", (("content-type", "text/plain"),), b"\xff\x00")
    assert (text.request.url, text.request.headers) == ("http://a.test/a", ())
    assert text.timing == Timing(0, 3_000, 6_000, 10_500, end_us=15_500)
    assert binary.timing.start_us == 1_000_000
    assert refused.failure == Failure("ConnectError", "net::ERR_CONNECTION_REFUSED")
    assert left.abandoned
    assert unsaved.response is not None
    assert not unsaved.response.complete


def test_a_har_that_tells_the_size_of_the_body_alone_has_not_saved_it() -> None:
    unsaved = {**_answer(size=-1), "bodySize": 500}
    saved = _answer(text="hi")
    at = "2026-12-01T00:00:00Z"
    first, _ = cassette(_har(_entry("http://a.test/1", at, unsaved), _entry("http://a.test/2", at, saved)))
    assert first.response is not None
    assert not first.response.complete


def test_an_answer_of_a_har_whose_content_was_not_saved_is_no_empty_body(tmp_path: Path) -> None:
    path = tmp_path / "x.har"
    path.write_text(HAR)
    with playhead.use_cassette(path) as deck:
        assert httpx.get("http://a.test/a").text == "hi"
        with pytest.raises(httpx.ConnectError):
            httpx.get("http://a.test/gone")
        with pytest.raises(Exhausted) as caught:
            httpx.get("http://a.test/unsaved")
        deck.acknowledge(caught.value)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (_har(_entry("http://a.test/", "2026-12-01T00:00:00Z", _answer(size=7))), "save it with contents"),
        (_har(_entry("http://a.test/", "noon", _answer(text="x"))), r"log.entries\[0\].startedDateTime"),
        (HAR.replace('"blocked": 1', '"blocked": Infinity'), r"not as HAR writes it \(OverflowError\)"),
        (HAR.replace('"encoding": "base64"', '"encoding": "base64", "text": "@@@@"'), "base64"),
        (RUBY.replace("ISO-8859-1", "undefined"), "not as ruby VCR writes it"),
        (GO_2.replace("12.5ms", "1.2.3s"), r"not as go-vcr writes it"),
        (CASSETTER.replace("ff00", "xyz"), r"interactions\[0\].response.body.*hex"),
        (RUBY.replace("/wA=", "/wA"), r"http_interactions\[1\].response.body.*base64"),
        (GO_2.replace("12.5ms", "soon"), r"interactions\[1\].response.duration"),
    ],
)
def test_what_is_broken_in_one_is_named_with_its_place(text: str, reason: str) -> None:
    with pytest.raises(CassetteCorrupt, match=reason):
        load_foreign(text.encode(), "x")


def test_a_har_of_recordings_without_times_has_none() -> None:
    untimed = Cassette((Exchange(1, Request("GET", "http://a.test/"), Response(200, "OK", body=b"hi")),))
    back = load_foreign(exported(untimed, Path("x.har")).data, "x.har")
    assert not back.interactions[0].timing.known
    assert back.recorded.at == ""


@given(exchanges())
def test_ours_to_har_to_ours_is_equal_in_what_both_hold(several: list[Exchange]) -> None:
    written = exported(Cassette(several), Path("x.har"))
    if not written.lacks:
        assert list(map(common, load_foreign(written.data, "x.har").interactions)) == list(map(common, several))


@pytest.mark.parametrize("name", TEXTS)
def test_each_is_replayed_by_a_client(name: str, tmp_path: Path) -> None:
    path = tmp_path / "x.yaml"
    path.write_text(TEXTS[name])
    exchange = next(each for each in cassette(TEXTS[name]) if each.response is not None)
    request, expected = exchange.request, exchange.response
    assert expected is not None
    with playhead.use_cassette(path, match="vcrpy"), httpx.Client() as client:
        got = client.request(request.method, request.url, content=request.body, headers=dict(request.headers))
    assert (got.status_code, got.content) == (expected.status, expected.body)
    assert not (tmp_path / "x.json").exists()
