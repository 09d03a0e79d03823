"""What a test lays over a recording: answers and failures of a route's own, in every mode.

They are never forwarded or written, and use up no recording. What was set first acts first; of what has no number of
`times`, the last that was set. `side_effect` comes before both, as on a mock.
"""

from __future__ import annotations

import inspect
import json as json_module
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import TYPE_CHECKING, Any
from unittest.mock import DEFAULT as PLAY

from playhead.deck.routes.route_call import RouteCall
from playhead.engine.calls import Call
from playhead.errors import UsageError
from playhead.model.http import Failure, Request, Response
from playhead.redaction.redact import Redactor

if TYPE_CHECKING:
    from playhead.clients.httpx.dialect import Dialect
    from playhead.deck.session import Deck

__all__ = ["Override", "RouteOverrides", "failure_of", "overridden", "overridden_async", "response_of"]

FAILURES = (
    *("CloseError", "ConnectError", "ConnectTimeout", "DecodingError", "LocalProtocolError", "NetworkError"),
    *("PoolTimeout", "ProtocolError", "ProxyError", "ReadError", "ReadTimeout", "RemoteProtocolError"),
    *("TimeoutException", "TooManyRedirects", "TransportError", "UnsupportedProtocol", "WriteError", "WriteTimeout"),
)
"""The errors of a request that httpx and httpx2 both have."""

Outcome = Response | Failure | BaseException
_NOTHING: Any = object()


@dataclass(slots=True)
class Override:
    """One outcome, for so many more `times` (`None`: for every request)."""

    outcome: Outcome
    times: int | None = None


@dataclass(slots=True)
class RouteOverrides:
    """All that is laid over one route; `fits` tells its requests."""

    fits: Callable[[Request], bool]
    redactor: Redactor
    answers: list[Override] = field(default_factory=list)
    side_effect: Any = None
    _effects: Iterator[Any] | None = None

    def add(self, outcome: Outcome, times: int | None) -> None:
        """Lay one more over it; it takes the place of one without a number of times."""
        if times is not None and (isinstance(times, bool) or not isinstance(times, int) or times < 1):
            raise UsageError(f"times={times!r} is no number of requests: give 1 or more, or leave it out for all.")
        self.answers = [each for each in self.answers if each.times is not None]
        self.answers.append(Override(outcome, times))

    def set_side_effect(self, effect: Any) -> None:
        """An exception, a function of the request, or an iterable of outcomes, one for each request."""
        one_by_one = isinstance(effect, Iterable) and not isinstance(effect, str | bytes | type)
        self.side_effect, self._effects = effect, iter(effect) if one_by_one else None

    def next(self, call: Call) -> Any:
        """What the next request gets: an outcome, or `PLAY` if a side effect says so; `_NOTHING` if there is none."""
        if self.side_effect is not None:
            return self._effect(call)
        if not self.answers:
            return _NOTHING
        first = self.answers[0]
        if first.times is not None:
            first.times -= 1
            if not first.times:
                self.answers.pop(0)
        return first.outcome

    def _effect(self, call: Call) -> Any:
        if self._effects is not None:
            effect = next(self._effects, _NOTHING)
            return StopAsyncIteration("the side effects of the route are used up") if effect is _NOTHING else effect
        effect = self.side_effect
        if callable(effect) and not isinstance(effect, type):
            return effect(RouteCall(call, self.redactor))
        return effect


def response_of(status: int, headers: Mapping[str, str] | None, json: Any, content: bytes | str | None) -> Response:
    """The response of `respond`."""
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
    """The failure of `fail`: the name of an error of the client's library, such a class, or any exception."""
    if isinstance(kind, BaseException):
        return kind
    name = kind.__name__ if isinstance(kind, type) else kind
    if name in FAILURES:
        return Failure(name, message)
    if isinstance(kind, type) and issubclass(kind, BaseException):
        return kind(message)
    raise UsageError(f'fail("{kind}"): there is no such error of a client; there are {", ".join(FAILURES)}.')


async def overridden_async(deck: Deck, request: Request, dialect: Dialect) -> Any:
    """The response that is laid over a request, `None` if it goes its usual way. Raises what it is to fail with."""
    found = _found(deck, request)
    if found is None:
        return None
    call, outcome = found
    if inspect.isawaitable(outcome):
        try:
            outcome = await outcome
        except Exception as error:  # noqa: BLE001  # the function's own, which is what the request gets
            outcome = error
    return _delivered(deck, call, outcome, dialect)


def overridden(deck: Deck, request: Request, dialect: Dialect) -> Any:
    """The same for a synchronous client."""
    found = _found(deck, request)
    return None if found is None else _delivered(deck, *found, dialect)


def _found(deck: Deck, request: Request) -> tuple[Call, Any] | None:
    """The first outcome that is laid over the request by any route that it fits."""
    call = Call(request, deck.now_us())
    for overrides in deck.overrides.values():
        if overrides.fits(request):
            try:
                outcome = overrides.next(call)
            except Exception as error:  # noqa: BLE001  # a side effect's own, which is what the request gets
                outcome = error
            if outcome is not _NOTHING:
                return None if outcome is PLAY else (call, outcome)
    return None


def _delivered(deck: Deck, call: Call, outcome: Any, dialect: Dialect) -> Any:
    if outcome is PLAY:
        return None
    call.awaited = True
    with deck.lock:
        deck.answered(call, deck.now_us())
    if isinstance(outcome, int) and not isinstance(outcome, bool):
        outcome = response_of(outcome, None, None, None)
    if isinstance(outcome, Failure):
        raise dialect.error(outcome)
    if isinstance(outcome, BaseException) or (isinstance(outcome, type) and issubclass(outcome, BaseException)):
        raise outcome
    if not isinstance(outcome, Response):
        outcome = _of_library(outcome)
    call.answer = outcome
    return dialect.module.Response(
        outcome.status,
        headers=dialect.headers(outcome.headers),
        stream=dialect.module.ByteStream(outcome.body),
        extensions={"http_version": b"HTTP/1.1", "reason_phrase": outcome.reason.encode("latin-1")},
    )


def _of_library(value: Any) -> Response:
    """A response that a test made with httpx or httpx2."""
    if not hasattr(value, "status_code") or not hasattr(value, "headers"):
        raise UsageError(
            f"A side effect of a route was {value!r}: it takes exceptions, playhead.PLAY, status codes and responses."
        )
    fields = tuple((name.decode("latin-1"), text.decode("latin-1")) for name, text in value.headers.raw)
    return Response(value.status_code, value.reason_phrase, headers=fields, body=value.content)
