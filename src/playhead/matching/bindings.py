"""The live values that the placeholders of a cassette stand for in this run.

A secret cannot be compared with one that was never stored. But it can be told whether two recorded secrets were the
same: a number is bound to the first live value that it matched, and refuses others from then on. So two users in one
test are told apart once each has been seen, and a wrong key is noticed beside a good one.

Worked example. Recorded are `?key=REDACTED-key-1` and `?key=REDACTED-key-2`. The run asks with `a`, then with `b`.
Nothing tells which is which, so the first recording is taken, and 1 is bound to `a`; then 1 refuses `b`, and 2 is bound
to it. From now on `a` finds recordings with 1, `b` those with 2, and `c` none. In a run that has `dummy` for both, 1
and 2 are bound to the same value, each in its turn.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Hashable
from enum import Enum

from playhead.matching.alignment import Held
from playhead.text.base64_text import object_in

__all__ = ["Bindings", "Fit", "is_computed"]


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_COMPUTED_KINDS = _words(
    """
    signature sig hmac hash nonce cnonce assertion idempotency idempotent state verifier challenge otp totp mfa proof
    dpop csrf xsrf digest jti captcha
    """
)
"""Words of kinds whose values are computed for each request, or read from a clock."""

_DIGITS = re.compile(r"\d+")

_COMPUTED_SCHEMES = _words("digest hawk oauth dpop ntlm negotiate kerberos mutual hoba aws sharedkey")
_COMPUTED_PARTS = ("hmac", "sha1", "sha256", "sha512", "signature", "scram", "sharedkey")


class Fit(Enum):
    """The relation of a live value to a placeholder.

    It is bound to it, compared by presence alone, free to be bound, or refused since it belongs to another.
    """

    OWN = "own"
    ANY = "any"
    FREE = "free"
    REFUSED = "refused"


class Bindings:
    """The live value of each placeholder.

    A number counts within one session of one test's recordings.
    """

    def __init__(self) -> None:
        self._values: dict[tuple[Hashable, int], str] = {}
        self._numbers: dict[tuple[Hashable, str], int] = {}
        self.handed_out: Callable[[int], bool] = lambda _: False
        """Tells whether an answer that was played held a placeholder of this number."""

    def fit(self, where: Hashable, held: Held, own: int | None) -> Fit:
        """Judge a live value in the place of a placeholder; `own` is its number if it is a placeholder itself.

        A placeholder that this cassette has handed out in an answer stands for its own number alone. Others, such as
        those of a fixture's cassette with numbers of its own, are values like any.
        """
        bound = self._values.get((where, held.number))
        if own is not None:
            if own == held.number and self._numbers.get((where, held.value), own) == own:
                return Fit.OWN
            if own != held.number and self.handed_out(own):
                return Fit.ANY if _is_computed_kind(held.kind) else Fit.REFUSED
        if is_computed(held.kind, held.value):
            return Fit.ANY
        if bound is None:
            return Fit.FREE
        return Fit.OWN if bound == held.value else Fit.REFUSED

    def has(self, where: Hashable, value: str) -> bool:
        """Return True if any number is bound to a value."""
        return (where, value) in self._numbers

    def bind(self, where: Hashable, held: Held, own: int | None) -> None:
        """Bind a number to a value, unless it is bound already, or the value is its placeholder."""
        if own != held.number and (where, held.number) not in self._values and not is_computed(held.kind, held.value):
            self._values[where, held.number] = held.value
            self._numbers.setdefault((where, held.value), held.number)


def is_computed(kind: str, value: str, scheme: str = "") -> bool:
    """Return True if a value is computed for each request: a signature, a nonce, a token with a time in it."""
    return _is_computed_kind(kind) or _is_computed_scheme(scheme.strip().lower()) or _has_time(value)


def _is_computed_kind(kind: str) -> bool:
    return kind.startswith("x-amz-") or not _COMPUTED_KINDS.isdisjoint(_DIGITS.sub("", kind).split("-"))


def _is_computed_scheme(scheme: str) -> bool:
    return bool(scheme) and (scheme in _COMPUTED_SCHEMES or any(part in scheme for part in _COMPUTED_PARTS))


def _has_time(value: str) -> bool:
    """Return True for a JSON web token that says when it was issued or when it expires (RFC 7519, section 4.1)."""
    if not value.startswith("eyJ") or value.count(".") != 2:
        return False
    return not object_in(value.split(".")[1]).keys().isdisjoint(("iat", "exp"))
