"""Redaction of requests and of whole exchanges: the copy that is stored, never the one that is live."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace

from playhead.model.cassette import Exchange
from playhead.model.http import BodyFile, Failure, Headers, Request, Response, header_values
from playhead.model.timing import Chunk, Timing
from playhead.redaction.bodies import body_edits
from playhead.redaction.edits import Edit, apply, remapped
from playhead.redaction.headers import redact_headers
from playhead.redaction.ledger import Ledger
from playhead.redaction.names import STORED_HEADERS
from playhead.redaction.rules import RedactionRules
from playhead.redaction.streams import BodyStream
from playhead.redaction.urls import redact_text, redact_url

__all__ = ["Redactor"]


class Redactor:
    """Redacts what goes on one cassette, and the requests that are looked up on it.

    `keep_headers` are request headers to store beyond the usual ones: those that are checked.
    Redacting twice changes nothing more. Bodies in files of their own are redacted as they are copied: see `stream`.
    """

    def __init__(self, rules: RedactionRules | None = None, *, keep_headers: Iterable[str] = ()) -> None:
        self.rules = RedactionRules() if rules is None else rules
        self._ledger = Ledger()
        self._stored = STORED_HEADERS | {name.lower() for name in keep_headers}

    @property
    def counts(self) -> Counter[str]:
        """How many values were replaced, by rule (`"header.set-cookie"`, `"body.password"`)."""
        return self._ledger.counts

    def request(self, request: Request) -> Request:
        """The stored form of a request: headers by allow-list, secrets replaced in URL, headers and body."""
        url = self._url(request.url)
        headers = self._headers(request.headers)
        body = request.body
        if body != b"" and not isinstance(body, BodyFile):
            body = apply(body, self._edits(request.headers, body))
        if url == request.url and headers == request.headers and body == request.body:
            return request
        return Request(request.method, url, headers, body, request.coding)

    def exchange(self, exchange: Exchange) -> Exchange:
        """The stored form of an exchange. Chunk sizes follow their bytes, and content-length follows the body."""
        request, response, timing, failure = (
            self.request(exchange.request),
            exchange.response,
            exchange.timing,
            exchange.failure,
        )
        if response is not None:
            response, timing = self._response(response, timing)
        if failure is not None:
            failure = self._failure(failure)
        if (request, response, failure) == (exchange.request, exchange.response, exchange.failure):
            return exchange
        return replace(exchange, request=request, response=response, timing=timing, failure=failure)

    def stream(self, content_type: str) -> BodyStream:
        """The redaction of a body that is too large to hold, piece by piece."""
        return BodyStream(content_type, self.rules, self._ledger)

    def seen(self, exchange: Exchange) -> None:
        """Go on numbering after the placeholders of an exchange that is on the cassette already."""
        messages = [message for message in (exchange.request, exchange.response) if message is not None]
        self._ledger.skip(exchange.request.url)
        for message in messages:
            for _, value in message.headers:
                self._ledger.skip(value)
            if isinstance(message.body, bytes) and b"REDACTED-" in message.body:
                self._ledger.skip(message.body.decode("latin-1"))

    def _url(self, url: str) -> str:
        if "?" not in url and "@" not in url and "#" not in url:
            return url
        return redact_url(url, self.rules, self._ledger)

    def _headers(self, headers: Headers) -> Headers:
        stored = self._stored
        kept = tuple(field for field in headers if field[0].lower() in stored)
        return redact_headers(kept, self.rules, self._ledger) if kept else kept

    def _edits(self, headers: Headers, body: bytes) -> list[Edit]:
        media_type = next(header_values(headers, "content-type"), "")
        return body_edits(media_type, body, self.rules, self._ledger)

    def _response(self, response: Response, timing: Timing) -> tuple[Response, Timing]:
        headers = redact_headers(response.headers, self.rules, self._ledger)
        body = response.body
        edits = [] if isinstance(body, BodyFile) else self._edits(response.headers, body)
        if edits and isinstance(body, bytes):
            body = apply(body, edits)
            headers = _with_length(headers, len(response.body), len(body))  # type: ignore[arg-type]
            timing = _with_sizes(timing, edits)
        return replace(response, headers=headers, body=body), timing

    def _failure(self, failure: Failure) -> Failure:
        return replace(failure, message=redact_text(failure.message, self.rules, self._ledger))


def _with_length(headers: Headers, old: int, new: int) -> Headers:
    return tuple(
        (name, str(new) if name.lower() == "content-length" and value.strip() == str(old) else value)
        for name, value in headers
    )


def _with_sizes(timing: Timing, edits: Sequence[Edit]) -> Timing:
    sizes = remapped([chunk.size_bytes for chunk in timing.chunks], edits)
    chunks = zip(timing.chunks, sizes, strict=True)
    return replace(timing, chunks=tuple(Chunk(chunk.at_us, size, chunk.waited_us) for chunk, size in chunks))
