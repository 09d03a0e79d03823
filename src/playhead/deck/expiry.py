"""Tokens that have expired since they were recorded: often why a program sends a request that it had not sent then."""

from __future__ import annotations

import re
import time
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from itertools import islice

from playhead.errors import Exhausted, NoMatch, PlayheadError, RequestDrift
from playhead.model.cassette import Exchange, Interaction
from playhead.redaction.placeholder import claims_of, placeholders

__all__ = ["note_expiry"]

_MOST = 1000
"""So many interactions are looked at: programs log in early."""

_LARGEST_BYTES = 256 * 1024
_MOMENT = re.compile(
    r'"(?:expires[_-]?(?:at|on)|expiration(?:[_-]?(?:time|date))?|expiry(?:[_-]?date)?|valid[_-]?until)"\s*:\s*"?([^",}\s]{8,40})',
    re.IGNORECASE,
)
_MILLISECONDS = 1e11
"""Larger numbers are not seconds since 1970 of this era."""


def note_expiry(error: PlayheadError, interactions: Iterable[Interaction], recorded_at: str) -> None:
    """Add to a miss that a recorded token has expired by now, before the way out, which is another one then."""
    if not isinstance(error, NoMatch | Exhausted | RequestDrift):
        return
    recorded_s, now_s = _instant(recorded_at), time.time()
    for number, expires_s in _expiries(islice(interactions, _MOST)):
        if (recorded_s or 0) < expires_s < now_s:
            when = datetime.fromtimestamp(expires_s, UTC).strftime("%Y-%m-%d %H:%M")
            error.with_notes([("expired", f"a token of #{number}, {when} UTC"), ("or", 'wall_clock="recorded"')])
            return


def _expiries(interactions: Iterable[Interaction]) -> Iterator[tuple[int, float]]:
    """When what was recorded expires, in seconds since 1970, and in which interaction it stands."""
    for each in interactions:
        if isinstance(each, Exchange) and each.response is not None:
            body = each.response.body
            text = body.decode("latin-1") if isinstance(body, bytes) and len(body) <= _LARGEST_BYTES else ""
            for expires_s in _moments(" ".join([*(value for _, value in each.response.headers), text])):
                yield each.id, expires_s


def _moments(text: str) -> Iterator[float]:
    for mark in placeholders(text):
        if mark.form == "jwt" and (expires_s := claims_of(text[mark.start : mark.end]).get("exp")) is not None:
            yield expires_s
    for found in _MOMENT.finditer(text):
        moment = _instant(found[1])
        if moment is not None:
            yield moment


def _instant(text: str) -> float | None:
    try:
        number = float(text)
    except ValueError:
        pass
    else:
        return number / 1000 if number > _MILLISECONDS else number
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    return (moment if moment.tzinfo is not None else moment.replace(tzinfo=UTC)).timestamp()
