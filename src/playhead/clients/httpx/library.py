"""Protocols for what is used of httpx and httpx2, which have the same names for it."""

from __future__ import annotations

import sys
from collections.abc import AsyncIterator, Iterable, Iterator
from datetime import timedelta
from typing import Any, Protocol

__all__ = [
    "LIBRARIES",
    "Library",
    "MakesResponse",
    "NativeRequest",
    "NativeResponse",
    "NativeURL",
    "Stream",
    "codings_of_library",
]


LIBRARIES = ("httpx", "httpx2")


class NativeURL(Protocol):
    """`httpx.URL`."""

    def copy_with(self, **parts: object) -> NativeURL:
        """Return the URL with other parts."""
        ...


class NativeHeaders(Protocol):
    """`httpx.Headers`."""

    @property
    def raw(self) -> Iterable[tuple[bytes, bytes]]:
        """The fields as they are sent."""
        ...

    def __contains__(self, name: object) -> bool: ...

    def get(self, name: str, default: str) -> str:
        """Return the value of a field."""
        ...


class Stream(Protocol):
    """`httpx.SyncByteStream` and `httpx.AsyncByteStream`, as a response has one of either kind."""

    def __iter__(self) -> Iterator[bytes]: ...

    def __aiter__(self) -> AsyncIterator[bytes]: ...

    def close(self) -> None:
        """Close a synchronous stream."""
        ...

    async def aclose(self) -> None:
        """Close an asynchronous stream."""
        ...


class NativeRequest(Protocol):
    """`httpx.Request`."""

    method: str
    extensions: dict[str, Any]

    @property
    def url(self) -> NativeURL:
        """The URL, with credentials and fragment."""
        ...

    @property
    def headers(self) -> NativeHeaders:
        """The header fields."""
        ...

    @property
    def content(self) -> bytes:
        """The body. Raises `RequestNotRead` if it has to be read."""
        ...

    stream: Any  # of either kind: which one is the client's matter


class NativeResponse(Protocol):
    """`httpx.Response`."""

    status_code: int
    extensions: dict[str, Any]
    stream: Any  # of either kind
    is_stream_consumed: bool
    is_closed: bool
    elapsed: timedelta

    @property
    def headers(self) -> NativeHeaders:
        """The header fields."""
        ...

    @property
    def reason_phrase(self) -> str:
        """The text beside the status."""
        ...

    @property
    def content(self) -> bytes:
        """The body, read and decoded."""
        ...

    def close(self) -> None:
        """Close a synchronous response."""
        ...

    async def aclose(self) -> None:
        """Close an asynchronous response."""
        ...


class MakesResponse(Protocol):
    """The class `httpx.Response`, as far as it is called here."""

    def __call__(
        self, status_code: int, *, headers: object, stream: object, extensions: dict[str, object]
    ) -> NativeResponse:
        """Build a response."""
        ...


class Library(Protocol):
    """The module `httpx` or `httpx2`."""

    Response: MakesResponse
    TransportError: type[Exception]
    RequestError: type[Exception]
    RequestNotRead: type[Exception]
    AsyncByteStream: type[Any]
    SyncByteStream: type[Any]
    AsyncHTTPTransport: type[Any]
    HTTPTransport: type[Any]

    def Headers(self, fields: list[tuple[bytes, bytes]]) -> NativeHeaders:  # noqa: N802  # the library's name
        """Build header fields."""
        ...

    def ByteStream(self, body: bytes) -> Stream:  # noqa: N802  # likewise
        """Build a stream over a body in memory."""
        ...


def codings_of_library(name: str) -> frozenset[str] | None:
    """Return the content codings that a library undoes here, or `None` if it is not loaded or does not tell."""
    decoders = getattr(sys.modules.get(f"{name}._decoders"), "SUPPORTED_DECODERS", None)
    return None if decoders is None else frozenset(decoders)
