"""Routes: the requests of a deck that fit a method and a path pattern, with the assertions of `AsyncMock`.

Counts of calls are of requests issued, counts of awaits of heads and failures delivered, on synchronous clients too.
Redirects and auth challenges are requests of their own. Expected values are compared with the live ones, not with the
redacted ones on the cassette, and only what is given is compared; `unittest.mock.ANY` works everywhere.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any, Protocol

from playhead.deck.routes.expected import Expected, Wanted
from playhead.deck.routes.overrides import Overrides, RouteOverrides, failure_of, response_of
from playhead.deck.routes.route_call import RouteCall
from playhead.engine.seen import SeenRequest
from playhead.errors import UsageError
from playhead.matching.hosts import compile_hosts
from playhead.model.http import Request
from playhead.redaction.redact import Redactor
from playhead.text.path_patterns import compile_pattern

__all__ = ["Route"]

__tracebackhide__ = True  # pytest shows the line of the assertion instead


_TOKEN = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
"""RFC 9110, 5.6.2; `*` for any method is one."""


class RouteDeck(Protocol):
    """The deck as a route sees it: the requests seen, and where overrides go."""

    @property
    def seen(self) -> Sequence[SeenRequest]:
        """Every request, in the order in which they were issued."""
        ...

    @property
    def redactor(self) -> Redactor:
        """Replaces what is secret in what is printed."""
        ...

    @property
    def overrides(self) -> Overrides:
        """The answers that a test gives in place of recordings."""
        ...


class Route:
    """The requests of a deck with this method and path pattern. Made by `deck.route`."""

    def __init__(self, deck: RouteDeck, method: str, pattern: str, *, host: str | None = None) -> None:
        self._deck = deck
        if not _TOKEN.fullmatch(method):
            raise UsageError(f'"{method}" is not a method of a request: write one such as "GET", or "*" for any.')
        self._method = method.upper()
        self._pattern = compile_pattern(pattern)
        self._host = host
        self._on_host = None if host is None else compile_hosts([host])
        self._text = f"{self._method} {pattern}"

    def respond(
        self,
        status: int = 200,
        *,
        json: object = None,
        content: bytes | str | None = None,
        headers: Mapping[str, str] | None = None,
        times: int | None = None,
    ) -> None:
        """Answer the next `times` requests with this, or all, in every mode. No recording is used up.

        Raises `UsageError` for something that is not a status code, or not a number of times.
        """
        self._overrides.add(response_of(status, headers, json, content), times)

    def fail(
        self, kind: str | BaseException | type[BaseException], message: str = "", *, times: int | None = None
    ) -> None:
        """Fail with this error of the client's own library (`"ReadTimeout"`), or with any exception.

        Raises `UsageError` for a name that is not an error of a client.
        """
        self._overrides.add(failure_of(kind, message), times)

    @property
    def side_effect(self) -> Any:  # noqa: ANN401  # what the test has set
        """An override as on a mock: an exception, a function of the request (`RouteCall`), or an iterable.

        An iterable gives exceptions, status codes, responses and `playhead.PLAY`, which goes on to the recording.
        """
        return self._overrides.side_effect

    @side_effect.setter
    def side_effect(self, effect: object) -> None:
        self._overrides.set_side_effect(effect)

    @property
    def _overrides(self) -> RouteOverrides:
        """The overrides of this route, shared by every `Route` of the deck that is made alike."""
        return self._deck.overrides.of((self._text, self._host), self._matches, self._deck.redactor)

    @property
    def calls(self) -> Sequence[RouteCall]:
        """All requests to this route, in the order in which they were issued."""
        return [RouteCall(call, self._deck.redactor) for call in self._deck.seen if self._fits(call)]

    @property
    def call_count(self) -> int:
        """The number of requests that were issued."""
        return len(self.calls)

    @property
    def called(self) -> bool:
        """True if a request was issued."""
        return bool(self.calls)

    @property
    def call_args(self) -> RouteCall | None:
        """The last request."""
        return self.calls[-1] if self.calls else None

    @property
    def call_args_list(self) -> Sequence[RouteCall]:
        """All requests."""
        return self.calls

    @property
    def await_count(self) -> int:
        """The number of heads and failures that were delivered."""
        return len(self.await_args_list)

    @property
    def awaited(self) -> bool:
        """True if a head or a failure was delivered."""
        return bool(self.await_args_list)

    @property
    def await_args(self) -> RouteCall | None:
        """The last request that was answered."""
        answered = self.await_args_list
        return answered[-1] if answered else None

    @property
    def await_args_list(self) -> Sequence[RouteCall]:
        """All requests that were answered, in the order in which they were issued."""
        return [call for call in self.calls if call.awaited]

    def assert_called(self) -> None:
        """Assert that a request was issued."""
        self._check(self.called, "was not called", self.calls)

    def assert_called_once(self) -> None:
        """Assert that exactly one request was issued."""
        self._check(self.call_count == 1, f"was called {_times(self.call_count)}, expected once", self.calls)

    def assert_not_called(self) -> None:
        """Assert that no request was issued."""
        self._check(not self.called, f"was called {_times(self.call_count)}, expected never", self.calls)

    def assert_called_with(self, **expected: object) -> None:
        """Assert on the last request. Takes `json`, `data`, `content`, `params`, `headers` (a subset), `path`."""
        self._check_last(Expected.of("assert_called_with", expected), self.calls)

    def assert_called_once_with(self, **expected: object) -> None:
        """Assert that there was exactly one request, with these values."""
        wanted = Expected.of("assert_called_once_with", expected)
        self.assert_called_once()
        self._check_last(wanted, self.calls)

    def assert_any_call(self, **expected: object) -> None:
        """Assert that one of the requests had these values."""
        self._check_any(Expected.of("assert_any_call", expected), self.calls)

    def assert_awaited(self) -> None:
        """Assert that a request was answered."""
        self._check(self.awaited, "was not awaited", self.calls)

    def assert_awaited_once(self) -> None:
        """Assert that exactly one request was answered."""
        self._check(self.await_count == 1, f"was awaited {_times(self.await_count)}, expected once", self.calls)

    def assert_not_awaited(self) -> None:
        """Assert that no request was answered."""
        self._check(not self.awaited, f"was awaited {_times(self.await_count)}, expected never", self.calls)

    def assert_awaited_with(self, **expected: object) -> None:
        """Assert on the last answered request. Takes `json`, `data`, `content`, `params`, `headers`, `path`."""
        self._check_last(Expected.of("assert_awaited_with", expected), self.await_args_list)

    def assert_awaited_once_with(self, **expected: object) -> None:
        """Assert that exactly one request was answered, with these values."""
        wanted = Expected.of("assert_awaited_once_with", expected)
        self.assert_awaited_once()
        self._check_last(wanted, self.await_args_list)

    def assert_any_await(self, **expected: object) -> None:
        """Assert that one of the answered requests had these values."""
        self._check_any(Expected.of("assert_any_await", expected), self.await_args_list)

    def assert_has_calls(self, calls: Sequence[Wanted], any_order: bool = False) -> None:
        """Assert that the requests contain these, in this order without gaps, or in any order.

        Each is a mapping of expectations, or a `unittest.mock.call` with them.
        """
        self._check_has("assert_has_calls", calls, self.calls, any_order=any_order)

    def assert_has_awaits(self, calls: Sequence[Wanted], any_order: bool = False) -> None:
        """Like `assert_has_calls`, for answered requests."""
        self._check_has("assert_has_awaits", calls, self.await_args_list, any_order=any_order)

    def _fits(self, call: SeenRequest) -> bool:
        return self._matches(call.request)

    def _matches(self, request: Request) -> bool:
        if self._method not in ("*", request.method):
            return False
        if self._on_host is not None and not self._on_host(request.url):
            return False
        return self._pattern.match(request.url) is not None

    def _check(self, holds: bool, complaint: str, seen: Sequence[RouteCall]) -> None:
        if not holds:
            message = "\n".join([f"{self._text} {complaint}.", *self._listing(seen)])
            raise AssertionError(self._deck.redactor.text(message))

    def _check_last(self, expected: Expected, seen: Sequence[RouteCall]) -> None:
        self._check(bool(seen), "was not awaited" if seen is not self.calls else "was not called", self.calls)
        differences = expected.differences(seen[-1])
        self._check(not differences, "was sent other values:\n" + "\n".join(differences), seen)

    def _check_any(self, expected: Expected, seen: Sequence[RouteCall]) -> None:
        self._check(any(not expected.differences(call) for call in seen), f"was never sent {expected}", seen)

    def _check_has(self, name: str, wanted: Sequence[Wanted], seen: Sequence[RouteCall], *, any_order: bool) -> None:
        expected = [Expected.of_call(name, each) for each in wanted]
        found = _in_any_order(expected, seen) if any_order else _in_a_row(expected, seen)
        self._check(found, f"was not sent {', '.join(map(str, expected))}", seen)

    def _listing(self, seen: Sequence[RouteCall]) -> list[str]:
        if seen:
            return ["Requests seen:", *(f"  {position}  {call!r}" for position, call in enumerate(seen, 1))]
        others = [RouteCall(call, self._deck.redactor) for call in self._deck.seen[:10]]
        if not others:
            return ["The deck has seen no request at all."]
        return ["No request fits it. The deck has seen:", *(f"  {call!r}" for call in others)]

    def __repr__(self) -> str:
        return f"<Route {self._text}: {_times(self.call_count)}>"


def _in_a_row(expected: Sequence[Expected], seen: Sequence[RouteCall]) -> bool:
    spans = range(len(seen) - len(expected) + 1)
    return any(
        all(not each.differences(call) for each, call in zip(expected, seen[start:], strict=False)) for start in spans
    )


def _in_any_order(expected: Sequence[Expected], seen: Sequence[RouteCall]) -> bool:
    left = list(seen)
    for each in expected:
        match = next((call for call in left if not each.differences(call)), None)
        if match is None:
            return False
        left.remove(match)
    return True


def _times(count: int) -> str:
    return "once" if count == 1 else f"{count} times"
