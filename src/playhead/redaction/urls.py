"""Secrets in links: user information, and parameters of query and fragment.

`link_edits` finds them in a link, or in a text with links. The value of an innocent parameter may be another link, a
form or JSON, encoded. It is decoded and handed to `inside`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from urllib.parse import unquote_to_bytes

from playhead.redaction.edits import Edit
from playhead.redaction.encodings import from_query
from playhead.redaction.ledger import Ledger
from playhead.redaction.rules import RedactionRules, Rule

__all__ = ["Inside", "form_edits", "is_link", "link_edits"]

Inside = Callable[[bytes], Iterable[Edit]]
"""Returns the edits of a decoded text that stands inside another one."""

_STOP = rb"""\s"'<>\\`"""
"""Characters that end a link in a text."""

_PARAMETER = (
    rb"(?:\A(?![^=?&#;\s]*[/:])|(?<=[?&;#]))([^=&;?#%(stop)s]{1,200}+)=((?:[^&#;%(stop)s]|;(?![\w.-]{1,40}=))*+)"
)
_ENCODED = rb"|([^=&;?#%(stop)s]++)"
_USER = rb"(?<=://)([^/?#@:%(stop)s]*+)(?::([^/?#%(stop)s]*))?@(?=[^/?#@%(stop)s]*+(?:[/?#%(stop)s]|\Z))"


def _compiled(pattern: bytes) -> tuple[re.Pattern[bytes], re.Pattern[bytes]]:
    """Compile a pattern for a link by itself, and for a text with links."""
    return re.compile(pattern % {b"stop": rb"\s"}), re.compile(pattern % {b"stop": _STOP})


_LINKS, _LINKS_AND_ENCODED, _USERS = _compiled(_PARAMETER), _compiled(_PARAMETER + _ENCODED), _compiled(_USER)
_PAIR = re.compile(rb"(?:\A|(?<=&))([^=&]+)=([^&]+)")
_STOPS = re.compile(rb"[" + _STOP + rb"]")
_WORTH_A_LOOK = re.compile(rb'[=@"<]|%(?:25)*(?:3[dDcC]|40|22)|\A(?:e[yw]|W[3yw])[A-Za-z0-9+/_-]{14}')
_ENCODED_SIGN = re.compile(rb"%(?:25)*(?:3[dD]|40|22)")

_CLOSING = b".,:;!?)]}*"
"""Characters that follow a link in a text: the end of a sentence or of brackets."""

_STOP_BYTES = [bytes([code]) for code in range(128) if _STOPS.match(bytes([code]))]

_BEFORE_BYTES = 1024
"""The distance within which the link of a `;` is looked for."""

_AROUND_BYTES = 4096
"""The distance within which the key pair of a policy is looked for."""

_KEY_PAIR = re.compile(rb"[?&;]key-pair-id=", re.IGNORECASE)
_SIGNED = {"policy": Rule("query.policy", "policy"), "keypairid": Rule("query.key-pair-id", "key-pair-id")}
"""The other parameters of a link that CloudFront signed. All three together grant access."""

_USER_RULE, _PASSWORD_RULE = Rule("url.user", "user"), Rule("url.password", "password")


def is_link(text: bytes) -> bool:
    """Return True for what may be a link alone; anything else is a text with links in it."""
    return _STOPS.search(text) is None


def link_edits(
    text: bytes,
    rules: RedactionRules,
    ledger: Ledger,
    inside: Inside,
    *,
    in_text: bool = False,
    lone_users: bool = False,
) -> Iterator[Edit]:
    """Yield the edits for a link, or for a text with links in it, in order.

    With `lone_users` a user without a password counts as a secret. In a body, `git+ssh://git@host` names an account.
    """
    users = [*_users(text, ledger, in_text=in_text, lone_users=lone_users)] if b"@" in text and b"://" in text else []
    if b"=" not in text and b"%" not in text:
        yield from users
        return
    parameters = _parameters(text, rules, ledger, inside, in_text=in_text)
    if not users:
        yield from parameters
        return
    position = 0
    for edit in sorted([*users, *parameters]):
        if edit.start >= position:  # a password may contain text that looks like a parameter
            position = edit.end
            yield edit


def form_edits(form: bytes, rules: RedactionRules, ledger: Ledger, inside: Inside) -> Iterator[Edit]:
    """Yield the edits for a form (`application/x-www-form-urlencoded`)."""
    for pair in _PAIR.finditer(form):
        name = _meaning(pair[1])
        rule = rules.rule("body", name) or rules.rule("query", name)
        yield from _value_edits(pair[2], pair.start(2), rule, ledger, inside)


def _users(text: bytes, ledger: Ledger, *, in_text: bool, lone_users: bool) -> Iterator[Edit]:
    for found in _USERS[in_text].finditer(text):
        if not lone_users and found[2] is None:
            continue
        yield Edit(*found.span(1), ledger.replace(_meaning(found[1]), _USER_RULE).encode())
        if found[2]:
            yield Edit(*found.span(2), ledger.replace(_meaning(found[2]), _PASSWORD_RULE).encode())


def _parameters(text: bytes, rules: RedactionRules, ledger: Ledger, inside: Inside, *, in_text: bool) -> Iterator[Edit]:
    encoded = _ENCODED_SIGN.search(text) is not None
    for found in (_LINKS_AND_ENCODED if encoded else _LINKS)[in_text].finditer(text):
        if encoded and found[3] is not None:
            if _ENCODED_SIGN.search(found[3]):
                yield from _inner_edits(found[3], found.start(3), inside)
            continue
        name, value = found[1], found[2].rstrip(_CLOSING) if in_text else found[2]
        rule = rules.rule("query", _meaning(name)) or _signed(text, found)
        if rule is not None and in_text and not _is_in_link(text, found.start()):
            rule = None
        yield from _value_edits(value, found.start(2), rule, ledger, inside)


def _value_edits(value: bytes, start: int, rule: Rule | None, ledger: Ledger, inside: Inside) -> Iterator[Edit]:
    if rule is None or not rule.covers(_meaning(value)):
        yield from _inner_edits(value, start, inside)
    elif value:
        yield Edit(start, start + len(value), ledger.replace(_meaning(value), rule).encode())


def _inner_edits(value: bytes, start: int, inside: Inside) -> Iterator[Edit]:
    if _WORTH_A_LOOK.search(value):
        decoded = from_query(value)
        yield from decoded.undone(inside(decoded.text), start)


def _is_in_link(text: bytes, start: int) -> bool:
    """Return True unless the `;` before a parameter ends a statement of a program rather than belonging to a link."""
    if text[start - 1 : start] != b";" or text[max(start - 5, 0) : start] == b"&amp;":
        return True
    before = text[max(start - _BEFORE_BYTES, 0) : start]
    return max(before.rfind(b"?"), before.rfind(b"://")) > max(map(before.rfind, _STOP_BYTES))


def _signed(text: bytes, found: re.Match[bytes]) -> Rule | None:
    rule = _SIGNED.get(found[1].replace(b"-", b"").lower().decode("latin-1"))
    if rule is None:
        return None
    around = text[max(found.start() - _AROUND_BYTES, 0) : found.end() + _AROUND_BYTES]
    return rule if _KEY_PAIR.search(around) else None


def _meaning(text: bytes) -> str:
    return unquote_to_bytes(text.replace(b"+", b" ")).decode("utf-8", "surrogateescape")
