"""The peers, each prepared to answer the same requests; those that are not installed are left out."""

from __future__ import annotations

import contextlib
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

import httpx

__all__ = ["PEERS", "Peer"]

Run = Callable[[], Awaitable[None]]
Requests = Callable[[httpx.AsyncClient, int], Awaitable[None]]
Prepare = Callable[[Path, int, Callable[[int], str], Callable[[int], bytes], Requests], Run]


@dataclass(frozen=True)
class Peer:
    """A peer by name, how it is prepared, and the largest cassette worth waiting for."""

    name: str
    prepare: Prepare
    most: int


def _respx(folder: Path, size: int, url: Callable[[int], str], body: Callable[[int], bytes], requests: Requests) -> Run:
    import respx

    async def run() -> None:
        async with httpx.AsyncClient(transport=httpx.MockTransport(router.async_handler)) as client:
            await requests(client, size)

    router = respx.MockRouter(assert_all_called=False)
    for number in range(size):
        router.get(url(number)).mock(httpx.Response(200, content=body(number)))
    return run


def _vcrpy(folder: Path, size: int, url: Callable[[int], str], body: Callable[[int], bytes], requests: Requests) -> Run:
    import vcr
    import yaml

    path = folder / f"vcr-{size}.yaml"
    path.write_text(yaml.dump({"version": 1, "interactions": [_vcr(url(each), body(each)) for each in range(size)]}))
    cassette = contextlib.ExitStack()
    recorder = vcr.VCR(record_mode="none", allow_playback_repeats=True)
    opened: list[object] = []

    async def run() -> None:
        if not opened:
            opened.append(cassette.enter_context(recorder.use_cassette(str(path))))
            cassette.pop_all().close()
        with recorder.use_cassette(str(path)):
            async with httpx.AsyncClient() as client:
                await requests(client, size)

    return run


def _vcr(url: str, body: bytes) -> dict[str, object]:
    return {
        "request": {"body": "", "headers": {"host": ["api.test"]}, "method": "GET", "uri": url},
        "response": {
            "body": {"string": body.decode()},
            "headers": {"content-type": ["application/json"]},
            "status": {"code": 200, "message": "OK"},
        },
    }


PEERS = [
    Peer(name, prepare, most)
    for name, module, prepare, most in (("respx", "respx", _respx, 1_000),)
    if find_spec(module) is not None
]
