"""The plan: what will be sent, and what will not and why, decided before anything is sent.

Nothing here uses the network.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from playhead.model.cassette import Exchange
from playhead.services.verifying.credentials import Credentials
from playhead.services.verifying.target import Targets, origin_of
from playhead.text.path_patterns import RequestPattern, parse_request_pattern

__all__ = ["SAFE", "Left", "Plan", "Recording", "Selection", "Step", "decide", "plan_of"]

SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
"""Methods that change nothing (RFC 9110, section 9.2.1). TRACE is left out: it echoes credentials."""

_NOT_MODIFIED = 304


@dataclass(frozen=True, slots=True)
class Recording:
    """The HTTP exchanges of one cassette, in the order in which they were recorded."""

    path: Path
    exchanges: tuple[Exchange, ...]


@dataclass(frozen=True, slots=True)
class Step:
    """A recorded exchange whose request is sent, to `url`, in which placeholders still stand."""

    path: Path
    exchange: Exchange
    url: str


@dataclass(frozen=True, slots=True)
class Left:
    """A recorded exchange that is not sent. `wanted`: it should have been, so that it could not be checked."""

    path: Path
    exchange: Exchange
    reason: str
    wanted: bool = False


@dataclass(frozen=True, slots=True)
class Selection:
    """The requests that are meant: `methods` beyond the safe ones, and routes (method and pattern), if any."""

    methods: frozenset[str] = frozenset()
    only: tuple[RequestPattern, ...] = ()

    @classmethod
    def of(cls, methods: Iterable[str], only: Iterable[str]) -> Selection:
        """Read the options `--method POST` and `--only "GET /users/{id}"`."""
        return cls(frozenset(method.upper() for method in methods), tuple(map(parse_request_pattern, only)))

    def meant(self, exchange: Exchange) -> bool:
        """Return True if a route names this request, or no route was given."""
        request = exchange.request
        return not self.only or any(each.fits(request.method, request.url) for each in self.only)


@dataclass(frozen=True, slots=True)
class Plan:
    """The steps in order, and what is left out."""

    steps: tuple[Step, ...]
    left: tuple[Left, ...]


def plan_of(
    recordings: Iterable[Recording], targets: Targets, credentials: Credentials, selection: Selection, budget: int
) -> Plan:
    """Decide on every recorded exchange."""
    steps: list[Step] = []
    left: list[Left] = []
    for recording in recordings:
        for exchange in recording.exchanges:
            decided = decide(recording.path, exchange, targets, credentials, selection)
            if isinstance(decided, Step) and len(steps) >= budget:
                decided = Left(recording.path, exchange, f"over the budget of {budget} requests", wanted=True)
            (steps if isinstance(decided, Step) else left).append(decided)  # type: ignore[arg-type]  # each in its own
    return Plan(tuple(steps), tuple(left))


def decide(
    path: Path, exchange: Exchange, targets: Targets, credentials: Credentials, selection: Selection
) -> Step | Left:
    """Decide on one exchange: it is a step, or left for a reason."""
    url = targets.live(exchange.request.url)
    for reason in _reasons(exchange, url, selection):
        return Left(path, exchange, reason)
    missing = credentials.missing(exchange.request)
    if missing:
        kind = missing[0].rpartition("-")[0]
        return Left(path, exchange, f"needs the secret {missing[0]}: --secret {kind}=VARIABLE", wanted=True)
    assert url is not None
    return Step(path, exchange, url)


def _reasons(exchange: Exchange, url: str | None, selection: Selection) -> Iterator[str]:
    request, response = exchange.request, exchange.response
    if not selection.meant(exchange):
        yield "not among those chosen with --only"
    if url is None:
        yield f"to another host, {origin_of(request.url)}"
    if request.method not in SAFE | selection.methods:
        yield f"{request.method} may change something: --method {request.method} sends it"
    if response is None or exchange.failure is not None:
        yield "recorded without a whole answer"
    elif response.status >= 500 or response.status in (429, _NOT_MODIFIED):
        yield f"recorded with {response.status}, which says nothing of the contract"
