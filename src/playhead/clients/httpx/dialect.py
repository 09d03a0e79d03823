"""The two client libraries that speak alike: httpx and httpx2. One `Dialect` for each, found by the request's own
class.

A response must be built from the client's own module, and its errors are the module's own classes; under
`httpx2.alias_httpx()` both names are one module.
"""

from __future__ import annotations

import sys
from functools import lru_cache
from types import ModuleType
from typing import Any

from playhead.clients.httpx.streams import async_stream_classes, file_stream_class, sync_stream_classes
from playhead.engine.pacing import NO_LIMITS, Limits
from playhead.model.http import Failure, Headers, Request

__all__ = ["LIBRARIES", "Dialect", "codings_undone", "dialect_of", "limits_of", "pairs", "request_of"]

LIBRARIES = ("httpx", "httpx2")
_CODINGS = frozenset({"gzip", "deflate", "br", "zstd"})
"""Those that both libraries can undo, given what they use for it."""


class Dialect:
    """What a front-end needs of one library: its module, and streams that are instances of its own base classes."""

    def __init__(self, module: ModuleType) -> None:

        self.module: Any = module
        self.transport_error: type[Exception] = module.TransportError
        self.async_tee, self.async_replay = async_stream_classes(module.AsyncByteStream)
        self.sync_tee, self.sync_replay = sync_stream_classes(module.SyncByteStream)
        self.file_stream = file_stream_class(module.SyncByteStream, module.AsyncByteStream)
        self.headers = lru_cache(maxsize=256)(self._headers)

    def _headers(self, headers: Headers) -> Any:
        """Recorded header fields as the library has them. It copies what it is given, so that equal ones are shared."""
        return self.module.Headers([(name.encode("latin-1"), value.encode("latin-1")) for name, value in headers])

    def error(self, failure: Failure) -> Exception:
        """A recorded failure as the library's own exception (its nearest relative if the library has no such class)."""
        kind = getattr(self.module, failure.kind, None)
        if not (isinstance(kind, type) and issubclass(kind, self.module.RequestError)):
            kind = self.module.TransportError
        error: Exception = kind(failure.message)
        return error


@lru_cache(maxsize=8)
def _dialect(name: str) -> Dialect:
    return Dialect(sys.modules[name])


def dialect_of(request: object) -> Dialect:
    """The dialect of a request, by the module that its class comes from."""
    return _dialect(type(request).__module__.partition(".")[0])


@lru_cache(maxsize=256)
def pairs(raw: tuple[tuple[bytes, bytes], ...]) -> Headers:
    """Raw header fields as the model has them; equal ones are the same object, since clients send the same again."""
    return tuple([(name.decode("latin-1"), value.decode("latin-1")) for name, value in raw])


def request_of(request: Any, body: Any) -> Request:
    """A request of either library as the model has it. Credentials in the URL are left out: the client sends them
    apart."""
    text = str(request.url)
    if "@" in text or "#" in text:
        text = str(request.url.copy_with(userinfo=b"", fragment=None))
    return Request(request.method, text, pairs(tuple(request.headers.raw)), body)


def limits_of(request: Any) -> Limits:
    """The client's timeouts, which httpx puts into the request's extensions in seconds."""
    timeout = request.extensions.get("timeout")
    if not timeout:
        return NO_LIMITS
    return _limits(timeout.get("pool"), timeout.get("connect"), timeout.get("write"), timeout.get("read"))


@lru_cache(maxsize=64)
def _limits(*seconds: float | None) -> Limits:
    return Limits(*(None if each is None else round(each * 1e6) for each in seconds))


def codings_undone() -> list[frozenset[str]]:
    """The content codings that each client library which is loaded undoes for its callers here and now: `br` and `zstd`
    take packages that may be missing. A body in another one reaches the caller as it came."""
    decoders = [getattr(sys.modules.get(f"{name}._decoders"), "SUPPORTED_DECODERS", None) for name in LIBRARIES]
    return [_CODINGS.intersection(each) for each in decoders if each is not None] or [_CODINGS]
