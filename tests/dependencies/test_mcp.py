"""Sessions of the Model Context Protocol: the official client against an official server, recorded, and replayed with
the server gone.

Over SSE the answers to all calls come on one stream, which a background task reads until it is cancelled; over
streamable HTTP a standing GET waits for what the server may want to say.
"""

from __future__ import annotations

import socket
import threading
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import Any

import anyio
import pytest

import playhead

pytest.importorskip("mcp")

import uvicorn
from mcp import ClientSession
from mcp.client.sse import sse_client
from mcp.client.streamable_http import streamable_http_client
from mcp.server import MCPServer

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning")  # of the libraries that serve


def tools() -> MCPServer:
    server = MCPServer("shelves")

    @server.tool()
    async def weigh(product: int) -> str:
        await anyio.sleep(0.01 * (4 - product % 4))  # the last call of a round is answered first
        return f"product {product} weighs {product * 3} kg"

    return server


@contextmanager
def served(app: Any) -> Iterator[str]:
    listener = socket.create_server(("127.0.0.1", 0))
    config = uvicorn.Config(app, log_level="error", lifespan="on", timeout_graceful_shutdown=1, ws="none")
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
    thread.start()
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join(10)
        listener.close()


@asynccontextmanager
async def over_sse(url: str) -> AsyncIterator[Any]:
    async with sse_client(f"{url}/sse") as streams:
        yield streams[:2]


@asynccontextmanager
async def over_http(url: str) -> AsyncIterator[Any]:
    async with streamable_http_client(f"{url}/mcp") as streams:
        yield streams[:2]


TRANSPORTS = {"sse": (lambda: tools().sse_app(), over_sse), "http": (lambda: tools().streamable_http_app(), over_http)}


async def program(connect: Any, url: str) -> list[str]:
    """A session: the tools, three calls at once, and one more after a pause. The answers in the order of arrival."""
    arrived: list[str] = []
    async with connect(url) as (read, write), ClientSession(read, write) as session:
        await session.initialize()
        arrived += [tool.name for tool in (await session.list_tools()).tools]

        async def weigh(product: int) -> None:
            result = await session.call_tool("weigh", {"product": product})
            arrived.append(result.content[0].text)

        async with anyio.create_task_group() as group:
            for product in (1, 2, 3):
                group.start_soon(weigh, product)
        await anyio.sleep(0.3)
        await weigh(7)
    return arrived


@pytest.mark.parametrize("transport", TRANSPORTS)
def test_a_session_replays(tmp_path: Path, transport: str) -> None:
    app, connect = TRANSPORTS[transport]

    async def run(url: str, **options: Any) -> list[str]:
        async with playhead.use_cassette(tmp_path / "session.json", **options):
            with anyio.fail_after(20):
                return await program(connect, url)

    with served(app()) as url:
        recorded = anyio.run(lambda: run(url, record="all"))
    assert recorded[0] == "weigh"
    assert sorted(recorded[1:]) == [f"product {each} weighs {each * 3} kg" for each in (1, 2, 3, 7)]
    for timing in ("instant", 10, "recorded"):
        replayed = anyio.run(lambda: run(url, timing=timing))  # noqa: B023  # called at once
        # The client hands each answer through several tasks; how soon they run is not in the gate's hands.
        assert (replayed[0], sorted(replayed[1:4]), replayed[4]) == (recorded[0], sorted(recorded[1:4]), recorded[4])
