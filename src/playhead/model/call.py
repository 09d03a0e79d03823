"""Calls of plain Python objects: what was called on a double, and what came of it.

Values are plain: what JSON has (`None`, `bool`, `int`, `float`, `str`, `list`, `dict` with text as keys), everything
else as a tagged map `{"$": TAG, "v": ...}`. What the tags mean is the business of the doubles; nothing here builds an
object.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from playhead.model.quick import quick
from playhead.model.timing import Timing

__all__ = ["HOWS", "Call", "Invocation", "Outcome", "Plain", "Raised", "Returned", "Yielded"]

Plain = None | bool | int | float | str | list["Plain"] | dict[str, "Plain"]
"""A value as it is stored."""

HOWS = ("await", "call", "items", "each", "get")
"""The use of a member: awaited, called, iterated with `async for`, iterated with `for`, or read as an attribute."""


@quick
@dataclass(frozen=True, slots=True)
class Call:
    """One call: `method` of the double called `double`, or of the object called `on` that an earlier call returned.

    Arguments that have a position are in `args`, whichever way they were given.
    """

    double: str
    method: str
    args: tuple[Plain, ...]
    kwargs: Mapping[str, Plain]
    on: str | None = None
    how: str = "await"

    @property
    def path(self) -> str:
        """`db.create_user`, or `db[connection-1].fetch` on an object that an earlier call returned."""
        return f"{self.double}.{self.method}" if self.on is None else f"{self.double}[{self.on}].{self.method}"


@dataclass(frozen=True, slots=True)
class Returned:
    """The call returned this value."""

    value: Plain = None


@dataclass(frozen=True, slots=True)
class Raised:
    """The call raised an exception of the class `kind` (`module.Name`), with its `args` and attributes."""

    kind: str
    message: str = ""
    args: tuple[Plain, ...] = ()
    attributes: Mapping[str, Plain] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Yielded:
    """The call yielded these items; then it `raised`, or ended, or (not `complete`) its caller left."""

    items: tuple[Plain, ...] = ()
    raised: Raised | None = None
    complete: bool = True


Outcome = Returned | Raised | Yielded
"""The outcome of a call."""


@quick
@dataclass(frozen=True, slots=True)
class Invocation:
    """One call and its outcome; without one, its caller gave up on it. `origin` names the test that made it."""

    id: int
    call: Call
    outcome: Outcome | None = None
    timing: Timing = Timing()
    origin: str | None = None

    @property
    def abandoned(self) -> bool:
        """True if the caller gave up before anything came back."""
        return self.outcome is None

    @property
    def steady(self) -> bool:
        """True if it came to an end of its own."""
        return self.outcome is not None and not (isinstance(self.outcome, Yielded) and not self.outcome.complete)

    @property
    def waiting(self) -> bool:
        """True if its reader was waiting for another item when it was cancelled: on replay it waits again."""
        return not self.abandoned and not self.steady and self.timing.end_waited_us is not None

    @property
    def returned(self) -> Plain:
        """The value that was returned, as it is stored; `None` if it was none."""
        return self.outcome.value if isinstance(self.outcome, Returned) else None

    @property
    def raised(self) -> Raised | None:
        """The exception, raised at once or after some items."""
        if isinstance(self.outcome, Yielded):
            return self.outcome.raised
        return self.outcome if isinstance(self.outcome, Raised) else None

    @property
    def yielded(self) -> tuple[Plain, ...]:
        """The items that were yielded."""
        return self.outcome.items if isinstance(self.outcome, Yielded) else ()
