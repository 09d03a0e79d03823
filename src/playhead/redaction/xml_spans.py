"""Secrets in XML: texts and attributes under secret names, and secrets inside all others.

Tags may lack their ends, and comments may hold tags that were taken out. Both are read as well as they can be.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from playhead.redaction.edits import Edit, together
from playhead.redaction.encodings import Decoded, from_markup
from playhead.redaction.ledger import Ledger
from playhead.redaction.names import fold
from playhead.redaction.rules import RedactionRules, Rule
from playhead.redaction.signs import may_hold_marked
from playhead.redaction.urls import Inside
from playhead.redaction.xml_tokens import Token, loose_tokens, xml_tokens

__all__ = ["markup_edits", "xml_edits"]

_ATTRIBUTE = re.compile(rb"""(?<![\w.:-])([\w.:-]++)\s*+=\s*+(?:"([^"]*+)|'([^']*+)|([^\s"'<>]++))""")
_ENTITY = re.compile(rb"""<!ENTITY\s++(?:%\s++)?([\w.:-]++)\s++(?:"([^"]*+)|'([^']*+))""", re.IGNORECASE)
_COMMENT = re.compile(rb"<!--(.*?)(?:-->)?\Z", re.DOTALL)
_WORTH_A_LOOK = re.compile(
    rb'[=@"<]|&(?:lt|#60|quot|#34|#[xX]3[cC]|#[xX]22);|%(?:25)*(?:3[dD]|40|22)'
    rb"|(?<![A-Za-z0-9+/_.-])(?:e[yw]|W[3yw])[A-Za-z0-9+/_-]{14}"
)

_NAMING = frozenset({"name", "key", "id"})
"""Attributes and elements that name the value beside them: `<add key="password" value="..."/>`."""

_VALUES = frozenset({"value", "val", "content", "default"})
_DESCRIBING = frozenset(
    [
        *("algorithm", "class", "encoding", "encodingtype", "format", "href", "id", "key", "lang", "name", "nil"),
        *("schemalocation", "scheme", "space", "type", "version"),
    ]
)
"""Attributes that say of what kind a secret is."""


class _Element:
    """An open element: the rule for its own text, that for all below it, and that for the value it names.

    `early` is the latest value within it that came before its name.
    """

    __slots__ = ("below", "early", "local", "named", "own")

    def __init__(self, local: str, own: Rule | None, below: Rule | None) -> None:
        self.local = local
        self.own = own
        self.below = below
        self.named: Rule | None = None
        self.early: tuple[bytes, int] | None = None

    def names(self, folded: str) -> Rule | None:
        """Return the rule for an element beside the one that names it.

        A rule that holds only sometimes applies to a `value` alone.
        """
        if self.named is None or folded in _NAMING or not (self.named.certain or folded in _VALUES):
            return None
        return self.named


def xml_edits(text: bytes, rules: RedactionRules, ledger: Ledger, inside: Inside) -> Iterator[Edit]:
    """Return the edits for XML, in order."""
    if not may_hold_marked(text, rules):
        return iter(())
    return _Reader(text, rules, ledger, inside).read(xml_tokens(text))


def markup_edits(text: bytes, rules: RedactionRules, ledger: Ledger, inside: Inside) -> Iterator[Edit]:
    """Return the edits for a text that looks like XML or HTML, in order."""
    return _Reader(text, rules, ledger, inside).read(loose_tokens(text))


class _Reader:
    """Goes through the tokens with the elements that are open."""

    def __init__(self, text: bytes, rules: RedactionRules, ledger: Ledger, inside: Inside) -> None:
        self._text = text
        self._rules = rules
        self._ledger = ledger
        self._inside = inside
        self._open = [_Element("", None, None)]
        self._names: dict[str, int] = {}
        self._early_edits: list[Edit] = []

    def read(self, tokens: Iterator[Token]) -> Iterator[Edit]:
        """Return the edits in order. A value before its name is edited only when the name comes."""
        edits = [edit for token in _joined(tokens) for edit in self._token(token)]
        return iter(together(sorted(self._early_edits), edits))

    def _token(self, token: Token) -> Iterator[Edit]:
        return self._run(token) if token.kind in ("text", "cdata") else self._markup(token)

    def _markup(self, token: Token) -> Iterator[Edit]:
        if token.kind == "start":
            yield from self._start(token)
        elif token.kind == "end":
            self._end(_local(token.name))
        elif token.kind == "comment":
            yield from self._comment(token)
        else:
            entity = _ENTITY.match(self._text, token.start, token.end)
            if entity is not None:
                yield from self._value(entity, self._rule(_local(entity[1])))

    def _start(self, token: Token) -> Iterator[Edit]:
        parent, local = self._open[-1], _local(token.name)
        attributes = list(_ATTRIBUTE.finditer(self._text, token.start + 1 + len(token.name), token.end))
        named = next(filter(None, (self._naming(each) for each in attributes)), None)
        rule = self._rule(local)
        below = rule if rule is not None and rule.certain else parent.below
        for attribute in attributes:
            yield from self._value(attribute, self._rule_of_attribute(attribute, named, below))
        own = (below if rule is None or not rule.certain else rule) or rule or named or parent.names(fold(local))
        self._open.append(_Element(local, own, below))
        self._names[local] = self._names.get(local, 0) + 1

    def _end(self, local: str) -> None:
        """Close an element and those inside it whose ends are missing. An end without a beginning closes nothing."""
        if not self._names.get(local):
            return
        while True:
            closed = self._open.pop()
            self._names[closed.local] -= 1
            if closed.local == local:
                return

    def _rule_of_attribute(self, attribute: re.Match[bytes], named: Rule | None, below: Rule | None) -> Rule | None:
        local = _local(attribute[1])
        if attribute[1].startswith(b"xmlns") or self._naming(attribute) is not None:
            return None
        rule, folded = self._rule(local), fold(local)
        if rule is not None:
            return rule
        if folded in _VALUES and named is not None:
            return named
        return below if folded not in _DESCRIBING else None

    def _naming(self, attribute: re.Match[bytes]) -> Rule | None:
        """Return the rule for the value that an attribute names."""
        return self._rule_named(_content(attribute)[0]) if fold(_local(attribute[1])) in _NAMING else None

    def _value(self, found: re.Match[bytes], rule: Rule | None) -> Iterator[Edit]:
        raw, start = _content(found)
        yield from self._edits(raw, start, rule, from_markup(raw))

    def _run(self, run: Token) -> Iterator[Edit]:
        raw = self._text[run.start : run.end]
        start = run.start + len(raw) - len(raw.lstrip())
        raw = raw.strip()
        if not raw:
            return
        element = self._open[-1]
        if fold(element.local) in _NAMING and len(self._open) > 1:
            parent = self._open[-2]
            named = parent.named = self._rule_named(raw)
            if named is not None:
                if parent.early is not None:
                    self._early_edits += self._edits(*parent.early, named, from_markup(parent.early[0]))
                    parent.early = None
                return
        elif fold(element.local) in _VALUES and element.own is None and len(self._open) > 1:
            self._open[-2].early = raw, start
        yield from self._edits(raw, start, element.own, from_markup(raw) if run.kind == "text" else None)

    def _comment(self, token: Token) -> Iterator[Edit]:
        found = _COMMENT.match(self._text[token.start : token.end])
        raw = found[1] if found else b""
        start = token.start + 4
        below = self._open[-1].below
        if below is not None:
            text = raw.strip()
            yield from self._edits(text, start + raw.find(text), below, None)
            return
        reader = _Reader(raw, self._rules, self._ledger, self._inside)
        for edit in reader.read(loose_tokens(raw, in_comment=True)):
            yield Edit(start + edit.start, start + edit.end, edit.replacement)

    def _edits(self, raw: bytes, start: int, rule: Rule | None, decoded: Decoded | None) -> Iterator[Edit]:
        text = raw if decoded is None else decoded.text
        value = text.decode("utf-8", "surrogateescape") if rule is not None else ""
        if rule is not None and raw and rule.covers(value):
            yield Edit(start, start + len(raw), self._ledger.replace(value, rule).encode())
        elif _WORTH_A_LOOK.search(raw):
            edits = self._inside(text)
            yield from Decoded(raw, (), bytes).undone(edits, start) if decoded is None else decoded.undone(edits, start)

    def _rule(self, local: str) -> Rule | None:
        return self._rules.rule("body", local)

    def _rule_named(self, name: bytes) -> Rule | None:
        return self._rules.rule("body", name.decode("utf-8", "surrogateescape")) if len(name) <= 100 else None


def _joined(tokens: Iterator[Token]) -> Iterator[Token]:
    """Yield the tokens, adjacent texts joined."""
    run: Token | None = None
    for token in tokens:
        if run is not None and token.kind == run.kind and token.start == run.end:
            run = run._replace(end=token.end)
            continue
        if run is not None:
            yield run
        run = token if token.kind in ("text", "cdata") else None
        if run is None:
            yield token
    if run is not None:
        yield run


def _content(found: re.Match[bytes]) -> tuple[bytes, int]:
    """Return the text and place of the last group that matched."""
    group = found.lastindex or 0
    return found[group], found.start(group)


def _local(name: bytes) -> str:
    return name.rpartition(b":")[2].decode("utf-8", "surrogateescape")
