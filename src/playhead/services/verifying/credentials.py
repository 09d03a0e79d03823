"""Puts back from the environment what redaction took: header fields, and values in the place of placeholders.

Nothing here is ever printed: messages name variables, not their values.
"""

from __future__ import annotations

import json
import re
from base64 import b64encode
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from urllib.parse import quote, quote_plus

from playhead.errors import UsageError
from playhead.model.http import Request
from playhead.redaction.bodies import media_kind
from playhead.redaction.names import HEADERS, fold, kind_of
from playhead.redaction.placeholder import (
    marks_in,
    placeholders,
    replace_placeholders,
)
from playhead.redaction.presented import presents, split_credential
from playhead.redaction.rules import RedactionRules
from playhead.text.media_types import content_type
from playhead.text.placeholder_signs import Mark, may_hold_placeholders

__all__ = ["Credentials", "credentials_of"]

_OVERRIDES = frozenset(
    {
        *("xhttpmethodoverride", "xhttpmethod", "xmethodoverride", "httpmethodoverride", "methodoverride"),
        *("xhttpoverridemethod", "xhttpoverride", "xoverridemethod", "xhttpverb", "xhttpverboverride", "xverboverride"),
        *("xoriginalmethod", "xforwardedmethod", "xrewritemethod", "xmethod", "method"),
    }
)
"""Fields by which servers and proxies take another method than that of the request line."""

_FOR_SOMEBODY = frozenset(
    {
        *("cookie", "cookie2", "xforwardeduser", "xforwardedemail", "xforwardedgroups", "xforwardedclientcert"),
        *("xremoteuser", "remoteuser", "xauthrequestuser", "xauthrequestemail", "xclientcert", "xsslclientcert"),
    }
)
_WORDS = frozenset(
    {
        *("auth", "authentication", "authorization", "bearer", "csrf", "jwt", "password"),
        *("secret", "session", "sessionid", "sid", "token", "xsrf"),
    }
)
"""A field with such a word in its name speaks for somebody, whatever its value looks like."""

_DEFAULT = RedactionRules()
_HEADER = re.compile(r"([A-Za-z0-9!#$%&'*+.^_`|~-]+)\s*[=:]\s*(.*)", re.DOTALL)
_VARIABLE = re.compile(r"\$(?:\$|\{(\w+)\}|(\w+))")
_SECRET = re.compile(r"(?:REDACTED-)?([a-z][a-z0-9-]*)=\$?(\w+)")


