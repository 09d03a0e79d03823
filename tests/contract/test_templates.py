"""Folding paths into one endpoint."""

from __future__ import annotations

import pytest

import playhead
from playhead.contract.contract import fold_all
from playhead.contract.looks import data_key, known_constant, look_of
from playhead.contract.templates import stored_form, templates
from tests.contract.recordings import answer, cassette_of, compared

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
    assert not data_key(key)


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


ADA_AND_BOB = (answer("/users/ada", USER), answer("/users/bob", USER))
NOBODY = answer("/users/nobody", {"error": "no such user"}, status=404)


@pytest.mark.parametrize(
    "sibling",
    [
        NOBODY,
        answer("/users/nobody", {}),
        answer("/users/nobody", status=204, media=""),
        answer("/users/nobody", status=503),
    ],
    ids=["404", "{}", "204", "503"],
)
def test_errors_and_empty_answers_do_not_decide_whether_siblings_are_one_endpoint(sibling):
    assert paths(*ADA_AND_BOB, sibling) == {"/users/{name}"}


@pytest.mark.parametrize("old", [ADA_AND_BOB, (*ADA_AND_BOB, NOBODY)])
@pytest.mark.parametrize("new", [ADA_AND_BOB, (*ADA_AND_BOB, NOBODY)])
def test_a_sibling_with_errors_on_either_side_follows_the_others(old, new):
    assert compared(old, new).endpoints == ("GET api.test/users/{name}",)


def test_what_is_gone_is_found_although_a_sibling_has_only_errors():
    old, new = (
        [*ADA_AND_BOB, answer("/users/eve", USER)],
        [answer(f"/users/{name}", {"id": 1}) for name in ("ada", "bob")],
    )
    (finding,) = playhead.diff(cassette_of(*old), cassette_of(*new, NOBODY))
    assert (finding.endpoint, finding.rule, finding.place) == ("GET api.test/users/{name}", "field-removed", "/name")


def test_siblings_that_have_only_errors_are_left_alone():
    nowhere = answer("/users/nowhere", {"error": "no such user"}, status=404)
    assert len(paths(NOBODY, nowhere)) == 2
    assert len(paths(NOBODY, ADA_AND_BOB[0])) == 2


def test_siblings_that_have_only_errors_follow_a_declared_or_a_stored_template():
    contract = fold_all([NOBODY])
    for renamed in (
        templates(contract, declared=["/users/{login}"]),
        templates(contract, stored_form(fold_all(ADA_AND_BOB))),
    ):
        assert len(renamed) == 1
        assert all("{" in key.path for key in renamed.values())


def test_a_known_constant_and_a_redirect_are_no_errors():
    assert len(paths(*ADA_AND_BOB, NOBODY, answer("/users/me", status=404))) == 4
    assert len(paths(*ADA_AND_BOB, answer("/users/first", status=302, headers=(("location", "/users/ada"),)))) == 3


def test_an_empty_answer_to_another_method_is_left_alone():
    activate = answer("/users/activate", method="POST", status=204, media="")
    assert paths(*ADA_AND_BOB, activate) == {"/users/{name}", "/users/activate"}


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


def test_siblings_of_two_versions_are_one_endpoint_although_their_answers_have_changed():
    old = [answer(f"/users/{name}", {"id": n, "name": "A", "mail": "m"}) for n, name in enumerate(("ada", "bob", "cy"))]
    new = [answer(f"/users/{name}", {"id": n, "name": "A"}) for n, name in enumerate(("dan", "eve", "fay"))]
    assert compared(old, new).endpoints == ("GET api.test/users/{name}",)


def test_ids_of_another_look_are_ids_of_the_same_resource():
    old = [answer(f"/users/{n}", {**USER, "id": n}, method=m) for n in (7, 8) for m in ("GET", "PUT")]
    new = [answer(f"/users/{n}", {**USER, "id": n}, method="PUT") for n in ("x7f", "y9")]
    stay = [answer(f"/users/{n}", {**USER, "id": str(n)}) for n in (7, 8)]
    assert compared(old, [*new, *stay]).endpoints == ("GET api.test/users/{name}", "PUT api.test/users/{name}")


def test_other_resources_of_the_other_side_are_not_those_of_this():
    old = [answer(f"/shop/{name}", {"id": 1, "name": "A", "mail": "m"}) for name in ("staff", "owners")]
    for new in (
        [answer(f"/shop/{name}", {"count": 1, "mean": 2.5}) for name in ("sales", "visits")],
        [answer("/shop/boss", {"id": 1, "name": "A"})],
        [answer("/shop/boss", {"id": 1, "name": "A"}), answer("/shop/sales", {"id": 1, "sum": 2})],
    ):
        assert not compared(old, new).endpoints
