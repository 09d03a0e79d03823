"""Secrets in header fields.

What a client needs in order to go on stays: the scheme of credentials and challenges, realm and algorithm, and the
names and attributes of cookies.
"""

from __future__ import annotations

import re

from playhead.model.http import Headers
from playhead.redaction.cookies import redact_cookies
from playhead.redaction.inside import redact_text, redact_url
from playhead.redaction.ledger import Ledger
from playhead.redaction.placeholder import is_placeholder
from playhead.redaction.presented import split_credential
from playhead.redaction.rules import RedactionRules, Rule

__all__ = ["redact_headers"]

_LOCATIONS = frozenset({"location", "content-location", "referer"})
_CHALLENGES = frozenset({"www-authenticate", "proxy-authenticate", "authentication-info", "proxy-authentication-info"})
_SECRET_PARAMETERS = frozenset({"nonce", "cnonce", "nextnonce", "opaque", "response", "rspauth"})

_PARAMETER = re.compile(r"""([\w!#$%&'*+.^`|~-]+)(\s*=\s*)(?:"((?:[^"\\]|\\.)*)"|([^\s,;"]+))""")
_TOKEN_ALONE = re.compile(r"([A-Za-z][\w-]*)(\s+)([A-Za-z0-9._~+/-]{16,}=*)")
_WORD = re.compile(r"[A-Za-z0-9._~+/-]+=*")
_SCHEMES = re.compile(
    r"apikey|aws4-hmac-sha256|basic|bearer|digest|dpop|gnap|hawk|hoba|kerberos|mutual|negotiate|ntlm|oauth|privatetoken"
    r"|scram-sha-1|scram-sha-256|session|token|vapid",
    re.IGNORECASE,
)
"""Schemes that a challenge may consist of alone: those of IANA's registry and other common ones."""


def redact_headers(headers: Headers, rules: RedactionRules, ledger: Ledger) -> Headers:
    """Return the fields with their secrets replaced, the very same object if there are none."""
    redacted = tuple((name, _value(name, value, rules, ledger)) for name, value in headers)
    return headers if redacted == headers else redacted


def _value(name: str, value: str, rules: RedactionRules, ledger: Ledger) -> str:
    rule = rules.rule("header", name)
    if rule is not None and value and rule.covers(value):
        return _secret(name.lower(), value, rule, rules, ledger)
    if name.lower() in _LOCATIONS:
        return redact_url(value, rules, ledger)
    return redact_text(value, rules, ledger)


def _secret(name: str, value: str, rule: Rule, rules: RedactionRules, ledger: Ledger) -> str:
    if name in _CHALLENGES:
        return _challenge(value, rule, rules, ledger)
    if name == "set-cookie":
        pair, separator, attributes = value.partition(";")
        return redact_cookies(pair, rule, rules, ledger) + separator + attributes
    if name == "cookie":
        return redact_cookies(value, rule, rules, ledger)
    scheme, credential = split_credential(name, value)
    return scheme + ledger.replace(credential, rule) if credential else value


def _challenge(value: str, rule: Rule, rules: RedactionRules, ledger: Ledger) -> str:
    alone = _TOKEN_ALONE.fullmatch(value)
    if alone is not None:  # Negotiate and NTLM
        return alone[1] + alone[2] + ledger.replace(alone[3], rule)
    if _WORD.fullmatch(value) and not _SCHEMES.fullmatch(value) and not is_placeholder(value):
        return ledger.replace(value, rule)

    def replaced(parameter: re.Match[str]) -> str:
        name, equals, quoted, plain = parameter.groups()
        text = plain if quoted is None else quoted
        if name.lower() in _SECRET_PARAMETERS:
            text = ledger.replace(text, Rule(rule.text, name.lower()))
        elif (inner := rules.rule("body", name)) is not None:
            text = ledger.replace(text, inner)
        else:
            text = redact_text(text, rules, ledger)
        return f'{name}{equals}"{text}"' if plain is None else name + equals + text

    return _PARAMETER.sub(replaced, value)
