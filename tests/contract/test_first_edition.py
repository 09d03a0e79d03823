"""Contract files of version 1, which count answers and know no entities. `first-edition.json` was written by that code.

It holds six users with an email address, half of them with a nickname; teams, orders, deletions, pages in HTML, errors,
and a map of rates by date.
"""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import playhead
from playhead.contract.comparison import compare
from playhead.contract.contract import Contract, fold_all
from playhead.contract.encoding import decode, encode_json, encode_msgpack
from playhead.contract.tally import MOST_KEPT
from playhead.store.cassettes import save
from tests.contract.recordings import answer, cassette_of, compared, times

FILE = Path(__file__).with_name("first-edition.json")
USER = {"id": 1, "name": "Ada", "email": "ada@example.org", "nickname": "A"}
LEAN = {"id": 1, "name": "Ada", "nickname": "A"}


def first_edition() -> Contract:
    return decode(FILE.read_bytes(), FILE.name)


def users(count, body):
    """Return answers about users, every other one of whom has a nickname."""
    plain = {name: value for name, value in body.items() if name != "nickname"}
    return [each for n in range(1, count + 1) for each in times(1, body if n % 2 else plain, first=n)]


def test_it_is_read_and_known_to_be_anonymous():
    contract = first_edition()
    assert contract.anonymous
    assert not fold_all(times(1, USER)).anonymous
    assert len(contract.endpoints) == 10
    assert compare(contract, first_edition()).anonymous


def test_a_service_that_has_not_changed_has_not_drifted_from_it():
    orders = [{"id": n, "state": "paid", "total": 0.5} for n in range(50, 53)]
    new = [
        *users(6, USER),
        *(answer(f"/teams/{n}", {"id": n, "lead": {"id": n, "name": "Eve"}}) for n in range(1, 5)),
        answer("/orders", orders),
        *(answer(f"/users/{n}", status=204, method="DELETE", media="") for n in range(1, 4)),
        answer("/users", USER, status=201, method="POST", sent={"name": "Bob"}, headers=(("location", "/users/9"),)),
        *(answer(f"/pages/{name}", raw=b"<p>Good bye</p>", media="text/html") for name in ("ada", "bob")),
        answer("/health", {"ok": False}, status=503),
        answer("/users/98", {"error": "not found"}, status=404),
        answer("/quiet", {}),
        answer("/rates", {"rates": {"2026-02-01": 1.5, "2026-03-01": 2}}),
    ]
    for old, now in ((first_edition(), fold_all(new)), (fold_all(new), first_edition())):
        result = compare(old, now)
        assert [each for each in result.findings if each.severity != "compatible"] == []
        assert (result.newly_exercised, result.anonymous) == ((), True)


def test_its_samples_are_observations():
    (finding,) = compare(first_edition(), fold_all(users(6, LEAN))).findings
    assert (finding.severity, finding.grade, finding.place) == ("breaking", "E3", "/email")
    assert finding.evidence == "in 6 of 6, now in 0 of 6"


def test_against_it_a_change_is_breaking_from_five_observations_on():
    severities = [compare(first_edition(), fold_all(users(count, LEAN))).worst for count in range(1, 7)]
    assert severities == [None, "risky", "risky", "risky", "breaking", "breaking"]
    assert compared(users(6, USER), times(4, LEAN, first=101)).worst == "breaking"


def test_what_half_of_its_answers_showed_may_be_missing():
    plain = {name: value for name, value in USER.items() if name != "nickname"}
    assert not compare(first_edition(), fold_all(times(9, plain))).findings


def test_merged_with_a_newer_contract_it_stays_readable_and_anonymous():
    merged = first_edition()
    merged.absorb(fold_all(times(3, USER, first=101)))
    merged.finish()
    assert merged.anonymous
    assert json.loads(encode_json(merged))["playhead_contract"] == 2
    for data in (encode_json(merged), encode_msgpack(merged)):
        again = decode(data, "c")
        assert again == merged
        assert again.anonymous
        assert encode_json(again) == encode_json(merged)
        lean = compare(again, fold_all(times(4, LEAN, first=201)))
        assert (lean.worst, lean.anonymous) == ("risky", True)
        assert lean.findings[0].evidence.startswith("in 9 of 9")
    newer = fold_all(times(3, USER, first=101))
    newer.absorb(first_edition())
    assert newer == merged


def test_two_of_them_are_different_observations():
    other = json.loads(FILE.read_text())
    other["endpoints"][0]["example"] = "http://api.test/users/7"
    both = first_edition()
    both.absorb(decode(json.dumps(other).encode(), "other.json"))
    both.absorb(first_edition())
    key = next(key for key in both.endpoints if key.method == "DELETE")
    (answers,) = (each for question in both.endpoints[key].questions.values() for each in question.answers.values())
    assert (answers.samples, len(answers.tally.entities)) == (9, 6)
    assert len(answers.tally.entities) <= MOST_KEPT


def test_it_is_a_side_of_a_diff(tmp_path):
    save(cassette_of(*users(6, LEAN)), tmp_path / "new.json")
    assert [(each.severity, each.rule) for each in playhead.diff(FILE, tmp_path / "new.json")] == [
        ("breaking", "field-removed")
    ]


def test_headers_that_it_does_not_hold_explain_nothing():
    lean = [
        replace(each, request=replace(each.request, headers=(("accept", "application/json"),)))
        for each in users(6, LEAN)
    ]
    asked = [(each.severity, each.rule, each.place) for each in compare(first_edition(), fold_all(lean)).findings]
    assert ("breaking", "field-removed", "/email") in asked
    assert not any(rule == "we-ask-otherwise" for _, rule, _ in asked)
