"""The places that answers lead to: one text for each, however `Location` spells it (RFC 9110, 10.2.2)."""

from __future__ import annotations

from collections.abc import Iterable
from urllib.parse import urljoin, urlsplit

from playhead.contract.requests import key_of
from playhead.text.urls import normalised_path

__all__ = ["lead_apart", "location_of"]


def location_of(target: str, url: str) -> str:
    """Return the place that a `Location` names, as a path template. Query and fragment do not count.

    The path stands alone for a place of the same scheme and host as the request, so that a service that moves as a
    whole leads to the same places.

    Args:
        target: The value of the header.
        url: The URL of the request, which relative references are resolved against.
    """
    try:
        here, there = _parts(url), _parts(urljoin(url, target.strip()))
    except ValueError:  # a server may send anything, not only URLs
        return target
    scheme, host, path = there
    if (scheme, host) == here[:2]:
        return path
    return f"{scheme}://{host}{path}" if host else target


def lead_apart(some: Iterable[str], others: Iterable[str], host: str) -> bool:
    """Return True if two sets of places have none in common.

    Args:
        some: Places from `location_of`. Contracts stored by earlier versions have `api.test/users`, without a scheme.
        others: Places to compare with, likewise.
        host: The host of the requests.
    """
    return not any(_is_one_place(one, other, host) for one in some for other in others)


def _parts(url: str) -> tuple[str, str, str]:
    parts = urlsplit(url)
    key = key_of("", parts._replace(path=normalised_path(parts.path)).geturl(), None)
    return parts.scheme, key.host, key.path


def _is_one_place(one: str, other: str, host: str) -> bool:
    if all(place.startswith("/") or "://" in place for place in (one, other)):
        return one == other
    return _without_scheme(one, host) == _without_scheme(other, host)


def _without_scheme(place: str, host: str) -> str:
    return f"{host}{place}" if place.startswith("/") else place.partition("://")[2] or place
