"""Names that say that a value is secret, whatever their case and separators: the default lists."""

from __future__ import annotations

import re

__all__ = [
    "BODY",
    "COMMON_VALUES",
    "HEADERS",
    "INNOCENT",
    "OFTEN_PLAIN",
    "QUERY",
    "STORED_HEADERS",
    "SUFFIXES",
    "fold",
    "kind_of",
]

_WORDS = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+")


def fold(name: str) -> str:
    """A name without case, `-`, `_`, blanks and dots: `accessToken`, `Access-Token` and `access_token` are one."""
    return "".join(character for character in name.lower() if character.isalnum())


def kind_of(name: str) -> str:
    """The kind that a placeholder gets from a name: its words in lower case; each begins with a letter."""
    kind = ""
    for word in _WORDS.findall(name):
        kind += word.lower() if not kind or word[0].isdigit() else f"-{word.lower()}"
    return kind.lstrip("0123456789-") or "secret"


def _folded(names: str) -> frozenset[str]:
    return frozenset(fold(name) for name in names.split())


SUFFIXES = ("token", "secret", "key", "password", "signature", "credential")
"""A folded name that ends in one of these is secret, wherever it stands."""

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

QUERY = _folded(
    """
    key api_key token access_token id_token refresh_token auth code sig signature client_secret password secret
    session jwt assertion x-amz-signature x-amz-credential x-amz-security-token x-goog-signature x-goog-credential
    googleaccessid
    """
)

BODY = _folded(
    """
    password passwd passphrase secret client_secret api_key access_key secret_access_key private_key token
    access_token refresh_token id_token session_token auth_token bearer jwt assertion client_assertion code_verifier
    otp pin signing_secret webhook_secret connection_string dsn credentials card_number cvv ssn authorization
    """
)

INNOCENT = _folded("monkey donkey turkey hockey jockey whiskey")
"""Words that only happen to end like a secret. Names that end in `public key` are innocent too."""

OFTEN_PLAIN = _folded("key code session auth sig credentials")
"""Names that are secret, but under which words stand as often as secrets do."""

COMMON_VALUES = (
    BODY
    | QUERY
    | _folded(
        """
        access admin anonymous api_token authorization_code basic bearer changeit changeme client client_credentials
        default digest disabled enabled example hidden invalid letmein mandatory missing my_password my_secret my_token
        new_password number object old_password optional password1 password123 private public redacted refresh required
        string test_key test_password test_secret test_token testing undefined unknown username value welcome
        """
    )
)
"""What stands in the place of a secret in samples and in descriptions of an API, folded: found everywhere else too."""

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
    }
)
"""The request headers that are stored (RFC 9110, sections 12, 8.3, 13 and 14); all others are left out."""
