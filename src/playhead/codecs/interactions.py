"""One interaction of a cassette as plain parts, and back: an HTTP exchange, or a call."""

from __future__ import annotations

from collections.abc import Callable

from playhead.codecs.body import Body, Shown
from playhead.codecs.calls import glance_at_call, invocation_of, invocation_parts
from playhead.codecs.exchanges import exchange_of, glance_at, parts_of
from playhead.codecs.exchanges import printable as printable_exchange
from playhead.codecs.limits import DEFAULT, Limits
from playhead.codecs.malformed import text
from playhead.model.call import Invocation
from playhead.model.cassette import CALLED, Interaction

__all__ = ["glance", "interaction_of", "interaction_parts", "printable"]

Parts = dict[str, object]


def interaction_parts(interaction: Interaction, show: Callable[[Body], Shown]) -> Parts:
    """Return the interaction without its timing. `show` decides how bodies are shown."""
    if isinstance(interaction, Invocation):
        return invocation_parts(interaction)
    return parts_of(interaction, show)


def interaction_of(parts: Parts, row: Parts | None, folder: str, limits: Limits = DEFAULT) -> Interaction:
    """Return the interaction of `parts` and of its `row` in the timeline.

    Raises Malformed with the place inside it.
    """
    if "call" in parts:
        return invocation_of(parts, row, limits)
    return exchange_of(parts, row, folder, limits)


def glance(parts: Parts) -> tuple[str, str, bool]:
    """Return method, URL and steadiness of an outline, after a quick check."""
    if "call" in parts:
        return (CALLED, *glance_at_call(parts))
    request, steady = glance_at(parts)
    return text(request.get("method"), "request.method"), text(request.get("url"), "request.url"), steady


def printable(interaction: Interaction) -> Interaction:
    """Return the interaction with messages that can be encoded."""
    return interaction if isinstance(interaction, Invocation) else printable_exchange(interaction)
