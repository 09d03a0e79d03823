"""Credentials that a request presents in its header fields: which fields they are, and their schemes.

They are stored as scheme and placeholder, so that replay notices a request that has lost its credential or sends
another kind. Sessions are left out: cookies, CSRF tokens and the session tokens of cloud signatures change with every
run. Names of organisations are left out too, since they do not say who asks.
"""

from __future__ import annotations

import binascii
import re
from base64 import b64decode
from functools import lru_cache

from playhead.model.http import Headers
from playhead.redaction.cookies import note_cookies
from playhead.redaction.ledger import Ledger
from playhead.redaction.names import HEADERS, fold
from playhead.redaction.rules import RedactionRules

__all__ = ["note_credentials", "presents", "split_credential"]

_SCHEMED = frozenset({"authorization", "proxyauthorization"})
_NOT_PRESENTED = frozenset(
    {
        *("wwwauthenticate", "proxyauthenticate", "authenticationinfo", "proxyauthenticationinfo"),
        *("cookie", "setcookie", "xcsrftoken", "xxsrftoken", "xamzsecuritytoken"),
        *("openaiorganization", "openaiproject", "anthropicorganizationid"),
    }
)
_ANSWERS = frozenset({"set-cookie", "www-authenticate", "proxy-authenticate"})
_LISTED = (HEADERS - _NOT_PRESENTED) | {"dpop"}
_ENDINGS = ("apikey", "authtoken", "accesstoken", "accesskey", "apitoken", "apisecret", "authorization")
_NO_CREDENTIALS = ("csrf", "xsrf", "cookie", "idempotency")

_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9_-]*)(\s+)(\S.*)", re.DOTALL)
_KNOWN_SCHEMES = frozenset(
    {
        *("basic", "bearer", "digest", "dpop", "gnap", "hawk", "hoba", "kerberos", "mutual", "negotiate", "ntlm"),
        *("privatetoken", "vapid", "session", "ssws", "jwt", "aws", "google", "goog", "sharedkey", "sharedkeylite"),
        *("splunk", "discogs", "bot", "scram-sha-1", "scram-sha-256"),
    }
)
_SCHEMES_ALONE = _KNOWN_SCHEMES | {"token", "key", "apikey", "api-key"}
_WORDS_OF_SCHEMES = ("hmac", "sha256", "sha512", "sign", "token", "key", "auth")


@lru_cache(maxsize=1024)
def presents(name: str) -> bool:
    """Return True if a request header field of this name presents a credential."""
    folded = fold(name)
    if folded in _LISTED:
        return True
    return folded.endswith(_ENDINGS) and folded not in _NOT_PRESENTED and not any(w in folded for w in _NO_CREDENTIALS)


def split_credential(name: str, value: str) -> tuple[str, str]:
    """Return the scheme with the blanks behind it (empty if there is none), and the credential.

    Only known schemes count: `Authorization: correct horse` is a secret as a whole. A scheme may stand alone, as from
    `f"Bearer {key}"` in a program without a key.
    """
    if fold(name) not in _SCHEMED:
        return "", value
    if value.rstrip().lower() in _SCHEMES_ALONE:
        return value, ""
    found = _SCHEME.fullmatch(value)
    if found is None or not _is_scheme(found[1].lower()):
        return "", value
    return found[1] + found[2], found[3]


def _is_scheme(word: str) -> bool:
    return word in _KNOWN_SCHEMES or (len(word) <= 32 and any(part in word for part in _WORDS_OF_SCHEMES))


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
        if fold(name) not in _SCHEMED or not blank:
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
