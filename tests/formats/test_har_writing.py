"""HAR files are as HAR 1.2 asks: http://www.softwareishard.com/blog/har-12-spec/."""

from __future__ import annotations

import json
from base64 import b64decode
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from hypothesis import given

from playhead.formats.writing import Lack
from playhead.model.cassette import Cassette, Recorded
from playhead.model.http import Request
from playhead.model.timing import Chunk, Timing
from playhead.store.exporting import exported
from tests.contract.recordings import answer
from tests.formats.samples import exchanges

TIMED = Timing(
    1_000_000, 1_010_000, 1_015_000, 1_100_000, (Chunk(1_200_000, 4, 10), Chunk(1_300_000, 5, 10)), 1_400_000
)

ENTRY = {"startedDateTime": str, "time": float, "request": dict, "response": dict, "cache": dict, "timings": dict}
REQUEST = {
    "method": str, "url": str, "httpVersion": str, "cookies": list, "headers": list, "queryString": list,
    "headersSize": int, "bodySize": int,
}  # fmt: skip
RESPONSE = {
    "status": int, "statusText": str, "httpVersion": str, "cookies": list, "headers": list, "content": dict,
    "redirectURL": str, "headersSize": int, "bodySize": int,
}  # fmt: skip


def har_of(*interactions, at=""):
    written = exported(Cassette(interactions, Recorded(at)), Path("x.har"))
    return json.loads(written.data)["log"], written.lacks


def expect_fields(value, required, optional=()):
    assert set(required) <= set(value) <= set(required) | set(optional)
    for name, kind in required.items():
        assert isinstance(value[name], kind if kind is not float else (int, float)), name


def expect_pairs(pairs):
    for pair in pairs:
        expect_fields(pair, {"name": str, "value": str})


def expect_entry(entry):
    expect_fields(entry, ENTRY)
    assert datetime.fromisoformat(entry["startedDateTime"]).tzinfo is not None
    timings = entry["timings"]
    expect_fields(timings, dict.fromkeys(("send", "wait", "receive"), float), ("blocked", "dns", "connect", "ssl"))
    assert all(timings[name] >= 0 for name in ("send", "wait", "receive"))
    assert entry["time"] == sum(each for each in timings.values() if each >= 0)
    request, response = entry["request"], entry["response"]
    expect_fields(request, REQUEST, ("postData",))
    expect_pairs([*request["headers"], *request["queryString"], *response["headers"]])
    if "postData" in request:
        expect_fields(request["postData"], {"mimeType": str, "params": list, "text": str})
    expect_fields(response, RESPONSE)
    expect_fields(response["content"], {"size": int, "mimeType": str, "text": str}, ("encoding",))


def body_of(entry):
    content = entry["response"]["content"]
    return b64decode(content["text"]) if content.get("encoding") == "base64" else content["text"].encode()


@given(exchanges())
def test_every_file_has_the_fields_of_the_format(several):
    log, _ = har_of(*several)
    expect_fields(log, {"version": str, "creator": dict, "pages": list, "entries": list})
    assert log["version"] == "1.2"
    expect_fields(log["creator"], {"name": str, "version": str})
    assert len(log["entries"]) == len(several)
    for entry in log["entries"]:
        expect_entry(entry)


@given(exchanges(text=True))
def test_every_body_and_header_is_in_it(several):
    log, lacks = har_of(*several)
    assert set(lacks) <= {Lack.HEADER}
    for entry, each in zip(log["entries"], several, strict=True):
        assert body_of(entry) == each.response.body
        assert entry["request"].get("postData", {"text": ""})["text"].encode() == each.request.body
        assert [pair["name"] for pair in entry["response"]["headers"]] == [name for name, _ in each.response.headers]


def test_times_are_those_of_the_recording():
    exchange = replace(answer("/a", {"a": 1}), timing=TIMED)
    log, lacks = har_of(exchange, at="2026-11-23T05:00:00Z")
    (entry,) = log["entries"]
    assert entry["startedDateTime"] == "2026-11-23T05:00:01.000000Z"
    assert entry["time"] == 400
    named = ("blocked", "dns", "connect", "send", "wait", "receive", "ssl")
    assert [entry["timings"][name] for name in named] == [-1, -1, 10, 5, 85, 300, -1]
    assert lacks == {Lack.CHUNKS: [1]}


def test_where_nothing_is_known_of_the_times_nothing_took_any():
    log, _ = har_of(answer("/a", {"a": 1}))
    assert log["entries"][0]["startedDateTime"].startswith("1970-01-01T00:00:00")
    assert log["entries"][0]["time"] == 0


def test_entries_are_in_the_order_of_their_starts():
    early, late = (replace(answer(url), timing=Timing(start)) for url, start in (("/early", 5), ("/late", 9)))
    log, _ = har_of(late, early)
    assert [each["request"]["url"] for each in log["entries"]] == ["http://api.test/early", "http://api.test/late"]


def test_a_request_body_that_is_not_text_is_said_to_be_left_out():
    exchange = replace(answer("/a", {"a": 1}), request=Request("POST", "http://api.test/a", (), b"\xff\x00"))
    log, lacks = har_of(exchange)
    assert "postData" not in log["entries"][0]["request"]
    assert lacks == {Lack.BINARY: [1]}


def test_the_query_is_decoded():
    log, _ = har_of(answer("/a?q=a+b&q=%C3%A9&flag"))
    assert log["entries"][0]["request"]["queryString"] == [
        {"name": "q", "value": "a b"},
        {"name": "q", "value": "é"},
        {"name": "flag", "value": ""},
    ]
