"""Credentials that are known by their form, wherever they stand.

The forms are those that issuers document, or that secret scanners agree on. High entropy alone does not make a secret:
embeddings, signatures and media have it too. A text is searched as it is, and once more without the escapes of URLs,
JSON and HTML, if it has any. Every search takes time in proportion to the text, whatever is in it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from playhead.redaction.escapes import Unescaped, holds, may_be_escaped
from playhead.redaction.look import looks_secret
from playhead.redaction.rules import Rule
from playhead.redaction.runs import long_runs
from playhead.text.placeholder_signs import CODED, Form

__all__ = ["Found", "find_formats", "may_hold_formats"]


@dataclass(frozen=True, slots=True)
class Format:
    """One form; the first group of the `pattern` is the secret. It is used only where one of the `needles` is found.

    A needle that begins or ends with a sign such as `_` is found not to be there many times as fast as others.

    Words may have the form too if it is `readable`: `sk-some-readable-slug`. Then the secret must look like one.
    """

    rule: Rule
    needles: tuple[bytes, ...]
    pattern: re.Pattern[bytes]
    readable: bool = False


@dataclass(frozen=True, slots=True)
class Found:
    """A secret in `[start:end]`, the rule that found it, and the form of placeholder that its place asks for."""

    start: int
    end: int
    rule: Rule
    form: Form | None = None


def _format(name: str, needles: str, pattern: str, *, readable: bool = False) -> Format:
    """Return a form that may begin anywhere in a text."""
    compiled, rule = re.compile(pattern.encode(), re.DOTALL), Rule(f"format.{name}", name)
    return Format(rule, tuple(needle.encode() for needle in needles.split()), compiled, readable)


def _word(name: str, needles: str, beginning: str, rest: str, *, readable: bool = False) -> Format:
    """Return a form that begins at the start of a word. `beginning` has to match a fixed number of bytes.

    The beginning comes before the look-behind since literals are searched for fast, and the look-behind before the rest
    so that a long run of beginnings is read once. A letter that belongs to an escape of a URL or of JSON does not count
    as a part of the word.
    """
    escapes = rf"(?<=%[0-9A-Fa-f]{{2}}{beginning})|(?<=\\[nrtbf]{beginning})"
    return _format(name, needles, rf"({beginning}(?:(?<![A-Za-z0-9_-]{beginning})|{escapes}){rest})", readable=readable)


FORMATS = (
    _word("anthropic-key", "sk-ant-", "sk-ant-", r"[A-Za-z0-9_-]{20,}", readable=True),
    _word("openai-key", "sk-", "sk-", r"(?!ant-)(?:proj-|svcacct-|admin-)?[A-Za-z0-9_-]{20,}", readable=True),
    _word("google-key", "AIza", "AIza", r"[0-9A-Za-z_-]{35}"),
    _word("google-token", "ya29.", r"ya29\.", r"[0-9A-Za-z_-]{20,}"),
    _word("google-secret", "GOCSPX-", "GOCSPX-", r"[0-9A-Za-z_-]{20,}"),
    _word("aws-key-id", "AKIA ASIA", "A[KS]IA", r"[A-Z2-7]{16}(?![A-Za-z0-9])"),
    _word(
        "aws-token",
        "IQoJb3JpZ2lu FwoGZXIvYXdz",
        "(?:IQoJb3JpZ2lu|FwoGZXIvYXdz)",
        r"[A-Za-z0-9+/=%_-]{60,}",
    ),
    _word("github-token", "_", "gh[pousr]_", r"[A-Za-z0-9]{36,}"),
    _word("github-token", "github_pat_", "github_pat_", r"[A-Za-z0-9_]{22,}"),
    _word("gitlab-token", "-", "gl", r"(?:pat|dt|rt|cbt|ptt|ft|soat)-[\w-]{20,}", readable=True),
    _word("slack-token", "xox", "xox[abeprs][.-]", r"[A-Za-z0-9.-]{10,}", readable=True),
    _word("slack-token", "xapp-", "xapp-", r"[A-Za-z0-9.-]{10,}", readable=True),
    _format("slack-webhook", "hooks.slack.com", r"hooks\.slack\.com/services/(T\w+/B\w+/\w{8,})"),
    _word("stripe-key", "_live_ _test_", "[sr]k_(?:live|test)_", r"[A-Za-z0-9]{16,}"),
    _word("webhook-secret", "whsec_", "whsec_", r"[A-Za-z0-9+/=]{24,}"),
    _word("twilio-key", "SK", "SK", r"[0-9a-f]{32}(?![A-Za-z0-9])"),
    _word("sendgrid-key", "SG.", r"SG\.", r"[\w-]{16,32}\.[\w-]{16,64}"),
    _word("npm-token", "npm_", "npm_", r"[A-Za-z0-9]{36}"),
    _word("hugging-face-token", "hf_", "hf_", r"[A-Za-z0-9]{30,}"),
    _word("shopify-token", "_", "shp", r"(?:at|ca|pa|ss)_[0-9a-fA-F]{32}"),
    _format("telegram-token", ":AA", r"(?<!\d)(\d{8,10}:AA[A-Za-z0-9_-]{33})(?![A-Za-z0-9_-])"),
    _format("discord-webhook", "/api/webhooks/", r"/api/webhooks/(\d+/[\w-]{60,})"),
    # The part before the first dot is the account in base64, which is not a secret.
    _format(
        "discord-token",
        ".",
        r"\.(?:(?<=[MNO][\w-]{23}\.)|(?<=[MNO][\w-]{24}\.)|(?<=[MNO][\w-]{25}\.))([\w-]{6}\.[\w-]{27,38})(?![\w.-])",
    ),
    _word("vault-token", ".", r"hv[sbr]\.", r"[A-Za-z0-9_-]{24,}"),
    _word("sentry-token", "sntry", "sntry[su]_", r"[A-Za-z0-9+/=_-]{40,}"),
    _word("jwt", ".eyJ", "eyJ", r"[A-Za-z0-9_-]{8,}+\.eyJ[A-Za-z0-9_-]{8,}+\.[A-Za-z0-9_-]*"),
)
"""Datadog and others whose keys are plain hexadecimal are found by the names that they stand under."""


_JWT = Rule("format.jwt", "jwt")
_KEY = Rule("format.private-key", "private-key")

_CODED_JWT = re.compile(rb"ZXlK(?:(?<![\w-]ZXlK)|(?<=%[0-9A-Fa-f]{2}ZXlK)|(?<=\\[nrtbf]ZXlK))")
_CODED_RUN = re.compile(rb"[\w+/-]*+=*+")
_CODED_REST = re.compile(rb"LmV5S|5leU|uZXlK")
"""`.eyJ` in base64, by where its first byte falls."""

_CODED_PLACEHOLDER = re.compile("|".join(CODED).encode())

_KEY_LINE = re.compile(
    rb"-----(?:(BEGIN[ +](?:[A-Z0-9]{1,20}[ +]){0,3}PRIVATE[ +]KEY(?:[ +]BLOCK)?)|(BEGIN|END)[ +][A-Z0-9 +]{1,60})-----"
)
_KEY_MATERIAL = re.compile(
    rb"(?:[A-Za-z-]{1,20}: [^\r\n\\\"%<>]{1,200}+|[A-Za-z0-9+/=]++|[ \t\r\n]++|\\{1,8}[nrt]|\\{1,8}u000[9adAD]|\\{1,8}/"
    rb"|%(?:25)*+(?:0[9ADad]|20|2[BbFf]|3[Dd])|&#(?:10|13|x[aAdD]);)*+"
)
_KEY_RUN = re.compile(rb"(?=[a-z]{0,15}[A-Z0-9+/])[A-Za-z0-9+/=]{16}")

_URL_PASSWORD = _format("url-password", "://", r"""://[^\s/?#:"'<>\\]*+:([^\s/?#"'<>\\]+)@""")

