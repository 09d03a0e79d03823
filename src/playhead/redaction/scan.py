"""Secrets that are still there: in what is about to be written, and in cassettes that others wrote."""

from __future__ import annotations

import json
import re
from base64 import b64decode
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial

from playhead.errors import SecretFound
from playhead.model.call import Invocation
from playhead.model.cassette import Exchange, Interaction
from playhead.model.http import Headers, header_values
from playhead.redaction.bodies import body_edits
from playhead.redaction.calls import named
from playhead.redaction.headers import redact_headers
from playhead.redaction.ledger import Ledger
from playhead.redaction.loose import find_loose
from playhead.redaction.rules import RedactionRules
from playhead.redaction.urls import redact_url

__all__ = ["Hit", "scan", "secret_found"]

_BASE64 = re.compile(rb"[A-Za-z0-9+/_-]{40,}")
_SHOWN = 6


@dataclass(frozen=True, slots=True)
class Hit:
    """A secret at a `place` of an interaction, such as `response.body`, by the rule that found it.

    `sure`: its form is known; others merely stand under a secret name. `shown` is its beginning.
    """

    id: int
    place: str
    rule: str
    shown: str
    sure: bool


def scan(interaction: Interaction, rules: RedactionRules | None = None) -> list[Hit]:
    """All secrets in an interaction, those of a known form first. Bodies in files of their own are not looked into."""
    rules = RedactionRules() if rules is None else rules
    number = interaction.id
    named: Iterator[Hit]
    if isinstance(interaction, Invocation):
        texts = list(_texts_of_call(interaction))
        named = (Hit(number, place, rule, "", sure=False) for place, text in texts for rule in _in_json(text, rules))
    else:
        texts, named = list(_texts(interaction)), _by_name(interaction, rules)
    return [hit for place, text in texts for hit in _by_form(number, place, text, rules)] + list(named)


def secret_found(hit: Hit) -> SecretFound:
    """The error that stops a write for a hit."""
    kind = hit.rule.partition(".")[2]
    return SecretFound(
        f"A secret ({hit.rule}, {hit.shown}) is left in interaction {hit.id} at {hit.place}, and nothing was written: "
        f'name what holds it in redact=[...], or allow it with redact=["!{kind}"].',
        rule=hit.rule,
        place=hit.place,
    )


def _texts_of_call(invocation: Invocation) -> Iterator[tuple[str, bytes]]:
    call, raised = invocation.call, invocation.raised
    yield "call", _json([call.args, named(call.kwargs, call.kwargs.values())])
    yield "returned", _json([invocation.returned, invocation.yielded])
    if raised is not None:
        yield "raised", _json([raised.message, raised.args, raised.attributes])


def _json(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False).encode()


def _in_json(text: bytes, rules: RedactionRules) -> Iterator[str]:
    return _rules_of(partial(body_edits, "application/json", text, rules))


def _texts(exchange: Exchange) -> Iterator[tuple[str, bytes]]:
    yield "request.url", exchange.request.url.encode("utf-8", "surrogateescape")
    for side, message in (("request", exchange.request), ("response", exchange.response)):
        if message is not None:
            for name, value in message.headers:
                yield f"{side}.header.{name.lower()}", value.encode("utf-8", "surrogateescape")
            if isinstance(message.body, bytes) and message.body:
                yield f"{side}.body", message.body
    if exchange.failure is not None:
        yield "failure.message", exchange.failure.message.encode("utf-8", "surrogateescape")


def _by_form(number: int, place: str, text: bytes, rules: RedactionRules) -> Iterator[Hit]:
    for found, _ in find_loose(text, rules, Ledger()):
        yield Hit(number, place, found.rule.text, _shown(text[found.start : found.end]), sure=True)
    for run in _BASE64.finditer(text):
        inner = b64decode(run[0][: len(run[0]) // 4 * 4], altchars=b"-_" if b"-" in run[0] or b"_" in run[0] else None)
        for found, _ in find_loose(inner, rules, Ledger()):
            yield Hit(number, place, found.rule.text, _shown(run[0]), sure=True)


def _by_name(exchange: Exchange, rules: RedactionRules) -> Iterator[Hit]:
    for rule in _rules_of(partial(redact_url, exchange.request.url, rules)):
        yield Hit(exchange.id, "request.url", rule, "", sure=False)
    for side, message in (("request", exchange.request), ("response", exchange.response)):
        if message is not None:
            yield from _in_message(exchange.id, side, message.headers, message.body, rules)


def _in_message(number: int, side: str, headers: Headers, body: object, rules: RedactionRules) -> Iterator[Hit]:
    for name, value in headers:
        for rule in _rules_of(partial(redact_headers, ((name, value),), rules)):
            yield Hit(number, f"{side}.header.{name.lower()}", rule, "", sure=False)
    if isinstance(body, bytes):
        media_type = next(header_values(headers, "content-type"), "")
        for rule in _rules_of(partial(body_edits, media_type, body, rules)):
            yield Hit(number, f"{side}.body", rule, "", sure=False)


def _rules_of(redact: Callable[[Ledger], object]) -> Iterator[str]:
    """The rules by which this finds something to replace."""
    ledger = Ledger()
    redact(ledger)
    yield from ledger.counts


def _shown(secret: bytes) -> str:
    return secret[:_SHOWN].decode("latin-1") + "…"
