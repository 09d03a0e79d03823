"""The registry of patches: everything that this package has replaced in other modules, and how it is put back.

Each user of the registry (interception, the network guard, the wall clock) has a `Patches` of its own, and `patched()`
lists all that is in place now. What another tool has patched over us in the meantime is left to it: our function then
stays below, and does nothing of its own while its user has nothing to do.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

__all__ = ["Patches", "patched"]

_ABSENT = object()
_MARK = "__playhead__"


@dataclass(frozen=True, slots=True)
class _Patch:
    what: str
    undo: Callable[[], None]


_users: list[Patches] = []


class Patches:
    """The patches of one part of the package. `user` says which part in `patched()`."""

    def __init__(self, user: str) -> None:
        self.user = user
        self._done: list[_Patch] = []
        _users.append(self)

    def replace(self, owner: Any, name: str, make: Callable[[Any], Any]) -> None:  # noqa: ANN401  # a module or class
        """Replace an attribute by what `make` returns for the original, unless one of ours is there already."""
        if hasattr(getattr(owner, name), _MARK):
            return
        before = vars(owner).get(name, _ABSENT)
        replacement = make(getattr(owner, name) if before is _ABSENT else before)
        setattr(replacement, _MARK, True)
        setattr(owner, name, replacement)

        def undo() -> None:
            if vars(owner).get(name) is not replacement:
                return  # another tool has patched over us, and keeps its own
            if before is _ABSENT:
                delattr(owner, name)
            else:
                setattr(owner, name, before)

        module = getattr(owner, "__module__", None)
        self._done.append(_Patch(".".join(filter(None, (module, owner.__name__, name))), undo))

    def note(self, what: str, undo: Callable[[], None]) -> None:
        """Note something that was changed by other means, and what takes it back."""
        self._done.append(_Patch(what, undo))

    def restore(self) -> None:
        """Take everything back, in reverse order."""
        while self._done:
            self._done.pop().undo()

    @property
    def names(self) -> list[str]:
        """The names of what is patched, such as `threading.Thread.start`."""
        return [each.what for each in self._done]


def patched() -> dict[str, list[str]]:
    """Return the names of everything that is patched now, by the part of the package that did it."""
    return {each.user: each.names for each in _users if each.names}
