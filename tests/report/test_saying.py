"""What every report says of a comparison beside its findings: chance, consequences, and what was not read."""

from __future__ import annotations

import json

import pytest

from playhead.contract.comparison import Comparison
from playhead.contract.unread import Unread
from playhead.report import github, junit, markdown, sarif
from playhead.report import json as json_report
from playhead.report import text as text_report
from playhead.report.evidence import percent
from tests.contract.recordings import answer, compared
from tests.report.comparisons import finding
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
    assert "1 endpoint compared, nothing seen three times" in words_of("text", result)


def test_a_document_has_no_places():
    lines = text_report.render(Comparison(compared=2, document="api.yaml")).splitlines()
    assert lines[1] == "0 breaking, 0 risky, 0 compatible; 2 endpoints compared"


# notes

FOR_READING = ["text", "markdown", "html", "junit", "sarif", "github"]
PAGES = [answer(f"/pages/{number}", raw=b"<p>hello</p>", media="text/html") for number in range(3)]
IMAGES = [answer(f"/images/{number}", raw=b"\x89PNG\r\n\x1a\n", media="image/png") for number in range(3)]
RARE = [answer("/users/99", {"id": 99, **USER, "email": None}), *of_users(29, USER)]


def noted(form, comparison):
    """Return a report without the marks of code."""
    text = words_of(form, comparison)
    return text.replace("`", "").replace("<code>", "").replace("</code>", "").replace("\\", "")


@pytest.mark.parametrize("form", FOR_READING)
def test_what_was_seen_once_and_would_be_breaking_is_counted(form):
    result = compared(of_users(1, USER), of_users(1, LEAN))
    assert [(each.severity, each.if_confirmed) for each in result.findings] == [("risky", True)]
    assert "seen once: 1 finding would be breaking if confirmed (playhead verify --confirm)" in noted(form, result)
    assert "breaking if confirmed" in result_evidence(form, result)


def result_evidence(form, comparison):
    return words_of(form, comparison).partition("if nothing had changed")[2]


def test_programs_know_what_would_be_breaking():
    document = json.loads(json_report.render(compared(of_users(1, USER), of_users(1, LEAN))))
    assert document["if_confirmed"] == 1
    assert document["findings"][0]["if_confirmed"] is True


@pytest.mark.parametrize("form", FOR_READING)
def test_answers_that_were_not_read_are_counted(form):
    suite = [*of_users(3, USER), *PAGES, *IMAGES]
    assert "12 answers of 2 endpoints were not read: image/png, text/html" in noted(form, compared(suite, suite))
    assert "not read" not in noted(form, compared(of_users(3, USER), of_users(3, USER)))


def test_programs_know_what_was_not_read():
    document = json.loads(json_report.render(compared(PAGES, PAGES)))
    assert document["unread"] == [
        {"endpoint": "GET api.test/pages/{id}", "media": "text/html", "why": "a body that is not read", "count": 6}
    ]


def test_of_many_media_types_the_first_are_named():
    suite = [answer("/files", raw=b"\x00", media=f"application/x-{letter}") for letter in "abcdefg"]
    listed = ", ".join(f"application/x-{letter}" for letter in "abcde")
    assert f"14 answers of 1 endpoint were not read: {listed} and 2 more" in words_of("text", compared(suite, suite))


def test_what_was_read_has_not_changed_is_all_that_is_said_of_answers_that_were_not_read():
    assert text_report.render(compared(PAGES, PAGES)).startswith("What was read has not changed.\n")
    assert text_report.render(compared(of_users(3, USER), of_users(3, USER))).startswith("No drift was found.\n")


@pytest.mark.parametrize("form", FOR_READING)
def test_other_data_is_counted_and_listed_on_request(form):
    result = compared(of_users(30, USER), RARE)
    assert [each.rule for each in result.unsure] == ["became-nullable"]
    text = noted(form, result) if form != "html" else page_of(result, show=())
    assert "other data: 1 difference that says nothing about the contract (" in text
    assert "became-nullable" not in text


@pytest.mark.parametrize("render", [text_report.render, markdown.render, page_of])
def test_other_data_is_listed_in_full(render):
    rare = tuple(finding("became-nullable", f"/{number:04}", chance=0.31) for number in range(1, 251))
    text = " ".join(render(Comparison(unsure=rare, compared=1), show=("data",)).split())
    assert "Other data: 250" in text
    assert "other data: 250 differences that say nothing about the contract" in text
    assert "lists them" not in text
    assert all(f"/{number:04}: string -" in text for number in range(1, 251))
    assert text.count("by chance 31 % if nothing had changed") == 250


