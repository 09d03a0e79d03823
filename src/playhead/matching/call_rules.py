"""The `ignore` option for calls: places such as `call.db.save.args[0].at`, compiled once."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from playhead.errors import UsageError
from playhead.matching.json_path import Steps, parse_steps, without
from playhead.matching.json_value import by_value, text_of
from playhead.matching.placeholders import MarksIn, no_marks
from playhead.matching.places import Place, parse_place
from playhead.matching.values import Marks, marked_json
from playhead.model.call import Call

__all__ = ["CallRules", "compile_call_rules", "expect_call_place"]

_PLACE = re.compile(r"([^.\[\]]+)\.([^.\[\]]+)\.((?:args|kwargs)(?:[.\[].*)?|returned)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class _Ignored:
    double: str
    method: str
    steps: Steps

    def fits(self, call: Call) -> bool:
        return self.double in ("*", call.double) and self.method in ("*", call.method)


@dataclass(frozen=True, slots=True)
class CallRules:
    """The compiled `ignore` option for calls.

    `same_kind` takes the numbers off the placeholders in a text, `marks_in` finds them.
    """

    ignored: tuple[_Ignored, ...]
    marks: Marks
    same_kind: Callable[[str], str]
    marks_in: MarksIn = no_marks

    def arguments(self, call: Call) -> object:
        """Return the compared arguments as `{"args": [...], "kwargs": {...}}`, without what is ignored."""
        value = by_value({"args": list(call.args), "kwargs": dict(call.kwargs)})
        if self.ignored:
            value = without(value, [each.steps for each in self.ignored if each.fits(call)])
        if self.marks:
            value = marked_json(value, self.marks)
        return value

    def key(self, call: Call) -> str:
        """Return a key that is equal for equal arguments alone."""
        if not self.ignored and not self.marks:
            return self.same_kind(text_of([call.args, call.kwargs]))
        return self.same_kind(text_of(self.arguments(call)))

    def keeps_result(self, call: Call) -> bool:
        """Return True if the result of the call is recorded; `call.DOUBLE.METHOD.returned` leaves it out."""
        return not any(each.steps == ("returned",) and each.fits(call) for each in self.ignored)


def compile_call_rules(
    ignore: Iterable[str], *, same_kind: Callable[[str], str], marks_in: MarksIn = no_marks
) -> CallRules:
    """Compile the option; UsageError for a place of a call that cannot be read."""
    places = [parse_place(text) for text in dict.fromkeys(ignore)]
    ignored = tuple(_ignored(place) for place in places if place.kind == "call")
    marks = tuple(mark for mark in ("@uuid", "@datetime") if any(place.kind == mark for place in places))
    return CallRules(ignored, marks, same_kind, marks_in)


def expect_call_place(place: Place) -> None:
    """Raise UsageError for a place of a call that cannot be read."""
    if place.kind == "call":
        _ignored(place)


def _ignored(place: Place) -> _Ignored:
    found = _PLACE.fullmatch(place.name)
    steps = None if found is None else parse_steps(f"$.{found[3]}")
    if found is None or steps is None:
        raise UsageError(
            f'"{place.text}" is not a place of a call: write call.DOUBLE.METHOD.args[0], '
            "call.DOUBLE.METHOD.kwargs.NAME or call.DOUBLE.METHOD.returned."
        )
    return _Ignored(found[1], found[2], steps)
