"""The page of a comparison, as text: recorded text never becomes markup."""

from __future__ import annotations

import json
import re
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from playhead.cli.output import parts_of
from playhead.contract.comparison import Comparison
from playhead.contract.exhibits import NO_EXHIBITS, Exhibit, Exhibits, Pair
from playhead.contract.places import Place, place_of
from playhead.model.call import Call, Invocation, Returned
from playhead.model.http import BodyFile, Failure
from playhead.report.drift import page
from playhead.report.drift.lines import Line, lines_of
from playhead.report.drift.panes import panes
from tests.contract.recordings import VALUES, answer
from tests.report.comparisons import EVERYTHING, EXHIBITS, HOSTILE, finding, reported, with_exhibits
from tests.report.test_waterfall_page import FETCHING, Markup
from tests.report.waterfalls import EXCHANGES
from tests.support.pages import expect_only_own_code

PARTS = parts_of("playhead.report.drift")
ANY = with_exhibits(EXCHANGES)
NOWHERE = Place("")


def page_of(comparison: Comparison, exhibits: Exhibits = NO_EXHIBITS, show: tuple[str, ...] = ("data",)) -> str:
    return page.render(comparison, exhibits, PARTS, show=show)


KNOWN = {tag for tag, _ in Markup(page_of(EVERYTHING, EXHIBITS)).tags} | {"i", "ins", "mark", "ul", "a", "ol", "code"}


@settings(max_examples=60, deadline=None)
@given(ANY)
def test_nothing_recorded_becomes_markup_or_is_fetched_or_runs(reported_):
    markup = Markup(page_of(*reported_))
    assert {tag for tag, _ in markup.tags} <= KNOWN
    assert (markup.count("script"), markup.count("style"), markup.count("img")) == (1, 1, 0)
    rows = [attributes for tag, attributes in markup.tags if (attributes.get("class") or "").startswith("finding ")]
    assert len(rows) == len(reported_[0].findings)
    for tag, attributes in markup.tags:
        assert not FETCHING & set(attributes), tag
        assert not [name for name in attributes if name.startswith("on")], tag
        assert (attributes.get("href") or "#").startswith("#"), tag
    assert page_of(*reported_).encode()


def test_the_policy_lets_in_the_style_and_the_script_of_the_page_only():
    expect_only_own_code(page_of(EVERYTHING), PARTS.style, PARTS.script)


def test_hostile_text_is_shown_as_what_it_is():
    hostile = finding(place=HOSTILE, endpoint=HOSTILE, old=HOSTILE, new=HOSTILE, sample=HOSTILE, also=(HOSTILE,))
    exchange = answer(f"/{HOSTILE}", {HOSTILE: HOSTILE}, headers=((HOSTILE, HOSTILE),), sent={HOSTILE: 1})
    pair = Pair(Exhibit(HOSTILE, 1, 1, exchange), None)
    text = Markup(page_of(reported(hostile), Exhibits({hostile.fingerprint: pair}))).text
    assert text.count(HOSTILE.replace("\x1b", "\\x1b").replace("\u202e", "\\u202e")) >= 9


def test_the_verdict_comes_first_and_says_what_is_not_behind_it():
    text = Markup(page_of(EVERYTHING)).text
    sentence = "The contract has changed in a way that breaks clients, as far as it could be checked."
    assert (
        text.index(sentence) < text.index("could not be read: 1; could not be checked: 1") < text.index("field-removed")
    )
    assert "cassettes/broken.json: it is cut short" in text


def test_a_command_stands_out():
    text = page_of(reported(finding(accept="Commit them, or `playhead accept <b> --reason '...'`.")))
    assert "or <code>playhead accept &lt;b&gt; --reason &#x27;...&#x27;</code>.<br>" in text


def test_without_findings_it_says_so():
    text = Markup(page_of(Comparison(compared=3))).text
    assert "No drift was found." in text
    assert "There are no findings." in text


def test_of_very_many_findings_the_worst_are_on_the_page():
    markup = Markup(page_of(reported(*(finding(place=f"/{number}") for number in range(1003)))))
    assert markup.count("option") == 2
    assert "; the mildest 3 are left out here: --format json has them all" in markup.text


# side by side


def pane(place: str, **options) -> str:
    return panes(Pair(None, Exhibit("a.json", 1, 9, answer("/users/1?page=2", **options))), place_of(place))


@pytest.mark.parametrize(
    ("place", "marked"),
    [
        ("/name", ['"name": "Ada"']),
        ("/tags/*", ['"a",', '"b"']),
        ("status", ["200"]),
        ("header.etag", ["etag: &quot;x&quot;"]),
        ("request /q", ['"q": 1']),
        ("query.page", ["http://api.test/users/1?page=2"]),
        ("host", ["http://api.test/users/1?page=2"]),
        ("/nowhere/at/all", []),
    ],
)
def test_what_changed_is_marked_where_it_is(place, marked):
    body = {"id": 1, "tags": ["a", "b"], "name": "Ada"}
    text = pane(place, body=body, sent={"q": 1}, headers=(("etag", '"x"'),))
    assert re.findall("<mark>(.*?)</mark>", text) == [
        each.replace('"', "&quot;") if "&" not in each else each for each in marked
    ]


