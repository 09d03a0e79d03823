"""The `.json` encoding: readable, steady under git, and strict."""

from __future__ import annotations

import gc

import pytest

from playhead.codecs import json
from playhead.errors import CassetteCorrupt, NotACassette
from playhead.model.cassette import Cassette, Exchange, Recorded
from playhead.model.http import Failure, Request, Response
from playhead.model.timing import Chunk, Timing

CASSETTE = Cassette(
    (
        Exchange(
            1,
            Request("POST", "http://127.0.0.1:8000/users", (("content-type", "application/json"),), b'{"name":"Ada"}'),
            Response(
                201,
                "Created",
                headers=(("content-type", "application/json"), ("Set-Cookie", "a=1"), ("set-cookie", "b=2")),
                body='{"id": 1, "tags": ["é", "b"], "vector": [0.25, 1, 2], "rows": [{"a": null}]}'.encode(),
            ),
            timing=Timing(0, 310, 420, 10210, (Chunk(10400, 27, 190), Chunk(10410, 1, 10)), 10460),
            origin="tests/test_users.py::test_post",
        ),
        Exchange(
            2,
            Request("GET", "http://127.0.0.1:8000/slow"),
            Response(200, "OK", body=b"one\ntwo", coding="gzip", complete=False),
            Failure("ReadTimeout", "", "chunk"),
            Timing(150, end_us=500150, session=1),
        ),
        Exchange(3, Request("GET", "http://127.0.0.1:8000/left")),
    ),
    Recorded("2026-11-23T05:00:00Z", "playhead 0.1.0"),
)

TEXT = """\
{
  "playhead": 1,
  "recorded": {"at": "2026-11-23T05:00:00Z", "by": "playhead 0.1.0"},
  "interactions": [
    {
      "id": 1,
      "origin": "tests/test_users.py::test_post",
      "request": {
        "method": "POST",
        "url": "http://127.0.0.1:8000/users",
        "headers": [
          ["content-type", "application/json"]
        ],
        "body": {
          "json": {
            "name": "Ada"
          },
          "style": "compact"
        }
      },
      "response": {
        "status": 201,
        "reason": "Created",
        "http": "HTTP/1.1",
        "headers": [
          ["content-type", "application/json"],
          ["Set-Cookie", "a=1"],
          ["set-cookie", "b=2"]
        ],
        "body": {
          "json": {
            "id": 1,
            "tags": ["é", "b"],
            "vector": [0.25, 1, 2],
            "rows": [
              {
                "a": null
              }
            ]
          },
          "style": "spaced"
        }
      }
    },
    {
      "id": 2,
      "request": {
        "method": "GET",
        "url": "http://127.0.0.1:8000/slow"
      },
      "response": {
        "status": 200,
        "reason": "OK",
        "http": "HTTP/1.1",
        "body": {
          "text": ["one", "two"],
          "coding": "gzip"
        },
        "complete": false
      },
      "failure": {"kind": "ReadTimeout", "message": "", "after": "chunk"}
    },
    {
      "id": 3,
      "request": {
        "method": "GET",
        "url": "http://127.0.0.1:8000/left"
      },
      "abandoned": true
    }
  ],
  "timeline": [
    {"id": 1, "start_us": 0, "connected_us": 310, "sent_us": 420, "head_us": 10210, \
"chunks": [[10400, 27, 190], [10410, 1, 10]], "end_us": 10460},
    {"id": 2, "start_us": 150, "end_us": 500150, "session": 1}
  ]
}
"""


def test_a_cassette_is_made_to_be_read() -> None:
    assert json.encode(CASSETTE).decode() == TEXT


def test_what_a_person_reads_is_what_is_loaded() -> None:
    assert json.decode(TEXT.encode()) == CASSETTE


def test_an_editor_of_windows_does_no_harm() -> None:
    assert json.decode(b"\xef\xbb\xbf" + TEXT.replace("\n", "\r\n").encode()) == CASSETTE


def test_an_empty_cassette_is_one() -> None:
    assert json.decode(json.encode(Cassette())) == Cassette()


def test_an_interaction_deleted_by_hand_leaves_its_times_behind() -> None:
    cassette = json.decode(b'{"playhead": 1, "interactions": [], "timeline": [{"id": 7, "start_us": 5, "end_us": 6}]}')
    assert len(cassette.interactions) == 0


def test_only_the_outlines_are_read_at_first() -> None:
    spoilt = TEXT.replace('"style": "spaced"', '"style": "sloppy"').encode()
    cassette = json.decode(spoilt, "users.json")
    assert cassette.interactions[1] == CASSETTE.interactions[1]
    with pytest.raises(CassetteCorrupt, match=r"users\.json .* at interactions\[0\]\.response\.body\.style"):
        cassette.interactions[0]


