"""Folding paths into one endpoint."""

from __future__ import annotations

import pytest

from playhead.contract.contract import fold_all
from playhead.contract.looks import data_key, known_constant, look_of
from playhead.contract.templates import templates
from tests.contract.recordings import answer

USER = {"id": 1, "name": "Ada"}
STATS = {"count": 1, "mean": 2}


def paths(*exchanges) -> set[str]:
    contract = fold_all(exchanges)
    return {key.path for key in contract.renamed(templates(contract)).endpoints}


@pytest.mark.parametrize(
    "segment",
    [
        "42",
        "3f2504e0-4f89-11d3-9a0c-0305e82c3301",
        "01ARZ3NDEKTSV4RRFFQ69G5FAV",
        "9e107d9d372bb6826bd81d3542a419d6",
        "cus_9s6XKzkNRiz8i3",
        "msg_01XFDUDYJgAACzvnptvVoYEL",
        "Z040120927RX9CM38HPQQ",
        "REDACTED-token-1",
    ],
)
def test_identifiers_are_known_by_their_look(segment):
    assert look_of(segment) == "{id}"


@pytest.mark.parametrize(
    "segment", ["users", "v1", "user_address1", "gpt-4o-mini", "us-east-1", "search", "feedface", ""]
)
def test_words_are_not_taken_for_identifiers(segment):
    assert look_of(segment) is None


@pytest.mark.parametrize("key", ["2024-01-01", "42", "notes.md", "src/app.py", "ada@example.org", "2024-Q1"])
def test_keys_that_are_data_are_known_by_their_look(key):
    assert data_key(key)


@pytest.mark.parametrize("key", ["id", "user_name", "http.method", "host.name", "line1", "$ref", "@type", "x-y"])
def test_names_of_fields_are_not_taken_for_data(key):
    assert data_key(key) == (key == "@type")


def test_siblings_that_answer_alike_are_one_endpoint():
    assert paths(answer("/users/ada", USER), answer("/users/bob", USER)) == {"/users/{name}"}


def test_siblings_that_answer_differently_are_not():
    assert paths(answer("/users/ada", USER), answer("/users/stat", STATS)) == {"/users/ada", "/users/stat"}


def test_a_segment_beside_a_known_constant_is_not_folded():
    assert known_constant("me")
    assert paths(answer("/users/me", USER), answer("/users/ada", USER), answer("/users/bob", USER)) == {
        "/users/me",
        "/users/ada",
        "/users/bob",
    }


def test_an_identifier_beside_a_known_constant_is_folded_by_its_look():
    assert paths(answer("/users/me", USER), answer("/users/1", USER), answer("/users/2", USER)) == {
        "/users/me",
        "/users/{id}",
    }


def test_resources_below_the_root_or_a_version_are_never_one_endpoint():
    assert len(paths(answer("/users", USER), answer("/teams", USER))) == 2
    assert len(paths(answer("/v1/users", USER), answer("/v1/teams", USER))) == 2


def test_answers_without_content_do_not_make_siblings():
    assert len(paths(answer("/jobs/one", [], status=200), answer("/jobs/two", []))) == 2


def test_what_hangs_below_a_parameter_is_folded_with_it():
    found = paths(
        answer("/users/ada", USER),
        answer("/users/bob", USER),
        answer("/users/ada/posts", [STATS]),
        answer("/users/bob/posts", [STATS]),
        answer("/users/ada", method="DELETE", status=204),
    )
    assert found == {"/users/{name}", "/users/{name}/posts"}


def test_an_example_url_stays_beside_a_template():
    contract = fold_all([answer("/users/2", USER), answer("/users/1", USER)])
    (endpoint,) = contract.endpoints.values()
    assert endpoint.example == "http://api.test/users/1"
