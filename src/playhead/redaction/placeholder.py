"""Placeholders of secrets: `REDACTED-<kind>-<n>`, with the same number for the same secret of one cassette.

There are three forms, so that the program which reads the secret can still read what stands in its place:

- plain, `REDACTED-access-token-1`;
- for a JSON web token, `<header>.<payload>.REDACTED-access-token-1`: the header keeps `alg` and `typ`, the payload
  `exp`, `nbf` and `iat`, so that the token expires when it did;
- in base64, `UkVEQUNURUQtYWNjZXNzLXRva2VuLTE`: it begins with `UkVEQUNURUQt`, which is `REDACTED-`, and needs no `=`.

`placeholders` finds all of them in a text.
"""

from __future__ import annotations

import json
import re
from base64 import b64decode, b64encode, urlsafe_b64encode
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import cast

from playhead.text.base64_text import decoded_text, object_in
from playhead.text.placeholder_signs import CODED, PREFIX, WITHIN, Form, Mark

__all__ = [
    "PLACEHOLDER",
    "all_placeholders",
    "claims_of",
    "coded_texts",
    "form_of",
    "is_placeholder",
    "mark_of",
    "marks_in",
    "number_of",
    "placeholder",
    "placeholders",
    "replace_placeholders",
    "same_kind",
]

PLACEHOLDER = re.compile(r"REDACTED-([a-z][a-z0-9]*(?:-[a-z][a-z0-9]*)*)-(\d+)")
"""The plain form. Each word of a kind begins with a letter, so the number is what follows the last hyphen."""

_BASE64_RUN = re.compile(r"[A-Za-z0-9+/_-]{12,}={0,2}")
_LONGEST_TEXT = 16 * 1024
"""The longest base64 that is searched for placeholders: longer ones are files."""

_CODED_RUN = re.compile(rf"{CODED[0]}[A-Za-z0-9]+")
"""Placeholders have no character whose base64 has `+`, `/`, `-` or `_` in it: see `placeholder`."""

_BASE64 = re.compile(r"(?:[A-Za-z0-9+/]+|[A-Za-z0-9_-]+)={0,2}")
_TEXT = re.compile(rb"[\t\n\r -~]+")
_FEWEST_OF_BASE64 = 12

_JWT = re.compile(r"[A-Za-z0-9_-]+={0,2}\.[A-Za-z0-9_-]+={0,2}\.[A-Za-z0-9_-]*")
_JWT_BEFORE = re.compile(r"eyJ[A-Za-z0-9_-]{1,200}\.(?:eyJ[A-Za-z0-9_-]{1,300}|e30)\.\Z")
_LONGEST_BEFORE = 512
"""More than `alg`, `typ` and three times take. The limit keeps the search linear in a text that repeats `eyJ`."""

_LATEST = 1e13
"""Later than any date, in seconds. Larger values, and JSON's `NaN`, are left out of a token."""

_SHORT_WORD = re.compile(r"[A-Za-z0-9+./-]{1,20}")


def placeholder(kind: str, number: int, secret: str = "", *, form: Form | None = None) -> str:
    """Return the placeholder for a secret, in the given `form` or else in the form that the secret has."""
    form = form or form_of(secret)
    text = f"REDACTED-{kind}-{number}"
    if form == "base64":
        # Leading zeros make whole groups of three bytes, so that it needs no `=`, whatever follows.
        text = f"REDACTED-{kind}-{'0' * (-len(text) % 3)}{number}"
        return b64encode(text.encode()).decode()
    if form == "plain":
        return text
    # Leading zeros make whole groups of four characters: strict readers refuse base64 with unused bits at the end.
    text = f"REDACTED-{kind}-{'0' * (-len(text) % 4)}{number}"
    header, payload = (object_in(part) for part in secret.split(".")[:2])
    return f"{_encoded({'alg': 'none', **_algorithm(header)})}.{_encoded(_times(payload))}.{text}"


def form_of(secret: str) -> Form:
    """Return the form of a secret: a JSON web token, base64 that can be decoded for certain, or plain."""
    if secret.startswith("eyJ") and _JWT.fullmatch(secret) is not None:
        return "jwt"
    return "base64" if _is_base64(secret) else "plain"


def placeholders(text: str) -> Iterator[Mark]:
    """Find all placeholders in a text, in order, whatever their form."""
    plain = [_with_token(text, found) for found in PLACEHOLDER.finditer(text)] if PREFIX in text else []
    coded = list(_coded(text)) if CODED[0] in text else []
    yield from sorted(plain + coded) if coded else plain


def coded_texts(text: str) -> Iterator[tuple[int, int, str]]:
    """Yield longer texts in base64 that hold a placeholder: start, end, and the decoded text."""
    if not any(sign in text for sign in CODED):
        return
    for run in _BASE64_RUN.finditer(text):
        if len(run[0]) > _LONGEST_TEXT or not any(sign in run[0] for sign in CODED):
            continue
        said = decoded_text(run[0])
        if said is not None and PLACEHOLDER.search(said) is not None and mark_of(run[0].rstrip("=")) is None:
            yield run.start(), run.end(), said


