"""The conformance suite: what a front-end must honour, as scenarios that are recorded from a real server and replayed
with the server gone. Each runs over every front-end."""

from __future__ import annotations

import contextlib
import gc
import gzip
import time
import weakref
from typing import Any

import pytest

import playhead
from tests.conformance.fronts import Session
from tests.conformance.stage import Scenario, Stage
from tests.support.wire import closed_port, pattern, wire


def test_status_reason_version_and_headers_survive(stage: Stage) -> None:
    async def scenario(session: Session, url: str) -> Any:
        response = await session.client.get(f"{url}/odd-head")
        return (
            response.status_code,
            response.reason_phrase,
            response.http_version,
            response.headers.raw,
            response.content,
        )

    status, reason, version, raw, content = stage.both(scenario)
    assert (status, reason, version, content) == (299, "Rather Odd", "HTTP/1.1", b"odd")
    assert [name for name, _ in raw][:5] == [b"X-Zeta", b"x-Alpha", b"Link", b"Link", b"X-ZETA"]


def test_http_1_0_survives(stage: Stage) -> None:
    async def scenario(session: Session, url: str) -> Any:
        response = await session.client.get(f"{url}/old")
        return response.http_version, response.text

    assert stage.both(scenario) == ("HTTP/1.0", "old")


def test_elapsed_is_the_recorded_one(stage: Stage) -> None:
    async def scenario(session: Session, url: str) -> Any:
        return (await session.client.get(f"{url}/slow-head?delay=0.5")).elapsed.total_seconds()

    recorded = stage.record(scenario)
    took_s = []
    for _ in range(3):
        started = time.perf_counter()
        replayed = stage.replay(scenario)
        took_s.append(time.perf_counter() - started)
        assert 0.49 < replayed < recorded + 0.02
    assert min(took_s) < replayed


def test_a_response_that_was_read_goes_with_its_last_reference(stage: Stage) -> None:
    async def scenario(session: Session, url: str) -> Any:
        was_enabled = gc.isenabled()
        gc.disable()
        try:
            response = await session.client.get(f"{url}/json/a")
            left = weakref.ref(response)
            del response
            return left() is None
        finally:
            if was_enabled:
                gc.enable()

    assert stage.both(scenario) is True


def test_chunk_boundaries_survive(stage: Stage) -> None:
    async def scenario(session: Session, url: str) -> Any:
        return await session.chunks(f"{url}/stream?n=4&gap=0.03")

    assert stage.both(scenario) == [b"data: %d\n\n" % number for number in range(4)]


def test_chunks_are_teed_as_they_arrive(stage: Stage) -> None:
    async def scenario(session: Session, url: str) -> Any:
        started, offsets = time.perf_counter(), []
        async with session.client.stream("GET", f"{url}/stream?n=4&gap=0.1") as response:
            async for _ in response.aiter_raw():
                offsets.append(time.perf_counter() - started)
        return offsets

    offsets = stage.record(scenario)
    assert offsets[3] - offsets[0] > 0.1  # had it been flattened, all would have come at once
    again = stage.replay(scenario, timing="recorded")
    assert again[3] - again[0] > 0.1
    quick = stage.replay(scenario, timing=10)
    assert quick[3] > 0.025  # a late reader gets what is due at once, but nothing before it is
    assert min(stage.replay(scenario)[3] for _ in range(3)) < again[3]


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")  # httpx's own generators, under trio
def test_an_endless_stream_is_recorded_and_abandoned(stage: Stage) -> None:
    async def scenario(session: Session, url: str) -> Any:
        return await session.chunks(f"{url}/endless", most=3)

    assert stage.both(scenario) == [b"data: 0\n\n", b"data: 1\n\n", b"data: 2\n\n"]
    response = playhead.load(stage.path).interactions[0].response
    assert response is not None
    assert not response.complete


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")  # httpx's own generators, under trio
def test_reading_past_the_recorded_end_is_refused(stage: Stage) -> None:
    async def three(session: Session, url: str) -> Any:
        return await session.chunks(f"{url}/endless", most=3)

    async def all_of_it(session: Session, url: str) -> Any:
        return await session.chunks(f"{url}/endless")

    stage.record(three)
    with pytest.raises(playhead.Exhausted, match="left early"):
        stage.replay(all_of_it)


def test_a_refused_connection_is_refused_again(stage: Stage) -> None:
    port = closed_port()

    async def scenario(session: Session, url: str) -> Any:
        with pytest.raises(session.front.module.ConnectError) as info:
            await session.client.get(f"http://127.0.0.1:{port}/nobody")
        assert info.value.request.method == "GET"
        return str(info.value)

    stage.both(scenario)


