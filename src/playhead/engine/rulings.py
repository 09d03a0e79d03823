"""What the options say about single requests, as functions that the deck asks."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from playhead.matching.placeholders import MarksIn, no_marks
from playhead.model.http import Request

__all__ = ["Rulings"]


@dataclass(frozen=True, slots=True)
class Rulings:
    """What the options say about single requests, as functions of the live request.

    `store` gives the stored form, redacted and with named origins, and `lookup` as much of it as finds a recording;
    `named` only names origins. `reveal` gives the live value behind the number of a placeholder of this run;
    `repeats`: it may be answered again by its last recording; `passes` and `discards`: it is not the deck's business
    (`None`: all of them are). `plain`: one without a body is found by method and URL alone, as they come; then one
    that is on the cassette in this very spelling needs no `lookup`, for what was stored holds no secret.
    `repeats_calls`: calls of doubles may be answered again.
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
