"""The peers, each as a client that answers from `size` recordings again and again; those that are installed."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import httpx
import yaml

from benchmarks.material import HEADERS, body_of, url_of, vcr_document

__all__ = ["PEERS", "Bare", "bare_client", "vcr_file"]

Open = Callable[[Path, int], AbstractContextManager[httpx.AsyncClient]]


class Bare(httpx.AsyncBaseTransport):
    """`httpx.MockTransport`, out of reach of those who patch it."""

    handler = staticmethod(lambda _: httpx.Response(200, headers=HEADERS, content=body_of(1)))
    handle_async_request = httpx.MockTransport.handle_async_request


def bare_client() -> httpx.AsyncClient:
    """A client that is answered alike whatever it asks."""
    return httpx.AsyncClient(transport=Bare())


def vcr_file(folder: Path, size: int) -> Path:
    """A cassette as vcrpy writes it."""
    path = folder / f"vcr-{size}.yaml"
    if not path.exists():
        path.write_text(yaml.dump(vcr_document(size), Dumper=yaml.CSafeDumper))
    return path


@contextmanager
def _respx(_folder: Path, size: int) -> Iterator[httpx.AsyncClient]:
    router: Any = import_module("respx").MockRouter(assert_all_called=False)
    for number in range(size):
        router.get(url_of(number)).mock(httpx.Response(200, headers=HEADERS, content=body_of(number)))
    yield httpx.AsyncClient(transport=httpx.MockTransport(router.async_handler))


@contextmanager
def _pytest_httpx(_folder: Path, size: int) -> Iterator[httpx.AsyncClient]:
    options = import_module("pytest_httpx._options")._HTTPXMockOptions(can_send_already_matched_responses=True)
    mock: Any = import_module("pytest_httpx").HTTPXMock(options)
    for number in range(size):
        mock.add_response(url=url_of(number), headers=HEADERS, content=body_of(number))

    class Transport(httpx.AsyncHTTPTransport):
        async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
            response: httpx.Response = await mock._handle_async_request(self, request)
            return response

    yield httpx.AsyncClient(transport=Transport())


@contextmanager
def _vcrpy(folder: Path, size: int) -> Iterator[httpx.AsyncClient]:
    recorder: Any = import_module("vcr").VCR(record_mode="none")
    with recorder.use_cassette(str(vcr_file(folder, size)), allow_playback_repeats=True):
        yield httpx.AsyncClient()


@contextmanager
def _cassetter(folder: Path, size: int) -> Iterator[httpx.AsyncClient]:
    with import_module("cassetter").use_cassette(vcr_file(folder, size), record_mode="none"):
        yield httpx.AsyncClient()


_KNOWN: dict[str, tuple[str, Open]] = {
    "respx": ("respx", _respx),
    "pytest-httpx": ("pytest_httpx", _pytest_httpx),
    "vcrpy": ("vcr", _vcrpy),
    "cassetter": ("cassetter", _cassetter),
}

PEERS: dict[str, Open] = {name: open_ for name, (module, open_) in _KNOWN.items() if find_spec(module) is not None}
"""A function that opens, by installed peer."""
