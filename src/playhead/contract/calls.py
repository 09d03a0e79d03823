"""Calls of doubles as endpoints: the method that was called, what it was given, and what came of it.

A call has no status; what came of it takes the place of one: `RETURNED` (items that were yielded are returned as a
list) or `RAISED`.
"""

from __future__ import annotations

import re

from playhead.contract.requests import Key
from playhead.model.call import Call, Invocation, Plain, Raised, Yielded

__all__ = ["RAISED", "RETURNED", "arguments_of", "is_call", "key_of_call", "outcome_of"]

RETURNED, RAISED = 2200, 2400
_METHOD = "CALL"
_NUMBER = re.compile(r"-\d+$")


def key_of_call(call: Call) -> Key:
    """Such as `CALL db.create_user`; objects that calls returned are told apart by kind, not by number."""
    on = "" if call.on is None else f"[{_NUMBER.sub('', call.on)}]"
    return Key(_METHOD, call.double, f"{on}.{call.method}")


def is_call(key: Key) -> bool:
    """Whether an endpoint is a method of a double."""
    return key.method == _METHOD


def arguments_of(call: Call) -> dict[str, object]:
    """The arguments by position and by name."""
    return {**{f"args[{number}]": each for number, each in enumerate(call.args)}, **call.kwargs}


def outcome_of(invocation: Invocation) -> tuple[int, Plain, str]:
    """What came of a call in place of a status, the value, and the class of an exception."""
    raised: Raised | None = invocation.raised
    if raised is not None:
        return RAISED, None, raised.kind
    yielded = isinstance(invocation.outcome, Yielded)
    return RETURNED, list(invocation.yielded) if yielded else invocation.returned, ""
