"""Names and values in texts that are neither JSON nor XML: programs, logs, queries, and the fields of pages."""

from __future__ import annotations

import re
from collections.abc import Iterator

from playhead.redaction.edits import Edit
from playhead.redaction.encodings import from_markup
from playhead.redaction.ledger import Ledger
from playhead.redaction.rules import RedactionRules, Rule
from playhead.text.json_text import unquoted

__all__ = ["field_edits", "may_hold_pairs", "pair_edits"]

_PAIR = re.compile(
    rb"""(?<![\w$.\\-])(?:\\{0,7}(["'])([^"'\\\s]{1,100}+)\\{0,7}\1|([A-Za-z_$][\w$-]{0,99}+))"""
    rb"""\s{0,9}+:\s{0,9}+\\{0,7}+(?:"((?:[^"\\\n]|\\[^"'])*+)|'((?:[^'\\\n]|\\[^"'])*+))"""
)
_BEFORE_VALUE = re.compile(rb""":\s{0,9}+\\{0,7}+["']""")
_BRACES = re.compile(rb"[{}]")
_NAMING, _VALUE = frozenset({b"name", b"key"}), frozenset({b"value"})
_LONGEST_NAME = 100
_FIELD = re.compile(rb"<(?:input|meta|param)\s[^<>]*+", re.IGNORECASE)
_ATTRIBUTE = re.compile(rb"""(?<![\w.:-])([\w.:-]++)\s*+=\s*+(?:"([^"]*+)|'([^']*+)|([^\s"'<>]++))""")


def may_hold_pairs(text: bytes) -> bool:
    """Return False for a text without a quoted value behind a colon."""
    return b":" in text and (b'"' in text or b"'" in text) and _BEFORE_VALUE.search(text) is not None


def pair_edits(text: bytes, rules: RedactionRules, ledger: Ledger) -> Iterator[Edit]:
    """Yield edits for quoted values behind a name and a colon: `password: "..."`, `{'token': '...'}`.

    A value beside a member that names it is found too: `{name: "password", value: "..."}`, in either order.
    """
    if not may_hold_pairs(text):
        return
    before: re.Match[bytes] | None = None
    for pair in _PAIR.finditer(text):
        rule = _rule(_name(pair), rules)
        if before is not None and _BRACES.search(text, before.end(), pair.start()) is None:
            if _name(pair) in _NAMING and _name(before) in _VALUE:
                yield from _value_edits(before, _rule(pair[_group(pair)], rules), ledger)
            elif _name(pair) in _VALUE and _name(before) in _NAMING:
                rule = rule or _rule(before[_group(before)], rules)
        edits = list(_value_edits(pair, rule, ledger))
        yield from edits
        before = None if edits else pair


def _name(pair: re.Match[bytes]) -> bytes:
    return pair[2] or pair[3]


def _group(pair: re.Match[bytes]) -> int:
    """Return the number of the group that holds the value."""
    return 4 if pair[4] is not None else 5


def _rule(name: bytes, rules: RedactionRules) -> Rule | None:
    return rules.rule("body", name.decode("utf-8", "surrogateescape")) if len(name) <= _LONGEST_NAME else None


def _value_edits(pair: re.Match[bytes], rule: Rule | None, ledger: Ledger) -> Iterator[Edit]:
    value = unquoted(pair[_group(pair)]) if rule is not None else ""
    if rule is not None and value and rule.covers(value):
        yield Edit(*pair.span(_group(pair)), ledger.replace(value, rule).encode())


def field_edits(page: bytes, rules: RedactionRules, ledger: Ledger) -> Iterator[Edit]:
    """Yield edits for values in form fields and metadata of a page: `<input name="csrf_token" value="...">`."""
    for field in _FIELD.finditer(page):
        found = {each[1].lower(): each for each in _ATTRIBUTE.finditer(page, *field.span())}
        named = found.get(b"name") or found.get(b"property") or found.get(b"id")
        holder = found.get(b"value") or found.get(b"content")
        if named is None or holder is None:
            continue
        rule = rules.rule("body", named[named.lastindex or 0].decode("utf-8", "surrogateescape"))
        group = holder.lastindex or 0
        value = from_markup(holder[group]).text.decode("utf-8", "surrogateescape")
        if rule is not None and value and rule.covers(value):
            yield Edit(*holder.span(group), ledger.replace(value, rule).encode())
