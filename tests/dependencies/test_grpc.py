"""A stub of gRPC: recorded from a real server, replayed when it is stopped. Its messages are bytes."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from typing import Any

import pytest

import playhead
from tests.dependencies.tapes import Program, Tapes

grpc = pytest.importorskip("grpc", reason="recording needs grpcio: pip install grpcio")


class GreeterStub:
    """As `grpc_tools` writes it: callables that are attributes."""

    def __init__(self, channel: Any) -> None:
        self.Greet = channel.unary_unary("/shop.Greeter/Greet")
        self.Count = channel.unary_stream("/shop.Greeter/Count")


class Greeter:
    """A client of it."""

    def __init__(self, stub: GreeterStub) -> None:
        self._stub = stub

    async def greet(self, name: str) -> str:
        answer: bytes = await self._stub.Greet(name.encode())
        return answer.decode()

    async def count(self, to: int) -> AsyncIterator[int]:
        async for item in self._stub.Count(str(to).encode()):
            yield int(item)


async def behind_a_client(deck: playhead.Deck, address: str) -> Any:
    @asynccontextmanager
    async def real() -> AsyncIterator[Greeter]:
        async with grpc.aio.insecure_channel(address) as channel:
            yield Greeter(GreeterStub(channel))

    greeter = deck.double("greeter", Greeter, real)
    greetings = await asyncio.gather(*map(greeter.greet, ("Ada", "Grace")))
    with pytest.raises(grpc.aio.AioRpcError) as caught:
        await greeter.greet("")
    assert caught.value.code() is grpc.StatusCode.INVALID_ARGUMENT
    assert caught.value.details() == "who?"
    counted = [number async for number in greeter.count(3)]
    return greetings, counted


PROGRAMS: Sequence[Program] = (behind_a_client,)


@contextmanager
def greeter_server() -> Iterator[str]:
    """A server in a thread, in an event loop of its own."""
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever)
    thread.start()
    server, port = asyncio.run_coroutine_threadsafe(_started(), loop).result(30)
    try:
        yield f"127.0.0.1:{port}"
    finally:
        asyncio.run_coroutine_threadsafe(server.stop(None), loop).result(30)
        loop.call_soon_threadsafe(loop.stop)
        thread.join(30)
        loop.close()


async def _started() -> tuple[Any, int]:
    async def greet(request: bytes, context: Any) -> bytes:
        if not request:
            await context.abort(grpc.StatusCode.INVALID_ARGUMENT, "who?")
        return b"Hello, " + request

    async def count(request: bytes, context: Any) -> AsyncIterator[bytes]:
        for number in range(1, int(request) + 1):
            yield str(number).encode()

    server = grpc.aio.server()
    handlers = {
        "Greet": grpc.unary_unary_rpc_method_handler(greet),
        "Count": grpc.unary_stream_rpc_method_handler(count),
    }
    server.add_generic_rpc_handlers((grpc.method_handlers_generic_handler("shop.Greeter", handlers),))
    port = server.add_insecure_port("127.0.0.1:0")
    await server.start()
    return server, port


@pytest.fixture(scope="module")
def tapes(tmp_path_factory: pytest.TempPathFactory) -> Tapes:
    with greeter_server() as address:
        return Tapes(tmp_path_factory.mktemp("grpc"), address).record(PROGRAMS)


@pytest.mark.parametrize("program", PROGRAMS, ids=lambda each: each.__name__)
async def test_what_was_recorded_is_replayed_without_the_server(program: Program, tapes: Tapes) -> None:
    await tapes.replay(program)
