"""Objects that are within an envelope now, or no longer: `{"id": 1}` and `{"data": {"id": 1}}`."""

from __future__ import annotations

from playhead.contract.alike import alike, all_fields, kinds_of
from playhead.contract.shape import Fields, Shape

__all__ = ["envelope_of"]


def envelope_of(bare: Fields, outer: Fields) -> str:
    """Return the name of the one field of `outer` that holds the objects of `bare`, or `""`.

    It holds them if it is always there, and has all fields that these always have, most of them alike; none of these is
    beside it.
    """
    required = {name: shape for name, shape in bare.fields.items() if shape.total == bare.count}
    if not required or not bare.fields.keys().isdisjoint(outer.fields):
        return ""
    names = [name for name, shape in outer.fields.items() if shape.total == outer.count and _holds(shape, required)]
    return names[0] if len(names) == 1 else ""


def _holds(shape: Shape, required: dict[str, Shape]) -> bool:
    if kinds_of(shape) != {"object"}:
        return False
    inner = all_fields(shape).fields
    if not required.keys() <= inner.keys():
        return False
    return 2 * sum(alike(known, inner[name]) for name, known in required.items()) > len(required)
