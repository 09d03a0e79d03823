"""The values that a request authenticates with: they are secrets wherever else they stand."""

from __future__ import annotations

import binascii
from base64 import b64decode

from playhead.model.http import Headers
from playhead.redaction.cookies import note_cookies
from playhead.redaction.ledger import Ledger
from playhead.redaction.presented import split_credential
from playhead.redaction.rules import RedactionRules

__all__ = ["note_credentials"]

_SCHEMED = frozenset({"authorization", "proxy-authorization"})
_ANSWERS = frozenset({"set-cookie", "www-authenticate", "proxy-authenticate"})


def note_credentials(headers: Headers, rules: RedactionRules, ledger: Ledger) -> None:
    """Remember what a request authenticates with, so that it is found wherever else it stands."""
    for name, value in headers:
        lower = name.lower()
        rule = rules.rule("header", name)
        if rule is None or lower in _ANSWERS:
            continue
        if lower == "cookie":
            note_cookies(value, rule, rules, ledger)
            continue
        if not rule.covers(value):
            continue
        if not split_credential(name, value)[1]:
            continue
        scheme, blank, credentials = value.partition(" ")
        if lower not in _SCHEMED or not blank:
            ledger.note(value, rule.kind)
            continue
        ledger.note(credentials.strip(), rule.kind)
        if scheme.lower() == "basic":
            ledger.note(_password(credentials), rule.kind)


def _password(credentials: str) -> str:
    try:
        return b64decode(credentials, validate=False).decode("utf-8").partition(":")[2]
    except (binascii.Error, UnicodeDecodeError, ValueError):
        return ""
