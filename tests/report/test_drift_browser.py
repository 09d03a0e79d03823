"""The page of a comparison in a real browser, used with the mouse and with the keyboard."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest

from playhead.contract.comparison import Comparison
from playhead.contract.exhibits import Exhibits
from tests.report.browser import FETCHED, Browser, contrast
from tests.report.comparisons import EVERYTHING, EXHIBITS, HOSTILE, finding, reported
from tests.report.test_drift_page import page_of

PLACES = ["/email", "/address/zip", "status", "/name", "header.etag", "/age"]


class Report(Browser):
    """A browser with the page of a comparison open."""

    def open(self, comparison: Comparison = EVERYTHING, exhibits: Exhibits = EXHIBITS, **options) -> None:
        self.show(page_of(comparison, exhibits), **options)

    @property
    def places(self) -> list[str]:
        """Return the places of the visible findings."""
        return self.seen(".finding .where b")

    @property
    def focused(self) -> str:
        return self.ask("return document.activeElement.querySelector('.where b')?.textContent ?? ''")


@pytest.fixture
def browser(driver, tmp_path) -> Iterator[Report]:
    browser = Report(driver, tmp_path)
    yield browser
    browser.emulate_width(0)
    assert browser.complaints() == []


def test_the_verdict_is_read_first_and_every_finding_has_a_row(browser):
    browser.open()
    assert browser.find("h1").text == (
        "The contract has changed in a way that breaks clients, as far as it could be checked."
    )
    assert browser.driver.title == browser.find("h1").text
    assert browser.places == PLACES
    assert browser.seen("h2") == [
        "Breaking",
        "Risky",
        "Compatible",
        "Could not be read: 1",
        "Could not be checked: 1",
        "Not exercised any more (coverage, not drift): 1",
        "Newly exercised (coverage, not drift): 1",
    ]
    assert browser.ask(FETCHED) == 0


def test_a_finding_opens_with_the_recordings_of_both_sides_side_by_side(browser):
    browser.open()
    assert browser.seen(".pane") == []
    browser.find("summary.finding").click()
    before, now = browser.seen(".pane")
    assert before.startswith("Before cassettes/old.json:22, interaction 1\nGET http://api.test/users/1\n200")
    assert now.startswith("Now cassettes/new.json:47, interaction 3\n")
    assert browser.seen(".pane mark") == ['"email": "ada@example.org",']
    assert browser.seen(".pane ins") == ['no "email"']
    left, right = browser.ask(
        "return [...document.querySelectorAll('details[open] .pane')].map(each => each.getBoundingClientRect())"
        ".map(box => [box.left, box.right, box.top])"
    )
    assert left[1] < right[0]
    assert left[2] == right[2]


def test_severities_and_endpoints_filter(browser):
    browser.open()
    browser.find(".toggle.breaking").click()
    assert browser.places == ["/name", "header.etag", "/age"]
    assert browser.find(".toggle.breaking").get_attribute("aria-pressed") == "false"
    assert browser.find("#count").text == "3 of 6"
    assert "Breaking" not in browser.seen("h2")
    browser.find(".toggle.breaking").click()
    browser.find("#endpoint option:nth-child(3)").click()
    assert browser.find("#endpoint option:nth-child(3)").text == "GET api.test/teams/{id}"
    # A finding reported at another endpoint is listed here too if it occurs here.
    assert browser.places == ["/email", "status"]
    browser.find("#text").send_keys("nonsense")
    assert browser.places == []
    assert browser.seen("#no-match") == ["No finding passes the filter. Show all"]
    browser.find("#all").click()
    assert browser.places == PLACES
    assert browser.find("#count").text == ""


def test_a_severity_without_findings_cannot_be_chosen(browser):
    browser.open(reported(finding()))
    assert [browser.find(f".toggle.{name}").is_enabled() for name in ("breaking", "risky", "compatible")] == [
        True,
        False,
        False,
    ]


def test_keys_move_open_close_and_filter(browser, keys):
    browser.open()
    browser.press(keys.ARROW_DOWN)
    assert browser.focused == "/email"
    browser.press(keys.ARROW_DOWN, keys.ARROW_DOWN, keys.ARROW_UP, keys.ENTER)
    assert browser.focused == "/address/zip"
    assert browser.ask("return getComputedStyle(document.activeElement).outlineStyle") == "solid"
    assert browser.seen(".pane mark") == ['"zip": "N1"', '"zip": 1']
    browser.press(keys.ESCAPE)
    assert browser.seen(".pane") == []
    browser.press(keys.END, keys.ARROW_RIGHT)
    assert (browser.focused, len(browser.seen(".pane"))) == ("/age", 2)
    browser.press(keys.ARROW_LEFT, keys.HOME, "b")
    assert browser.places == ["/name", "header.etag", "/age"]
    browser.press(keys.ARROW_DOWN, "r", "c")
    assert browser.places == []
    browser.press("b", "r", "c", keys.ARROW_DOWN, "/", *"nullable", keys.ARROW_DOWN)
    assert (browser.focused, browser.places) == ("/name", ["/name"])


def test_escape_leads_out_of_the_details_to_their_finding(browser, keys):
    browser.open()
    browser.press(keys.ARROW_DOWN, keys.ENTER, keys.TAB)
    assert browser.ask("return document.activeElement.textContent") == "2 headers"
    browser.press(keys.ESCAPE)
    assert (browser.focused, browser.seen(".pane")) == ("/email", [])


def test_tab_reaches_the_filters_and_the_list_once(browser, keys):
    browser.open()
    reached = []
    for _ in range(9):
        browser.press(keys.TAB)
        reached.append(
            browser.ask("const e = document.activeElement; return e.dataset.severity || e.id || e.className")
        )
    assert reached == [
        "", "", "breaking", "risky", "compatible", "endpoint", "text", "theme", "finding breaking",
    ]  # fmt: skip


def test_a_link_leads_to_a_finding_and_opens_it(browser):
    wanted = EVERYTHING.findings[3]
    browser.open(fragment=f"#{wanted.fingerprint}")
    browser.driver.execute_async_script("requestAnimationFrame(() => requestAnimationFrame(arguments[0]))")
    assert browser.focused == "/name"
    assert browser.seen(".pane mark") == ['"name": "Ada",', '"name": null,']
    top = browser.ask("return document.activeElement.getBoundingClientRect().top")
    assert top >= browser.ask("return document.querySelector('.controls').getBoundingClientRect().bottom") - 1


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_light_and_dark_follow_the_system_and_can_be_chosen(browser, scheme):
    browser.open(scheme=scheme)
    paper = "return getComputedStyle(document.body).backgroundColor"
    before = browser.ask(paper)
    assert browser.find("#theme").get_attribute("aria-pressed") == str(scheme == "dark").lower()
    browser.find("#theme").click()
    after = browser.ask(paper)
    assert after != before
    browser.open(scheme={"light": "dark", "dark": "light"}[scheme])
    assert browser.ask(paper) == after


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_all_text_has_contrast(browser, scheme):
    """Assert a contrast of at least 4.5 to 1 (WCAG 2.2, 1.4.3)."""
    browser.open(scheme=scheme)
    names = ["paper", "raised", "hover", "mark", "absent", "ink", "soft", "breaking", "risky", "compatible", "focus"]
    colours = browser.ask(
        "const s = getComputedStyle(document.documentElement);"
        "return Object.fromEntries(arguments[0].map(n => [n, s.getPropertyValue('--' + n).trim()]))",
        names,
    )
    for name in ("ink", "soft", "breaking", "risky", "compatible"):
        for ground in ("paper", "raised", "hover"):
            assert contrast(colours[name], colours[ground]) >= 4.5, (name, ground)
    for ground in ("mark", "absent"):
        assert contrast(colours["ink"], colours[ground]) >= 4.5, ground
    assert contrast(colours["focus"], colours["hover"]) >= 3


def test_on_a_narrow_screen_nothing_is_cut_off_and_the_sides_are_stacked(browser):
    browser.emulate_width(400)
    browser.open()
    browser.find("summary.finding").click()
    assert browser.ask("return document.documentElement.scrollWidth <= innerWidth")
    before, now = browser.ask(
        "return [...document.querySelectorAll('details[open] .pane')].map(each => each.getBoundingClientRect().top)"
    )
    assert before < now


def test_on_paper_everything_is_open_light_and_without_controls(browser):
    browser.open(scheme="dark")
    browser.emulate(media="print", features=[{"name": "prefers-color-scheme", "value": "dark"}])
    browser.ask("dispatchEvent(new Event('beforeprint'))")
    assert browser.ask("return getComputedStyle(document.documentElement).colorScheme") == "light"
    assert browser.seen(".controls") == browser.seen(".keys") == []
    assert len(browser.seen(".pane")) == 12
    browser.ask("dispatchEvent(new Event('afterprint'))")
    assert browser.seen(".pane") == []


def test_nothing_that_was_recorded_runs(browser):
    hostile = finding(place=HOSTILE, endpoint=HOSTILE, old=HOSTILE, new=HOSTILE, sample=HOSTILE, also=(HOSTILE,))
    pair = EXHIBITS.of(EVERYTHING.findings[0])
    request = replace(pair.old.interaction.request, url=f"http://api.test/{HOSTILE}", headers=((HOSTILE, HOSTILE),))
    response = replace(pair.old.interaction.response, body=HOSTILE.encode(), headers=((HOSTILE, HOSTILE),))
    shown = replace(pair.old, interaction=replace(pair.old.interaction, request=request, response=response))
    browser.open(reported(hostile), Exhibits({hostile.fingerprint: pair._replace(old=shown)}))
    browser.find("summary.finding").click()
    assert browser.driver.title == "The contract has changed in a way that breaks clients."
    assert browser.ask("return [document.scripts.length, document.images.length]") == [1, 0]
    assert browser.ask(FETCHED) == 0
    assert len(browser.seen(".pane")) == 2


def test_without_scripts_it_is_still_read_and_opened(browser, driver):
    driver.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": True})
    try:
        browser.open()
        assert browser.places == PLACES
        browser.find("summary.finding").click()
        assert len(browser.seen(".pane")) == 2
    finally:
        driver.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": False})


def test_a_thousand_findings_can_be_filtered(browser):
    browser.open(
        reported(*(finding(place=f"/{number}", endpoint=f"GET api.test/{number % 50}") for number in range(1000)))
    )
    browser.find("#text").send_keys("/99")
    assert browser.find("#count").text == "11 of 1000"
