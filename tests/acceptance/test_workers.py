"""Concurrent workers: gather, a semaphore, a lock. What finished first when recorded finishes first in every replay."""

from __future__ import annotations

import asyncio

import pytest

import playhead
from tests.acceptance.users import Counter, UserClient, UserNotFound, fetch_all, run_jobs

DELAYS_MS = (300, 40, 120, 80, 180, 10)
"""Chosen so that jobs end in quite another order than they start."""


async def test_users_are_gathered_and_errors_keep_their_place(deck: playhead.Deck, users_url: str) -> None:
    async with UserClient(users_url) as client:
        found = await fetch_all(client, [1, 2, 99, 3])
    names = [each["name"] if isinstance(each, dict) else type(each) for each in found]
    assert names == ["Ada", "Brian", UserNotFound, "Cleo"]
    assert deck.route("GET", "/users/{id}").await_count == 4


@pytest.mark.parametrize(
    "speed", [pytest.param(speed, marks=pytest.mark.cassette(timing=speed)) for speed in ("instant", "recorded", 10)]
)
async def test_workers_finish_in_the_recorded_order(users_url: str, speed: object) -> None:
    counter = Counter()
    async with UserClient(users_url) as client:
        results = await run_jobs(client, DELAYS_MS, at_once=len(DELAYS_MS), counter=counter)
    assert results == [1, 4, 9, 16, 25, 36]
    assert counter.done == [6, 2, 4, 3, 5, 1]


async def test_a_semaphore_lets_only_some_work_at_once(deck: playhead.Deck, users_url: str) -> None:
    counter = Counter()
    async with UserClient(users_url) as client:
        await run_jobs(client, DELAYS_MS, at_once=2, counter=counter)
    assert counter.done == [2, 3, 4, 1, 6, 5]
    spans = [(each.timing.start_us, each.timing.last_us) for each in deck.interactions]
    assert max(_overlapping(spans)) <= 2


async def test_identical_concurrent_requests_keep_their_own_answers(deck: playhead.Deck, users_url: str) -> None:
    async with UserClient(users_url, token="let-me-in") as client:
        created = await asyncio.gather(*(client.create_user("Twin", "twin@example.com") for _ in range(4)))
    assert sorted(user["id"] for user in created) == [6, 7, 8, 9]
    assert deck.route("POST", "/users").await_count == 4


def _overlapping(spans: list[tuple[int, int]]) -> list[int]:
    return [sum(start <= begin < end for start, end in spans) for begin, _ in spans]
