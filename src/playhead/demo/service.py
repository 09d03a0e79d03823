"""The shop that the demo records: a FastAPI application in two versions, of which the second breaks its clients.

Run the first version with `uvicorn playhead.demo.service:app`.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator

from fastapi import FastAPI, HTTPException
from fastapi.responses import StreamingResponse

__all__ = ["app", "create_app"]

PRODUCTS = ("lamp", "chair", "table", "clock", "vase", "shelf", "stool", "mirror")
DELAYS_MS = (480, 120, 840, 300, 1020, 30, 660, 210)
"""The delay of each product, chosen so that answers never arrive in the order of the requests."""

STEPS = ("accepted", "packed", "shipped", "delivered")
STEP_S = 0.25


def create_app(version: int = 1) -> FastAPI:
    """Return the shop. In version 2 prices are strings, `stock` is gone, and `currency` is new."""
    shop = FastAPI(title="shop", version=str(version))

    @shop.get("/products")
    async def products() -> list[dict[str, object]]:
        return [{"id": number, "name": name} for number, name in enumerate(PRODUCTS, 1)]

    @shop.get("/products/{product_id}")
    async def product(product_id: int) -> dict[str, object]:
        if not 1 <= product_id <= len(PRODUCTS):
            raise HTTPException(status_code=404, detail=f"there is no product {product_id}")
        await asyncio.sleep(DELAYS_MS[product_id - 1] / 1000)
        return _product(product_id, version)

    @shop.get("/orders/{order_id}/events")
    async def follow(order_id: int) -> StreamingResponse:
        return StreamingResponse(_steps(order_id), media_type="text/event-stream")

    @shop.post("/orders", status_code=201)
    async def order(wanted: dict[str, int]) -> dict[str, object]:
        if wanted["quantity"] > 100:
            raise HTTPException(status_code=409, detail="sold out")
        return {"id": 7, **wanted}

    return shop


def _product(number: int, version: int) -> dict[str, object]:
    product: dict[str, object] = {"id": number, "name": PRODUCTS[number - 1]}
    if version == 1:
        return product | {"price": 10 * number + 9, "stock": 3 * number}
    return product | {"price": f"{10 * number + 9}.00", "currency": "EUR"}


async def _steps(order_id: int) -> AsyncIterator[str]:
    for step in STEPS:
        yield f"event: status\ndata: {json.dumps({'order': order_id, 'status': step})}\n\n"
        await asyncio.sleep(STEP_S)


app = create_app()
