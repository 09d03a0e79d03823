"""Redaction of requests and whole exchanges: of the copy that is stored, never of the live one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import replace
from typing import Literal

from playhead.model.call import Invocation
from playhead.model.cassette import Exchange, Interaction
from playhead.model.http import BodyFile, Failure, Headers, Request, Response, with_length
from playhead.model.timing import Timing, resized
from playhead.redaction.bodies import body_edits
from playhead.redaction.edits import Edit, apply, remapped
from playhead.redaction.first_edition import without_numbers
from playhead.redaction.headers import redact_headers
from playhead.redaction.inside import redact_text, redact_url
from playhead.redaction.ledger import Ledger
from playhead.redaction.loose import loose_edits, redact_loose
from playhead.redaction.names import STORED_HEADERS
from playhead.redaction.presented import note_credentials, presents
from playhead.redaction.rules import RedactionRules
from playhead.redaction.runs import long_runs
from playhead.redaction.streams import BodyStream
from playhead.redaction.values import Values
from playhead.text.media_types import content_type
from playhead.text.placeholder_signs import may_hold_placeholders

__all__ = ["Redactor"]

_JSON: Headers = (("content-type", "application/json"),)
_REMEMBERED = 4096
_REMEMBERED_REQUESTS = 1024


class Redactor:
    """Redacts what goes on one cassette, and the requests that are looked up on it.

    Redacting twice changes nothing more. Bodies in files of their own are redacted as they are copied: see `stream`.

    Args:
        rules: The names and kinds that are secret or allowed.
        keep_headers: Request headers to store beyond the usual ones, since `check` names them.
        secrets: Names and values that are known to be secret (see `variables.secret_variables`); `learn` adds more.
        guard: Held while something is added to the known values, where several threads redact at once.
    """

    def __init__(
        self,
        rules: RedactionRules | None = None,
        *,
        keep_headers: Iterable[str] = (),
        secrets: Iterable[tuple[str, str]] = (),
        guard: AbstractContextManager[object] = nullcontext(),  # noqa: B008  # it has no state
    ) -> None:
        self.rules = RedactionRules() if rules is None else rules
        self.unread: dict[str, None] = {}
        """The bodies that could not be read as a whole, and so may still hold secrets."""
        self.first_edition: Literal["", "read", "added to"] = ""  # the use of one of its cassettes
        self.environment: object = None
        """The reading of the environment that was learned last: see `deck.environment`."""
        self._guard = guard
        self._first_number = 1
        self._ledger = Ledger(guard=guard)
        self._stored = STORED_HEADERS | {name.lower() for name in keep_headers}
        self._sent: dict[int, tuple[Request, Values]] = {}
        """The secrets that the latest stored requests had sent: their answers come later."""
        self._clean_urls: dict[str, int] = {}
        self._clean_reasons: dict[str, int] = {}
        self._clean_documents: dict[bytes, int] = {}
        self._clean_headers: dict[Headers, tuple[int, Headers]] = {}
        self._clean_fields: dict[tuple[str, str], int] = {}
        self.learn(secrets)

    def learn(self, secrets: Iterable[tuple[str, str]]) -> None:
        """Look for these values from now on. The placeholder of each gets its kind from the name."""
        for name, value in secrets:
            self._ledger.note(value, name)

    @property
    def known(self) -> int:
        """The number of values ever learned. What redaction left unchanged stays so until this number grows."""
        return self._ledger.values.count

    @property
    def counts(self) -> Counter[str]:
        """The number of replaced values by rule (`"header.set-cookie"`, `"body.password"`, `"format.jwt"`)."""
        return self._ledger.counts

    def learned(self, since: int = 0) -> list[bytes]:
        """Return the spellings of all values known on the whole cassette, without the first `since`."""
        return self._ledger.values.learned(since)

    @property
    def certain(self) -> list[tuple[str, str]]:
        """Kind and value of what is certain to be secret on the whole cassette. It must never be stored."""
        return [(kind, secret) for secret, kind in list(self._ledger.values.certain.items())]

    def holds(self, data: bytes) -> bool:
        """Return True if a known value stands in these bytes."""
        return any(True for _ in self._ledger.find(data, long_runs(data)))

    def request(self, request: Request) -> Request:
        """Return the stored form of a request: only allowed headers, and no secrets in URL, headers and body."""
        ledger = Ledger(self._ledger)
        stored = self._request(request, ledger)
        if ledger.sent is not None:
            with self._guard:
                if len(self._sent) >= _REMEMBERED_REQUESTS:
                    del self._sent[next(iter(self._sent))]
                self._sent[id(stored)] = stored, ledger.sent
        return stored

    def _request(self, request: Request, ledger: Ledger) -> Request:
        headers = self._request_headers(request.headers)
        url = self._url(request.url, ledger)
        body = request.body
        if body != b"" and not isinstance(body, BodyFile):
            if self.first_edition:
                body = without_numbers(content_type(request.headers), body, self.rules)
            body, _ = self._body(request.headers, body, ledger)
        if ledger.sent is not None:
            headers = self._without_sent(headers, ledger)
            scheme, separator, rest = url.partition("://")
            host, slash, target = rest.partition("/")
            target = redact_loose(target, self.rules, ledger)
            url = redact_url(scheme + separator + host + slash + target, self.rules, ledger)
        if url == request.url and headers == request.headers and body == request.body:
            return request
        return Request(request.method, url, headers, body, request.coding)

    def for_message(self, request: Request) -> Request:
        """Return a request for a message: without its secrets, but with all of its headers."""
        stored = self.request(request)
        return Request(stored.method, stored.url, self._headers(request.headers), stored.body, stored.coding)

    def text(self, text: str) -> str:
        """Return a text without values known by now, and without secrets of a known format."""
        return redact_loose(text, self.rules, self._ledger)

    def document(self, data: bytes) -> bytes:
        """Return a JSON document without its secrets. Clean documents are remembered, and not searched again."""
        known = self._ledger.values.count
        if self._clean_documents.get(data) == known:
            return data
        redacted, _ = self._body(_JSON, data, Ledger(self._ledger))
        if redacted == data and len(data) <= _REMEMBERED and len(self._clean_documents) < _REMEMBERED:
            self._clean_documents[data] = known
        return redacted

    def body(self, content_type: str, data: bytes) -> bytes:
        """Return a body of this type without its secrets."""
        redacted, _ = self._body((("content-type", content_type),), data, Ledger(self._ledger))
        return redacted

    def exchange(self, exchange: Exchange) -> Exchange:
        """Return the stored form of an exchange, with chunk sizes and `content-length` of the redacted body."""
        response, timing, failure = exchange.response, exchange.timing, exchange.failure
        ledger = Ledger(self._ledger)
        request = self._request(exchange.request, ledger)
        self._answers(exchange.request, ledger)
        if response is not None:
            response, timing = self._response(response, timing, ledger)
        if failure is not None:
            failure = self._failure(failure, ledger)
        if (request, response, failure) == (exchange.request, exchange.response, exchange.failure):
            return exchange
        return replace(exchange, request=request, response=response, timing=timing, failure=failure)

    def stream(self, content_type: str, answering: Request | None = None) -> BodyStream:
        """Return the piecewise redaction of a body that is too large to hold.

        Args:
            content_type: The content type of the body.
            answering: For the body of a response: its request, as `request` returned it.
        """
        ledger = Ledger(self._ledger)
        self._answers(answering, ledger)
        return BodyStream(content_type, self.rules, ledger)

    def _answers(self, request: Request | None, ledger: Ledger) -> None:
        """Let the ledger go on to the answer of a request."""
        ledger.is_request = False
        stored, sent = self._sent.get(id(request), (None, None))
        if ledger.sent is None and stored is request:
            ledger.sent = sent

    def reveal(self, number: int) -> str | None:
        """Return the secret behind a number of this run, to tell one secret from another."""
        return self._ledger.numbers.secrets.get(number)

    @property
    def first_number(self) -> int:
        """The first number that a new secret gets; smaller ones are on the cassette already."""
        return self._first_number

    def seen(self, interaction: Interaction) -> None:
        """Go on numbering after the placeholders of an interaction that is on the cassette already."""
        if isinstance(interaction, Invocation):
            self._ledger.skip(repr(interaction))
            self._first_number = self._ledger.numbers.last + 1
            return
        exchange = interaction
        messages = [message for message in (exchange.request, exchange.response) if message is not None]
        self._ledger.skip(exchange.request.url)
        for message in messages:
            for _, value in message.headers:
                self._ledger.skip(value)
            if isinstance(message.body, bytes) and may_hold_placeholders(message.body):
                self._ledger.skip(message.body.decode("latin-1"))
        self._first_number = self._ledger.numbers.last + 1

    def url(self, url: str) -> str:
        """Return the stored form of a URL. Clean URLs are remembered, and not searched again."""
        return self._url(url, self._ledger)

    def _url(self, url: str, ledger: Ledger) -> str:
        known = ledger.values.count
        if self._clean_urls.get(url) == known:
            return url
        named = redact_url(url, self.rules, ledger)
        redacted = redact_loose(named, self.rules, ledger)
        if redacted != named:
            redacted = redact_url(redacted, self.rules, ledger)  # a placeholder has the kind of its place
        if redacted == url:
            _remember(self._clean_urls, url, known)
        return redacted

    def _reason(self, reason: str, ledger: Ledger) -> str:
        """Return the reason phrase of a response without secrets. Most are the same few."""
        known = ledger.known
        if self._clean_reasons.get(reason) == known:
            return reason
        redacted = redact_loose(reason, self.rules, ledger)
        if redacted == reason and ledger.sent is None:
            _remember(self._clean_reasons, reason, known)
        return redacted

    def _request_headers(self, headers: Headers) -> Headers:
        known = self._ledger.values.count
        clean = self._clean_headers.get(headers)
        if clean is not None and clean[0] == known:
            return clean[1]
        note_credentials(headers, self.rules, self._ledger)
        stored = tuple([field for field in headers if self._stores(*field)])
        known = self._ledger.values.count  # before the search: another thread may learn meanwhile
        redacted = self._headers(stored)
        if redacted == stored and len(self._clean_headers) < _REMEMBERED:
            self._clean_headers[headers] = known, stored
        return redacted

    def _stores(self, name: str, value: str) -> bool:
        """Return True if a request header is stored: it is allowed, or it presents a credential that gets redacted."""
        if name.lower() in self._stored:
            return True
        rule = self.rules.rule("header", name) if presents(name) else None
        return rule is not None and rule.covers(value)

    def _headers(self, headers: Headers) -> Headers:
        """Return the fields without their secrets. Clean fields are remembered, and not searched again."""
        known, clean = self._ledger.values.count, self._clean_fields
        if all(clean.get(field) == known for field in headers):
            return headers
        named = redact_headers(headers, self.rules, self._ledger)
        known = self._ledger.values.count
        redacted = tuple([(self._name(name), redact_loose(value, self.rules, self._ledger)) for name, value in named])
        if redacted != named:
            redacted = redact_headers(redacted, self.rules, self._ledger)
        if len(clean) > _REMEMBERED:
            clean.clear()
        if self._ledger.values.count == known:
            clean.update((field, known) for field, result in zip(headers, redacted, strict=True) if field == result)
        return redacted

    def _name(self, name: str) -> str:
        """Return the name of a field without secrets: a service may have made a name of a key."""
        return name if name.replace("-", "").isalpha() else redact_loose(name, self.rules, self._ledger)

    def _without_sent(self, headers: Headers, ledger: Ledger) -> Headers:
        """Return redacted fields without the secrets that the request sent."""
        if ledger.sent is None:
            return headers
        return tuple([(name, redact_loose(value, self.rules, ledger)) for name, value in headers])

    def _body(self, headers: Headers, body: bytes, ledger: Ledger) -> tuple[bytes, list[list[Edit]]]:
        """Return the redacted body, and the edits of each pass.

        The passes look for known values and formats, then for secret names, then for the values that names revealed.
        """
        media_type = content_type(headers)
        passes = [loose_edits(body, self.rules, ledger)]
        body = apply(body, passes[0])
        known = ledger.known
        passes.append(body_edits(media_type, body, self.rules, ledger))
        body = apply(body, passes[1])
        if ledger.known > known and (found := loose_edits(body, self.rules, ledger, formats=False)):
            body = apply(body, found)
            named = body_edits(media_type, body, self.rules, ledger)  # a placeholder has the kind of its place
            body = apply(body, named)
            passes += [found, named]
        return body, passes

    def _response(self, response: Response, timing: Timing, ledger: Ledger) -> tuple[Response, Timing]:
        headers = self._without_sent(self._headers(response.headers), ledger)
        reason = response.reason and self._reason(response.reason, ledger)
        if reason != response.reason:
            response = replace(response, reason=reason)
        old = response.body
        if isinstance(old, BodyFile) or not old:
            return (response if headers == response.headers else replace(response, headers=headers)), timing
        body, passes = self._body(response.headers, old, ledger)
        if body == old:
            return (response if headers == response.headers else replace(response, headers=headers)), timing
        headers = with_length(headers, len(body), instead_of=len(old))
        timing = _with_sizes(timing, passes)
        return replace(response, headers=headers, body=body), timing

    def _failure(self, failure: Failure, ledger: Ledger) -> Failure:
        message = redact_loose(redact_text(failure.message, self.rules, ledger), self.rules, ledger)
        return replace(failure, message=message)


def _remember(clean: dict[str, int], text: str, known: int) -> None:
    """Note that a text was clean when so many secrets were known."""
    if len(clean) >= _REMEMBERED:
        clean.clear()
    clean[text] = known


def _with_sizes(timing: Timing, passes: Sequence[Sequence[Edit]]) -> Timing:
    sizes = [chunk.size_bytes for chunk in timing.chunks]
    for edits in passes:
        sizes = remapped(sizes, edits)
    return resized(timing, sizes)
