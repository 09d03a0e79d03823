"""aiohttp's ClientSession, behind a client of an API and by itself: recorded from a real server, replayed without."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import aiohttp
import pytest

import playhead
from playhead.demo.service import create_app
from playhead.demo.serving import serving
from tests.dependencies.tapes import Program, Tapes


@dataclass
class Product:
    id: int
    name: str
    price: int
    stock: int


class Shop:
    """A client of the demo's shop."""

    def __init__(self, session: aiohttp.ClientSession) -> None:
        self._session = session

    async def product(self, number: int) -> Product:
        async with self._session.get(f"/products/{number}") as response:
            response.raise_for_status()
            return Product(**await response.json())

    async def follow(self, order: int) -> AsyncIterator[str]:
        async with self._session.get(f"/orders/{order}/events") as response:
            async for line in response.content:
                if line.startswith(b"data:"):
                    yield line.decode().strip()


async def behind_a_client(deck: playhead.Deck, url: str) -> Any:
    @asynccontextmanager
    async def real() -> AsyncIterator[Shop]:
        async with aiohttp.ClientSession(url) as session:
            yield Shop(session)

    shop = deck.double("shop", Shop, real)
    products = await asyncio.gather(*map(shop.product, (6, 8, 2)))
    assert [type(each) for each in products] == [Product] * 3
    with pytest.raises(aiohttp.ClientResponseError) as caught:
        await shop.product(99)
    assert (caught.value.status, caught.value.message) == (404, "Not Found")
    async for event in shop.follow(7):
        first = event
        break
    return products, first


async def the_session_itself(deck: playhead.Deck, url: str) -> Any:
    session = deck.double("session", aiohttp.ClientSession, lambda: aiohttp.ClientSession(url))
    async with session.get("/products/6") as response:
        assert response.status == 200
        assert response.headers["Content-Type"] == "application/json"
        product = await response.json()
    response = await session.post("/orders", json={"product": 1, "quantity": 1000})
    status = response.status
    session.post.assert_called_once_with("/orders", json={"product": 1, "quantity": 1000})
    return product, status, await response.text()


PROGRAMS: Sequence[Program] = (behind_a_client, the_session_itself)


@pytest.fixture(scope="module")
def tapes(tmp_path_factory: pytest.TempPathFactory) -> Tapes:
    with serving(create_app()) as url:
        return Tapes(tmp_path_factory.mktemp("aiohttp"), url).record(PROGRAMS)


@pytest.mark.parametrize("program", PROGRAMS, ids=lambda each: each.__name__)
async def test_what_was_recorded_is_replayed_without_the_server(program: Program, tapes: Tapes) -> None:
    await tapes.replay(program)
