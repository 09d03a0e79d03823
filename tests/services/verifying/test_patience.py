"""Rate, budget and `Retry-After`, on a clock of its own."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from playhead.model.cassette import Exchange
from playhead.model.http import Failure, Request, Response
from playhead.services.verifying.patience import Budget, Patience, retry_after_s

NOW = datetime(2026, 11, 25, 12, 0, 0, tzinfo=UTC)
UNREACHABLE = Exchange(1, Request("GET", "http://x/"), None, Failure("ConnectError"))


def answer(status: int, retry_after: str | None = None) -> Exchange:
    headers = () if retry_after is None else (("Retry-After", retry_after),)
    return Exchange(1, Request("GET", "http://x/"), Response(status, headers=headers))


class Clock:
    def __init__(self) -> None:
        self.now_s = 100.0
        self.slept: list[float] = []

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now_s += seconds


def patience(clock: Clock, **limits: float) -> Patience:
    return Patience(Budget(**limits), clock.sleep, lambda: clock.now_s)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("exchange", "seconds"),
    [
        (answer(503, "120"), 120.0),
        (answer(429, " 0 "), 0.0),
        (answer(429, "Wed, 25 Nov 2026 12:00:30 GMT"), 30.0),
        (answer(429, "Wed, 25 Nov 2026 11:00:00 GMT"), 0.0),
        (answer(503, "soon"), None),
        (answer(503, "-5"), None),
        (answer(503), None),
        (answer(200, "120"), None),
        (UNREACHABLE, None),
    ],
)
def test_what_an_answer_asks_for(exchange, seconds):
    assert retry_after_s(exchange, NOW) == seconds


async def test_requests_keep_their_distance():
    clock = Clock()
    turns = patience(clock, rate=4.0)
    for _ in range(5):
        await turns.turn()
    assert clock.now_s == pytest.approx(101.0)
    assert turns.sent == 5


async def test_a_pause_is_not_made_up_for():
    clock = Clock()
    turns = patience(clock, rate=1.0)
    await turns.turn()
    clock.now_s += 60
    await turns.turn()
    await turns.turn()
    assert clock.slept == [1.0]


async def test_a_wait_within_limits_is_waited_for_twice_at_most():
    clock = Clock()
    turns = patience(clock, wait_s=60)
    assert [await turns.again(answer(503, "7"), attempt) for attempt in range(3)] == [True, True, False]
    assert clock.slept == [7.0, 7.0]
    assert not turns.stopped


async def test_a_wait_beyond_the_limit_stops_everything():
    clock = Clock()
    turns = patience(clock, wait_s=60)
    assert not await turns.again(answer(429, "61"), 0)
    assert "61 s" in turns.stopped
    assert clock.slept == []


async def test_three_unreachable_in_a_row_stop_everything():
    turns = patience(Clock())
    for exchange in (UNREACHABLE, UNREACHABLE, answer(200), UNREACHABLE, UNREACHABLE):
        await turns.again(exchange, 0)
    assert not turns.stopped
    await turns.again(UNREACHABLE, 0)
    assert "could not reach" in turns.stopped
