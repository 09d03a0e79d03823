"""Compares recorded calls of a double with its spec, when the double is made."""

from __future__ import annotations

from collections.abc import Iterable

from playhead.doubles.spec import Member, Spec
from playhead.errors import SpecDrift
from playhead.model.call import Call

__all__ = ["expect_no_drift"]

_PLACE = object()


def expect_no_drift(name: str, spec: Spec, recorded: Iterable[Call]) -> None:
    """Raise `SpecDrift` for the first recorded call that the spec no longer accepts."""
    if spec.source is None:
        return
    seen: set[tuple[str, int, tuple[str, ...]]] = set()
    for call in recorded:
        shape = call.method, len(call.args), tuple(call.kwargs)
        if shape not in seen:
            seen.add(shape)
            _expect(name, spec, spec.members.get(call.method), call)


def _expect(name: str, spec: Spec, member: Member | None, call: Call) -> None:
    source = getattr(spec.source, "__name__", "the spec")
    if member is None:
        raise _drift(name, call, f"{source} has no {call.method} any more")
    if member.how != call.how and (member.how, call.how) not in _SAME:
        raise _drift(name, call, f"it was used as {_USES[call.how]}, and is now {_USES[member.how]}")
    if member.signature is None:
        return
    try:
        member.signature.bind(*[_PLACE] * len(call.args), **dict.fromkeys(call.kwargs, _PLACE))
    except TypeError as error:
        raise _drift(name, call, f"{source}.{call.method}{member.signature} does not take it: {error}") from None


_SAME = {("call", "get"), ("get", "call"), ("call", "await")}
"""Pairs of present and recorded use that are not drift: a plain method may have returned a coroutine."""

_USES = {
    "await": "a coroutine",
    "call": "a plain method",
    "items": "an async generator",
    "each": "a generator",
    "get": "an attribute",
}


def _drift(name: str, call: Call, difference: str) -> SpecDrift:
    return SpecDrift(
        f"{name}.{call.method} was recorded with {len(call.args) + len(call.kwargs)} arguments, but {difference}: "
        "record again with --record=all.",
        double=name,
        method=call.method,
        difference=difference,
    )
