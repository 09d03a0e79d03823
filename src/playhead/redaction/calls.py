"""Redaction of calls: arguments by the names of their parameters, results, and what exceptions say.

Values go through the same rules as a JSON body: they are written as one, redacted, and read back.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import cast

from playhead.model.call import Call, Invocation, Outcome, Plain, Raised, Returned, Yielded
from playhead.model.cassette import Interaction
from playhead.redaction.first_edition import without_numbers
from playhead.redaction.redact import Redactor
from playhead.redaction.tagged import as_text, with_tags

__all__ = ["named", "redacted", "redacted_call", "redacted_invocation", "result_name"]

_write = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


def redacted(redactor: Redactor, interaction: Interaction) -> Interaction:
    """Return the stored form of an interaction of either kind."""
    if isinstance(interaction, Invocation):
        return redacted_invocation(redactor, interaction)
    return redactor.exchange(interaction)


def redacted_call(redactor: Redactor, call: Call, names: Sequence[str] = ()) -> Call:
    """Return the stored form of a call. `names` are the known parameter names of its positional arguments."""
    if not call.args and not call.kwargs:
        return call
    keys = [names[position] if position < len(names) else f"[{position}]" for position in range(len(call.args))]
    given: Plain = [named(keys, call.args), named(call.kwargs, call.kwargs.values())]
    redacted = _as_before(redactor, given) if redactor.first_edition else _redacted(redactor, given)
    if redacted is None:
        return call
    args, kwargs = (tuple(each.values()) for each in cast(list[dict[str, Plain]], redacted))
    return Call(call.double, call.method, args, dict(zip(call.kwargs, kwargs, strict=True)), call.on, call.how)


def named(names: Iterable[str], values: Iterable[Plain]) -> dict[str, Plain]:
    """Return the arguments by name."""
    return dict(zip(names, values, strict=True))


def redacted_invocation(redactor: Redactor, invocation: Invocation, *, known: int | None = None) -> Invocation:
    """Return the stored form of a call with its outcome. Its arguments were clean when this number was `known`."""
    call = invocation.call if redactor.known == known else redacted_call(redactor, invocation.call)
    outcome = None if invocation.outcome is None else _outcome(redactor, invocation.outcome, result_name(call))
    if call is invocation.call and outcome is invocation.outcome:
        return invocation
    return replace(invocation, call=call, outcome=outcome)


def result_name(call: Call) -> str:
    """Return the name that a result stands under. Attributes can be secret by name: `settings.password`."""
    return call.method.rpartition(".")[2] if call.how == "get" else ""


def _outcome(redactor: Redactor, outcome: Outcome, name: str) -> Outcome:
    match outcome:
        case Returned(value):
            redacted = _redacted(redactor, named([name], [value]))
            return outcome if redacted is None else Returned(*cast(dict[str, Plain], redacted).values())
        case Raised():
            return _raised(redactor, outcome)
        case Yielded(items, raised, complete):
            found = _redacted(redactor, list(items))
            kept = items if found is None else tuple(cast(list[Plain], found))
            shown = None if raised is None else _raised(redactor, raised)
            return outcome if kept is items and shown is raised else Yielded(kept, shown, complete)


def _raised(redactor: Redactor, raised: Raised) -> Raised:
    redacted = _redacted(redactor, [raised.message, list(raised.args), dict(raised.attributes)])
    if redacted is None:
        return raised
    message, args, attributes = cast(list[object], redacted)
    return Raised(raised.kind, str(message), tuple(cast(list[Plain], args)), cast(dict[str, Plain], attributes))


def _as_before(redactor: Redactor, value: Plain) -> Plain:
    """Return the value of a looked-up call as the first edition redacted it, tags under secret names included."""
    data = without_numbers("application/json", _write(value).encode("utf-8", "surrogatepass"), redactor.rules)
    if redactor.first_edition == "added to":
        value = cast(Plain, json.loads(data.decode("utf-8", "surrogatepass")))
        redacted = _redacted(redactor, value)
        return value if redacted is None else redacted
    return cast(Plain, json.loads(redactor.document(data).decode("utf-8", "surrogatepass")))


def _redacted(redactor: Redactor, value: Plain) -> Plain:
    """Return the value without its secrets, `None` if it has none."""
    data = _write(value).encode()
    if b'"$"' not in data:
        redacted = redactor.document(data)
        return None if redacted == data else cast(Plain, json.loads(redacted))
    data = _write(as_text(value)).encode("utf-8", "surrogatepass")
    redacted = redactor.document(data)
    return None if redacted == data else with_tags(value, json.loads(redacted.decode("utf-8", "surrogatepass")))