def test_a_reset_in_mid_body_comes_where_it_came(stage: Stage) -> None:
    async def scenario(session: Session, url: str) -> Any:
        found: list[bytes] = []
        kind = session.front.module
        with pytest.raises((kind.ReadError, kind.RemoteProtocolError)) as info:  # noqa: PT012
            async with session.client.stream("GET", f"{url}/reset") as response:
                async for chunk in response.aiter_raw():
                    found.append(chunk)
        return type(info.value).__name__, found

    assert stage.both(scenario)[1] == [b"some ", b"of it"]


def test_a_server_that_hangs_up_is_a_protocol_error_again(stage: Stage) -> None:
    async def scenario(session: Session, url: str) -> Any:
        with pytest.raises(session.front.module.TransportError) as info:
            await session.client.get(f"{url}/hang-up")
        return type(info.value).__name__, str(info.value)

    stage.both(scenario)


def test_a_recorded_timeout_is_a_timeout_again(stage: Stage) -> None:
    async def scenario(session: Session, url: str) -> Any:
        with pytest.raises(session.front.module.ReadTimeout):
            await session.client.get(f"{url}/slow-head?delay=0.5", timeout=0.1)
        return True

    stage.both(scenario)


def test_the_clients_own_timeout_is_judged_in_recorded_time(stage: Stage) -> None:
    async def patient(session: Session, url: str) -> Any:
        return (await session.client.get(f"{url}/slow-head?delay=0.3", timeout=2)).text

    async def impatient(session: Session, url: str) -> Any:
        with pytest.raises(session.front.module.ReadTimeout):
            await session.client.get(f"{url}/slow-head?delay=0.3", timeout=0.2)

    assert stage.record(patient) == "late"
    assert stage.replay(patient) == "late"
    stage.replay(impatient)


def test_a_read_timeout_between_chunks_is_judged_in_recorded_time(stage: Stage) -> None:
    async def patient(session: Session, url: str) -> Any:
        return await session.chunks(f"{url}/stream?n=2&gap=0.3", timeout=2)

    async def impatient(session: Session, url: str) -> Any:
        found: list[bytes] = []
        with pytest.raises(session.front.module.ReadTimeout):  # noqa: PT012
            async with session.client.stream("GET", f"{url}/stream?n=2&gap=0.3", timeout=0.2) as response:
                async for chunk in response.aiter_raw():
                    found.append(chunk)
        return found

    stage.record(patient)
    assert stage.replay(impatient) == [b"data: 0\n\n"]


def test_compressed_bodies_are_readable_in_the_file_and_decode_again(stage: Stage) -> None:
    async def scenario(session: Session, url: str) -> Any:
        whole = await session.client.get(f"{url}/gzip")
        return whole.json(), whole.headers["content-encoding"]

    assert stage.both(scenario) == ({"compressed": True}, "gzip")
    response = playhead.load(stage.path).interactions[0].response
    assert response is not None
    assert (response.body, response.coding) == (b'{"compressed": true}', "gzip")


def test_content_length_counts_the_bytes_that_are_replayed(stage: Stage) -> None:
    async def scenario(session: Session, url: str) -> Any:
        async with session.client.stream("GET", f"{url}/coded") as response:
            raw = b"".join([chunk async for chunk in response.aiter_raw()])
        streamed = await session.client.get(f"{url}/gzip-stream")
        head = await session.client.head(f"{url}/gzip")
        lengths = [each.headers.get("content-length") for each in (streamed, head)]
        return int(response.headers["content-length"]) - len(raw), lengths

    assert stage.both(scenario)[0] == 0


@pytest.mark.filterwarnings("ignore:The content coding rot13")
@pytest.mark.parametrize("coding", ["x-gzip", "rot13"])
def test_what_the_client_would_not_decode_is_replayed_as_received(stage: Stage, coding: str) -> None:
    async def scenario(session: Session, url: str) -> Any:
        response = await session.client.get(f"{url}/coded", params={"coding": coding})
        return response.content, response.headers["content-length"]

    content, length = stage.both(scenario)
    assert len(content) == int(length)
    assert content.startswith(b"\x1f\x8b")


