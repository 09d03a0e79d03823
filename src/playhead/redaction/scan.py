"""Secrets that are still there: in what is about to be written, and in cassettes that others wrote."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from types import MappingProxyType

from playhead.errors import SecretFound
from playhead.model.call import Invocation, Plain
from playhead.model.cassette import Exchange, Interaction
from playhead.model.http import BodyFile, Headers, Request, Response
from playhead.redaction.base64_runs import decoded_runs
from playhead.redaction.bodies import body_edits
from playhead.redaction.calls import named, redacted, result_name
from playhead.redaction.headers import redact_headers
from playhead.redaction.inside import redact_url
from playhead.redaction.ledger import Ledger
from playhead.redaction.loose import find_loose
from playhead.redaction.loose_stream import WINDOW_BYTES
from playhead.redaction.redact import Redactor
from playhead.redaction.rules import RedactionRules
from playhead.redaction.streams import BodyStream
from playhead.redaction.tagged import as_text
from playhead.text.media_types import content_type

__all__ = ["Hit", "ReadBody", "last_look", "scan", "scan_body", "secret_found"]

ReadBody = Callable[[BodyFile], Iterable[bytes]]
"""Returns the pieces of a body that is in a file of its own."""

_FORM = ("format.", "url.")
"""The rules of a stream for known forms. Here these are looked for in base64 as well."""


_REPEATED_BYTES = 256
_MOST_REPEATED = 4096
"""So many texts of up to so many bytes are remembered as clean while a recording is looked through: header fields
repeat."""


@dataclass(frozen=True, slots=True)
class Hit:
    """A secret at a `place` of an interaction, such as `response.body`, and the rule that found it.

    A hit is `sure` if its form or value is known; other hits stand under a secret name. Nothing of the secret is kept.
    """

    id: int
    place: str
    rule: str
    sure: bool

    @property
    def kind(self) -> str:
        """The name that allows the secret, as in `redact=["!KIND"]`."""
        return self.rule.partition(".")[2]


def scan(
    interaction: Interaction,
    rules: RedactionRules | None = None,
    *,
    read: ReadBody | None = None,
    known: Ledger | None = None,
) -> list[Hit]:
    """Return all secrets in an interaction, the sure ones first.

    Args:
        interaction: The interaction to scan.
        rules: The names and kinds that are secret or allowed.
        known: Values that are known to be secret.
        read: Returns the pieces of a body in a file of its own. Such bodies are left out without it.
    """
    rules, known = rules or RedactionRules(), known or Ledger()
    number = interaction.id
    in_files = list(_in_files(interaction, rules, read, known)) if read is not None else []
    named: Iterator[Hit]
    texts = list(_texts(interaction))
    if isinstance(interaction, Invocation):
        named = (Hit(number, place, rule, sure=False) for place, text in texts for rule in _in_json(text, rules))
    else:
        named = _by_name(interaction, rules)
    found = [Hit(number, place, rule, sure=True) for place, text in texts for rule in _by_form(text, rules, known)]
    return sorted([*found, *in_files, *named], key=lambda hit: not hit.sure)


def scan_body(
    number: int, place: str, media_type: str, pieces: Iterable[bytes], rules: RedactionRules, known: Ledger
) -> list[Hit]:
    """Return all secrets in a body that is too large to hold, each rule once."""
    ledger = Ledger()
    stream = BodyStream(media_type, rules, ledger)
    forms: dict[str, None] = {}
    held = b""
    for piece in pieces:
        stream.feed(piece)
        held += piece
        forms.update(dict.fromkeys(_by_form(held, rules, known)))
        held = held[-WINDOW_BYTES:]
    stream.finish()
    named = [rule for rule in ledger.counts if rule not in forms and not rule.startswith(_FORM)]
    return [Hit(number, place, rule, sure=True) for rule in forms] + [
        Hit(number, place, rule, sure=False) for rule in named
    ]


def secret_found(hit: Hit) -> SecretFound:
    """Return the error that stops a write because of a hit."""
    return SecretFound(
        f"A secret ({hit.rule}) is left in interaction {hit.id} at {hit.place}, and nothing was written: "
        f'name what holds it in redact=[...], or allow it with redact=["!{hit.kind}"].',
        rule=hit.rule,
        place=hit.place,
    )


def last_look(
    redactor: Redactor, interactions: Sequence[Interaction], settled: Mapping[int, int | None] = MappingProxyType({})
) -> list[Interaction]:
    """Redact interactions once more before they are written, now that all secrets are known.

    Args:
        redactor: The redactor of their cassette.
        interactions: The interactions, as they were recorded.
        settled: The number of secrets at which redacting each changed nothing, by its id. One that was found clean at
            the number of now is left as it is.

    Raises:
        SecretFound: A secret is left.
    """
    kept = [each if settled.get(each.id) == redactor.known else redacted(redactor, each) for each in interactions]
    known, clean = Ledger(), set[bytes]()
    for interaction in kept:
        for place, text in _texts(interaction):
            if text in clean:
                continue
            for rule in _by_form(text, redactor.rules, known):
                raise secret_found(Hit(interaction.id, place, rule, sure=True))
            if len(text) <= _REPEATED_BYTES and len(clean) < _MOST_REPEATED:
                clean.add(text)
    return kept


def _texts(interaction: Interaction) -> Iterator[tuple[str, bytes]]:
    """Yield each text of an interaction with its place."""
    return _texts_of_call(interaction) if isinstance(interaction, Invocation) else _texts_of_exchange(interaction)


def _texts_of_call(invocation: Invocation) -> Iterator[tuple[str, bytes]]:
    call, raised = invocation.call, invocation.raised
    yield "call", _json([list(call.args), named(call.kwargs, call.kwargs.values())])
    yield "returned", _json([named([result_name(call)], [invocation.returned]), list(invocation.yielded)])
    if raised is not None:
        yield "raised", _json([raised.message, list(raised.args), dict(raised.attributes)])


def _json(value: Plain) -> bytes:
    return json.dumps(as_text(value), ensure_ascii=False).encode("utf-8", "surrogatepass")


def _in_json(text: bytes, rules: RedactionRules) -> Iterator[str]:
    return _rules_of(partial(body_edits, "application/json", text, rules))


def _texts_of_exchange(exchange: Exchange) -> Iterator[tuple[str, bytes]]:
    yield "request.url", exchange.request.url.encode("utf-8", "surrogateescape")
    if exchange.response is not None and exchange.response.reason:
        yield "response.reason", exchange.response.reason.encode("utf-8", "surrogateescape")
    for side, message in _messages(exchange):
        for name, value in message.headers:
            yield f"{side}.header.{name.lower()}", value.encode("utf-8", "surrogateescape")
            if not name.replace("-", "").isalpha():
                yield f"{side}.headers", name.encode("utf-8", "surrogateescape")
        if isinstance(message.body, bytes) and message.body:
            yield f"{side}.body", message.body
    if exchange.failure is not None:
        yield "failure.message", exchange.failure.message.encode("utf-8", "surrogateescape")


def _in_files(interaction: Interaction, rules: RedactionRules, read: ReadBody, known: Ledger) -> Iterator[Hit]:
    for side, message in _messages(interaction):
        if isinstance(message.body, BodyFile):
            media_type = content_type(message.headers)
            yield from scan_body(interaction.id, f"{side}.body", media_type, read(message.body), rules, known)


def _messages(interaction: Interaction) -> Iterator[tuple[str, Request | Response]]:
    if isinstance(interaction, Invocation):
        return
    for side, message in (("request", interaction.request), ("response", interaction.response)):
        if message is not None:
            yield side, message


def _by_form(text: bytes, rules: RedactionRules, known: Ledger, *, depth: int = 2) -> Iterator[str]:
    """Yield the rules of secrets that are known, or of a known form, also in base64."""
    for found, _ in find_loose(text, rules, known):
        yield found.rule.text
    if depth:
        for inner in decoded_runs(text):
            yield from _by_form(inner, rules, known, depth=depth - 1)


def _by_name(exchange: Exchange, rules: RedactionRules) -> Iterator[Hit]:
    for rule in _rules_of(partial(redact_url, exchange.request.url, rules)):
        yield Hit(exchange.id, "request.url", rule, sure=False)
    for side, message in _messages(exchange):
        yield from _in_message(exchange.id, side, message.headers, message.body, rules)


def _in_message(number: int, side: str, headers: Headers, body: object, rules: RedactionRules) -> Iterator[Hit]:
    for name, value in headers:
        for rule in _rules_of(partial(redact_headers, ((name, value),), rules)):
            yield Hit(number, f"{side}.header.{name.lower()}", rule, sure=False)
    if isinstance(body, bytes):
        media_type = content_type(headers)
        for rule in _rules_of(partial(body_edits, media_type, body, rules)):
            yield Hit(number, f"{side}.body", rule, sure=False)


def _rules_of(redact: Callable[[Ledger], object]) -> Iterator[str]:
    """Yield the rules that replace something."""
    ledger = Ledger()
    redact(ledger)
    yield from ledger.counts
