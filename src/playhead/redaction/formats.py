"""Credentials that are known by their form, wherever they stand.

The forms are those that the issuers document, or that secret scanners agree on. Entropy alone is no rule: embeddings,
signatures and media would trip it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from playhead.redaction.placeholder import Form
from playhead.redaction.rules import Rule

__all__ = ["Found", "find_formats", "may_hold_formats"]

_IN_A_WORD = re.compile(rb"[A-Za-z0-9_-]$")
_ESCAPE = re.compile(rb"(?:%[0-9A-Fa-f]{2}|\\[nrtbf])$")
"""After an escape of a URL or of JSON a word begins, though it looks like a letter."""


@dataclass(frozen=True, slots=True)
class Format:
    """One form; the first group of the `pattern` is the secret.

    Patterns begin with what is literal, for that is fast, or are used only where one of the `needles` is found. So it
    is checked after the match that the secret does not begin within a `word`.
    """

    rule: Rule
    needles: tuple[bytes, ...]
    pattern: re.Pattern[bytes]
    word: bool = True
    form: Form | None = None


@dataclass(frozen=True, slots=True)
class Found:
    """A secret in `[start:end]`, the rule that found it, and the form of placeholder that its place asks for."""

    start: int
    end: int
    rule: Rule
    form: Form | None = None


def _format(name: str, needles: str, pattern: str, *, word: bool = True, form: Form | None = None) -> Format:
    compiled, rule = re.compile(pattern.encode(), re.DOTALL), Rule(f"format.{name}", name)
    return Format(rule, tuple(needle.encode() for needle in needles.split()), compiled, word, form)


FORMATS = (
    _format("anthropic-key", "", r"(sk-ant-[A-Za-z0-9_-]{20,})"),
    _format("openai-key", "", r"(sk-(?!ant-)(?:proj-|svcacct-|admin-)?[A-Za-z0-9_-]{20,})"),
    _format("google-key", "", r"(AIza[0-9A-Za-z_-]{35})"),
    _format("google-token", "", r"(ya29\.[0-9A-Za-z_-]{20,})"),
    _format("google-secret", "GOCSPX-", r"(GOCSPX-[0-9A-Za-z_-]{20,})"),
    _format("aws-key-id", "", r"(A[KS]IA[A-Z2-7]{16})(?![A-Za-z0-9])"),
    _format("aws-token", "IQoJb3JpZ2lu FwoGZXIvYXdz", r"((?:IQoJb3JpZ2lu|FwoGZXIvYXdz)[A-Za-z0-9+/=%_-]{60,})"),
    _format("github-token", "", r"(gh[pousr]_[A-Za-z0-9]{36,})"),
    _format("github-token", "github_pat_", r"(github_pat_[A-Za-z0-9_]{22,})"),
    _format("gitlab-token", "", r"(gl(?:pat|dt|rt|cbt|ptt|ft|soat)-[\w-]{20,})"),
    _format("slack-token", "", r"(xox[abeprs][.-][A-Za-z0-9.-]{10,})"),
    _format("slack-token", "", r"(xapp-[A-Za-z0-9.-]{10,})"),
    _format("slack-webhook", "hooks.slack.com", r"hooks\.slack\.com/services/(T\w+/B\w+/\w{8,})", word=False),
    _format("stripe-key", "_live_ _test_", r"([sr]k_(?:live|test)_[A-Za-z0-9]{16,})"),
    _format("webhook-secret", "whsec_", r"(whsec_[A-Za-z0-9+/=]{24,})"),
    _format("twilio-key", "", r"(SK[0-9a-f]{32})(?![A-Za-z0-9])"),
    _format("sendgrid-key", "", r"(SG\.[\w-]{16,32}\.[\w-]{16,64})"),
    _format("npm-token", "", r"(npm_[A-Za-z0-9]{36})"),
    _format("hugging-face-token", "", r"(hf_[A-Za-z0-9]{30,})"),
    _format("shopify-token", "", r"(shp(?:at|ca|pa|ss)_[0-9a-fA-F]{32})"),
    _format("telegram-token", ":AA", r"(?<!\d)(\d{8,10}:AA[A-Za-z0-9_-]{33})(?![A-Za-z0-9_-])", word=False),
    _format("discord-webhook", "/api/webhooks/", r"/api/webhooks/(\d+/[\w-]{60,})", word=False),
    # before the first dot stands whose it is, in base64: no secret
    _format(
        "discord-token",
        "",
        r"\.(?:(?<=[MNO][\w-]{23}\.)|(?<=[MNO][\w-]{24}\.)|(?<=[MNO][\w-]{25}\.))([\w-]{6}\.[\w-]{27,38})(?![\w.-])",
        word=False,
    ),
    _format("vault-token", "", r"(hv[sbr]\.[A-Za-z0-9_-]{24,})"),
    _format("sentry-token", "sntry", r"(sntry[su]_[A-Za-z0-9+/=_-]{40,})"),
    _format("jwt", "", r"(eyJ[A-Za-z0-9_-]{8,}\.eyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]*)"),
    _format("jwt", "", r"(ZXlK[\w+/-]*(?:LmV5S|5leU|uZXlK)[\w+/=-]*)", form="base64"),  # in base64 once more
    _format(
        "private-key", "PRIVATE", r"(-----BEGIN [A-Z ]*PRIVATE KEY-----.{1,8000}?-----END [A-Z ]*PRIVATE KEY-----)"
    ),
)
"""Datadog and others whose keys are plain hexadecimal are found by the names that they stand under."""


_URL_PASSWORD = _format("url-password", "", r"://[^\s/?#:@\"'<>\\]*:([^\s/?#@\"'<>\\]+)@", word=False)

_RUN = b"a" * 15
_RUNS = bytes(ord("a") if re.match(rb"[A-Za-z0-9_-]", bytes([byte])) else ord(" ") for byte in range(256))
"""Under this translation each form but the last has such a run in it, and most texts have none."""


def may_hold_formats(text: bytes) -> bool:
    """Whether a text can hold a secret of a known form at all: most cannot, and that is quick to tell."""
    return b"@" in text or (len(text) >= len(_RUN) and _RUN in text.translate(_RUNS))


def find_formats(text: bytes) -> Iterator[Found]:
    """All secrets of a known form, form by form; they may overlap."""
    yield from _find(_URL_PASSWORD, text)
    if _RUN in text.translate(_RUNS):
        for form in FORMATS:
            yield from _find(form, text)


def _find(form: Format, text: bytes) -> Iterator[Found]:
    if form.needles and not any(needle in text for needle in form.needles):
        return
    for found in form.pattern.finditer(text):
        if not form.word or _begins_word(text, found.start(1)):
            yield Found(found.start(1), found.end(1), form.rule, form.form)


def _begins_word(text: bytes, start: int) -> bool:
    before = text[max(start - 3, 0) : start]
    return _IN_A_WORD.search(before) is None or _ESCAPE.search(before) is not None
