"""Secrets in XML: the text of elements and the values of attributes whose names are secret."""

from __future__ import annotations

import re
from collections.abc import Iterator

from playhead.redaction.edits import Edit
from playhead.redaction.ledger import Ledger
from playhead.redaction.rules import RedactionRules

__all__ = ["xml_edits"]

_TAG = re.compile(
    rb"<!--.*?-->"
    rb"|<([A-Za-z_][\w.:-]*)((?:\s+[\w.:-]+\s*=\s*(?:\"[^\"]*\"|'[^']*'))*)\s*>(?:([^<]+)|<!\[CDATA\[(.*?)\]\]>)?"
    rb"|<([A-Za-z_][\w.:-]*)((?:\s+[\w.:-]+\s*=\s*(?:\"[^\"]*\"|'[^']*'))+)\s*/>",
    re.DOTALL,
)
_ATTRIBUTE = re.compile(rb"([\w.:-]+)\s*=\s*(?:\"([^\"]*)\"|'([^']*)')")


def xml_edits(body: bytes, rules: RedactionRules, ledger: Ledger) -> Iterator[Edit]:
    """What to replace. Only text that follows a start tag directly is looked at: secrets are leaves."""
    for tag in _TAG.finditer(body):
        for group in (2, 6):
            if tag[group]:
                yield from _attributes(body, tag.start(group), tag.end(group), rules, ledger)
        for group in (3, 4):
            text = tag[group]
            if text and text.strip():
                yield from _edit(tag[1], text, tag.start(group), rules, ledger)


def _attributes(body: bytes, start: int, end: int, rules: RedactionRules, ledger: Ledger) -> Iterator[Edit]:
    for attribute in _ATTRIBUTE.finditer(body, start, end):
        group = 2 if attribute[2] is not None else 3
        yield from _edit(attribute[1], attribute[group], attribute.start(group), rules, ledger)


def _edit(name: bytes, text: bytes, start: int, rules: RedactionRules, ledger: Ledger) -> Iterator[Edit]:
    rule = rules.rule("body", name.rpartition(b":")[2].decode("latin-1"))
    if rule is not None and text:
        yield Edit(start, start + len(text), ledger.replace(text.decode("utf-8", "surrogateescape"), rule).encode())