_FEWEST = len("://:a@")
_ANYWHERE = {"aws-token", "slack-webhook", "webhook-secret", "discord-webhook", "sentry-token"}
"""Those that may consist of short runs, and so are looked for in the text itself; all others have a long one."""


def may_hold_formats(text: bytes, runs: bytes) -> bool:
    """Return False for most texts that hold no secret of a known form; that is quick to tell from the `runs` of it."""
    if len(text) < _FEWEST:
        return False
    return bool(runs) or b"@" in text or holds(text, b"PRIVATE") or may_be_escaped(text)


def find_formats(text: bytes, runs: bytes, plain: Unescaped | None) -> Iterator[tuple[Found, str]]:
    """Yield all secrets of a known form with their unescaped text, form by form; they may overlap.

    Args:
        text: The text to search.
        runs: The long runs of it (see `runs.long_runs`).
        plain: The text without escapes, if it has any.
    """
    for found in _find_all(text, runs):
        yield found, _meaning(text, found)
    if plain is not None:
        for found in _find_all(plain.text, long_runs(plain.text)):
            place = Found(plain.place(found.start), plain.place(found.end), found.rule, found.form)
            yield place, _meaning(plain.text, found)


def _meaning(text: bytes, found: Found) -> str:
    return text[found.start : found.end].decode("utf-8", "surrogateescape")


