"""A service that is not always there: it fails at first and says when to come back, and its events stop for a while."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from typing import Any

from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse, StreamingResponse

__all__ = ["STALL_S", "create_app"]

STALL_S = 1.2


def create_app(*, failures: int = 2, retry_after_s: float = 1) -> FastAPI:
    """An application that answers so many requests for a path with 503 before it works."""
    app = FastAPI()
    seen: Counter[str] = Counter()

    def unavailable(path: str) -> JSONResponse | None:
        seen[path] += 1
        if seen[path] > failures:
            return None
        return JSONResponse({"error": {"message": "busy"}}, 503, headers={"retry-after": f"{retry_after_s:g}"})

    @app.get("/report")
    async def report() -> Any:
        await asyncio.sleep(0.02)
        return unavailable("/report") or {"report": "ready", "tries": seen["/report"]}

    @app.post("/v1/chat/completions")
    async def chat(request: Request) -> Any:
        asked = await request.json()
        message = {"role": "assistant", "content": "Here I am.", "refusal": None}
        choice = {"index": 0, "message": message, "finish_reason": "stop", "logprobs": None}
        head = {"id": "chat-1", "object": "chat.completion", "created": 1, "model": asked["model"]}
        return unavailable("/chat") or {**head, "choices": [choice]}

    @app.get("/events")
    async def events() -> StreamingResponse:
        async def body() -> AsyncIterator[str]:
            for number in range(3):
                yield f"data: {number}\n\n"
                await asyncio.sleep(0.05)
            await asyncio.sleep(STALL_S - 0.05)
            yield "data: back\n\n"

        return StreamingResponse(body(), media_type="text/event-stream")

    return app
