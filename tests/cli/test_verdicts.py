"""What `diff` and `verify` list on request, and what makes them fail."""

from __future__ import annotations

import json
from xml.etree import ElementTree

import httpx
import pytest
from click.testing import CliRunner

import playhead
from playhead.cli.judging import exit_code
from playhead.cli.main import main
from playhead.contract.rules import Severity
from playhead.demo.serving import serving
from playhead.report import junit
from playhead.report.failing import FailOn
from playhead.store.cassettes import save
from tests.contract.recordings import answer, cassette_of
from tests.report.comparisons import finding, reported
from tests.support.changing_service import ChangingService

USER = {"name": "Ada", "email": "ada@example.org"}
LEAN = {"name": "Ada"}
PAGE = answer("/page", raw=b"<p>hello</p>", media="text/html")


def run(*arguments):
    return CliRunner().invoke(main, [str(each) for each in arguments])


def of_users(count, body):
    """Return answers about so many users, who are told apart by their ids."""
    return [answer(f"/users/{number}", {"id": number, **body}) for number in range(1, count + 1)]


@pytest.fixture(autouse=True)
def here(tmp_path, monkeypatch):
    """An empty project as current folder."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("playhead.services.comparing.judging.root", lambda: tmp_path)
    return tmp_path


def suites(old, new):
    save(cassette_of(*old), "old/a.json")
    save(cassette_of(*new), "new/a.json")


# --show


@pytest.mark.parametrize("form", ["text", "markdown", "html"])
def test_diff_shows_other_data_on_request(form):
    suites(of_users(30, USER), [answer("/users/99", {"id": 99, **USER, "email": None}), *of_users(29, USER)])
    plain, full = (run("diff", "old", "new", "--format", form, *more) for more in ((), ("--show", "data")))
    assert (plain.exit_code, full.exit_code) == (0, 0)
    assert "other data: 1 difference" in plain.output
    assert "became-nullable" not in plain.output
    assert "became-nullable" in full.output
    assert run("diff", "old", "new", "--show", "everything").exit_code == 2


class Forgetful(ChangingService):
    """Knows no address of the third user any more, once it `forgets`."""

    forgets = False

    def _users(self, method, rest, query, body):
        email = None if rest == "3" and self.forgets else "ada@example.org"
        return 200, [], {"id": int(rest), "email": email}


def test_verify_shows_other_data_on_request(here):
    service = Forgetful()
    with serving(service) as url:
        with playhead.use_cassette(here / "a.json", record="all"), httpx.Client(base_url=url) as client:
            for number in range(1, 9):
                client.get(f"/users/{number}")
        service.forgets = True
        asked = "verify", "a.json", "--to", url, "--rate", "1000"
        plain, full = run(*asked), run(*asked, "--show", "data")
    assert "other data: 1 difference" in plain.stdout
    assert "became-nullable" not in plain.stdout
    assert "Other data: 1\n  became-nullable GET" in full.stdout


# consequences


def test_accepting_a_cause_accepts_what_follows_from_it(here):
    elsewhere = [answer(f"http://other.test/users/{number}", {"id": number, **LEAN}) for number in range(1, 6)]
    suites(of_users(5, USER), elsewhere)
    before = run("diff", "old", "new", "--format", "json")
    assert before.exit_code == 1
    (cause,) = json.loads(before.output)["findings"]
    (follows,) = cause["consequences"]
    assert (cause["rule"], follows["rule"]) == ("host-changed", "field-removed")
    assert follows["new_sample"]["file"] == "new/a.json"
    assert run("accept", cause["fingerprint"], "--reason", "it has moved").exit_code == 0
    assert run("diff", "old", "new").exit_code == 0
    assert "explains" not in run("diff", "old", "new").output


def test_an_acceptance_of_what_follows_is_not_called_stale():
    elsewhere = [answer(f"http://other.test/users/{number}", {"id": number, **LEAN}) for number in range(1, 6)]
    suites(of_users(5, USER), elsewhere)
    (cause,) = json.loads(run("diff", "old", "new", "--format", "json").output)["findings"]
    run("accept", cause["consequences"][0]["fingerprint"], "--reason", "we never read it")
    assert "no such finding any more" not in " ".join(run("diff", "old", "new").output.split())


# --fail-on


@pytest.mark.parametrize(
    ("reasons", "code"),
    [
        ("breaking", 0),
        ("risky", 1),
        ("breaking,risky", 1),
        ("compatible", 1),
        ("never", 0),
        ("unread", 1),
        ("breaking,unread", 1),
        ("breaking, unread", 1),
        ("confirmed", 0),
    ],
)
def test_reasons_to_fail_can_be_combined(reasons, code):
    suites([*of_users(1, USER), PAGE], [*of_users(1, LEAN), PAGE])
    result = run("diff", "old", "new", "--fail-on", reasons)
    assert (result.exit_code, result.output[:29]) == (code, "The contract may have changed")


def test_without_answers_that_were_not_read_nothing_fails_for_them():
    suites(of_users(5, USER), of_users(5, LEAN))
    assert run("diff", "old", "new", "--fail-on", "unread").exit_code == 0
    assert run("diff", "old", "new", "--fail-on", "confirmed").exit_code == 1  # it is breaking


def test_what_could_not_be_checked_outranks_answers_that_were_not_read(here):
    suites([PAGE], [PAGE])
    (here / "new" / "broken.json").write_text("{")
    assert run("diff", "old", "new", "--fail-on", "unread").exit_code == 3


@pytest.mark.parametrize(
    ("reasons", "told"),
    [
        ("sometimes", "'sometimes' is not one of breaking, risky, compatible, never, unread, confirmed."),
        ("breaking,", "'' is not one of"),
        ("never,unread", "'never' cannot be combined with anything else."),
    ],
)
def test_what_is_no_reason_to_fail_is_wrong_usage(reasons, told):
    suites([PAGE], [PAGE])
    result = run("diff", "old", "new", "--fail-on", reasons)
    assert result.exit_code == 2
    assert told in " ".join(result.output.split())


@pytest.mark.parametrize(("reasons", "failures"), [("breaking", "0"), ("unread", "1"), ("risky,unread", "2")])
def test_junit_fails_with_the_exit_code_for_whatever_reason(reasons, failures):
    suites([*of_users(1, USER), PAGE], [*of_users(1, LEAN), PAGE])
    result = run("diff", "old", "new", "--format", "junit", "--fail-on", reasons)
    assert ElementTree.fromstring(result.output).get("failures") == failures
    assert result.exit_code == (failures != "0")


def test_confirmed_findings_fail_if_asked_for():
    mild = finding(severity=Severity.RISKY)
    sure = finding(severity=Severity.RISKY, confirmed="confirmed on one entity")
    for comparison, failures in ((reported(mild), "0"), (reported(mild, sure), "1")):
        reason = FailOn.parse("confirmed")
        assert exit_code(comparison, reason) == int(failures)
        assert ElementTree.fromstring(junit.render(comparison, fail_on=reason)).get("failures") == failures
    assert exit_code(reported(sure), FailOn.parse("breaking,unread")) == 0
