"""Which values are secrets for certain: what a request authenticates with, and variables whose names say so."""

from __future__ import annotations

import binascii
from base64 import b64decode
from collections.abc import Mapping

from playhead.model.http import Headers
from playhead.redaction.ledger import Ledger
from playhead.redaction.rules import RedactionRules

__all__ = ["note_credentials", "secret_variables"]

_SCHEMED = frozenset({"authorization", "proxy-authorization"})
_SESSIONS = frozenset({"cookie", "set-cookie", "www-authenticate", "proxy-authenticate"})
"""Much in cookies is no secret; what is comes from `set-cookie`, and is long enough to be known by chance."""


def note_credentials(headers: Headers, rules: RedactionRules, ledger: Ledger) -> None:
    """Remember what a request authenticates with, so that it is found wherever else it stands."""
    for name, value in headers:
        lower = name.lower()
        rule = rules.rule("header", name)
        if rule is None or lower in _SESSIONS:
            continue
        scheme, blank, credentials = value.partition(" ")
        if lower not in _SCHEMED or not blank:
            ledger.note(value, rule.kind)
            continue
        ledger.note(credentials.strip(), rule.kind)
        if scheme.lower() == "basic":
            ledger.note(_password(credentials), rule.kind)


def secret_variables(environment: Mapping[str, str], rules: RedactionRules) -> dict[str, str]:
    """The variables of an environment whose names say that they are secret."""
    return {name: value for name, value in environment.items() if rules.rule("body", name) is not None}


def _password(credentials: str) -> str:
    try:
        return b64decode(credentials, validate=False).decode("utf-8").partition(":")[2]
    except (binascii.Error, UnicodeDecodeError, ValueError):
        return ""
