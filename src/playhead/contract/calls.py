"""Calls of doubles as endpoints: the method called, its arguments, and its outcome.

A call has no status; `RETURNED` and `RAISED` take its place. Items that were yielded count as a returned list.
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
    """Return the endpoint, such as `CALL db.create_user`. Objects that calls return differ by kind, not by number."""
    on = "" if call.on is None else f"[{_NUMBER.sub('', call.on)}]"
    return Key(_METHOD, call.double, f"{on}.{call.method}")


def is_call(key: Key) -> bool:
    """Return True if an endpoint is a method of a double."""
    return key.method == _METHOD


def arguments_of(call: Call) -> dict[str, object]:
    """Return the arguments by position (`args[0]`) and by name."""
    return {**{f"args[{number}]": each for number, each in enumerate(call.args)}, **call.kwargs}


def outcome_of(invocation: Invocation) -> tuple[int, Plain, str]:
    """Return `RETURNED` or `RAISED`, the value returned, and the class of the exception raised."""
    raised: Raised | None = invocation.raised
    if raised is not None:
        return RAISED, None, raised.kind
    yielded = isinstance(invocation.outcome, Yielded)
    return RETURNED, list(invocation.yielded) if yielded else invocation.returned, ""
