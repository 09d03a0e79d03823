"""Values that travel as text (parameters, header fields) read as the schema means them."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence

from playhead.openapi.document import Node
from playhead.openapi.schemas import Side
from playhead.openapi.validators import Mistake, Validators

__all__ = ["is_open", "text_mistakes"]

_DELIMITERS = {"spaceDelimited": " ", "pipeDelimited": "|"}


def text_mistakes(validators: Validators, parameter: Node, side: Side, texts: Sequence[str]) -> Iterator[Mistake]:
    """What is wrong with the values of a parameter or a header, if no reading of them is right."""
    schema = parameter.schema("schema")
    if schema is None or any("REDACTED-" in text for text in texts) or _is_object(parameter):
        return
    readings = list(_readings(parameter, list(texts)))
    if not any(validators.fits(schema, side, reading) for reading in readings):
        yield from list(validators.mistakes(schema, side, readings[-1]))[:1]


def is_open(parameter: Node) -> bool:
    """Whether a parameter spreads over names of its own choice: an object in a query."""
    return _is_object(parameter)


def _readings(parameter: Node, texts: list[str]) -> Iterator[object]:
    """The ways in which to read the texts, the likeliest last."""
    if len(texts) == 1:
        yield texts[0]
    kind = _type(parameter)
    if "array" in kind:
        items = texts if len(texts) > 1 or _exploded(parameter) else texts[0].split(_delimiter(parameter))
        yield from (items, [_scalar(item) for item in items])
    elif len(texts) == 1:
        yield _scalar(texts[0])
    else:
        yield [_scalar(text) for text in texts]


def _exploded(parameter: Node) -> bool:
    style = parameter.get("style", "form" if parameter.get("in") == "query" else "simple")
    return bool(parameter.get("explode", style == "form")) and parameter.get("in") == "query"


def _delimiter(parameter: Node) -> str:
    return _DELIMITERS.get(parameter.get("style"), ",")


def _scalar(text: str) -> object:
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        return text
    return text if isinstance(value, dict | list) else value


def _type(parameter: Node) -> tuple[str, ...]:
    schema = parameter.child("schema")
    kind = schema.get("type") if schema is not None else None
    return tuple(kind) if isinstance(kind, list) else (str(kind),) if kind else _inner_types(schema)


def _inner_types(schema: Node | None) -> tuple[str, ...]:
    found = []
    for name in ("anyOf", "oneOf", "allOf"):
        inner = schema.child(name) if schema is not None else None
        for position in range(len(inner.value) if inner is not None and isinstance(inner.value, list) else 0):
            each = inner.child(position) if inner is not None else None
            if each is not None and isinstance(each.get("type"), str):
                found.append(each.get("type"))
    return tuple(found)


def _is_object(parameter: Node) -> bool:
    schema = parameter.child("schema")
    if parameter.get("style") == "deepObject":
        return True
    properties = schema.get("properties") if schema is not None else None
    return "object" in _type(parameter) or isinstance(properties, Mapping)
