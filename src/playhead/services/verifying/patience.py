"""Limits of sending: a budget of requests, a rate, and the waiting that `Retry-After` asks for."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from playhead.model.cassette import Exchange
from playhead.model.http import header_value
from playhead.realtime import monotonic, utc_now

__all__ = ["Budget", "Patience", "retry_after_s"]

_ASKS_TO_WAIT = (429, 503)
_UNREACHABLE = ("ConnectError", "ConnectTimeout", "ProxyError")
_MOST_UNREACHABLE = 3
MOST_RETRIES = 2


@dataclass(frozen=True, slots=True)
class Budget:
    """Limits on the requests of one run, and on their time.

    Attributes:
        budget: The number of requests in all.
        rate: The number of requests a second.
        wait_s: The longest wait that a service may ask for.
        timeout_s: The longest time that one answer may take as a whole.
    """

    budget: int = 1000
    rate: float = 10.0
    wait_s: float = 60.0
    timeout_s: float = 30.0


class Patience:
    """Counts what is sent, and what of it was `asked` to confirm findings; `reserved` are recorded requests to come.

    `stopped` is why nothing more is to be sent, once that is so.
    """

    def __init__(
        self,
        limits: Budget,
        sleep: Callable[[float], Awaitable[object]] = asyncio.sleep,
        now_s: Callable[[], float] = monotonic,
    ) -> None:
        self.limits = limits
        self.sent = 0
        self.asked = 0
        self.reserved = 0
        self.stopped = ""
        self._sleep = sleep
        self._now_s = now_s
        self._next_s = 0.0
        self._unreachable = 0

    @property
    def spent(self) -> bool:
        """True if the budget is used up."""
        return self.sent >= self.limits.budget

    @property
    def spare(self) -> bool:
        """True if more may be sent than is to come anyway."""
        return not self.stopped and self.sent + self.reserved < self.limits.budget

    async def turn(self) -> None:
        """Wait until the rate allows another request, and count it."""
        now = self._now_s()
        if now < self._next_s:
            await self._sleep(self._next_s - now)
        self._next_s = max(self._next_s, now) + 1 / self.limits.rate
        self.sent += 1

    async def again(self, exchange: Exchange, attempt: int) -> bool:
        """Return True if the request is to be sent again, having waited as its answer asked for; note when to stop."""
        self._note_reachable(exchange)
        wait = retry_after_s(exchange, utc_now())
        if wait is None:
            return False
        if wait > self.limits.wait_s:
            self.stopped = f"the service asked to be left alone for {wait:.0f} s; --max-wait allows that"
            return False
        if attempt >= MOST_RETRIES or self.spent:
            return False
        await self._sleep(wait)
        return True

    def _note_reachable(self, exchange: Exchange) -> None:
        kind = exchange.failure.kind if exchange.failure is not None else ""
        self._unreachable = self._unreachable + 1 if kind in _UNREACHABLE else 0
        if self._unreachable >= _MOST_UNREACHABLE:
            self.stopped = f"{_MOST_UNREACHABLE} requests in a row could not reach the service"


def retry_after_s(exchange: Exchange, now: datetime) -> float | None:
    """Return the seconds that an answer asks to wait for (RFC 9110, section 10.2.3), or `None` if it does not."""
    response = exchange.response
    if response is None or response.status not in _ASKS_TO_WAIT:
        return None
    text = header_value(response.headers, "retry-after").strip()
    if text.isdecimal() and text.isascii():
        return float(text[:12])
    try:
        when = parsedate_to_datetime(text)
    except ValueError:
        return None
    if when.tzinfo is None:
        when = when.replace(tzinfo=UTC)
    return max(0.0, (when - now).total_seconds())