@pytest.mark.parametrize(
    ("place", "note"),
    [("/name", "no &quot;name&quot;"), ("/in/name", "no &quot;name&quot;"), ("header.ETag", "no ETag")],
)
def test_what_is_not_there_is_said_where_it_would_be(place, note):
    assert re.findall("<ins>(.*?)</ins>", pane(place, body={"id": 1, "in": {}})) == [note]


def test_a_side_without_recording_says_so():
    assert "There is no recording to show." in pane("/name")


def test_a_response_that_never_came_is_no_answer():
    shown = Exhibit("a.json", 1, 1, replace(answer(), response=None))
    assert "no answer" in panes(Pair(shown, shown), NOWHERE)


def test_a_failure_in_the_middle_is_told_beside_what_came():
    shown = Exhibit("a.json", 1, 1, replace(answer(body={"a": 1}), failure=Failure("ReadError")))
    text = Markup(panes(Pair(shown, None), NOWHERE)).text
    assert text.index('"a": 1') < text.index("ReadError")


def test_a_call_is_shown_as_what_was_called_and_returned():
    call = Invocation(1, Call("db", "create_user", ({"name": "Ada"},), {}), Returned({"id": 7}))
    text = panes(Pair(None, Exhibit("a.json", 1, 1, call)), place_of("/id"))
    assert "<b>call</b> db.create_user" in text
    assert '<p class="status">returned</p>' in text
    assert "<mark>&quot;id&quot;: 7</mark>" in text


def test_many_headers_are_cut():
    text = pane("status", headers=tuple((f"x-{number}", "v") for number in range(100)))
    assert "… 41 more headers" in text


# lines


@given(VALUES)
def test_a_small_body_is_laid_out_as_json_does_it(value):
    body = json.dumps(value).encode()
    lines = lines_of(body, NOWHERE)
    if not any(line.mark for line in lines):
        assert json.loads("\n".join(line.text for line in lines)) == value
        assert "\n".join(line.text for line in lines) == json.dumps(value, indent=2, ensure_ascii=False)


def test_far_from_what_changed_lines_are_left_out_but_not_what_it_is_in():
    items = [{"id": number, "tags": list(range(50))} for number in range(20)]
    body = json.dumps({"page": {"items": items, "last": True}}).encode()
    lines = lines_of(body, place_of("/page/last"))
    assert [line.text for line in lines] == [
        "{",
        '  "page": {',
        "… 1,099 more lines",
        "        ]",
        "      }",
        "    ],",
        '    "last": true',
        "  }",
        "}",
    ]


def test_a_place_that_is_everywhere_is_shown_a_few_times():
    body = json.dumps([{"id": number, "a": 1, "b": 2, "c": 3, "d": 4, "e": 5, "f": 6, "g": 7} for number in range(500)])
    lines = lines_of(body.encode(), place_of("/*/id"))
    assert sum(line.mark == "here" for line in lines) == 12
    assert len(lines) < 150


def test_without_a_mark_the_first_lines_are_shown():
    lines = lines_of(json.dumps(list(range(100))).encode(), NOWHERE)
    assert len(lines) == 41
    assert lines[-1] == Line("… 62 more lines", "more")


def test_what_is_no_json_is_shown_as_text():
    stream = b'event: delta\ndata: {"a": 1}\n\ndata: {"type": "delta"}\n'
    assert [line.mark for line in lines_of(stream, place_of("event delta /a"))] == ["here", "", "", "here"]
    assert lines_of(b"\x00\x01", NOWHERE) == [Line("(2 B, binary)")]
    assert lines_of(BodyFile("bodies/a.bin", "a", 9_000_000), NOWHERE) == [Line("(9.0 MB in bodies/a.bin)")]
    assert lines_of(b'{"cut": ', place_of("/cut")) == [Line('{"cut": ')]


def test_very_deep_and_very_long_values_are_cut():
    deep = "[" * 900 + "]" * 900
    assert all(len(line.text) <= 480 for line in lines_of(deep.encode(), NOWHERE))
    assert len(lines_of(json.dumps("x" * 5000).encode(), NOWHERE)[0].text) == 400


@given(VALUES, st.lists(st.sampled_from(["*", "id", "name", "type"]), max_size=4))
def test_any_place_can_be_looked_for_in_any_body(value, way):
    lines = lines_of(json.dumps(value).encode(), Place("body", pointer=tuple(way)))
    assert {line.mark for line in lines} <= {"", "here", "absent", "more"}
