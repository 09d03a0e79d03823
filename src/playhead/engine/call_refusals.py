"""Words the refusals of calls, as those of requests: one sentence, and the details as notes."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import TypedDict, TypeVar

from playhead.engine.hints import cassette_rows, difference_rows, ignore_rows
from playhead.engine.refusals import Differences, Refusals, number_of_places
from playhead.errors import Exhausted, NoMatch, PlayheadError, RequestDrift
from playhead.model.call import Call, Invocation
from playhead.text.words import cut

__all__ = ["CallRefusals"]

_LONGEST_ARGUMENTS = 40
Nearest = tuple[Invocation, Differences, Sequence[str]] | None
_Error = TypeVar("_Error", bound=PlayheadError)


class _Fields(TypedDict):
    method: str
    url: str
    cassette: str
    nearest: int | None


class CallRefusals:
    """Words the errors of one deck about its doubles, with the names and commands that `refusals` has."""

    def __init__(self, refusals: Refusals) -> None:
        self._own = refusals

    def no_match(self, call: Call, nearest: Nearest) -> NoMatch:
        """Return the error for a call that was never recorded."""
        error = NoMatch(f"{named(call)} was never recorded; see below.", **self._fields(call, nearest and nearest[0]))
        return self._noted(error, nearest, *self._own.ways(self._own.record_new))

    def exhausted(self, call: Call, nearest: Nearest) -> Exhausted:
        """Every recording of the call has been played."""
        error = Exhausted(
            f"{named(call)} was called more often than it was recorded; see below.",
            **self._fields(call, nearest and nearest[0]),
        )
        repeat = ("repeat", "repeat=True answers again")
        return self._noted(error, nearest, repeat, *self._own.ways(self._own.record_new))

    def unsendable(self, call: Call, placeholder: str) -> NoMatch:
        """Return the error for a call with a placeholder, which a real object would not understand."""
        error = NoMatch(
            f"{named(call)} was never recorded, and is not made: it carries a placeholder that was read from the "
            "recording; see below.",
            **self._fields(call, None),
        )
        return self._noted(error, None, ("sent", placeholder), ("record", self._own.record_all))

    def cut(self, call: Call) -> Exhausted:
        """Return the error for reading a generator past its recorded end, where it was left early."""
        error = Exhausted(
            f"The items of {named(call)} were left early when they were recorded: record it again to read on.",
            **self._fields(call, None),
        )
        return self._noted(error, None, *self._own.ways(self._own.record_all))

    def drift(
        self, call: Call, recorded: Invocation, differences: Differences, ignoring: Sequence[str]
    ) -> RequestDrift:
        """Return the error for a call that has a recording of its method, with other arguments."""
        places = number_of_places(differences)
        error = RequestDrift(
            f"{named(call)} is no longer the call that was recorded: it differs in {places}; see below.",
            differences=tuple(differences),
            **self._fields(call, recorded),
        )
        ways = (*self._own.ways(self._own.record_all), *ignore_rows(ignoring))
        return self._noted(error, (recorded, differences, ignoring), *ways)

    def _fields(self, call: Call, nearest: Invocation | None) -> _Fields:
        return {
            "method": call.method,
            "url": call.path,
            "cassette": self._own.cassette,
            "nearest": None if nearest is None else nearest.id,
        }

    def _noted(self, error: _Error, nearest: Nearest, *ways: tuple[str, str]) -> _Error:
        rows = cassette_rows(self._own.cassette, self._own.size)
        if nearest is not None:
            invocation, differences, _ = nearest
            rows.append(("nearest", f"#{invocation.id} {named(invocation.call)}"))
            rows += difference_rows(differences, "called")
        error.with_notes([*rows, *ways])
        return error


def named(call: Call) -> str:
    """`db.create_user({"name": "Ada"})`, its arguments cut to what a line holds."""
    if call.how == "get":
        return call.path
    texts = [json.dumps(value, ensure_ascii=False) for value in call.args]
    texts += [f"{name}={json.dumps(value, ensure_ascii=False)}" for name, value in call.kwargs.items()]
    shown = ", ".join(texts)
    return f"{call.path}({cut(shown, _LONGEST_ARGUMENTS)})"
