"""Overrides: answers and failures that a test gives in place of recordings, in every mode.

A request that an override answers is never forwarded or recorded, and uses up no recording. Overrides with a number of
`times` act in the order in which they were set; of those without, the last one counts. `side_effect` comes before
both, as on a mock.
"""

from __future__ import annotations

import json as json_module
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any

from playhead.deck.routes.route_call import RouteCall
from playhead.engine.seen import SeenRequest
from playhead.errors import UsageError
from playhead.model.http import Failure, Request, Response
from playhead.redaction.redact import Redactor

__all__ = ["NOTHING", "Outcome", "Override", "Overrides", "RouteOverrides", "failure_of", "response_of"]

FAILURES = (
    *("CloseError", "ConnectError", "ConnectTimeout", "DecodingError", "LocalProtocolError", "NetworkError"),
    *("PoolTimeout", "ProtocolError", "ProxyError", "ReadError", "ReadTimeout", "RemoteProtocolError"),
    *("TimeoutException", "TooManyRedirects", "TransportError", "UnsupportedProtocol", "WriteError", "WriteTimeout"),
)
"""The errors of a request that httpx and httpx2 both have."""

Outcome = Response | Failure | BaseException
NOTHING: Any = object()
"""Stands for no override: the request goes its usual way."""


@dataclass(slots=True)
class Override:
    """One outcome, for so many more `times` (`None`: for every request)."""

    outcome: Outcome
    times: int | None = None


@dataclass(slots=True)
class RouteOverrides:
    """The overrides of one route; `fits` tells which requests are its own."""

    fits: Callable[[Request], bool]
    redactor: Redactor
    answers: list[Override] = field(default_factory=list)
    side_effect: Any = None
    _effects: Iterator[Any] | None = None

    def add(self, outcome: Outcome, times: int | None) -> None:
        """Add an override. It takes the place of one without a number of times."""
        if times is not None and (isinstance(times, bool) or not isinstance(times, int) or times < 1):
            raise UsageError(f"times={times!r} is not a number of requests: give 1 or more, or leave it out for all.")
        self.answers = [each for each in self.answers if each.times is not None]
        self.answers.append(Override(outcome, times))

    def set_side_effect(self, effect: object) -> None:
        """Set an exception, a function of the request, or an iterable of outcomes, one for each request."""
        self.side_effect, self._effects = effect, None
        if isinstance(effect, Iterable) and not isinstance(effect, str | bytes | type):
            self._effects = iter(effect)

    def next(self, call: SeenRequest) -> object:
        """Return the outcome for the next request, `PLAY` if a side effect says so, or `NOTHING`."""
        if self.side_effect is not None:
            return self._effect(call)
        if not self.answers:
            return NOTHING
        first = self.answers[0]
        if first.times is not None:
            first.times -= 1
            if not first.times:
                self.answers.pop(0)
        return first.outcome

    def _effect(self, call: SeenRequest) -> object:
        if self._effects is not None:
            effect = next(self._effects, NOTHING)
            return StopAsyncIteration("the side effects of the route are used up") if effect is NOTHING else effect
        effect = self.side_effect
        if callable(effect) and not isinstance(effect, type):
            return effect(RouteCall(call, self.redactor))
        return effect


class Overrides:
    """All overrides of a deck, by route."""

    def __init__(self) -> None:
        self._of_routes: dict[object, RouteOverrides] = {}

    def __bool__(self) -> bool:
        return bool(self._of_routes)

    def of(self, route: object, fits: Callable[[Request], bool], redactor: Redactor) -> RouteOverrides:
        """Return the overrides of a route: the same for every `Route` that is made alike."""
        found = self._of_routes.get(route)
        if found is None:
            found = self._of_routes[route] = RouteOverrides(fits, redactor)
        return found

    def outcome_for(self, call: SeenRequest) -> object:
        """Return the outcome that the first fitting route has for a request, or `NOTHING`.

        An exception that a side effect raises is returned: it is what the request gets. A coroutine function gives an
        awaitable.
        """
        for overrides in self._of_routes.values():
            if overrides.fits(call.request):
                try:
                    outcome = overrides.next(call)
                except Exception as error:  # noqa: BLE001  # a side effect's own, which is what the request gets
                    outcome = error
                if outcome is not NOTHING:
                    return outcome
        return NOTHING


def response_of(status: int, headers: Mapping[str, str] | None, json: object, content: bytes | str | None) -> Response:
    """Return the response of `respond`."""
    if not isinstance(status, int) or isinstance(status, bool) or not 100 <= status <= 599:
        raise UsageError(f"respond({status!r}): give a status code from 100 to 599.")
    if json is not None and content is not None:
        raise UsageError("respond() takes json or content, not both.")
    fields = [(name, str(value)) for name, value in (headers or {}).items()]
    known = {name.lower() for name, _ in fields}
    body = content.encode() if isinstance(content, str) else content or b""
    if json is not None:
        body = json_module.dumps(json, ensure_ascii=False, separators=(",", ":")).encode()
        if "content-type" not in known:
            fields.append(("content-type", "application/json"))
    if "content-length" not in known and "transfer-encoding" not in known:
        fields.append(("content-length", str(len(body))))
    reason = HTTPStatus(status).phrase if status in HTTPStatus._value2member_map_ else ""
    return Response(status, reason, headers=tuple(fields), body=body)


def failure_of(kind: str | BaseException | type[BaseException], message: str) -> Failure | BaseException:
    """Return the failure of `fail`, which takes the name of a client's error, such a class, or any exception."""
    if isinstance(kind, BaseException):
        return kind
    name = kind.__name__ if isinstance(kind, type) else kind
    if name in FAILURES:
        return Failure(name, message)
    if isinstance(kind, type) and issubclass(kind, BaseException):
        return kind(message)
    raise UsageError(f'fail("{kind}"): there is no such error of a client; there are {", ".join(FAILURES)}.')
