"""What is done behind a deck, with its knowledge: it goes to the network itself, and is not recorded."""

from __future__ import annotations

from contextvars import ContextVar

__all__ = ["is_suspended", "suspended"]

_suspended: ContextVar[bool] = ContextVar("playhead_suspended", default=False)


class suspended:  # noqa: N801  # reads as the context manager that it is, at a third of a generator's cost
    """The inner call of an explicit transport goes to the network itself."""

    __slots__ = ("_token",)

    def __enter__(self) -> None:
        self._token = _suspended.set(True)

    def __exit__(self, *exit_arguments: object) -> None:
        _suspended.reset(self._token)


def is_suspended() -> bool:
    """Whether what is done here is the inner call of an explicit transport, or a double's real object."""
    return _suspended.get()
