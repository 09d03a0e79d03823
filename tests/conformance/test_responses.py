"""A replayed response is what the client makes of a live one, in all that a program can ask of it."""

from __future__ import annotations

import copy
import gzip
import pickle
from collections.abc import AsyncIterator, Callable, Iterator
from typing import Any

import pytest

from tests.conformance.fronts import Session
from tests.conformance.stage import Stage

PATHS = ["/json/a", "/stream?n=3&gap=0.01", "/gzip", "/gzip-stream", "/status/204", "/odd-head"]


async def body_of(session: Session, response: Any) -> bytes:
    content = response.read() if session.front.is_sync else await response.aread()
    assert isinstance(content, bytes)
    return content


async def parts_of(session: Session, response: Any, how: str) -> list[Any]:
    if session.front.is_sync:
        return list(getattr(response, f"iter_{how}")())
    return [part async for part in getattr(response, f"aiter_{how}")()]


def native(response: Any) -> Any:
    """The library's own response, without the asynchronous names of this suite."""
    return getattr(response, "_response", response)


def state_of(response: Any) -> dict[str, Any]:
    """Everything that it says of itself without being read."""
    return {
        "closed": response.is_closed,
        "consumed": response.is_stream_consumed,
        "bytes": response.num_bytes_downloaded,
        "kind": (type(response).__module__, type(response).__qualname__, repr(response)),
        "names": sorted(vars(response).keys() - {"_decoder", "_elapsed"}),
        "next": response.next_request,
        "history": response.history,
    }


@pytest.mark.parametrize("path", PATHS)
def test_a_response_that_was_read(stage: Stage, path: str) -> None:
    async def scenario(session: Session, url: str) -> Any:
        response = await session.client.get(url + path)
        assert isinstance(response, session.front.module.Response)
        assert response.elapsed.total_seconds() > 0
        before = state_of(response)
        again = await body_of(session, response)
        parts = [await parts_of(session, response, how) for how in ("bytes", "text", "lines")]
        with pytest.raises(session.front.module.StreamConsumed):
            await parts_of(session, response, "raw")
        return before, again, parts, response.text, response.encoding, state_of(response)

    stage.both(scenario)


@pytest.mark.parametrize("path", PATHS)
def test_a_stream_that_is_read_within_its_context(stage: Stage, path: str) -> None:
    async def scenario(session: Session, url: str) -> Any:
        async with session.client.stream("GET", url + path) as streamed:
            response = native(streamed)
            states = [state_of(response)]
            with pytest.raises(session.front.module.ResponseNotRead):
                _ = response.content
            with pytest.raises(RuntimeError):
                _ = response.elapsed
            content = await body_of(session, response)
            states.append(state_of(response))
            assert await body_of(session, response) is content
        return states, content, state_of(response)

    stage.both(scenario)


def test_a_stream_that_cannot_be_read_any_more(stage: Stage) -> None:
    async def scenario(session: Session, url: str) -> Any:
        library = session.front.module
        async with session.client.stream("GET", f"{url}/json/a") as streamed:
            first = native(streamed)
            parts = await parts_of(session, first, "raw")
        with pytest.raises(library.StreamConsumed):
            await body_of(session, first)
        async with session.client.stream("GET", f"{url}/json/b") as streamed:
            second = native(streamed)
        with pytest.raises(library.StreamClosed):
            await body_of(session, second)
        return parts, state_of(first), state_of(second)

    stage.both(scenario)


def test_the_other_kind_of_reading_is_refused(stage: Stage) -> None:
    async def scenario(session: Session, url: str) -> Any:
        async with session.client.stream("GET", f"{url}/json/a") as streamed:
            response = native(streamed)
            with pytest.raises(RuntimeError) as info:
                _ = await response.aread() if session.front.is_sync else response.read()
            return str(info.value), await body_of(session, response)

    stage.both(scenario)