def all_placeholders(text: str) -> Iterator[Mark]:
    """Yield the placeholders of a text, then those inside its base64, with places in the decoded text."""
    yield from placeholders(text)
    for _, _, said in coded_texts(text):
        yield from all_placeholders(said)


def marks_in(text: str) -> Sequence[Mark]:
    """Return all placeholders in a text. A longer text in base64 that holds some is one mark, "within base64"."""
    if PREFIX not in text and CODED[0] not in text and CODED[1] not in text and CODED[2] not in text:
        return ()  # most texts: the URL of each recording is looked at
    coded = list(coded_texts(text))
    if not coded:
        return list(placeholders(text)) if PREFIX in text or CODED[0] in text else ()
    found = [Mark(start, end, *_said(said), WITHIN) for start, end, said in coded]
    others = (mark for mark in placeholders(text) if not any(start <= mark.start < end for start, end, _ in coded))
    return sorted([*found, *others])


def _said(text: str) -> tuple[str, int]:
    """Return kind and number of the first placeholder in a text."""
    found = PLACEHOLDER.search(text)
    return (found[1], int(found[2])) if found is not None else ("", 0)


def mark_of(text: str) -> Mark | None:
    """Return the placeholder if the whole text is one, else `None`."""
    mark = next(placeholders(text), None)
    return mark if mark is not None and (mark.start, mark.end) == (0, len(text)) else None


def is_placeholder(text: str) -> bool:
    """Return True if the whole text is a placeholder."""
    return mark_of(text) is not None


def number_of(text: str) -> int | None:
    """Return the number if the whole text is a placeholder, else `None`."""
    mark = mark_of(text)
    return None if mark is None else mark.number


def claims_of(text: str) -> dict[str, float]:
    """Return the times (`exp`, `nbf`, `iat`, in seconds) that a placeholder for a JSON web token keeps."""
    parts = text.split(".")
    if len(parts) != 3 or PLACEHOLDER.fullmatch(parts[2]) is None:
        return {}
    return _times(object_in(parts[1]))


def same_kind(text: str) -> str:
    """Return a text whose placeholders have lost number and form, so that placeholders of one kind compare equal."""
    if PREFIX not in text and CODED[0] not in text:
        return text
    return replace_placeholders(text, lambda mark: f"REDACTED-{mark.kind}")


def replace_placeholders(text: str, replaced: Callable[[Mark], str]) -> str:
    """Return a text in which `replaced` gives the text for each placeholder."""
    pieces, position = [], 0
    for mark in placeholders(text):
        pieces += [text[position : mark.start], replaced(mark)]
        position = mark.end
    return "".join([*pieces, text[position:]])


def _with_token(text: str, found: re.Match[str]) -> Mark:
    """Return the mark of a plain placeholder, or of the JSON web token whose last part it is."""
    start, form = found.start(), "plain"
    if text[start - 1 : start] == ".":
        before = _JWT_BEFORE.search(text, max(start - _LONGEST_BEFORE, 0), start)
        if before is not None:
            start, form = before.start(), "jwt"
    return Mark(start, found.end(), found[1], int(found[2]), cast(Form, form))


def _coded(text: str) -> Iterator[Mark]:
    for run in _CODED_RUN.finditer(text):
        decoded = b64decode(run[0][: len(run[0]) // 4 * 4]).decode("latin-1")
        found = PLACEHOLDER.match(decoded)
        if found is not None:
            yield Mark(run.start(), run.start() + -(-found.end() // 3) * 4, found[1], int(found[2]), "base64")


def _is_base64(text: str) -> bool:
    """Return True for base64 that ends in `=`, or decodes to a text. Many other strings are base64 by chance."""
    if len(text) % 4 or len(text) < _FEWEST_OF_BASE64 or _BASE64.fullmatch(text) is None:
        return False
    return (
        text.endswith("=")
        or _TEXT.fullmatch(b64decode(text, altchars=b"-_" if "-" in text or "_" in text else None)) is not None
    )


def _encoded(value: Mapping[str, object]) -> str:
    return urlsafe_b64encode(json.dumps(value, separators=(",", ":")).encode()).decode().rstrip("=")


def _algorithm(header: dict[str, object]) -> dict[str, object]:
    """Return `alg` and `typ` if they are short words. Other members may name a key or a person."""
    found = {name: header.get(name) for name in ("alg", "typ")}
    return {name: value for name, value in found.items() if isinstance(value, str) and _SHORT_WORD.fullmatch(value)}


def _times(payload: dict[str, object]) -> dict[str, float]:
    found = {name: payload.get(name) for name in ("exp", "nbf", "iat")}
    return {
        name: value
        for name, value in found.items()
        if isinstance(value, int | float) and not isinstance(value, bool) and abs(value) < _LATEST
    }
