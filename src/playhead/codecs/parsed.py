"""Interactions for those who want the values in bodies and not their bytes, such as contracts.

Bodies that a document shows as JSON are handed on as they were parsed. Writing them out, only for them to be parsed
again, would take longer than all else that folding does.
"""

from __future__ import annotations

from typing import NamedTuple

from playhead.codecs.interactions import interaction_of
from playhead.codecs.limits import DEFAULT, Limits
from playhead.codecs.malformed import mapping, whole
from playhead.codecs.styles import STYLES, render
from playhead.model.cassette import Interaction

__all__ = ["Json", "Parsed", "parsed_of"]

Parts = dict[str, object]

_SHOWN = {"json", "style"}
"""The keys of a body that is shown as JSON and has no content coding."""


class Json(NamedTuple):
    """A body as a value. It may be infinite, or too deep, which only `written` finds."""

    value: object
    style: str

    def written(self) -> bytes:
        """Return the bytes of the body. Raises Malformed if it cannot be written."""
        return render(self.value, self.style)


class Parsed(NamedTuple):
    """An interaction with the JSON of its request (`asked`) and response (`answered`), whose bodies are then empty."""

    interaction: Interaction
    asked: Json | None = None
    answered: Json | None = None


def parsed_of(item: object, timeline: dict[object, Parts], folder: str, limits: Limits = DEFAULT) -> Parsed:
    """Return an interaction of a document, whose parts are used up.

    Raises Malformed as building the interaction does, but for faults in a body that `Json` holds.
    """
    parts = mapping(item, "")
    asked, answered = _taken(parts.get("request")), _taken(parts.get("response"))
    row = timeline.get(whole(parts.get("id"), "id", 1))
    return Parsed(interaction_of(parts, row, folder, limits), asked, answered)


def _taken(message: object) -> Json | None:
    if type(message) is not dict:
        return None
    body = message.get("body")
    if type(body) is not dict or body.keys() != _SHOWN or type(body["style"]) is not str or body["style"] not in STYLES:
        return None
    message["body"] = None
    return Json(body["json"], body["style"])
