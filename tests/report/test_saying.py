"""What every report says of a comparison beside its findings: chance, consequences, and what was not read."""

from __future__ import annotations

import json

import pytest

from playhead.contract.comparison import Comparison
from playhead.report import github, junit, markdown, sarif
from playhead.report import json as json_report
from playhead.report import text as text_report
from playhead.report.evidence import percent
from tests.contract.recordings import answer, compared
from tests.report.test_drift_page import page_of

USER = {"name": "Ada", "email": "ada@example.org"}
LEAN = {"name": "Ada"}


def of_users(count, body, first=1):
    """Return answers about so many users, who are told apart by their ids."""
    return [answer(f"/users/{number}", {"id": number, **body}) for number in range(first, first + count)]


RENDERED = {
    "text": text_report.render,
    "json": json_report.render,
    "markdown": markdown.render,
    "html": page_of,
    "junit": junit.render,
    "sarif": sarif.render,
    "github": github.render,
}
FOR_PEOPLE = [name for name in RENDERED if name != "json"]


def words_of(form, comparison):
    """Return a report with its line breaks as blanks."""
    return " ".join(RENDERED[form](comparison).replace("%25", "%").split())


# chance


@pytest.mark.parametrize(
    ("chance", "said"),
    [
        (1.0, "50 % or more"),
        (0.123, "12 %"),
        (0.0449, "4.5 %"),
        (0.01, "1 %"),
        (0.0072, "0.7 %"),
        (0.00021, "0.02 %"),
        (0.0000104, "0.001 %"),
        (0.0000099, "less than 0.001 %"),
        (1e-300, "less than 0.001 %"),
    ],
)
def test_a_probability_is_rounded_and_never_nothing(chance, said):
    assert percent(chance) == said


@pytest.mark.parametrize("form", FOR_PEOPLE)
def test_the_evidence_says_how_likely_it_is_if_nothing_had_changed(form):
    result = compared(of_users(8, USER), of_users(8, LEAN, first=101))
    (found,) = result.findings
    assert 0 < found.chance < 0.005
    assert f"in 8 of 8, now in 0 of 8; by chance {percent(found.chance)} if nothing had changed" in (
        words_of(form, result)
    )


@pytest.mark.parametrize("form", FOR_PEOPLE)
def test_a_finding_without_a_probability_states_none(form):
    result = compared([answer("http://a.test/x", USER)], [answer("http://b.test/x", USER)])
    assert [each.rule for each in result.findings] == ["host-changed"]
    assert "by chance" not in RENDERED[form](result)


def test_programs_get_the_probability_as_a_number():
    result = compared(of_users(8, USER), of_users(8, LEAN))
    (entry,) = json.loads(json_report.render(result))["findings"]
    assert entry["chance"] == result.findings[0].chance


# counts


@pytest.mark.parametrize("form", ["text", "markdown", "html", "junit", "github"])
def test_the_counts_say_how_many_places_were_looked_at(form):
    result = compared(of_users(8, USER), of_users(8, LEAN))
    assert result.places
    assert f"1 breaking, 0 risky, 0 compatible; 1 endpoint compared, {result.places} places looked at" in (
        words_of(form, result)
    )
    assert json.loads(json_report.render(result))["places"] == result.places


def test_that_no_place_was_seen_often_enough_is_said():
    result = compared(of_users(1, USER), of_users(1, LEAN))
    assert "1 endpoint compared, no place seen three times" in words_of("text", result)


def test_a_document_has_no_places():
    lines = text_report.render(Comparison(compared=2, document="api.yaml")).splitlines()
    assert lines[1] == "0 breaking, 0 risky, 0 compatible; 2 endpoints compared"
