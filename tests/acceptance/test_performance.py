"""A response-time and a throughput test. Offline they judge the recorded times, so they do not depend on the machine;
recorded again, they judge the service of today."""

from __future__ import annotations

import asyncio
import time

import httpx
import pytest

import playhead

WORKERS = 10
REQUESTS = 40


async def test_the_response_time_is_that_of_the_service(users_url: str) -> None:
    async with httpx.AsyncClient(base_url=users_url) as client:
        response = await client.get("/jobs/7", params={"delay_ms": 200})
    assert 0.2 <= response.elapsed.total_seconds() < 1.0


async def test_a_client_that_is_in_a_hurry_still_times_out(deck: playhead.Deck, users_url: str) -> None:
    async with httpx.AsyncClient(base_url=users_url, timeout=0.1) as client:
        with pytest.raises(httpx.ReadTimeout):
            await client.get("/jobs/8", params={"delay_ms": 5000})
    deck.route("GET", "/jobs/{id}").assert_awaited_once()


async def test_throughput(deck: playhead.Deck, users_url: str) -> None:
    places = asyncio.Semaphore(WORKERS)
    async with httpx.AsyncClient(base_url=users_url) as client:

        async def ask(number: int) -> int:
            async with places:
                response = await client.get(f"/jobs/{number}", params={"delay_ms": 20})
            return response.status_code

        statuses = await asyncio.gather(*map(ask, range(REQUESTS)))
    assert statuses == [200] * REQUESTS
    spans = [each.timing for each in deck.interactions]
    took_us = max(each.last_us for each in spans) - min(each.start_us for each in spans)
    assert REQUESTS / (took_us / 1e6) > 20  # per second; one at a time would reach 50 at best


@pytest.mark.cassette(timing="recorded")
async def test_a_stream_arrives_piece_by_piece_in_its_own_time(users_url: str) -> None:
    async with httpx.AsyncClient(base_url=users_url) as client, client.stream("GET", "/events") as response:
        began = time.perf_counter()
        arrived_s = [time.perf_counter() - began async for _ in response.aiter_raw()]
    assert len(arrived_s) == 5
    assert arrived_s[-1] - arrived_s[0] >= 0.15