def test_a_secret_is_redacted_in_what_the_client_would_not_decode(stage: Stage) -> None:
    secret = "ghp_0123456789abcdefghijABCDEFGHIJ456789"

    async def scenario(session: Session, url: str) -> Any:
        response = await session.client.get(f"{url}/coded", params={"coding": "x-gzip", "text": f"keep {secret}"})
        return gzip.decompress(response.content).startswith(b"keep ")

    assert stage.both(scenario)
    response = playhead.load(stage.path).interactions[0].response
    assert response is not None
    assert (response.body, response.coding) == (b"keep REDACTED-github-token-1", "x-gzip")


def test_a_compressed_stream_keeps_its_chunks(stage: Stage) -> None:
    async def scenario(session: Session, url: str) -> Any:
        return (await session.client.get(f"{url}/gzip-stream")).text

    assert stage.both(scenario) == "line 0\nline 1\nline 2\n"
    sizes = [chunk.size_bytes for chunk in playhead.load(stage.path).interactions[0].timing.chunks]
    assert [size for size in sizes if size] == [7, 7, 7]


@pytest.mark.filterwarnings("ignore:The content coding x-unknown")
def test_an_unknown_coding_is_kept_as_bytes(stage: Stage) -> None:
    async def scenario(session: Session, url: str) -> Any:
        return b"".join(await session.chunks(f"{url}/bad-coding"))

    assert stage.both(scenario) == b"\x00\xff\xfe"


@pytest.mark.parametrize("path", ["/status/204", "/status/304"])
def test_a_status_without_body_has_none(stage: Stage, path: str) -> None:
    async def scenario(session: Session, url: str) -> Any:
        response = await session.client.get(url + path)
        return response.status_code, response.content

    assert stage.both(scenario)[1] == b""


def test_head_has_no_body_but_its_headers(stage: Stage) -> None:
    async def scenario(session: Session, url: str) -> Any:
        response = await session.client.head(f"{url}/gzip")
        return response.headers.raw, response.content

    assert stage.both(scenario)[1] == b""


def test_redirects_are_interactions_of_their_own(stage: Stage) -> None:
    async def scenario(session: Session, url: str) -> Any:
        response = await session.client.get(f"{url}/redirect", follow_redirects=True)
        return response.json()["path"], [each.status_code for each in response.history]

    assert stage.both(scenario) == ("/json/target", [302])
    assert len(playhead.load(stage.path).interactions) == 2


def test_digest_auth_works(stage: Stage) -> None:
    async def scenario(session: Session, url: str) -> Any:
        auth = session.front.module.DigestAuth("ada", "lovelace")
        return (await session.client.get(f"{url}/digest", auth=auth)).text

    assert stage.both(scenario) == "welcome"
    assert b"lovelace" not in stage.path.read_bytes()


def test_one_shot_bodies_are_sent_and_stored(stage: Stage) -> None:
    async def scenario(session: Session, url: str) -> Any:
        parts = [b"one ", b"shot"]

        async def later() -> Any:
            for part in parts:
                yield part

        content = iter(parts) if session.front.is_sync else later()
        return (await session.client.post(f"{url}/echo", content=content)).content

    assert stage.both(scenario) == b"one shot"
    assert playhead.load(stage.path).interactions[0].request.body == b"one shot"


def test_a_multipart_boundary_does_not_matter(stage: Stage) -> None:
    async def scenario(session: Session, url: str) -> Any:
        files = {"file": ("name.txt", b"content", "text/plain")}
        return (await session.client.post(f"{url}/echo", files=files, data={"a": "1"})).status_code

    assert stage.both(scenario) == 200


def test_large_bodies_go_to_files_of_their_own(stage: Stage) -> None:
    size = 9 * 1024 * 1024

    async def scenario(session: Session, url: str) -> Any:
        return (await session.client.get(f"{url}/binary?size={size}")).content == pattern(size)

    assert stage.both(scenario)
    assert stage.path.stat().st_size < 200_000
    assert [each.stat().st_size for each in (stage.path.parent / "bodies").iterdir()] == [size]


