"""Signs by which a text that holds placeholders of secrets is recognised quickly, and the marks of placeholders in it.

`redaction.placeholder` makes and finds placeholders. Matching must not import it, and is passed the function that finds
them. Both agree on what is here.
"""

from __future__ import annotations

from typing import Any, Literal, NamedTuple

__all__ = ["CODED", "PREFIX", "SIGNS", "WITHIN", "Form", "Mark", "may_hold_placeholders"]

PREFIX = "REDACTED-"

CODED = ("UkVEQUNURUQt", "JFREFDVEVEL", "SRURBQ1RFRC")
"""The prefix in base64, by where in a group of three bytes it begins; a placeholder by itself begins with the first."""

SIGNS = (PREFIX, *CODED)
_SIGNS_IN_BYTES = tuple(sign.encode() for sign in SIGNS)

Form = Literal["plain", "jwt", "base64", "within base64"]

WITHIN: Form = "within base64"
"""The form of a longer text in base64 that holds placeholders: it is compared decoded."""


class Mark(NamedTuple):
    """A placeholder at `[start:end]` of a text, and the form that it has there."""

    start: int
    end: int
    kind: str
    number: int
    form: Form


def may_hold_placeholders(text: str | bytes) -> bool:
    """Return False, quickly, for a text or bytes without any placeholder."""
    signs: Any = SIGNS if isinstance(text, str) else _SIGNS_IN_BYTES
    plain, first, second, third = signs
    return plain in text or first in text or second in text or third in text  # `any` takes three times as long
