"""The demo's client: a program that talks to the shop. It does not use playhead."""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass, field

import httpx

__all__ = ["Visit", "visit"]


@dataclass(frozen=True, slots=True)
class Visit:
    """The results of a visit. Comparing two visits ignores `took_s`."""

    arrived: tuple[int, ...]
    """The products, in the order in which they arrived."""
    events: tuple[str, ...]
    order_status: int
    mail: str
    took_s: float = field(compare=False)


async def visit(shop: str, mail: str) -> Visit:
    """Request eight products at once, follow an order, order too much, and call a mail server that is down.

    Args:
        shop: The base URL of the shop.
        mail: A base URL at which nothing listens.
    """
    began = time.perf_counter()
    arrived: list[int] = []
    async with httpx.AsyncClient() as client:

        async def look_at(number: int) -> None:
            response = await client.get(f"{shop}/products/{number}")
            arrived.append(response.json()["id"])

        following = asyncio.create_task(_follow(client, f"{shop}/orders/7/events"))
        await asyncio.gather(*map(look_at, range(1, 9)))
        events = await following
        refused = await client.post(f"{shop}/orders", json={"product": 1, "quantity": 1000})
        told = await _tell(client, f"{mail}/messages")
    return Visit(tuple(arrived), events, refused.status_code, told, time.perf_counter() - began)


async def _follow(client: httpx.AsyncClient, url: str) -> tuple[str, ...]:
    async with client.stream("GET", url) as response:
        return tuple([line async for line in response.aiter_lines() if line.startswith("data:")])


async def _tell(client: httpx.AsyncClient, url: str) -> str:
    try:
        response = await client.post(url, json={"text": "the order was refused"})
    except httpx.TransportError as error:
        return type(error).__name__
    return str(response.status_code)
