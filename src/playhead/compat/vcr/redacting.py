"""Redaction of what goes into a cassette of vcrpy, and the comparison of requests with what was redacted there.

All header fields are stored, as vcrpy does; the secrets in them are replaced like those in URLs and bodies.
"""

from __future__ import annotations

import threading
from collections.abc import Collection, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, TypeVar

from vcr.request import Request as VcrRequest

from playhead.compat.vcr.interactions import Pair, changed, exchange_of, request_of
from playhead.deck.environment import learn_environment
from playhead.deck.storing import numbered
from playhead.model.cassette import Exchange
from playhead.model.http import Request, Response
from playhead.redaction.placeholder import replace_placeholders, same_kind
from playhead.redaction.redact import Redactor
from playhead.redaction.rules import RedactionRules
from playhead.redaction.scan import last_look
from playhead.text.placeholder_signs import Mark, may_hold_placeholders

__all__ = ["WholeRedactor", "alike", "holds_placeholders", "redacted_pairs", "redactor_for"]

Message = TypeVar("Message", Request, Response)


class WholeRedactor(Redactor):
    """Stores every header field of a request: vcrpy does, and its matchers may look at any."""

    def _stores(self, name: str, value: str) -> bool:  # noqa: ARG002  # as it is declared
        return True


def redactor_for(rules: Sequence[str]) -> WholeRedactor:
    """Return a redactor for one cassette, by the option `redact`."""
    redactor = WholeRedactor(RedactionRules.from_options(rules), guard=threading.RLock())
    learn_environment(redactor)
    return redactor


def redacted_pairs(pairs: Sequence[Pair], redactor: Redactor, folder: Path, spared: Collection[str] = ()) -> list[Pair]:
    """Return interactions as they are written: without secrets, and the originals where there are none.

    What the filters of the suite have put in place of secrets is `spared`.

    Raises `SecretFound` for a secret that is left.
    """
    learn_environment(redactor)
    before = [exchange_of(number, *pair) for number, pair in enumerate(pairs, 1)]
    known = [each for each in before if each is not None]
    for each in known:
        redactor.exchange(each)  # what a later one shows to be secret may stand in an earlier one
    clean = [_exchange(each) for each in last_look(redactor, known)]
    if spared:
        clean = [_sparing(each, redactor, spared) for each in clean]
    kept = {each.id: each for each in numbered(clean, redactor, folder)}
    return [
        pair if exchange is None else changed(*pair, exchange, _exchange(kept[exchange.id]))
        for pair, exchange in zip(pairs, before, strict=True)
    ]


def _exchange(interaction: object) -> Exchange:
    assert isinstance(interaction, Exchange)
    return interaction


def _sparing(exchange: Exchange, redactor: Redactor, spared: Collection[str]) -> Exchange:
    """Return an exchange in which placeholders of ours that stand for one of these texts are the text again."""

    def back(mark: Mark) -> str:
        secret = redactor.reveal(mark.number) or ""
        return secret if secret in spared and mark.form == "plain" else ""

    def text(value: str) -> str:
        return replace_placeholders(value, lambda mark: back(mark) or value[mark.start : mark.end])

    def message(each: Message) -> Message:
        body = each.body
        if isinstance(body, bytes) and may_hold_placeholders(body):
            body = text(body.decode("latin-1")).encode("latin-1")
        return replace(each, headers=tuple((name, text(value)) for name, value in each.headers), body=body)

    request = replace(message(exchange.request), url=text(exchange.request.url))
    response = None if exchange.response is None else message(exchange.response)
    return replace(exchange, request=request, response=response)


def holds_placeholders(request: Any) -> bool:
    """Return True if something in a recorded request was redacted."""
    exchange = request_of(request)
    if exchange is None:
        return False
    texts = [exchange.url, *(value for _, value in exchange.headers)]
    body = exchange.body
    return any(map(may_hold_placeholders, texts)) or (isinstance(body, bytes) and may_hold_placeholders(body))


def alike(request: Any, redactor: Redactor) -> Any:
    """Return a request whose secrets are named by their kinds alone: those of one kind compare equal."""
    exchange = request_of(request)
    if exchange is None:
        return request
    stored: Request = redactor.request(exchange)
    headers = {name: same_kind(value) for name, value in stored.headers}
    body = stored.body
    if isinstance(body, bytes):
        body = same_kind(body.decode("latin-1")).encode("latin-1")
    return VcrRequest(stored.method, same_kind(stored.url), body, headers)