def _find_all(text: bytes, runs: bytes) -> Iterator[Found]:
    if b"@" in text:
        yield from _find(_URL_PASSWORD, text)
    if holds(text, b"PRIVATE"):
        yield from _find_keys(text)
    if runs:
        for form in FORMATS:
            if _may_be_in(text if form.rule.kind in _ANYWHERE else runs, form):
                yield from _find(form, text)
        if holds(text, b"ZXlK"):
            yield from _find_coded_jwts(text)


def _may_be_in(text: bytes, form: Format) -> bool:
    if not any(holds(text, needle) for needle in form.needles):
        return False
    return form.pattern.search(text) is not None


def _find(form: Format, text: bytes) -> Iterator[Found]:
    for found in form.pattern.finditer(text):
        if not form.readable or looks_secret(found[1].decode("latin-1")):
            yield Found(found.start(1), found.end(1), form.rule)


def _find_coded_jwts(text: bytes) -> Iterator[Found]:
    """Yield JSON web tokens that were base64-encoded once more. Each run of base64 is read once."""
    end = 0
    for found in _CODED_JWT.finditer(text):
        if found.start() < end:
            continue
        run = _CODED_RUN.match(text, found.start())
        end = run.end() if run else found.end()
        if _CODED_REST.search(text, found.end(), end) and not _CODED_PLACEHOLDER.search(text, found.end(), end):
            yield Found(found.start(), end, _JWT, "base64")


def _find_keys(text: bytes) -> Iterator[Found]:
    """Yield private keys of PEM and PGP of any length, up to their end line.

    Without an end line (the text was cut) a key ends where it stops to look like one.
    """
    begin: re.Match[bytes] | None = None
    for line in _KEY_LINE.finditer(text):
        if begin is not None:
            yield from _key(text, begin, line)
        begin = line if line[1] else None
    if begin is not None:
        yield from _key(text, begin, None)


def _key(text: bytes, begin: re.Match[bytes], line: re.Match[bytes] | None) -> Iterator[Found]:
    """Yield the key between a begin line and the next line, which may belong to another key."""
    if line is not None and line[2] == b"END":
        yield Found(begin.start(), line.end(), _KEY)
        return
    material = _KEY_MATERIAL.match(text, begin.end(), len(text) if line is None else line.start())
    stop = material.end() if material else begin.end()
    if _KEY_RUN.search(text, begin.end(), stop):
        yield Found(begin.start(), stop, _KEY)