def test_large_uploads_are_spooled(stage: Stage) -> None:
    size = 9 * 1024 * 1024

    async def scenario(session: Session, url: str) -> Any:
        block = pattern(size // 9)

        async def later() -> Any:
            for _ in range(9):
                yield block

        content = iter([block] * 9) if session.front.is_sync else later()
        return len((await session.client.post(f"{url}/echo", content=content)).content)

    assert stage.both(scenario) == size


def test_secrets_in_large_bodies_are_redacted_and_still_found(stage: Stage) -> None:
    filler = "x" * (9 * 1024 * 1024)

    def sending(password: str) -> Scenario:
        async def scenario(session: Session, url: str) -> Any:
            body = {"filler": filler, "password": password}
            return (await session.client.post(f"{url}/echo", json=body)).json()["filler"] == filler

        return scenario

    assert stage.record(sending("hunter2-canary"))
    kept = [stage.path, *(stage.path.parent / "bodies").iterdir()]
    assert len(kept) == 2, "request and response are the same bytes, and nothing else is left"
    assert not any(b"canary" in path.read_bytes() for path in kept)
    assert stage.replay(sending("another-one"))


def test_identical_requests_keep_their_own_answers(stage: Stage) -> None:
    async def scenario(session: Session, url: str) -> Any:
        return [(await session.client.get(f"{url}/json/same")).json()["turn"] for _ in range(3)]

    assert stage.both(scenario) == [1, 2, 3]


def test_the_callers_own_trace_stays(stage: Stage) -> None:
    async def scenario(session: Session, url: str) -> Any:
        events: list[str] = []

        async def trace(event: str, info: Any) -> None:
            events.append(event)

        def sync_trace(event: str, info: Any) -> None:
            events.append(event)

        chosen = sync_trace if session.front.is_sync else trace
        await session.client.get(f"{url}/json/a", extensions={"trace": chosen})
        return any(event.endswith("send_request_body.complete") for event in events)

    assert stage.record(scenario) is True
    timing = playhead.load(stage.path).interactions[0].timing
    assert timing.connected_us is not None
    assert timing.sent_us is not None
    assert timing.start_us <= timing.connected_us <= timing.sent_us <= (timing.head_us or 0)


def test_a_miss_that_was_swallowed_is_raised_at_the_end(stage: Stage) -> None:
    async def one(session: Session, url: str) -> Any:
        await session.client.get(f"{url}/json/a")

    async def another(session: Session, url: str) -> Any:
        try:
            await session.client.get(f"{url}/json/b")
        except Exception:  # noqa: BLE001
            return

    stage.record(one)
    with pytest.raises(playhead.NoMatch, match=r"GET /json/b on 127\.0\.0\.1") as info:
        stage.replay(another)
    notes = "\n".join(info.value.__notes__)
    assert "nearest   #1 GET /json/a" in notes
    assert "caller " in notes


def test_asserts_on_routes(stage: Stage) -> None:
    async def scenario(session: Session, url: str) -> Any:
        await session.client.post(f"{url}/echo?page=2", json={"name": "Ada"}, headers={"x-trace": "7"})
        route = session.deck.route("POST", "/echo")
        route.assert_awaited_once_with(json={"name": "Ada"}, params={"page": "2"}, headers={"X-Trace": "7"})
        session.deck.route("GET", "/{anything:path}").assert_not_awaited()
        return route.await_count

    assert stage.both(scenario) == 1


@pytest.mark.parametrize("protocol", ["websocket", "h2c"])
def test_an_upgrade_to_another_protocol_is_refused_in_words_and_the_rest_is_recorded(
    stage: Stage, protocol: str
) -> None:
    async def scenario(session: Session, url: str) -> Any:
        headers = {"Connection": "Upgrade", "Upgrade": protocol}
        with pytest.raises(playhead.PlayheadError) as info:
            await session.client.get(f"{url}/upgrade", headers=headers)
        session.deck.acknowledge(info.value)
        return str(info.value), (await session.client.get(f"{url}/json/a")).json()

    refused, answer = stage.record(scenario)
    assert "opens a WebSocket or another protocol" in refused
    assert 'passthrough=["127.0.0.1"]' in refused
    assert len(playhead.load(stage.path).interactions) == 1
    refused_again, again = stage.replay(scenario)
    assert again == answer
    if protocol == "websocket":
        assert refused_again == refused


def test_a_websocket_that_the_code_swallows_is_told_when_the_deck_closes(stage: Stage) -> None:
    async def scenario(session: Session, url: str) -> Any:
        headers = {"Connection": "Upgrade", "Upgrade": "websocket"}
        with contextlib.suppress(playhead.PlayheadError):
            await session.client.get(f"{url}/upgrade", headers=headers)

    with pytest.raises(playhead.UsageError, match="WebSocket"):
        stage.record(scenario)


def test_a_websocket_that_is_let_through_reaches_its_server(stage: Stage) -> None:
    async def scenario(session: Session, url: str) -> Any:
        headers = {"Connection": "Upgrade", "Upgrade": "websocket"}
        async with session.client.stream("GET", f"{url}/upgrade", headers=headers) as response:
            return response.status_code

    with wire() as stage.server:
        assert stage._run(scenario, record="all", passthrough=["127.0.0.1"]) == 101
    assert not stage.path.exists()
