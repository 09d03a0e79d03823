"""The secrets of JSON as edits: values under secret names, and what stands inside other strings."""

from __future__ import annotations

from collections.abc import Iterator

from playhead.redaction.edits import Edit
from playhead.redaction.encodings import from_json
from playhead.redaction.json_spans import RuleOf, Span, has_secret_names, json_spans
from playhead.redaction.ledger import Ledger
from playhead.redaction.rules import RedactionRules
from playhead.redaction.signs import may_hold_inner
from playhead.redaction.urls import Inside
from playhead.text.json_text import unquoted

__all__ = ["body_rule_of", "json_edits", "may_hold_secrets", "span_edits"]


def body_rule_of(rules: RedactionRules) -> RuleOf:
    """Return a function that gives the rule for a name in a body."""
    return lambda name: rules.rule("body", name)


def may_hold_secrets(text: bytes, rules: RedactionRules) -> bool:
    """Return False for most JSON texts in which there is nothing to replace."""
    return has_secret_names(text, body_rule_of(rules), rules.innocent) or may_hold_inner(text, rules)


def json_edits(text: bytes, rules: RedactionRules, ledger: Ledger, inside: Inside) -> list[Edit]:
    """Return the edits for a JSON text, in order."""
    if not may_hold_secrets(text, rules):
        return []
    spans = json_spans(text, body_rule_of(rules))
    return [edit for span in spans for edit in span_edits(text[span.start : span.end], span, ledger, inside)]


def span_edits(text: bytes, span: Span, ledger: Ledger, inside: Inside) -> Iterator[Edit]:
    """Yield the edits for one span of JSON: a placeholder for a text, `0` for a number, or the edits inside it."""
    rule = span.rule
    if rule is not None and span.is_number:
        if text != b"0":
            ledger.counts[rule.text] += 1
        yield Edit(span.start, span.end, b"0")
    elif rule is not None and rule.covers(value := unquoted(text)):
        yield Edit(span.start, span.end, ledger.replace(value, rule).encode())
    elif span.worth_a_look:
        decoded = from_json(text)
        yield from decoded.undone(inside(decoded.text), span.start)
