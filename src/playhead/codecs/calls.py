"""One call as plain parts, and back. Values stay as they are; what is absent or default has no key."""

from __future__ import annotations

from typing import cast

from playhead.codecs.limits import DEFAULT, Limits, too_deep
from playhead.codecs.malformed import Malformed, expect_known, flag, mapping, rows, text, whole
from playhead.codecs.timeline import timing_of
from playhead.model.call import HOWS, Call, Invocation, Outcome, Plain, Raised, Returned, Yielded

__all__ = ["call_parts", "glance_at_call", "invocation_of", "invocation_parts"]

Parts = dict[str, object]

_KEYS = frozenset({"id", "origin", "call", "returned", "raised", "yielded", "complete", "abandoned"})
_CALL_KEYS = frozenset({"double", "method", "on", "how", "args", "kwargs"})
_RAISED_KEYS = frozenset({"type", "message", "args", "attributes"})


def invocation_parts(invocation: Invocation) -> Parts:
    """Return the call and its outcome, without its timing."""
    parts: Parts = {"id": invocation.id}
    if invocation.origin is not None:
        parts["origin"] = invocation.origin
    parts["call"] = call_parts(invocation.call)
    return parts | _outcome_parts(invocation.outcome)


def call_parts(call: Call) -> Parts:
    """Return the parts that say what was called."""
    parts: Parts = {"double": call.double, "method": call.method}
    if call.on is not None:
        parts["on"] = call.on
    if call.how != "await":
        parts["how"] = call.how
    return {**parts, "args": list(call.args), "kwargs": dict(call.kwargs)}


def invocation_of(parts: Parts, row: Parts | None, limits: Limits = DEFAULT) -> Invocation:
    """Return the invocation of `parts` and of its `row` in the timeline.

    Raises Malformed with the place inside it.
    """
    expect_known(parts, _KEYS, "")
    if too_deep([parts], limits.depth):
        raise Malformed(f"it is nested more than {limits.depth} deep")
    outcome = _outcome_of(parts)
    if flag(parts.get("abandoned", False), "abandoned") is not (outcome is None):
        raise Malformed("returned, raised, yielded or abandoned is expected")
    return Invocation(
        whole(parts.get("id"), "id", 1),
        _call_of(mapping(parts.get("call"), "call")),
        outcome,
        timing_of(row),
        None if parts.get("origin") is None else text(parts["origin"], "origin"),
    )


def glance_at_call(parts: Parts) -> tuple[str, bool]:
    """Return the path of the call in `parts`, and True if it is steady, after a quick check."""
    expect_known(parts, _KEYS, "")
    call = _call_of(mapping(parts.get("call"), "call"))
    if not {"returned", "raised", "yielded", "abandoned"} & parts.keys():
        raise Malformed("returned, raised, yielded or abandoned is expected")
    return call.path, "abandoned" not in parts and parts.get("complete") is not False


def _outcome_parts(outcome: Outcome | None) -> Parts:
    match outcome:
        case None:
            return {"abandoned": True}
        case Returned(value):
            return {"returned": value}
        case Raised():
            return {"raised": _raised_parts(outcome)}
        case Yielded(items, raised, complete):
            parts: Parts = {"yielded": list(items)}
            if raised is not None:
                parts["raised"] = _raised_parts(raised)
            if not complete:
                parts["complete"] = False
            return parts


def _raised_parts(raised: Raised) -> Parts:
    parts: Parts = {"type": raised.kind, "message": raised.message, "args": list(raised.args)}
    if raised.attributes:
        parts["attributes"] = dict(raised.attributes)
    return parts


def _call_of(parts: Parts) -> Call:
    expect_known(parts, _CALL_KEYS, "call")
    how = text(parts.get("how", "await"), "call.how")
    if how not in HOWS:
        raise Malformed(f"one of {', '.join(HOWS)} is expected", "call.how")
    return Call(
        text(parts.get("double"), "call.double"),
        text(parts.get("method"), "call.method"),
        _values(parts.get("args", []), "call.args"),
        _named(parts.get("kwargs", {}), "call.kwargs"),
        None if parts.get("on") is None else text(parts["on"], "call.on"),
        how,
    )


def _outcome_of(parts: Parts) -> Outcome | None:
    if "yielded" in parts:
        raised = _raised_of(mapping(parts["raised"], "raised")) if "raised" in parts else None
        return Yielded(_values(parts["yielded"], "yielded"), raised, flag(parts.get("complete", True), "complete"))
    if "complete" in parts or ("returned" in parts and "raised" in parts):
        raise Malformed("only a call that yielded items has more than one outcome")
    if "raised" in parts:
        return _raised_of(mapping(parts["raised"], "raised"))
    return Returned(cast(Plain, parts["returned"])) if "returned" in parts else None


def _raised_of(parts: Parts) -> Raised:
    expect_known(parts, _RAISED_KEYS, "raised")
    return Raised(
        text(parts.get("type"), "raised.type"),
        text(parts.get("message", ""), "raised.message"),
        _values(parts.get("args", []), "raised.args"),
        _named(parts.get("attributes", {}), "raised.attributes"),
    )


def _values(value: object, place: str) -> tuple[Plain, ...]:
    return tuple(cast(list[Plain], rows(value, place)))


def _named(value: object, place: str) -> dict[str, Plain]:
    named = mapping(value, place)
    for key in named:
        text(key, place)
    return cast(dict[str, Plain], named)
