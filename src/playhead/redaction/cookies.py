"""Cookies: which of them are secret, and which values are known through those that a request sends."""

from __future__ import annotations

import re
from urllib.parse import unquote

from playhead.redaction.ledger import Ledger
from playhead.redaction.look import looks_secret
from playhead.redaction.rules import RedactionRules, Rule

__all__ = ["note_cookies", "redact_cookies"]

_PIECES = re.compile(r"[.:|~,]")
"""A session's cookie is often the session's id and its signature, and services show the id alone."""

_SESSION_ID = 16


def redact_cookies(pairs: str, rule: Rule, rules: RedactionRules, ledger: Ledger) -> str:
    """Replace the values in `name=value; name=value` that are secret by name or look."""
    return ";".join(_redacted(pair, rule, rules, ledger) for pair in pairs.split(";"))


def note_cookies(pairs: str, rule: Rule, rules: RedactionRules, ledger: Ledger) -> None:
    """Remember cookies that a request sends, each as it was sent and as the service reads it."""
    for pair in pairs.split(";"):
        before, value, _ = _parts(pair)
        own = rules.cookie(rule, before.rstrip("= "), value)
        if own is None:
            continue
        read = unquote(value.strip('"'))
        pieces = [piece for piece in _PIECES.split(read) if len(piece) >= _SESSION_ID and looks_secret(piece)]
        for secret in dict.fromkeys([value, value.strip('"'), read, *pieces]):
            ledger.note(secret, own.kind)


def _redacted(pair: str, rule: Rule, rules: RedactionRules, ledger: Ledger) -> str:
    before, value, after = _parts(pair)
    own = rules.cookie(rule, before.rstrip("= "), value)
    return pair if own is None else before + ledger.replace(value, own) + after


def _parts(pair: str) -> tuple[str, str, str]:
    """Return the name with its `=`, the value, and the blanks behind it.

    A cookie may lack a name (RFC 6265bis, section 5.6).
    """
    whole = pair.rstrip()
    value = whole[whole.find("=") + 1 :].lstrip()
    return whole[: len(whole) - len(value)], value, pair[len(whole) :]
