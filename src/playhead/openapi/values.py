"""Validate values that are sent as text (parameters, headers), read according to their schema."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence

from playhead.openapi.document import Node
from playhead.openapi.schemas import MessageKind
from playhead.openapi.validators import Mistake, Validators
from playhead.text.placeholder_signs import PREFIX

__all__ = ["is_open", "text_mistakes"]

_DELIMITERS = {"spaceDelimited": " ", "pipeDelimited": "|"}


def text_mistakes(
    validators: Validators, parameter: Node, kind: MessageKind, texts: Sequence[str]
) -> Iterator[Mistake]:
    """Yield a mistake if the values of a parameter or header match the schema in no reading."""
    schema = parameter.schema("schema")
    if schema is None or any(PREFIX in text for text in texts) or is_open(parameter):
        return
    readings = list(_readings(parameter, list(texts)))
    if not any(validators.fits(schema, kind, reading) for reading in readings):
        yield from list(validators.mistakes(schema, kind, readings[-1]))[:1]


def _readings(parameter: Node, texts: list[str]) -> Iterator[object]:
    """Yield the readings of the texts, the likeliest last."""
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
    return _DELIMITERS.get(str(parameter.get("style")), ",")


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
    combined = [schema.child(name) for name in ("anyOf", "oneOf", "allOf")] if schema is not None else []
    kinds = [each.get("type") for inner in combined if inner is not None for each in inner.items()]
    return tuple(kind for kind in kinds if isinstance(kind, str))


def is_open(parameter: Node) -> bool:
    """Return True for a parameter that adds names of its own to a query: an object."""
    schema = parameter.child("schema")
    if parameter.get("style") == "deepObject":
        return True
    properties = schema.get("properties") if schema is not None else None
    return "object" in _type(parameter) or isinstance(properties, Mapping)
