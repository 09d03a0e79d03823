"""Two halves of a suite, recorded from a real service that has not changed, show no drift.

The service is as awkward as real ones: optional fields, nulls, unions, empty lists, variants, maps, errors, and events
of one in a hundred. Its answers are drawn from a seed, so that a failure can be repeated.
"""

from __future__ import annotations

import random

import httpx
import pytest
from fastapi import FastAPI, Response

import playhead
from playhead.demo.serving import serving
from playhead.model.cassette import Cassette
from playhead.services.comparing.compare import compare_sides, side_of

SEEDS = (1, 2)
ROUNDS = 60


def _block(dice: random.Random) -> dict[str, object]:
    return dice.choice(
        [
            {"type": "text", "text": dice.choice(["hello", "world"])},
            {"type": "tool", "name": "search", "input": {}},
            {"type": "image", "source": {"kind": "url", "url": "https://x.test/a.png"}, "alt": None},
        ]
    )


def _user(dice: random.Random, number: int) -> dict[str, object]:
    found: dict[str, object] = {
        "id": number,
        "name": dice.choice(["Ada", "Grace", "Edsger"]),
        "email": dice.choice([None, "ada@example.org"]),
        "balance": dice.choice([90, 90.0, 12.5]),
        "edited": dice.choice([False, 1700000000.5]),
        "replies": dice.choice(["", {"count": dice.randrange(9)}]),
        "tags": dice.sample(["a", "b", "c"], dice.randrange(4)),
        "blocks": [_block(dice) for _ in range(dice.randrange(4))],
        "scores": {f"2026-{dice.randrange(1, 13):02}-01": dice.randrange(9) for _ in range(dice.randrange(3))},
        "state": dice.choice(["open", "closed", "archived"]),
        "extra": dice.choice([{}, {"a": 1}, {"a": 1, "b": "x"}]),
    }
    if dice.random() < 0.4:
        found["nickname"] = "Countess"
    if dice.random() < 0.01:
        found |= {"merged_into": 7, "name": None}
    return found


def service(dice: random.Random) -> FastAPI:
    """Return an application whose answers are drawn from `dice`."""
    app = FastAPI()

    @app.get("/users")
    def users(page: int = 1) -> dict[str, object]:
        items = [_user(dice, number) for number in range(dice.randrange(6))]
        return {"items": items, "next": dice.choice([None, page + 1])}

    @app.get("/users/{number}")
    def one(number: int, response: Response) -> dict[str, object]:
        response.headers["x-request-id"] = str(dice.random())
        if dice.random() < 0.4:
            response.status_code = 404
            return {"error": {"code": "gone", **({"hint": "x"} if dice.random() < 0.5 else {})}}
        return _user(dice, number)

    @app.post("/users", status_code=201)
    def create(body: dict[str, object], response: Response) -> dict[str, object]:
        response.headers["location"] = f"/users/{dice.randrange(99)}"
        return {**body, **_user(dice, 1)}

    return app


@pytest.fixture(params=SEEDS)
def suite(request, tmp_path) -> Cassette:
    dice = random.Random(request.param)
    with (
        serving(service(dice)) as url,
        playhead.use_cassette(tmp_path / "suite.json", record="all"),
        httpx.Client(base_url=url) as client,
    ):
        for number in range(ROUNDS):
            client.get("/users", params={"page": number} if number % 3 else {})
            client.get(f"/users/{number}")
            client.post("/users", json={"note": "x"} if number % 2 else {"note": None, "urgent": True})
    return playhead.load(tmp_path / "suite.json")


def test_halves_of_a_suite_have_not_drifted(suite):
    interactions = list(suite.interactions)
    dice = random.Random(0)
    for _ in range(5):
        dice.shuffle(interactions)
        halves = [Cassette(tuple(interactions[side::2])) for side in (0, 1)]
        result = compare_sides(side_of(halves[0]), side_of(halves[1]))
        assert result.compared == 3
        assert [str(finding) for finding in result.findings] == []
