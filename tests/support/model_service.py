"""Speaks enough of the protocols of three model providers that their own SDKs are content: OpenAI's chat completions
and Anthropic's messages as server-sent events, Ollama's chat as lines of JSON. Each word takes its time."""

from __future__ import annotations

import asyncio
import itertools
import json
from collections.abc import AsyncIterator
from typing import Any

from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse, StreamingResponse

__all__ = ["create_app"]

WORD_S = 0.02


def create_app() -> FastAPI:
    """An application that answers every prompt with a rhyme on its number."""
    app = FastAPI()
    numbers = itertools.count(1)

    @app.post("/v1/chat/completions")
    async def openai_chat(request: Request) -> Any:
        asked = await request.json()
        if asked["model"] == "no-such-model":
            error = {"message": "The model does not exist", "type": "invalid_request_error", "code": "model_not_found"}
            return JSONResponse({"error": error}, status_code=404)
        number = next(numbers)
        if asked.get("stream"):
            return StreamingResponse(_openai_events(asked["model"], number), media_type="text/event-stream")
        message = {"role": "assistant", "content": " ".join(_words(number)), "refusal": None}
        choice = {"index": 0, "message": message, "finish_reason": "stop", "logprobs": None}
        usage = {"prompt_tokens": 9, "completion_tokens": 5, "total_tokens": 14}
        return _openai_head(asked["model"], number, "chat.completion") | {"choices": [choice], "usage": usage}

    @app.post("/v1/messages")
    async def anthropic_messages(request: Request) -> Any:
        asked = await request.json()
        number = next(numbers)
        if asked.get("stream"):
            return StreamingResponse(_anthropic_events(asked["model"], number), media_type="text/event-stream")
        content = [{"type": "text", "text": " ".join(_words(number))}]
        return _anthropic_message(asked["model"], number) | {"content": content, "stop_reason": "end_turn"}

    @app.post("/api/chat")
    async def ollama_chat(request: Request) -> Any:
        asked = await request.json()
        number = next(numbers)
        if asked.get("stream"):
            return StreamingResponse(_ollama_lines(asked["model"], number), media_type="application/x-ndjson")
        return _ollama_part(asked["model"], " ".join(_words(number)), done=True)

    return app


def _words(number: int) -> list[str]:
    return ["Number", str(number), "is", "under", "way,", "recorded", "once", "and", "here", "to", "stay."]


async def _openai_events(model: str, number: int) -> AsyncIterator[str]:
    head = _openai_head(model, number, "chat.completion.chunk")
    deltas: list[dict[str, str]] = [{"role": "assistant", "content": ""}]
    deltas += [{"content": f"{word} "} for word in _words(number)]
    for delta in deltas:
        choice = {"index": 0, "delta": delta, "finish_reason": None}
        yield f"data: {json.dumps(head | {'choices': [choice]})}\n\n"
        await asyncio.sleep(WORD_S)
    last = {"index": 0, "delta": {}, "finish_reason": "stop"}
    yield f"data: {json.dumps(head | {'choices': [last]})}\n\n"
    yield "data: [DONE]\n\n"


def _openai_head(model: str, number: int, kind: str) -> dict[str, Any]:
    return {"id": f"chatcmpl-{number}", "object": kind, "created": 1_790_000_000 + number, "model": model}


async def _anthropic_events(model: str, number: int) -> AsyncIterator[str]:
    start = {"type": "message_start", "message": _anthropic_message(model, number) | {"content": []}}
    yield _event(start)
    yield _event({"type": "content_block_start", "index": 0, "content_block": {"type": "text", "text": ""}})
    for word in _words(number):
        delta = {"type": "text_delta", "text": f"{word} "}
        yield _event({"type": "content_block_delta", "index": 0, "delta": delta})
        await asyncio.sleep(WORD_S)
    yield _event({"type": "content_block_stop", "index": 0})
    end = {"stop_reason": "end_turn", "stop_sequence": None}
    yield _event({"type": "message_delta", "delta": end, "usage": {"output_tokens": 11}})
    yield _event({"type": "message_stop"})


def _event(value: dict[str, Any]) -> str:
    return f"event: {value['type']}\ndata: {json.dumps(value)}\n\n"


def _anthropic_message(model: str, number: int) -> dict[str, Any]:
    usage = {"input_tokens": 9, "output_tokens": 11}
    message = {"id": f"msg_{number:04}", "type": "message", "role": "assistant", "model": model, "usage": usage}
    return message | {"stop_reason": None, "stop_sequence": None}


async def _ollama_lines(model: str, number: int) -> AsyncIterator[str]:
    for word in _words(number):
        yield json.dumps(_ollama_part(model, f"{word} ", done=False)) + "\n"
        await asyncio.sleep(WORD_S)
    yield json.dumps(_ollama_part(model, "", done=True)) + "\n"


def _ollama_part(model: str, content: str, *, done: bool) -> dict[str, Any]:
    message = {"role": "assistant", "content": content}
    part: dict[str, Any] = {"model": model, "created_at": "2026-11-23T05:00:00Z", "message": message, "done": done}
    return part | ({"done_reason": "stop", "total_duration": 1_000_000, "eval_count": 11} if done else {})