@pytest.mark.parametrize("protocol", [0, pickle.HIGHEST_PROTOCOL])
def test_a_response_that_is_pickled_and_copied(stage: Stage, protocol: int) -> None:
    async def scenario(session: Session, url: str) -> Any:
        library = session.front.module
        response = await session.client.get(f"{url}/json/a")
        async with session.client.stream("GET", f"{url}/json/b") as streamed:
            unread = pickle.dumps(native(streamed), protocol)
        made = [pickle.loads(pickle.dumps(response, protocol)), copy.copy(response), copy.deepcopy(response)]
        made.append(pickle.loads(unread))
        assert {type(each) for each in made} == {library.Response}
        with pytest.raises(library.ResponseNotRead):
            _ = made.pop().content
        return [(each.content, each.request.method, each.headers.raw, state_of(each)) for each in made]

    recorded = stage.record(scenario)
    replayed = stage.replay(scenario)
    assert [each[0] for each in replayed] == [each[0] for each in recorded]
    assert [(each[1], each[3]) for each in replayed] == [(each[1], each[3]) for each in recorded]


def hooked(session: Session, hook: Callable[[Any], Any]) -> None:
    """Have the client call this with each response."""
    client = session.client._client if session.front.is_sync else session.client

    async def later(response: Any) -> None:
        await hook(response)

    def at_once(response: Any) -> None:
        with pytest.raises(StopIteration):
            hook(response).send(None)

    client.event_hooks = {"response": [at_once if session.front.is_sync else later]}


def test_an_event_hook_that_reads(stage: Stage) -> None:
    async def scenario(session: Session, url: str) -> Any:
        seen: list[Any] = []

        async def hook(response: Any) -> None:
            seen.append((state_of(response), await body_of(session, response), state_of(response)))

        hooked(session, hook)
        response = await session.client.get(f"{url}/redirect", follow_redirects=True)
        return seen, response.content, state_of(response.history[0])["closed"]

    stage.both(scenario)


def counting(library: Any, stream: Any, seen: list[bytes]) -> Any:
    """A stream around another one, which notes what comes."""

    class Counting(library.SyncByteStream, library.AsyncByteStream):  # type: ignore[misc]
        close, aclose = (getattr(stream, name, None) for name in ("close", "aclose"))

        def __iter__(self) -> Iterator[bytes]:
            for chunk in stream:
                seen.append(chunk)
                yield chunk

        async def __aiter__(self) -> AsyncIterator[bytes]:
            async for chunk in stream:
                seen.append(chunk)
                yield chunk

    return Counting()


def test_an_event_hook_that_puts_something_around_the_stream(stage: Stage) -> None:
    async def scenario(session: Session, url: str) -> Any:
        seen: list[bytes] = []

        async def hook(response: Any) -> None:
            response.stream = counting(session.front.module, response.stream, seen)

        hooked(session, hook)
        response = await session.client.get(f"{url}/json/a")
        return b"".join(seen) == response.content, state_of(response)["bytes"], response.is_closed

    assert stage.both(scenario)[0]


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")  # httpx's own generators, under trio
def test_a_body_that_a_hook_declares_encoded(stage: Stage) -> None:
    async def scenario(session: Session, url: str) -> Any:
        async def hook(response: Any) -> None:
            response.headers["content-encoding"] = "gzip"

        hooked(session, hook)
        with pytest.raises(session.front.module.DecodingError) as info:
            await session.client.get(f"{url}/json/a")
        return info.value.request.method

    stage.both(scenario)


def test_a_body_that_a_hook_declares_plain(stage: Stage) -> None:
    async def scenario(session: Session, url: str) -> Any:
        async def hook(response: Any) -> None:
            del response.headers["content-encoding"]

        hooked(session, hook)
        response = await session.client.get(f"{url}/gzip")
        return gzip.decompress(response.content), len(response.content) == response.num_bytes_downloaded

    assert stage.both(scenario)[1]


def test_a_redirect_that_is_not_followed(stage: Stage) -> None:
    async def scenario(session: Session, url: str) -> Any:
        response = await session.client.get(f"{url}/redirect")
        return response.next_request.url.path, response.has_redirect_location, response.content

    stage.both(scenario)
