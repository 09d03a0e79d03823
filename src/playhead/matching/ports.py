"""Live loopback ports and the recorded ones they stand for: a local service has another port in every run."""

from __future__ import annotations

from collections.abc import Callable

from playhead.errors import UsageError

__all__ = ["LoopbackPorts"]

Service = tuple[str, str]
"""Scheme and host."""


class LoopbackPorts:
    """The recorded ports of each loopback host, and the live ports that were found to stand for them."""

    def __init__(self) -> None:
        self._recorded: dict[Service, dict[str, None]] = {}
        self._bound: dict[tuple[Service, str], str] = {}

    def add(self, service: Service, port: str) -> None:
        """Note a port that is on the cassette."""
        self._recorded.setdefault(service, {})[port] = None

    @property
    def several(self) -> bool:
        """True if any host has more than one port on the cassette."""
        return any(len(ports) > 1 for ports in self._recorded.values())

    def candidates(self, service: Service, live: str) -> list[str]:
        """Return the recorded ports that a live one may stand for."""
        bound = self._bound.get((service, live))
        if bound is not None:
            return [bound]
        recorded = self._recorded.get(service, {})
        if len(recorded) < 2:
            return list(recorded)
        taken = {port for (host, _), port in self._bound.items() if host == service}
        return [port for port in recorded if port not in taken]

    def resolve(self, service: Service, live: str, knows: Callable[[str], bool]) -> str | None:
        """Return the one recorded port that knows the request, `None` if none does.

        A live port that is on the cassette, and knows the request there, stands for itself. Raises UsageError if
        several know it.
        """
        bound = self._bound.get((service, live))
        if bound is not None:
            return bound
        candidates = self.candidates(service, live)
        if len(self._recorded.get(service, ())) < 2:
            return candidates[0] if candidates else None
        knowing = [port for port in candidates if knows(port)]
        if live in knowing:
            knowing = [live]
        if len(knowing) > 1:
            raise UsageError(
                f"Port {live} of {service[1]} could stand for any of the recorded ports {', '.join(sorted(knowing))}: "
                'name the services, as in origins={"users": base_url}, and record again.'
            )
        if knowing:
            self._bound[service, live] = knowing[0]
        return knowing[0] if knowing else None