@dataclass(frozen=True, slots=True)
class Credentials:
    """Values to send in place of what was redacted.

    Attributes:
        headers: Sent with every request.
        values: Stand by kind (`api-key`) or placeholder (`api-key-1`) for what was redacted.
        secrets: All values from the environment, by their variables.
    """

    headers: tuple[tuple[str, str], ...] = ()
    values: Mapping[str, str] = field(default_factory=dict, repr=False)
    secrets: Mapping[str, str] = field(default_factory=dict, repr=False)

    def missing(self, request: Request) -> list[str]:
        """Return the placeholders in a request that no value stands for, as `--secret` would name them."""
        texts = [request.url, *(value for name, value in request.headers if not _is_credential(name, value))]
        if isinstance(request.body, bytes) and may_hold_placeholders(request.body):
            texts.append(request.body.decode("latin-1"))
        found = {f"{mark.kind}-{mark.number}" for text in texts for mark in placeholders(text)}
        return sorted(name for name in found if self._value(name) is None)

    def filled(self, request: Request) -> Request:
        """Return the request with its placeholders replaced, and with the header fields besides its own.

        Of the recorded fields none changes the method, and none carries a credential but one whose placeholders are all
        replaced: whoever wrote the cassette does not decide as whom, and how, somebody else asks.
        """
        own = {name.lower() for name, _ in self.headers}
        headers = [
            (name, sent)
            for name, value in request.headers
            if name.lower() not in own and (sent := self._field(name, value)) is not None
        ]
        url = self._fill(request.url, lambda value: quote(value, safe=""))
        return Request(request.method, url, (*headers, *self.headers), self._body(request), request.coding)

    def _field(self, name: str, value: str) -> str | None:
        """Return what is sent of a recorded field, `None` for nothing."""
        if fold(name) in _OVERRIDES:
            return None
        if not _is_credential(name, value):
            return self._fill(value, str)
        if fold(name) == "cookie":
            pairs = [pair for pair in map(str.strip, value.split(";")) if self._is_known(pair.partition("=")[2])]
            return self._fill("; ".join(pairs), str) if pairs else None
        return self._fill(value, str) if self._is_known(split_credential(name, value)[1]) else None

    def _is_known(self, credential: str) -> bool:
        """Return True if a credential is one placeholder, and something stands for it."""
        marks = list(placeholders(credential))
        whole = len(marks) == 1 and (marks[0].start, marks[0].end) == (0, len(credential))
        return whole and self._value(f"{marks[0].kind}-{marks[0].number}") is not None

    def _body(self, request: Request) -> bytes:
        assert isinstance(request.body, bytes)  # files of bodies are read before
        if not may_hold_placeholders(request.body):
            return request.body
        media = content_type(request.headers)
        text = request.body.decode("utf-8", "surrogateescape")
        return self._fill(text, _SPELLINGS.get(media_kind(media), str)).encode("utf-8", "surrogateescape")

    def _fill(self, text: str, spelled: Callable[[str], str]) -> str:
        def value_of(mark: Mark) -> str:
            value = self._value(f"{mark.kind}-{mark.number}")
            if value is None:
                return text[mark.start : mark.end]
            return spelled(b64encode(value.encode()).decode() if mark.form == "base64" else value)

        return replace_placeholders(text, value_of)

    def _value(self, name: str) -> str | None:
        kind = name.rpartition("-")[0]
        return self.values.get(name, self.values.get(kind))


def _is_credential(name: str, value: str) -> bool:
    folded = fold(name)
    if presents(name) or folded in HEADERS | _FOR_SOMEBODY or not _WORDS.isdisjoint(kind_of(name).split("-")):
        return True
    rule = _DEFAULT.rule("header", name) or _DEFAULT.rule("query", name)
    return rule is not None and (rule.covers(value) or bool(marks_in(value)))


def _in_json(value: str) -> str:
    return json.dumps(value, ensure_ascii=False)[1:-1]


_SPELLINGS: dict[str, Callable[[str], str]] = {"json": _in_json, "lines": _in_json, "form": quote_plus}
"""The spelling of a value inside of a body, by the kind of body."""


def credentials_of(headers: Iterable[str], secrets: Iterable[str], environment: Mapping[str, str]) -> Credentials:
    """Read the options `--header NAME=VALUE` and `--secret KIND=VARIABLE`.

    UsageError for what is neither, and for a variable that is not set.
    """
    used: dict[str, str] = {}
    fields = tuple(_header(text, environment, used) for text in headers)
    values = dict(_secret(text, environment, used) for text in secrets)
    return Credentials(fields, values, used)


def _header(text: str, environment: Mapping[str, str], used: dict[str, str]) -> tuple[str, str]:
    found = _HEADER.fullmatch(text.strip())
    if found is None:
        raise UsageError("A --header is not a header field: write --header 'authorization=Bearer $TOKEN'.")
    name, value = found[1], found[2]

    def expand(variable: re.Match[str]) -> str:
        wanted = variable[1] or variable[2]
        return "$" if wanted is None else _looked_up(wanted, f"--header {name}", environment, used)

    return name, _VARIABLE.sub(expand, value)


def _secret(text: str, environment: Mapping[str, str], used: dict[str, str]) -> tuple[str, str]:
    found = _SECRET.fullmatch(text.strip())
    if found is None:
        raise UsageError("A --secret is not KIND=VARIABLE: write --secret api-key=SHOP_KEY for REDACTED-api-key-1.")
    return found[1], _looked_up(found[2], f"--secret {found[1]}", environment, used)


def _looked_up(name: str, option: str, environment: Mapping[str, str], used: dict[str, str]) -> str:
    if not environment.get(name):
        raise UsageError(f"{option} takes its value from the variable {name}, which is not set: set it, and run again.")
    used[name] = environment[name]
    return environment[name]