@pytest.mark.parametrize(("was_enabled", "toggle"), [(True, gc.enable), (False, gc.disable)])
def test_the_collector_is_left_as_it_was(was_enabled: bool, toggle) -> None:
    try:
        toggle()
        json.decode(TEXT.encode())
        assert gc.isenabled() is was_enabled
        with pytest.raises(CassetteCorrupt):
            json.decode(b"{")
        assert gc.isenabled() is was_enabled
    finally:
        gc.enable()


ITEM = '{"id": 1, "request": {"method": "GET", "url": "http://a/"}, "response": {"status": 200}}'


@pytest.mark.parametrize(
    ("data", "place", "reason"),
    [
        (b"", "line 1 column 1", "Expecting value"),
        (b"\xff", "byte 0", "UTF-8"),
        (b"[" * 100_000, "", "nested too deeply"),
        (b'{"a":' * 100_000, "", "nested too deeply"),
        (b"[" * 100_000 + b"]" * 100_000, "", "nested too deeply"),
        (b"1" * 5000, "", "too long"),
        (b"[NaN]", "", "NaN"),
        (b"[-Infinity]", "", "-Infinity"),
        (b'["\\ud800"]', "", "surrogate"),
        (b'["\\uDFFF"]', "", "surrogate"),
        (b"<<<<<<< HEAD\n{}\n=======\n{}\n>>>>>>> mine\n", "line 1 column 1", "merge conflict"),
        (b"null", "", "an object is expected, not null"),
        (b"[]", "", "an object is expected, not a list"),
        (b"{}", "", "playhead: 1"),
        (b'{"playhead": 0}', "playhead", "playhead: 1"),
        (b'{"playhead": "1"}', "playhead", "playhead: 1"),
        (b'{"playhead": true}', "playhead", "playhead: 1"),
        (b'{"playhead": 1.0}', "playhead", "playhead: 1"),
        (b'{"playhead": 1}', "interactions", "a list is expected, not null"),
        (b'{"playhead": 1, "interactions": [], "tracks": []}', "", "'tracks' is unknown"),
        (b'{"playhead": 1, "interactions": [], "recorded": {"at": 5}}', "recorded.at", "a string"),
        (b'{"playhead": 1, "interactions": [], "timeline": {}}', "timeline", "a list"),
        (b'{"playhead": 1, "interactions": [], "timeline": [5]}', "timeline[0]", "an object with an id"),
        (b'{"playhead": 1, "interactions": [], "timeline": [{"id": 1}, {"id": 1}]}', "timeline", "twice"),
        (b'{"playhead": 1, "interactions": [5]}', "interactions[0]", "an object"),
        (b'{"playhead": 1, "interactions": [{"id": 1}]}', "interactions[0].request", "an object"),
        (b'{"playhead": 1, "interactions": [%s, %s]}' % (ITEM.encode(), ITEM.encode()), "id", "twice"),
    ],
)
def test_a_damaged_file_says_where_and_why(data: bytes, place: str, reason: str) -> None:
    with pytest.raises(CassetteCorrupt) as caught:
        json.decode(data, "cassettes/a.json")
    assert caught.value.path == "cassettes/a.json"
    assert caught.value.place == place
    assert reason in caught.value.reason


@pytest.mark.parametrize(
    ("text", "tool"),
    [
        ("interactions:\n- request:\n    uri: http://a/\n  response:\n    status: {code: 200}\nversion: 1\n", "vcrpy"),
        ("version: 1\ninteractions: []\n", "vcrpy"),
        ("# by hand\n\n---\ninteractions: []\n", "vcrpy"),
        ("---\nhttp_interactions:\n- request:\n    method: get\nrecorded_with: VCR 6.0\n", "Ruby's VCR or betamax"),
        ("---\nversion: 2\ninteractions:\n    - id: 0\n      request:\n        proto: HTTP/1.1\n", "go-vcr"),
    ],
)
def test_yaml_of_another_tool_is_called_that(text: str, tool: str) -> None:
    with pytest.raises(NotACassette) as caught:
        json.decode(text.encode(), "a.json")
    assert str(caught.value).startswith(f"a.json is not a playhead cassette: it looks as if {tool} had written it, ")
    assert "restore" not in str(caught.value)


