"""The errors of vcrpy that are errors of playhead too, so that a caller may catch either."""

from __future__ import annotations

from typing import Any

from vcr.errors import CannotOverwriteExistingCassetteException

from playhead.compat.vcr.interactions import request_of
from playhead.errors import CassetteCorrupt, Exhausted, NoMatch, UsageError

__all__ = ["CassetteUnreadable", "NeverRecorded", "PlayedOut", "UnknownMatcher", "UnknownOption", "refused"]


class CassetteUnreadable(CassetteCorrupt, ValueError):
    """A cassette cannot be read. vcrpy raises `ValueError` for most such files, and takes others for empty."""


class NeverRecorded(NoMatch, CannotOverwriteExistingCassetteException):  # type: ignore[misc]  # vcrpy has no types
    """A request is not on the cassette, and may not be recorded. `cassette` is the cassette, as in vcrpy."""


class PlayedOut(Exhausted, CannotOverwriteExistingCassetteException):  # type: ignore[misc]  # vcrpy has no types
    """A request is on the cassette, but all of its recordings have been played."""


class UnknownMatcher(UsageError, KeyError):
    """`match_on` names a matcher that nobody has registered."""

    __str__ = UsageError.__str__


class UnknownOption(UsageError, TypeError):
    """An option is not one of vcrpy's."""


def refused(cassette: Any, failed_request: Any) -> NeverRecorded | PlayedOut:
    """Return the error for a request that is neither played nor recorded, in vcrpy's words."""
    theirs = CannotOverwriteExistingCassetteException(cassette=cassette, failed_request=failed_request)
    kind: type[NeverRecorded | PlayedOut] = PlayedOut if theirs.reason == "already_played" else NeverRecorded
    error = kind.__new__(kind)
    CannotOverwriteExistingCassetteException.__init__(error, cassette=cassette, failed_request=failed_request)
    request = request_of(failed_request)
    if request is not None:
        cassette.redactor.request(request)  # what is secret in it is then found in the message
        error.args = (cassette.redactor.text(str(error)),)
    error.method = "" if request is None else request.method
    error.url = "" if request is None else cassette.redactor.url(request.url)
    error.nearest = None
    if cassette.ceiling:
        error.with_notes([("ceiling", f"{cassette.ceiling} forbids recording")])
    return error
