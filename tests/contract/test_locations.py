"""Redirects are compared by the place that they lead to, not by its spelling."""

from __future__ import annotations

import json
from itertools import product

import pytest

import playhead
from playhead.contract.comparison import compare
from playhead.contract.contract import fold_all
from playhead.contract.plain import contract_of, plain_of
from tests.contract.recordings import answer, cassette_of

SAME = [
    "/users/1",
    "users/1",
    "./users/2",
    "../users/1",
    "//api.test/users/1",
    "https://api.test/users/1",
    "https://API.test:443/users/1",
    "HTTPS://api.test/users/1?",
    "https://api.test/users/1#top",
    "/%75sers/1",
    " /users/1 ",
]
OTHER = [
    "/users",
    "/users/1/",
    "/login",
    "http://api.test/users/1",
    "https://api.test:8443/users/1",
    "https://www.api.test/users/1",
    "http://[::1",
]


def told(before: str, after: str, *, url="https://api.test/go", status=302) -> list[str]:
    """Return the rules of the findings between three answers with one `Location` and three with another."""
    sides = [
        cassette_of(*(answer(url, method="POST", status=status, headers=(("Location", target),)) for _ in range(3)))
        for target in (before, after)
    ]
    return [each.rule for each in playhead.diff(*sides)]


@pytest.mark.parametrize(("before", "after"), [*product(SAME[:1], SAME), *product(SAME, SAME[:1])])
def test_one_place_in_two_spellings_is_no_change(before, after):
    assert told(before, after) == []
    assert told(before, after, status=201) == []


@pytest.mark.parametrize("after", OTHER)
@pytest.mark.parametrize("before", ["/users/1", "https://api.test/users/1"])
def test_another_place_is_found(before, after):
    assert told(before, after) == ["redirect-retargeted"]
    assert told(after, before) == ["redirect-retargeted"]


def test_a_relative_reference_is_resolved_against_the_url_of_the_request():
    assert told("7", "/v1/users/7", url="https://api.test/v1/users/go") == []
    assert told("7", "/users/7", url="https://api.test/v1/users/go") == ["redirect-retargeted"]


def test_a_service_that_moved_as_a_whole_still_leads_to_its_own_places():
    old, new = (
        cassette_of(*(answer(f"https://{host}/go", status=302, headers=(("location", f"https://{host}/in"),)),) * 3)
        for host in ("api.test", "api.example")
    )
    assert [each.rule for each in playhead.diff(old, new)] == ["host-changed"]


@pytest.mark.parametrize(
    ("stored", "target"),
    [("/in", "https://api.test/in"), ("api.test/in", "/in"), ("id.example/in", "https://id.example/in")],
)
def test_a_stored_contract_without_schemes_is_compared_without_them(stored, target):
    def contract(location):
        return fold_all([answer("https://api.test/go", status=302, headers=(("location", location),))] * 3).finish()

    plain = json.dumps(plain_of(contract("/in")))
    assert '"locations": {"/in":' in plain
    old = contract_of(json.loads(plain.replace('"locations": {"/in":', f'"locations": {{"{stored}":'))).finish()
    assert compare(old, contract(target)).findings == ()
    (finding,) = compare(old, contract("https://elsewhere.test/in")).findings
    assert finding.rule == "redirect-retargeted"