def test_other_data_beyond_the_size_of_a_comment_is_counted():
    rare = tuple(finding("became-nullable", f"/{number:04}", chance=0.31) for number in range(2000))
    text = markdown.render(Comparison(unsure=rare, compared=1), show=("data",))
    assert len(text) <= markdown.MOST_CHARACTERS
    listed = text.count("- `became-nullable ")
    assert listed > 300
    assert f"\n- and {2000 - listed:,} more\n" in text


def test_programs_always_get_other_data():
    document = json.loads(json_report.render(compared(of_users(30, USER), RARE)))
    assert [each["rule"] for each in document["unsure"]] == ["became-nullable"]


@pytest.mark.parametrize("form", FOR_READING)
def test_a_contract_without_entities_is_said_to_be_one(form):
    sentence = "a contract of the first edition knows no entities: its answers are counted one by one"
    assert sentence in noted(form, Comparison(compared=1, anonymous=True))
    assert sentence not in noted(form, Comparison(compared=1))
    assert json.loads(json_report.render(Comparison(anonymous=True)))["anonymous"] is True


# consequences


def moved(count, old, new):
    """Return a comparison of a service that is now at another host, and answers with `new` for `old`."""
    sides = (("a.test", old), ("b.test", new))
    return compared(
        *(
            [answer(f"http://{host}/users/{number}", {"id": number, **body}) for number in range(1, count + 1)]
            for host, body in sides
        )
    )


@pytest.mark.parametrize("form", ["text", "markdown", "html", "junit", "sarif", "github"])
def test_a_cause_lists_what_follows_from_it_and_is_counted_once(form):
    result = moved(5, USER, {**LEAN, "age": 3})
    (cause,) = result.findings
    assert (cause.rule, len(cause.consequences)) == ("host-changed", 2)
    text = noted(form, result)
    assert "field-removed /email (breaking)" in text
    assert "field-added /age (compatible)" in text
    assert text.count("field-removed") == (2 if form == "sarif" else 1)
    if form != "sarif":
        assert "1 breaking, 0 risky, 0 compatible" in text


def test_programs_get_consequences_as_entries():
    result = moved(5, USER, LEAN)
    document = json.loads(json_report.render(result))
    (cause,) = document["findings"]
    (entry,) = cause["consequences"]
    assert document["counts"] == {"breaking": 1, "risky": 0, "compatible": 0}
    assert (entry["rule"], entry["place"], entry["severity"]) == ("field-removed", "/email", "breaking")
    assert entry.keys() == cause.keys()


@pytest.mark.parametrize("form", ["text", "markdown", "sarif", "github"])
def test_of_many_consequences_the_first_are_listed(form):
    follows = tuple(finding(place=f"/{number}") for number in range(9))
    result = Comparison((finding("host-changed", "host", consequences=follows),), 1)
    text = noted(form, result)
    assert "field-removed /4 (breaking)" in text
    assert "and 4 more" in text
    if form != "sarif":
        assert "field-removed /5 (breaking)" not in text


def test_what_follows_elsewhere_names_its_endpoint():
    last = finding("field-added", "/x", also=("GET api.test/x /x",))
    middle = finding("media-type-changed", "media", "GET x.test/a", consequences=(last,))
    lines = text_report.render(
        Comparison((finding("we-now-send", "header.a", consequences=(middle,)),), 1)
    ).splitlines()
    assert "  explains  media-type-changed GET x.test/a media (breaking)" in lines
    assert "  explains  field-added /x and in 1 more place (compatible)" in lines


# confirmed


@pytest.mark.parametrize("form", FOR_READING)
def test_that_the_service_has_confirmed_a_finding_is_part_of_its_evidence(form):
    sure = finding(if_confirmed=True, confirmed="confirmed on two entities")
    text = noted(form, Comparison((sure,), 1))
    assert "in 5 of 5, now in 0 of 5; confirmed on two entities" in text
    assert json.loads(json_report.render(Comparison((sure,), 1)))["findings"][0]["confirmed"] == (
        "confirmed on two entities"
    )


def test_a_comment_has_room_for_causes_with_many_consequences():
    long = "x" * 200
    follows = tuple(finding(place=f"/{long}{number}") for number in range(9))
    texts = dict.fromkeys(("old", "new", "evidence", "consequence", "endpoint"), long)
    causes = tuple(finding("host-changed", f"/{number}{long}", consequences=follows, **texts) for number in range(40))
    exercised = tuple(f"GET {long}" for _ in range(20))
    result = Comparison(causes, 1, exercised, exercised, unsure=causes, unread=(Unread("GET /", long, long, 1),) * 20)
    text = markdown.render(result, show=("data",))
    assert len(text) <= markdown.MOST_CHARACTERS
    assert "10 more findings left out here" in text
    assert "explains" in text
    assert "Other data: 40" in text
