"""The page of a waterfall in a real browser, used with the mouse and with the keyboard."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from urllib.parse import urlsplit

import pytest

from playhead.model.cassette import Cassette
from tests.report.browser import FETCHED, Browser, contrast
from tests.report.test_waterfall_page import page_of
from tests.report.waterfalls import EVERYTHING, HOSTILE, many


class Waterfall(Browser):
    """A browser with the page of a cassette open."""

    def open(self, cassette: Cassette, *, scheme: str = "light") -> None:
        self.show(page_of(cassette, most=2000), scheme=scheme)

    @property
    def focused(self) -> str:
        return self.ask("return document.activeElement.querySelector('.number')?.textContent ?? ''")


@pytest.fixture
def browser(driver, tmp_path) -> Iterator[Waterfall]:
    browser = Waterfall(driver, tmp_path)
    yield browser
    assert browser.complaints() == []


def test_every_interaction_has_a_row_with_its_bar(browser):
    browser.open(EVERYTHING)
    assert browser.seen("summary .number") == [str(number) for number in range(1, 10)]
    assert len(browser.driver.find_elements("css selector", "summary svg.bar")) == 9
    assert [text for text in browser.seen("h2") if text] == [
        "Session 0: 8 interactions in 400.0 ms, at most 5 at once",
        "Session 1: 1 interaction in 40.0 ms, at most 1 at once",
    ]
    assert browser.ask(FETCHED) == 0


def test_overlap_can_be_seen(browser):
    browser.open(EVERYTHING)
    places = (
        "return [...document.querySelectorAll('summary svg.bar .body')].map(each => each.getBoundingClientRect())"
        ".map(box => [box.left, box.right])"
    )
    users, events = browser.ask(places)[:2]
    assert events[0] < users[0] < users[1] < events[1]


def test_keys_move_between_interactions_and_open_and_close_them(browser, keys):
    browser.open(EVERYTHING)
    browser.press(keys.ARROW_DOWN)
    assert browser.focused == "1"
    browser.press(keys.ARROW_DOWN, keys.ARROW_DOWN, keys.ARROW_UP)
    assert browser.focused == "2"
    assert browser.ask("return getComputedStyle(document.activeElement).outlineStyle") == "solid"
    browser.press(keys.ENTER)
    assert any("http://api.test/events" in text for text in browser.seen(".details"))
    browser.press(keys.ESCAPE)
    assert browser.seen(".details") == []
    browser.press(keys.END, keys.ARROW_RIGHT)
    assert (browser.focused, len(browser.seen(".details"))) == ("9", 1)
    browser.press(keys.ARROW_LEFT, keys.HOME)
    assert (browser.focused, browser.seen(".details")) == ("1", [])


def test_tab_reaches_the_list_once_and_the_controls(browser, keys):
    browser.open(EVERYTHING)
    reached = []
    for _ in range(7):
        browser.press(keys.TAB)
        reached.append(browser.ask("const e = document.activeElement; return e.id || e.tagName.toLowerCase()"))
    assert reached[:5] == ["filter", "zoom-fit", "zoom-in", "theme", "summary"]
    assert reached.count("summary") == 1


def test_a_filter_leaves_what_has_all_its_words(browser, keys):
    browser.open(EVERYTHING)
    browser.press(keys.ARROW_DOWN, "/")
    browser.press("get readtimeout")
    assert browser.seen("summary .number") == ["3"]
    assert browser.find("#count").text == "1 of 9"
    browser.press(keys.ARROW_DOWN)
    assert browser.focused == "3"
    browser.find("#filter").send_keys(" nonsense")
    assert browser.seen("summary .number") == []
    assert browser.seen("#no-match") == ["No interaction has this text."]
    browser.press(keys.ESCAPE)
    assert len(browser.seen("summary .number")) == 9


def test_zoom_widens_the_bars_and_not_the_names(browser, keys):
    browser.open(EVERYTHING)
    width = "return document.querySelector(arguments[0]).getBoundingClientRect().width"
    bar, what = (browser.ask(width, selector) for selector in ("svg.bar", "summary .what"))
    browser.press(keys.ARROW_DOWN, "+", "+")
    assert browser.find("#zoom").text == "4\N{MULTIPLICATION SIGN}"
    assert browser.ask(width, "svg.bar") == pytest.approx(4 * bar, rel=0.02)
    assert browser.ask(width, "summary .what") == what
    browser.press("0")
    assert browser.find("#zoom").text == "1\N{MULTIPLICATION SIGN}"
    assert browser.ask(width, "svg.bar") == pytest.approx(bar)


def test_zooming_into_what_a_filter_has_left_keeps_bar_and_scale_in_view(browser, keys):
    browser.open(many(200))
    browser.press(keys.ARROW_DOWN, "/", *"items/19", keys.ARROW_DOWN, "+", "+", "+", "+", keys.HOME, keys.ARROW_DOWN)
    assert browser.focused == "190"
    left, right = browser.ask(
        "const box = document.querySelector('main').getBoundingClientRect(); return [box.left, box.right]"
    )
    names = browser.ask("return document.activeElement.querySelector('.what').getBoundingClientRect().right")
    start = browser.ask("return document.activeElement.querySelector('line.start').getBoundingClientRect().left")
    assert left < names <= start < right
    settled = "requestAnimationFrame(() => requestAnimationFrame(arguments[0]))"
    browser.driver.execute_async_script(settled)
    ticks = browser.ask(
        "return [...document.querySelectorAll('.ticks text')].map(each => each.getBoundingClientRect().left)"
    )
    assert [tick for tick in ticks if names <= tick < right]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_light_and_dark_follow_the_system_and_can_be_chosen(browser, scheme):
    browser.open(EVERYTHING, scheme=scheme)
    paper = "return getComputedStyle(document.body).backgroundColor"
    other = {"light": "dark", "dark": "light"}[scheme]
    before = browser.ask(paper)
    assert browser.find("#theme").get_attribute("aria-pressed") == str(scheme == "dark").lower()
    browser.find("#theme").click()
    after = browser.ask(paper)
    assert after != before
    browser.open(EVERYTHING, scheme=other)
    assert browser.ask(paper) == after


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_all_text_hascontrast(browser, keys, scheme):
    """Assert a contrast of at least 4.5 to 1, and 3 to 1 for marks (WCAG 2.2, 1.4.3 and 1.4.11)."""
    browser.open(EVERYTHING, scheme=scheme)
    colours = browser.ask(
        "const s = getComputedStyle(document.documentElement);"
        "return Object.fromEntries(arguments[0].map(n => [n, s.getPropertyValue('--' + n).trim()]))",
        ["paper", "raised", "hover", "ink", "soft", "good", "moved", "refused", "failed", "left", "focus"],
    )
    for name in ("ink", "soft", "good", "moved", "refused", "failed", "left"):
        for ground in ("paper", "raised", "hover"):
            assert contrast(colours[name], colours[ground]) >= 4.5, (name, ground)
    assert contrast(colours["focus"], colours["hover"]) >= 3


def test_on_paper_it_is_light_whole_and_without_controls(browser, keys):
    browser.open(EVERYTHING, scheme="dark")
    browser.press(keys.ARROW_DOWN, "+", keys.ENTER)
    browser.emulate(media="print", features=[{"name": "prefers-color-scheme", "value": "dark"}])
    assert browser.ask("return getComputedStyle(document.documentElement).colorScheme") == "light"
    assert browser.seen(".controls") == browser.seen(".keys") == []
    assert len(browser.seen("summary")) == 9
    assert len(browser.seen(".details")) == 1
    assert browser.ask("return document.documentElement.scrollWidth <= innerWidth")


def test_nothing_on_a_cassette_runs(browser):
    first = EVERYTHING.interactions[0]
    hostile = replace(
        first,
        request=replace(first.request, method=HOSTILE, url=f"http://api.test/{HOSTILE}", headers=((HOSTILE, HOSTILE),)),
        response=replace(first.response, body=HOSTILE.encode(), reason=HOSTILE),
    )
    browser.open(Cassette((hostile,)))
    assert browser.driver.title == "a.json: timeline"
    assert browser.ask("return document.scripts.length") == 1
    assert browser.ask("return document.images.length") == 0
    assert browser.ask(FETCHED) == 0
    assert len(browser.seen("summary")) == 1


def test_without_scripts_it_is_still_read_and_opened(browser, driver):
    driver.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": True})
    try:
        browser.open(EVERYTHING)
        browser.find("summary").click()
        assert len(browser.seen("summary .number")) == 9
        assert len(browser.seen(".details")) == 1
        assert browser.seen(".ticks text") == [
            "0",
            "100 ms",
            "200 ms",
            "300 ms",
            "400 ms",
            "0",
            "10 ms",
            "20 ms",
            "30 ms",
            "40 ms",
        ]
    finally:
        driver.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": False})


def test_the_scale_of_the_script_says_the_same_as_the_one_in_the_file(browser):
    browser.open(EVERYTHING)
    texts = [text for text in browser.seen(".ticks text") if text]
    assert texts[0] == "0"
    assert {"100 ms", "200 ms", "300 ms", "400 ms"} <= set(texts)


def test_two_thousand_interactions_can_be_filtered(browser):
    browser.open(many(2000))
    browser.find("#filter").send_keys("items/19")
    assert browser.find("#count").text == "111 of 2000"
    # If hidden rows were list items, the browser would renumber all others: that took 9 s.
    assert browser.ask("return getComputedStyle(document.querySelector('main li:not([hidden])')).display") == "block"


def test_the_page_is_one_file_that_names_no_other(browser):
    browser.open(EVERYTHING)
    assert urlsplit(browser.driver.current_url).scheme == "file"
    assert browser.ask("return document.querySelectorAll('link, iframe, object, embed, img, [src]').length") == 0
