"""The index of a cassette that another tool recorded: requests are redacted here, for there they may be as sent.

Only what is compared is kept of their headers. Credentials among them are not: another tool may have removed them or
put a text of its own in their place, so they count only where `check` names them.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import replace
from functools import partial

from playhead.deck.uploads import comparable
from playhead.matching.bindings import Bindings
from playhead.matching.by_url import UrlIndex
from playhead.matching.filtered import FilteredIndex, LiteralBindings
from playhead.matching.rules import Rules
from playhead.model.cassette import CALLED, Cassette, Exchange, outlines
from playhead.model.http import Request
from playhead.model.mode import Mode
from playhead.redaction.placeholder import marks_in
from playhead.redaction.redact import Redactor
from playhead.redaction.rules import RedactionRules

__all__ = ["bindings_of", "foreign_index", "learn_recorded"]

_STEP = re.compile(r"[.\[]")
_COMPARED_HEADERS = frozenset({"content-type", "content-encoding"})


def bindings_of(cassette: Cassette | None, redactor: Redactor) -> Bindings:
    """Return the bindings for a cassette."""
    if cassette is None or not cassette.recorded.unredacted:
        return Bindings()
    return LiteralBindings(redactor.reveal)


def foreign_index(
    cassette: Cassette, rules: Rules, slots: Iterable[int], redactor: Redactor, bindings: Bindings, *, by_url: bool
) -> FilteredIndex:
    """Return the index of a cassette that another tool recorded, as a whole or in part."""
    recorded = outlines(cassette.interactions)
    kept = _COMPARED_HEADERS | set(rules.header_names)
    noted = _noting(bindings)
    known = list(recorded)
    literal: dict[tuple[str, str], list[int]] = {}
    own = [slot for slot in slots if recorded[slot].method != CALLED]
    for slot in own:
        outline = recorded[slot]
        if (url := redactor.url(outline.url)) != outline.url:
            noted(url)
            known[slot] = outline._replace(url=url)
            literal.setdefault((outline.method, outline.url), []).append(slot)

    def request(slot: int) -> Request:
        exchange = cassette.interactions[slot]
        assert isinstance(exchange, Exchange)
        sent = exchange.request
        headers = tuple([field for field in sent.headers if field[0].lower() in kept])
        stored = redactor.request(comparable(replace(sent, headers=headers)))
        if isinstance(stored.body, bytes) and stored.body != sent.body:
            noted(stored.body.decode("latin-1"))
        return stored

    index = (
        UrlIndex(known, request, rules, slots=own, bindings=bindings, literal=literal)
        if by_url
        else FilteredIndex(known, request, rules, slots=own, bindings=bindings)
    )
    index.is_secret = partial(_is_secret, redactor.rules)
    return index


def learn_recorded(cassette: Cassette, slots: Iterable[int], redactor: Redactor, mode: Mode) -> None:
    """Let the redactor know what is secret on the cassette, or go on numbering behind it, if it is added to."""
    for slot in slots if mode is Mode.NEW else ():
        each = cassette.interactions[slot]
        if cassette.recorded.unredacted and isinstance(each, Exchange):
            each = redactor.exchange(each)  # as it will be stored
        redactor.seen(each)


def _is_secret(rules: RedactionRules, place: str) -> bool:
    """Return True for the place of a query parameter or of a field in a body that has a secret name."""
    kind, _, rest = place.partition(".")
    name = _STEP.split(rest)[-1].strip("\"']")
    return kind != "header" and bool(name) and rules.rule("query" if kind == "query" else "body", name) is not None


def _noting(bindings: Bindings) -> Callable[[str], None]:
    if not isinstance(bindings, LiteralBindings):
        return lambda _: None
    return lambda text: bindings.note(mark.number for mark in marks_in(text))
