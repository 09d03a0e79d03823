"""Words refusals: one sentence, and the details as notes. Knows the name of the cassette and how to record again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from playhead.engine.hints import cassette_rows, difference_rows, ignore_rows, option_row
from playhead.errors import CassetteMissing, Exhausted, NoMatch, RequestDrift, UsageError
from playhead.model.cassette import Exchange
from playhead.model.http import Request

__all__ = ["Differences", "Refusals", "number_of_places", "opens_websocket"]

Differences = Sequence[tuple[str, str, str]]
Nearest = tuple[Exchange, Differences, Sequence[str]] | None
"""A recording that is like a request, where they differ, and what `ignore` would take to leave that out."""


@dataclass(frozen=True, slots=True)
class Refusals:
    """Words the errors of one deck.

    `cassette` is its path as a person would type it, `size` how many interactions it holds; `record` and `record_new`
    are what records it afresh, and what adds to it; `ceiling` is what forbids any recording, such as
    `"PLAYHEAD_RECORD=none"`.
    """

    cassette: str
    size: int = 0
    record: str = 'use_cassette(..., record="missing")'
    record_new: str = 'use_cassette(..., record="new")'
    record_all: str = 'use_cassette(..., record="all")'
    ceiling: str = ""

    def ways(self, record: str) -> list[tuple[str, str]]:
        """Return how to record, and what has to be done first."""
        held = [("ceiling", f"{self.ceiling} forbids recording")] if self.ceiling else []
        return [("record", record), *held]

    def missing(self) -> CassetteMissing:
        """Return the error for a cassette that does not exist, in a mode that may not make one."""
        error = CassetteMissing(
            f"There is no cassette at {self.cassette}: record it first; see below.", path=self.cassette
        )
        error.with_notes(self.ways(self.record))
        return error

    def no_match(self, request: Request, nearest: Nearest) -> NoMatch:
        """Return the error for a request that was never recorded."""
        what, host = named(request)
        error = NoMatch(
            f"{what} on {host} was never recorded; see below.",
            method=request.method,
            url=request.url,
            cassette=self.cassette,
            nearest=nearest[0].id if nearest else None,
        )
        ways = [*self.ways(self.record_new), *_of_hosts(nearest, request), *_of_values(nearest)]
        error.with_notes([*self._rows(nearest), *ways])
        return error

    def exhausted(self, request: Request, nearest: Nearest) -> Exhausted:
        """Every recording of the request has been played."""
        what, host = named(request)
        error = Exhausted(
            f"{what} on {host} was asked for more often than it was recorded; see below.",
            method=request.method,
            url=request.url,
            cassette=self.cassette,
            nearest=nearest[0].id if nearest else None,
        )
        rows = self._rows(nearest)
        error.with_notes([*rows, ("repeat", "repeat=True answers again"), *self.ways(self.record_new)])
        return error

    def drift(
        self, request: Request, recorded: Exchange, differences: Differences, ignoring: Sequence[str]
    ) -> RequestDrift:
        """Return the error for a request that has a recording, but differs from it."""
        what, host = named(request)
        places = number_of_places(differences)
        error = RequestDrift(
            f"{what} on {host} is no longer the request that was recorded: it differs in {places}; see below.",
            differences=tuple(differences),
            method=request.method,
            url=request.url,
            cassette=self.cassette,
            nearest=recorded.id,
        )
        ways = [*self.ways(self.record_all), *ignore_rows(ignoring)]
        error.with_notes([*self._rows((recorded, differences, ignoring)), *ways])
        return error

    def unsendable(self, request: Request, placeholder: str) -> NoMatch:
        """Return the error for a request with a placeholder, which a live service would not understand."""
        what, host = named(request)
        error = NoMatch(
            f"{what} on {host} was never recorded, and is not sent: it carries a placeholder that was read from the "
            "recording; see below.",
            method=request.method,
            url=request.url,
            cassette=self.cassette,
        )
        error.with_notes([*self._rows(None), ("sent", placeholder), ("record", self.record_all)])
        return error

    def without_credential(self, header: str, recorded: Request) -> str:
        """Return the warning for a request that was answered though it lacks the credential which was recorded."""
        return (
            f"{named(recorded)[0]} was sent without {header}, which has a credential in {self.cassette}: if that is "
            f'meant, as where there are no secrets, ignore=["header.{header}"] says so, or replay_env in '
            f'[tool.playhead] sets a dummy for replays under pytest; check=["header.{header}"] makes it drift.'
        )

    def cut(self, request: Request) -> Exhausted:
        """Return the error for reading a body past its recorded end, where it was left early."""
        what, host = named(request)
        error = Exhausted(
            f"The body of {what} on {host} was left early when it was recorded: record it again to read on.",
            method=request.method,
            url=request.url,
            cassette=self.cassette,
        )
        error.with_notes([("cassette", self.cassette), *self.ways(self.record_all)])
        return error

    def upgrade(self, request: Request) -> UsageError:
        """Return the error for a request that leaves HTTP for another protocol (RFC 9110, section 7.8)."""
        what, host = named(request)
        error = UsageError(
            f"{what} on {host} opens a WebSocket or another protocol, which cannot be recorded or replayed: "
            f'let it through with passthrough=["{urlsplit(request.url).hostname}"], or put a double in its place.'
        )
        error.with_notes([("cassette", self.cassette)])
        return error

    def _rows(self, nearest: Nearest) -> list[tuple[str, str]]:
        rows = cassette_rows(self.cassette, self.size)
        if nearest is None:
            return rows
        exchange, differences, _ = nearest
        return [*rows, ("nearest", f"#{exchange.id} {named(exchange.request)[0]}"), *difference_rows(differences)]


def opens_websocket(request: Request) -> bool:
    """Return True for the opening handshake of a WebSocket (RFC 6455, section 4.1)."""
    for name, value in request.headers:
        if len(name) == 7 and name.lower() == "upgrade":
            return "websocket" in value.lower()
    return False


def _of_hosts(nearest: Nearest, request: Request) -> list[tuple[str, str]]:
    """Return the option that finds a recording of another host: the address of a service may differ."""
    if nearest is None or not any(place == "host" for place, _, _ in nearest[1]):
        return []
    split = urlsplit(request.url)
    origin = f"{split.scheme}://{split.netloc}"
    return [
        ("or", 'ignore=["host"]'),
        option_row(f'origins={{"NAME": "{origin}"}}', "also when recording"),
    ]


def _of_values(nearest: Nearest) -> list[tuple[str, str]]:
    """Return the option that finds a recording which differs in new values alone, such as an id in its path."""
    if nearest is None or not nearest[2] or not all(each.startswith("@") for each in nearest[2]):
        return []
    return ignore_rows(nearest[2])


def named(request: Request) -> tuple[str, str]:
    """`"GET /users/7"` and `"api.test"`."""
    split = urlsplit(request.url)
    target = split.path or "/"
    if split.query:
        target += f"?{split.query}"
    return f"{request.method} {target}", split.netloc or "an unnamed host"


def number_of_places(differences: Differences) -> str:
    """Return `one place`, or `2 places`."""
    return "one place" if len(differences) == 1 else f"{len(differences)} places"
