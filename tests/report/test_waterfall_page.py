"""The page of a waterfall, as text: recorded text never becomes markup."""

from __future__ import annotations

from dataclasses import replace
from html.parser import HTMLParser

from hypothesis import given

from playhead.cli.output import parts_of
from playhead.model.cassette import Cassette
from playhead.model.http import BodyFile, Response
from playhead.model.timing import Chunk, Timing
from playhead.report.waterfall import page
from tests.report.waterfalls import ANY, EVERYTHING, HOSTILE, many
from tests.support.pages import expect_only_own_code

PARTS = parts_of("playhead.report.waterfall")
FETCHING = {"src", "srcset", "action", "formaction", "data", "poster", "background", "style", "ping"}


class Markup(HTMLParser):
    """The tags of a page, with their attributes, and its text."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.feed(text)
        self.close()

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data):
        self.text += data

    def count(self, tag: str) -> int:
        return sum(each == tag for each, _ in self.tags)


def page_of(cassette, title="a.json", most=100):
    return page.render(cassette, title, PARTS, most=most)


KNOWN = {tag for tag, _ in Markup(page_of(EVERYTHING)).tags} | {"tr", "td", "th", "em", "code", "use", "pre", "p"}


@given(ANY)
def test_nothing_on_a_cassette_becomes_markup(cassette):
    markup = Markup(page_of(cassette, HOSTILE))
    assert {tag for tag, _ in markup.tags} <= KNOWN
    assert (markup.count("script"), markup.count("style"), markup.count("img")) == (1, 1, 0)
    assert markup.count("summary") == len(cassette.interactions)


@given(ANY)
def test_nothing_is_fetched_and_nothing_runs_but_the_script_of_the_page(cassette):
    for tag, attributes in Markup(page_of(cassette)).tags:
        assert not FETCHING & set(attributes), tag
        assert not [name for name in attributes if name.startswith("on")], tag
        assert (attributes.get("href") or "#").startswith("#"), tag


@given(ANY)
def test_places_on_the_scale_are_within_it(cassette):
    for _, attributes in Markup(page_of(cassette)).tags:
        for name in ("x", "x1", "x2", "width"):
            if (attributes.get(name) or "").endswith("%"):
                assert 0 <= float(attributes[name].rstrip("%")) <= 100


@given(ANY)
def test_a_page_can_be_written_whatever_characters_were_recorded(cassette):
    assert page_of(cassette).encode()


def test_the_policy_lets_in_the_style_and_the_script_of_the_page_only():
    expect_only_own_code(page_of(EVERYTHING), PARTS.style, PARTS.script)


def test_hostile_text_is_shown_as_what_it_is():
    first = EVERYTHING.interactions[0]
    hostile = replace(
        first,
        request=replace(first.request, url=f"http://api.test/{HOSTILE}", headers=((HOSTILE, HOSTILE),)),
        response=replace(first.response, reason=HOSTILE, body=HOSTILE.encode()),
        origin=HOSTILE,
    )
    text = Markup(page_of(Cassette((hostile,)))).text
    shown = HOSTILE.replace("\x1b", "\\x1b").replace("\u202e", "\\u202e")
    assert text.count(shown) >= 6


def test_details_say_what_happened_when():
    text = Markup(page_of(EVERYTHING)).text
    for expected in (
        "http://api.test/users",
        "200 OK",
        "ReadTimeout",
        "80.0 ms after the start",
        "abandoned",
        "left early",
    ):
        assert expected in text


def test_bodies_chunks_and_headers_are_cut():
    chunks = tuple(Chunk(at, 1, 1) for at in range(150))
    headers = tuple((f"x-{number}", "v") for number in range(150))
    response = Response(200, headers=headers, body=b"y" * 100_000)
    long = replace(EVERYTHING.interactions[0], response=response, timing=Timing(chunks=chunks, end_us=200))
    text = Markup(page_of(Cassette((long,)))).text
    assert "… and 50 chunks more" in text
    assert "… and 50 headers more" in text
    assert "y" * 2000 + "\n… 100.0 kB in all" in text
    assert "y" * 2001 not in text


def test_large_bodies_are_named_and_compressed_ones_said_to_be():
    large = Response(200, body=BodyFile("bodies/ab.bin", "ab", 9_000_000), coding="gzip")
    text = Markup(page_of(Cassette((replace(EVERYTHING.interactions[0], response=large),)))).text
    assert "9.0 MB, gzip undone" in text
    assert "(9.0 MB in bodies/ab.bin)" in text


def test_of_many_the_first_are_on_the_page():
    markup = Markup(page_of(many(30), most=10))
    assert markup.count("summary") == 10
    assert "The last 20 are left out: --range FIRST-LAST shows others." in markup.text


def test_an_empty_cassette_has_a_page():
    assert "There is nothing on this cassette." in page_of(Cassette())


def test_sessions_stand_apart_and_one_alone_needs_no_heading():
    assert Markup(page_of(EVERYTHING)).count("section") >= 2
    assert '<h2 id="session-0"><span>Session 0: 8 interactions' in page_of(EVERYTHING)
    assert '<h2 id="session-0" class=unseen>' in page_of(many(2))
