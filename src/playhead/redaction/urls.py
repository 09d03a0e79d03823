"""Secrets in URLs: user information, and the parameters of query and fragment. All else stays as it is."""

from __future__ import annotations

import re
from urllib.parse import unquote_plus

from playhead.redaction.ledger import Ledger
from playhead.redaction.rules import RedactionRules, Rule

__all__ = ["redact_parameters", "redact_text", "redact_url"]

_USER_INFORMATION = re.compile(r"(?<=://)([^/?#@:\s]*)(:[^/?#\s]*?)?@(?=[^/?#@]*(?:[/?#]|$))")
_PARAMETER = re.compile(r"(?:^|(?<=[?&;#]))([^=&;?#\s]+)=([^&#;\s]*)")
_URL = re.compile(r"""[a-zA-Z][a-zA-Z0-9+.-]*://[^\s<>"'\\]+""")

_USER, _PASSWORD = Rule("url.user", "user"), Rule("url.password", "password")


def redact_url(url: str, rules: RedactionRules, ledger: Ledger) -> str:
    """A URL, absolute or relative, without its secrets."""
    if "@" in url:
        url = _USER_INFORMATION.sub(lambda found: _without_user(found, ledger), url)
    for mark in "?#":
        start = url.find(mark)
        if start >= 0 and "=" in url[start:]:
            return url[: start + 1] + redact_parameters(url[start + 1 :], rules, ledger)
    return url


def redact_parameters(text: str, rules: RedactionRules, ledger: Ledger) -> str:
    """`name=value&...` without the values of secret names."""

    def replaced(parameter: re.Match[str]) -> str:
        rule = rules.rule("query", unquote_plus(parameter[1]))
        if rule is None or not parameter[2]:
            return parameter[0]
        return f"{parameter[1]}={ledger.replace(unquote_plus(parameter[2]), rule)}"

    return _PARAMETER.sub(replaced, text)


def redact_text(text: str, rules: RedactionRules, ledger: Ledger) -> str:
    """A text without the secrets of the URLs in it."""
    if "://" not in text:
        return text
    return _URL.sub(lambda url: redact_url(url[0], rules, ledger), text)


def _without_user(found: re.Match[str], ledger: Ledger) -> str:
    user = ledger.replace(unquote_plus(found[1]), _USER)
    password = "" if found[2] is None else ":" + ledger.replace(unquote_plus(found[2][1:]), _PASSWORD)
    return f"{user}{password}@"
