"""Convert shapes to JSON Schema 2020-12: values seen are allowed, and fields that were always present are required."""

from __future__ import annotations

from collections.abc import Iterator

from playhead.contract.looks import format_of
from playhead.contract.shape import (
    ARRAY,
    BIG,
    BLANK,
    EMPTY_ARRAY,
    EMPTY_OBJECT,
    FALSE,
    FRACTION,
    INTEGER,
    NULL,
    OBJECT,
    STRING,
    TRUE,
    WHOLE,
    Fields,
    Shape,
)

__all__ = ["schema_of"]

Parts = dict[str, object]

# Formats of JSON Schema and OpenAPI that validators may check.
_FORMATS = frozenset({"uuid", "date-time", "date"})


def schema_of(shape: Shape) -> Parts:
    """Return the schema of the values that a shape has seen; `{}`, which allows anything, if it has seen none."""
    schemas = list(_schemas(shape))
    if shape.counts[NULL]:
        if len(schemas) == 1 and isinstance(schemas[0].get("type"), str):
            return {**schemas[0], "type": [schemas[0]["type"], "null"]}
        schemas.append({"type": "null"})
    if len(schemas) == 1:
        return schemas[0]
    if schemas and all(each.keys() == {"type"} for each in schemas):
        return {"type": [each["type"] for each in schemas]}
    return {"anyOf": schemas} if schemas else {}


def _schemas(shape: Shape) -> Iterator[Parts]:
    counts = shape.counts
    if counts[TRUE] or counts[FALSE]:
        yield {"type": "boolean"}
    if counts[WHOLE] or counts[FRACTION]:
        yield {"type": "number"}
    elif counts[INTEGER] or counts[BIG]:
        yield {"type": "integer"}
    if counts[STRING] or counts[BLANK]:
        yield _string(shape)
    yield from _objects(shape)
    if counts[ARRAY] or counts[EMPTY_ARRAY]:
        yield {"type": "array"} if shape.items is None else {"type": "array", "items": schema_of(shape.items)}


def _string(shape: Shape) -> Parts:
    """Return a schema with a format only if all strings were kept and have it: a guess would reject valid strings."""
    formats = {format_of(word) for word in shape.words}
    name = formats.pop() if len(formats) == 1 else None
    sure = name in _FORMATS and not shape.spilled and not shape.counts[BLANK]
    return {"type": "string", "format": name} if sure else {"type": "string"}


def _objects(shape: Shape) -> Iterator[Parts]:
    empty = bool(shape.counts[EMPTY_OBJECT])
    for tag, fields in sorted(shape.variants.items()):
        yield _object(fields, tag, sometimes_empty=empty)
    if not shape.variants and (empty or shape.counts[OBJECT]):
        yield {"type": "object"}


def _object(fields: Fields, tag: str, *, sometimes_empty: bool) -> Parts:
    properties = {name: schema_of(child) for name, child in sorted(fields.fields.items())}
    required = [name for name, child in sorted(fields.fields.items()) if child.total >= fields.count]
    name, equals, value = tag.partition("=")
    if equals and name in properties:
        properties[name] = {"const": value}
    schema: Parts = {"type": "object"}
    if properties:
        schema["properties"] = properties
    if required and not sometimes_empty:
        schema["required"] = required
    if fields.entries is not None:
        schema["additionalProperties"] = schema_of(fields.entries)
    return schema
