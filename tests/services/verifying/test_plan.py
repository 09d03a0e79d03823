"""The plan decides beforehand what is sent and what is not, with a reason that names the next step."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from playhead.services.verifying.credentials import credentials_of
from playhead.services.verifying.plan import Recording, Selection, plan_of
from playhead.services.verifying.target import targets_of
from tests.contract.recordings import answer, failure

PATH = Path("a.json")


def planned(*exchanges, methods=(), routes=(), secrets=(), budget=100):
    exchanges = tuple(replace(each, id=number) for number, each in enumerate(exchanges, 1))
    targets = targets_of(["http://api.test"], [[each.request.url for each in exchanges]])
    credentials = credentials_of((), secrets, {"KEY": "value"})
    return plan_of([Recording(PATH, exchanges)], targets, credentials, Selection.of(methods, routes), budget)


def test_safe_requests_are_sent_in_order():
    plan = planned(answer("/b"), answer("/a", method="HEAD"), answer("/c", method="OPTIONS"))
    assert [step.url for step in plan.steps] == ["http://api.test/b", "http://api.test/a", "http://api.test/c"]
    assert plan.left == ()


@pytest.mark.parametrize(
    ("exchange", "reason", "wanted"),
    [
        (answer(method="POST"), "--method POST", False),
        (answer(method="TRACE"), "--method TRACE", False),
        (answer("http://other.test/"), "http://other.test", False),
        (failure(), "without a whole answer", False),
        (answer(status=503), "503", False),
        (answer(status=429), "429", False),
        (answer(status=304), "304", False),
        (answer("/users?api_key=REDACTED-api-key-1"), "--secret api-key=VARIABLE", True),
    ],
)
def test_what_is_not_sent_has_a_reason(exchange, reason, wanted):
    (left,) = planned(answer(), exchange).left
    assert reason in left.reason
    assert left.wanted is wanted


def test_methods_and_routes_choose():
    exchanges = answer("/users/1"), answer("/users/1", method="DELETE"), answer("/orders/1")
    plan = planned(*exchanges, methods=["delete"], routes=["DELETE /users/{id}", "/orders/{id}"])
    assert [step.exchange.request.method for step in plan.steps] == ["DELETE", "GET"]
    assert [left.reason for left in plan.left] == ["not among those chosen with --only"]


def test_a_placeholder_with_a_value_is_sent():
    assert planned(answer("/users?api_key=REDACTED-api-key-1"), secrets=["api-key=KEY"]).left == ()


def test_what_is_over_the_budget_could_not_be_checked():
    plan = planned(*(answer(f"/users/{number}") for number in range(5)), budget=3)
    assert len(plan.steps) == 3
    assert {(left.reason, left.wanted) for left in plan.left} == {("over the budget of 3 requests", True)}
