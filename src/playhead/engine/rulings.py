"""The options for single requests, as functions that the engine asks."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from playhead.matching.placeholders import MarksIn, no_marks
from playhead.model.http import Request

__all__ = ["Rulings"]


@dataclass(frozen=True, slots=True)
class Rulings:
    """The options as functions of the live request.

    Attributes:
        store: Returns the stored form, redacted and with named origins.
        lookup: Returns as much of the stored form as finds a recording.
        repeats: Returns True if a request may be answered again by its last recording.
        passes: Returns True for requests that go past the deck; `None` if none do.
        discards: Returns True for requests that fail to connect; `None` if none do.
        on_request_drift: The option of that name.
        plain: True if a request without a body is found by method and URL alone, as they come. Then one that is on the
            cassette in this spelling needs no `lookup`, because what was stored holds no secret.
        repeats_calls: True if calls of doubles may be answered again.
        named: Names origins, and does nothing else.
        reveal: Returns the live value behind the number of a placeholder of this run.
        marks_in: Finds placeholders in a text.
    """

    store: Callable[[Request], Request]
    lookup: Callable[[Request], Request]
    repeats: Callable[[Request], bool] = field(default=lambda _: False)
    passes: Callable[[Request], bool] | None = None
    discards: Callable[[Request], bool] | None = None
    on_request_drift: str = "error"
    plain: bool = False
    repeats_calls: bool = False
    named: Callable[[Request], Request] = field(default=lambda request: request)
    reveal: Callable[[int], str | None] = field(default=lambda _: None)
    marks_in: MarksIn = no_marks
