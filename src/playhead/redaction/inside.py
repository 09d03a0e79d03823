"""Texts that stand within others: JSON in a string of JSON, links in bodies and in parameters of other links.

A text is read as what it looks like, at any depth up to a bound: a queue's message is JSON in a string, which holds a
tool call whose arguments are JSON in a string, which hold a link.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from playhead.model.quick import quick
from playhead.redaction.edits import Edit, apply, together
from playhead.redaction.encodings import from_page
from playhead.redaction.json_edits import json_edits
from playhead.redaction.ledger import Ledger
from playhead.redaction.pairs import field_edits, pair_edits
from playhead.redaction.rules import RedactionRules
from playhead.redaction.signs import CODED_BEGINS
from playhead.redaction.urls import is_link, link_edits
from playhead.redaction.xml_spans import markup_edits
from playhead.text.base64_text import decode_base64, encode_like

__all__ = ["Texts", "page_edits", "redact_text", "redact_url"]

_DEEPEST = 12
"""Texts within texts are looked into as far as this: each level costs as much as the one around it at most."""

_BEGINS_AS_MARKUP = re.compile(rb"\s*+<[A-Za-z_!?]")
_CODED = re.compile(rb"(?:e[yw]|W[3yw])[A-Za-z0-9+/_-]{14,}+={0,2}")
"""Base64 that may hold a JSON object or array: decoded it begins with a bracket and a quotation mark, blank or
bracket."""

_CODED_IN_TEXT = [
    re.compile(begins + rb"(?<![A-Za-z0-9+/_.-]" + begins + rb")[A-Za-z0-9+/_-]{14,}+={0,2}(?![\w.])")
    for begins in CODED_BEGINS
]
_BEGINS_AS_JSON = re.compile(rb'\s*+[{["]')


@quick
@dataclass(frozen=True, slots=True)
class Texts:
    """Finds what to replace in texts of no declared kind, and in those that stand within them."""

    rules: RedactionRules
    ledger: Ledger
    depth: int = 0

    def __call__(self, text: bytes) -> Sequence[Edit]:
        """Return the edits for a text, in order."""
        if self.depth >= _DEEPEST:
            return []
        inside = replace(self, depth=self.depth + 1)
        in_json: list[Edit] = []
        if _CODED.fullmatch(text):
            return _coded_edits(text, inside)
        if _BEGINS_AS_JSON.match(text) and b'"' in text:
            in_json = json_edits(text, self.rules, self.ledger, inside)
            if _is_json(text):
                return in_json
        if _BEGINS_AS_MARKUP.match(text):
            return list(markup_edits(text, self.rules, self.ledger, inside))
        links = list(link_edits(text, self.rules, self.ledger, inside, in_text=not is_link(text)))
        pairs = in_json or list(pair_edits(text, self.rules, self.ledger))
        return together(together(pairs, links), list(_coded_in_text(text, inside)))


def page_edits(text: bytes, rules: RedactionRules, ledger: Ledger) -> list[Edit]:
    """Return the edits for a text or a page: secrets in links, in quoted values with names, and in form fields."""
    decoded = from_page(text)
    inside = Texts(rules, ledger)
    edits: list[Edit] = []
    if b"=" in text or b"@" in text or b"%" in text:
        edits = list(link_edits(decoded.text, rules, ledger, inside, in_text=True))
    edits = together(list(pair_edits(decoded.text, rules, ledger)), edits)
    edits = list(decoded.undone(together(edits, list(_coded_in_text(decoded.text, inside)))))
    return together(list(field_edits(text, rules, ledger)), edits)


def redact_url(url: str, rules: RedactionRules, ledger: Ledger) -> str:
    """Return an absolute or relative URL without its secrets."""
    return _redacted(url, rules, ledger, in_text=False)


def redact_text(text: str, rules: RedactionRules, ledger: Ledger) -> str:
    """Return a text without the secrets of the links in it."""
    return _redacted(text, rules, ledger, in_text=True)


def _redacted(text: str, rules: RedactionRules, ledger: Ledger, *, in_text: bool) -> str:
    data = text.encode("utf-8", "surrogateescape")
    edits = list(pair_edits(data, rules, ledger)) if in_text else []
    if b"=" in data or b"@" in data or b"%" in data:
        links = link_edits(data, rules, ledger, Texts(rules, ledger), in_text=in_text, lone_users=True)
        edits = together(edits, list(links))
    return apply(data, edits).decode("utf-8", "surrogateescape") if edits else text


def _coded_in_text(text: bytes, inside: Texts) -> Iterator[Edit]:
    runs = [run for pattern in _CODED_IN_TEXT for run in pattern.finditer(text)]
    for run in sorted(runs, key=re.Match.start):
        for start, end, new in _coded_edits(run[0], inside):
            yield Edit(run.start() + start, run.start() + end, new)


def _coded_edits(text: bytes, inside: Texts) -> list[Edit]:
    """Return the edit for JSON in base64, as queues deliver it. All of it is encoded again in the same alphabet."""
    try:
        plain = decode_base64(text)
    except ValueError:
        return []
    edits = inside(plain) if _BEGINS_AS_JSON.match(plain) else []
    coded = encode_like(text, apply(plain, edits)) if edits else text
    return [] if coded == text else [Edit(0, len(text), coded)]


def _is_json(text: bytes) -> bool:
    try:
        json.loads(text)
    except (ValueError, RecursionError):
        return False
    return True
