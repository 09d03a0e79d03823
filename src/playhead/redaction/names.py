"""Names that say that a value is secret, whatever their case and separators: the default lists."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

__all__ = [
    "COMMON_VALUES",
    "OFTEN_PLAIN",
    "STORED_HEADERS",
    "Certainty",
    "certainty",
    "fold",
    "is_innocent",
    "kind_of",
]

_WORDS = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+")


def fold(name: str) -> str:
    """Return a name without case, `-`, `_`, blanks and dots.

    `accessToken`, `Access-Token` and `access_token` are one name.
    """
    lowered = name.lower()
    return lowered if lowered.isalnum() else "".join(filter(str.isalnum, lowered))


def kind_of(name: str) -> str:
    """Return the kind of placeholder for a name: its words in lower case, each beginning with a letter."""
    words = _WORDS.findall(name)
    kind = "".join([word.lower() if word[0].isdigit() else f"-{word.lower()}" for word in words])
    return kind.lstrip("0123456789-") or "secret"


def _folded(names: str) -> frozenset[str]:
    return frozenset(fold(name) for name in names.split())


HEADERS = _folded(
    """
    authorization proxy-authorization www-authenticate proxy-authenticate authentication-info
    proxy-authentication-info cookie set-cookie
    x-api-key api-key apikey x-auth-token x-access-token x-csrf-token x-xsrf-token x-goog-api-key
    x-goog-iam-authorization-token x-amz-security-token ocp-apim-subscription-key x-functions-key x-vault-token
    private-token job-token x-gitlab-token x-github-token x-hub-signature x-hub-signature-256
    x-shopify-access-token dd-api-key dd-application-key x-honeycomb-team x-figma-token x-sentry-auth xi-api-key
    x-rapidapi-key openai-organization openai-project anthropic-organization-id
    """
)
"""Secret header fields. All but cookies are secret in queries and bodies too, where services echo them."""

CERTAIN = _folded(
    """
    password pwd pass passwd passphrase secret client_secret api_key access_key secret_access_key private_key
    access_token refresh_token id_token auth_token session_token bearer authorization authorization_code device_code
    code_verifier client_assertion connection_string dsn credentials card_number cvv cvc iban ssn otp recovery_code
    csrf csrf_token xsrf xsrf_token csrfmiddlewaretoken signing_secret webhook_secret
    x-amz-signature x-amz-credential x-goog-signature x-goog-credential googleaccessid
    """
) | (HEADERS - {"cookie", "setcookie"})
"""Names under which everything is secret, also in the plural or as the last words of a longer name."""

_GLUED = ("secret", "password", "passwd", "passphrase")
"""Endings that make a folded name certain, since no other word ends like that."""

_REPEATED = frozenset({"confirmation", "confirm", "repeat", "again"})
"""Words that may follow a certain name: `password_confirmation`."""

SOMETIMES = _folded(
    "key token code session sessionid sig signature auth pin jwt assertion state nonce cookie credential"
)
"""Names under which secrets stand beside other values, also as the last words of a longer name."""

_SOMETIMES_GLUED = ("token", "key", "signature", "credential", "tokens", "keys")
"""Endings of folded names that hold a secret sometimes."""

_UNIQUE = ("key", "keys")
"""Endings of names under which a UUID is an identifier. Under other names a UUID is a credential."""

_COUNTED = "pass"
"""Under this name numbers are counts; only strings are secret."""

_INNOCENT = _folded("monkey donkey turkey hockey jockey whiskey")
"""Words that only happen to end like a secret. Names that end in `public key` are innocent too."""


_SWITCHES = _folded("access_control_allow_credentials allow_credentials with_credentials")
"""Names of settings that say whether credentials are sent (Fetch standard, CORS protocol), not which."""


_NAMES = CERTAIN | SOMETIMES | {*_GLUED, *_SOMETIMES_GLUED}
_TELLING = re.compile("|".join(sorted(name for name in _NAMES if not any(part in name for part in _NAMES - {name}))))
"""Parts of which each secret name has at least one. Most names and texts have none, and are done with quickly."""

_LONGEST = max(map(len, CERTAIN | SOMETIMES)) + len("s")


class Certainty(NamedTuple):
    """The certainty with which a name makes the values under it secret.

    Attributes:
        certain: True if all values are secret. Otherwise those are that look like a secret.
        numbers: True if numbers are secret too.
        uuids: True if a UUID counts as a secret.
    """

    certain: bool
    numbers: bool
    uuids: bool


def certainty(name: str) -> Certainty | None:
    """Judge a name on any side of an exchange; `None` for a name that does not suggest a secret."""
    folded = fold(name)
    if folded in _SWITCHES or (folded.isascii() and _TELLING.search(folded) is None):
        return None
    return _certainty(name, folded)


def _certainty(name: str, folded: str) -> Certainty | None:
    words = [word.lower() for word in _WORDS.findall(name)]
    while words and (words[-1].isdigit() or words[-1] in _REPEATED):
        words.pop()
    endings = [*_endings(words)]
    if folded in CERTAIN or folded.rstrip("0123456789").endswith(_GLUED) or any(map(_is_certain, endings)):
        return Certainty(certain=True, numbers=words[-1:] != [_COUNTED], uuids=True)
    if is_innocent(folded):
        return None
    if folded.endswith(_SOMETIMES_GLUED) or not SOMETIMES.isdisjoint([folded, *endings]):
        return Certainty(certain=False, numbers=False, uuids=not "".join(words).endswith(_UNIQUE))
    return None


def _endings(words: list[str]) -> Iterator[str]:
    """Yield the last word of a name, its last two words and so on, up to the length of known names."""
    ending = ""
    for word in reversed(words):
        ending = word + ending
        if len(ending) > _LONGEST:
            return
        yield ending


def is_innocent(folded: str) -> bool:
    """Return True for a name that ends like a secret one, but is innocent."""
    return folded in _INNOCENT or folded.endswith(("publickey", "publickeys"))


def _is_certain(ending: str) -> bool:
    return ending in CERTAIN or (ending.endswith("s") and ending[:-1] in CERTAIN)


OFTEN_PLAIN = _folded("credentials")
"""Certain names under which plain words stand as often as secrets."""

COMMON_VALUES = (
    CERTAIN
    | SOMETIMES
    | _folded(
        """
        access admin anonymous api_token authorization_code basic bearer changeit changeme client client_credentials
        default digest disabled enabled example hidden invalid letmein mandatory missing my_password my_secret my_token
        new_password number object old_password optional password1 password123 private public redacted refresh required
        string test_key test_password test_secret test_token testing undefined unknown username value welcome
        """
    )
)
"""Stand-ins for secrets in samples and API descriptions, folded. They occur anywhere, so they are not searched for."""

STORED_HEADERS = frozenset(
    {
        "accept",
        "content-type",
        "if-match",
        "if-modified-since",
        "if-none-match",
        "if-range",
        "if-unmodified-since",
        "range",
        "soapaction",
        "x-amz-target",
    }
)
"""The request headers that are stored; all others are left out.

They are those of RFC 9110, sections 12, 8.3, 13 and 14, and those by which SOAP and AWS name operations.
"""