@pytest.mark.parametrize(
    "text", ["interactions", "version: 1\n", "a: 1\ninteractions: []\n", " \n" * 9, "{interactions:"]
)
def test_other_texts_are_broken_json(text: str) -> None:
    with pytest.raises(CassetteCorrupt, match=r" at line \d+ column \d: "):
        json.decode(text.encode(), "a.json")


@pytest.mark.parametrize(
    ("was", "becomes", "place"),
    [
        ('"id": 1', '"id": 0', "interactions[0].id"),
        ('"id": 1', '"id": "1"', "interactions[0].id"),
        ('"id": 1', '"id": true', "interactions[0].id"),
        ('"id": 1', f'"id": {2**63}', "interactions[0].id"),
        ('"GET"', "null", "interactions[0].request.method"),
        ('"http://a/"', "5", "interactions[0].request.url"),
        ('"http://a/"', '"http://a/", "headers": {}', "interactions[0].request.headers"),
        ('"http://a/"', '"http://a/", "headers": [["a"]]', "interactions[0].request.headers[0]"),
        ('"http://a/"', '"http://a/", "headers": [["a", 1]]', "interactions[0].request.headers[0]"),
        ('"http://a/"', '"http://a/", "headers": [["a", "\u20ac"]]', "interactions[0].request.headers[0]"),
        ('"http://a/"', '"http://a/", "boddy": {}', "interactions[0].request"),
        ('"http://a/"', '"http://a/", "body": "hi"', "interactions[0].request.body"),
        ("200", "200.0", "interactions[0].response.status"),
        ("200", "null", "interactions[0].response.status"),
        ("200", "-1", "interactions[0].response.status"),
        ("200", '200, "complete": "no"', "interactions[0].response.complete"),
        ("200", '200, "reason": 5', "interactions[0].response.reason"),
        ('"response"', '"failure"', "interactions[0].failure"),
        ('{"status": 200}', "[]", "interactions[0].response"),
        ('"response": {"status": 200}', '"failure": {"kind": "X", "after": "lunch"}', "interactions[0].failure.after"),
        ('"response": {"status": 200}', '"failure": null', "interactions[0]"),
        ('"response": {"status": 200}', '"abandoned": false', "interactions[0]"),
        ('"response": {"status": 200}', '"abandoned": "yes"', "interactions[0]"),
        ('"response": {"status": 200}', '"response": {"status": 200}, "abandoned": true', "interactions[0]"),
        ('"response": {"status": 200}', '"response": {"status": 200}, "origin": 5', "interactions[0].origin"),
        ('"response": {"status": 200}', '"response": {"status": 200}, "note": 5', "interactions[0]"),
        ('"start_us": 0', '"start_us": -1', "interactions[0].timeline.start_us"),
        ('"start_us": 0', '"start_us": 0.5', "interactions[0].timeline.start_us"),
        ('"start_us": 0', '"started": 0', "interactions[0].timeline"),
        ('"start_us": 0', '"start_us": 0, "chunks": [[1, 2]]', "interactions[0].timeline.chunks"),
        ('"start_us": 0', '"start_us": 0, "chunks": [[1, 2, "3"]]', "interactions[0].timeline.chunks"),
        ('"start_us": 0', '"start_us": 0, "session": "x"', "interactions[0].timeline.session"),
    ],
)
def test_a_wrong_part_is_named(was: str, becomes: str, place: str) -> None:
    whole = f'{{"playhead": 1, "interactions": [{ITEM}], "timeline": [{{"id": 1, "start_us": 0, "end_us": 1}}]}}'
    assert json.decode(whole.encode()).interactions[0].id == 1
    with pytest.raises(CassetteCorrupt) as caught:
        list(json.decode(whole.replace(was, becomes, 1).encode()).interactions)
    assert caught.value.place == place


@pytest.mark.parametrize(
    ("was", "becomes"),
    [
        ('"request"', '"requests"'),
        ('"method"', '"verb"'),
        ('"status": 200', '"status": "200"'),
        ('"status": 200', '"status": 200, "statut": 200'),
        ('"response"', '"reponse"'),
    ],
)
def test_a_slip_of_the_pen_shows_when_a_cassette_is_opened(was: str, becomes: str) -> None:
    with pytest.raises(CassetteCorrupt):
        json.decode(f'{{"playhead": 1, "interactions": [{ITEM}]}}'.replace(was, becomes).encode())


def test_an_error_never_shows_what_stood_there() -> None:
    with pytest.raises(CassetteCorrupt) as caught:
        json.decode(b'{"playhead": 1, "interactions": "sk-secret-value", "sk secret key": 1}')
    assert "sk" not in str(caught.value)
