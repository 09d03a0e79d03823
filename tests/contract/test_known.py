"""Requests for other entities are built from what recordings know, and only from that."""

from __future__ import annotations

import pytest

from playhead.contract.known import Known
from tests.contract.recordings import answer

ADA = answer("/users/1?view=full", {"id": 1, "stock": 7, "name": "Ada"})
CUSTOMER = "cus_9s6XKzkNRiz8i3"


def others(first, *further):
    return [url.removeprefix("http://api.test") for url in Known([first, *further]).others(first)]


@pytest.mark.parametrize(
    "further",
    [
        answer("/users", [{"id": 1, "stock": 5}, {"id": 2}]),
        answer("/users?page=2", {"total": 9, "data": {"items": [{"id": 2, "stock": 8}]}}),
        answer("/users", {"id": 2, "stock": 8}, method="POST", status=201),
        answer("/users", None, method="POST", status=201, headers=(("location", "/users/2"),)),
        answer("/users/2/orders", []),
        answer("/users/2", status=304),
        answer("/orders/8", {"id": 8, "buyer": {"href": "http://api.test/users/2"}}),
        answer("/orders/8", {"id": 8, "_links": {"buyer": {"href": "/users/2/orders"}}}),
    ],
)
def test_ids_stand_in_lists_in_what_was_created_in_paths_and_in_links(further):
    assert others(ADA, further) == ["/users/2?view=full"]


@pytest.mark.parametrize(
    "further",
    [
        answer("/orders", [{"id": 2}]),
        answer("/users", [{"id": "ada"}, {"id": "../7"}, {"id": ".."}, {"id": ""}, {"id": None}, {"id": True}]),
        answer("/users", [{"id": 2}], status=400),
        answer("/users", [{"id": "REDACTED-id-1"}]),
        answer("/users/me", {"id": 2}),
        answer("http://other.test/users", [{"id": 2}]),
        answer("/orders/8", {"text": "see //api.test/users/2", "link": "http://[api/users/2", "at": "/users/{id}"}),
    ],
)
def test_what_is_something_else_is_not_put_in(further):
    assert others(ADA, further) == []


def test_the_last_id_is_the_one_that_is_replaced():
    order = answer("/users/1/orders/7", {"id": 7})
    assert others(order, answer("/users/1/orders", [{"id": 7}, {"id": 8}]), answer("/users", [{"id": 2}])) == [
        "/users/1/orders/8"
    ]
    assert others(answer("/users/1/orders", [{"id": 7}]), answer("/users", [{"id": 2}])) == ["/users/2/orders"]


def test_names_are_values_of_the_field_that_names():
    listed = answer("/users", [{"login": "ada", "id": 1}, {"login": "bob", "id": 2}, {"login": "search"}])
    assert others(answer("/users/ada", {"login": "ada", "id": 1}), listed) == ["/users/bob"]
    assert others(answer("/users/ada/repos", [{"name": "x"}]), listed) == ["/users/bob/repos"]
    assert others(answer("/users/me", {"login": "ada"}), listed) == []
    assert others(answer("/health/checks", {"state": "up"}), listed) == []


def test_objects_lie_where_they_say_that_they_lie():
    flask = {"name": "flask", "url": "http://api.test/repos/psf/flask"}
    assert others(answer("/repos/psf/requests", {"name": "requests"}), answer("/search", {"items": [flask]})) == [
        "/repos/psf/flask"
    ]


def test_ids_are_of_the_same_form():
    listed = answer("/things", [{"id": f"sub{CUSTOMER[3:]}"}, {"id": 4}, {"id": f"{CUSTOMER[:-1]}4"}])
    assert others(answer(f"/things/{CUSTOMER}", {"id": CUSTOMER}), listed) == [f"/things/{CUSTOMER[:-1]}4"]


def test_no_more_are_kept_than_could_be_asked():
    assert len(others(ADA, answer("/users", [{"id": number} for number in range(2, 5000)]))) <= 64
