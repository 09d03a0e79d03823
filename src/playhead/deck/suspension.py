"""Marks on what is done behind an open deck with its knowledge.

Within `suspended`, requests go to the network and are not recorded. Within `accounted`, connections are not reported as
traffic that is missing from the cassette.
"""

from __future__ import annotations

from contextvars import ContextVar

__all__ = ["accounted", "is_accounted", "is_suspended", "suspended"]

_suspended: ContextVar[bool] = ContextVar("playhead_suspended", default=False)
_accounted: ContextVar[bool] = ContextVar("playhead_accounted", default=False)


class suspended:  # noqa: N801  # reads as the context manager that it is, at a third of a generator's cost
    """Send what is requested within to the network, past the deck: an explicit transport calls its inner one so."""

    __slots__ = ("_token",)

    def __enter__(self) -> None:
        self._token = _suspended.set(True)

    def __exit__(self, *exit_arguments: object) -> None:
        _suspended.reset(self._token)


def is_suspended() -> bool:
    """Return True within the inner call of an explicit transport, or a call of a double's real object."""
    return _suspended.get()


class accounted:  # noqa: N801  # reads as the context manager that it is
    """Count connections made within as recorded, or let by: they are not missing from the cassette."""

    __slots__ = ("_token",)

    def __enter__(self) -> None:
        self._token = _accounted.set(True)

    def __exit__(self, *exit_arguments: object) -> None:
        _accounted.reset(self._token)


def is_accounted() -> bool:
    """Return True where connections are known to the deck."""
    return _accounted.get()
