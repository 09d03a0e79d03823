"""The official SDKs of model providers, as their users call them: openai and anthropic on httpx2, ollama on httpx.

Twice: from the committed cassettes, and recorded here and now and replayed with the server stopped.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from operator import itemgetter
from pathlib import Path
from typing import Any

import httpx
import httpx2
import pytest

import playhead
from playhead.demo.serving import serving

PROMPT = [{"role": "user", "content": "Give me a number."}]


async def openai_stream(url: str) -> list[Any]:
    from openai import AsyncOpenAI

    async with AsyncOpenAI(base_url=f"{url}/v1", api_key="sk-not-a-real-key", max_retries=0) as client:
        stream = await client.chat.completions.create(model="gpt-test", messages=PROMPT, stream=True)
        return [chunk.model_dump() async for chunk in stream]


async def openai_whole(url: str) -> list[Any]:
    from openai import AsyncOpenAI

    async with AsyncOpenAI(base_url=f"{url}/v1", api_key="sk-not-a-real-key", max_retries=0) as client:
        asked = [client.chat.completions.create(model="gpt-test", messages=PROMPT) for _ in range(3)]
        answers = [answer.model_dump() for answer in await asyncio.gather(*asked)]
    # The SDK first asks a thread for the platform, so these equal requests race for who is issued first.
    return sorted(answers, key=itemgetter("id"))


async def openai_error(url: str) -> list[Any]:
    import openai

    async with openai.AsyncOpenAI(base_url=f"{url}/v1", api_key="sk-not-a-real-key", max_retries=0) as client:
        with pytest.raises(openai.NotFoundError) as caught:
            await client.chat.completions.create(model="no-such-model", messages=PROMPT)
    return [caught.value.status_code, caught.value.code, caught.value.body]


async def anthropic_stream(url: str) -> list[Any]:
    from anthropic import AsyncAnthropic

    async with AsyncAnthropic(base_url=url, api_key="sk-ant-not-a-real-key", max_retries=0) as client:
        async with client.messages.stream(model="claude-test", max_tokens=50, messages=PROMPT) as stream:
            events = [event.model_dump() async for event in stream]
            final = await stream.get_final_message()
        return [*events, final.model_dump()]


async def anthropic_whole(url: str) -> list[Any]:
    from anthropic import AsyncAnthropic

    async with AsyncAnthropic(base_url=url, api_key="sk-ant-not-a-real-key", max_retries=0) as client:
        answer = await client.messages.create(model="claude-test", max_tokens=50, messages=PROMPT)
        return [answer.model_dump()]


async def ollama_stream(url: str) -> list[Any]:
    from ollama import AsyncClient

    client = AsyncClient(host=url)
    try:
        stream: AsyncIterator[Any] = await client.chat(model="llama-test", messages=PROMPT, stream=True)
        return [part.model_dump() async for part in stream]
    finally:
        await client.close()


async def ollama_whole(url: str) -> list[Any]:
    from ollama import AsyncClient

    client = AsyncClient(host=url)
    try:
        answer = await client.chat(model="llama-test", messages=PROMPT)
        return [answer.model_dump()]
    finally:
        await client.close()


Conversation = Callable[[str], Awaitable[list[Any]]]
CONVERSATIONS: list[tuple[Conversation, str, int]] = [
    (openai_stream, "/v1/chat/completions", 13),
    (openai_whole, "/v1/chat/completions", 3),
    (openai_error, "/v1/chat/completions", 3),
    (anthropic_stream, "/v1/messages", 28),
    (anthropic_whole, "/v1/messages", 1),
    (ollama_stream, "/api/chat", 12),
    (ollama_whole, "/api/chat", 1),
]
every_conversation = pytest.mark.parametrize(
    ("conversation", "path", "parts"), CONVERSATIONS, ids=[each.__name__ for each, _, _ in CONVERSATIONS]
)


@every_conversation
async def test_an_sdk_is_answered_from_its_cassette(
    deck: playhead.Deck, models_url: str, conversation: Conversation, path: str, parts: int
) -> None:
    assert len(await conversation(models_url)) == parts
    deck.route("POST", path).assert_awaited()


@every_conversation
async def test_what_an_sdk_got_live_it_gets_again_with_the_server_stopped(
    tmp_path: Path, conversation: Conversation, path: str, parts: int
) -> None:
    from tests.support.model_service import create_app

    cassette = tmp_path / "sdk.json"
    with serving(create_app()) as url:
        async with playhead.use_cassette(cassette, record="all"):
            live = await conversation(url)
    async with playhead.use_cassette(cassette, record="none") as deck:
        replayed = await conversation(url)
    assert replayed == live
    assert len(live) == parts
    assert deck.unplayed == ()
    assert "not-a-real-key" not in cassette.read_text()


def test_the_sdks_stand_on_both_libraries() -> None:
    from anthropic import AsyncAnthropic
    from ollama import AsyncClient
    from openai import AsyncOpenAI

    assert isinstance(AsyncOpenAI(api_key="x")._client, httpx2.AsyncClient)
    assert isinstance(AsyncAnthropic(api_key="x")._client, httpx2.AsyncClient)
    assert isinstance(AsyncClient()._client, httpx.AsyncClient)
