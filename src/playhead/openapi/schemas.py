"""Convert the schemas of a document to JSON Schema 2020-12. OpenAPI 3.1 uses it already, and 3.0 differs little.

Requests and responses get a form each: `readOnly` properties are not required in a request, nor `writeOnly` ones in a
response.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from playhead.openapi.document import Document, Node

__all__ = ["MessageKind", "schemas_for"]

MessageKind = Literal["request", "response"]
Parts = dict[str, object]

_MAPS = frozenset({"properties", "patternProperties", "$defs", "definitions", "dependentSchemas"})
_LISTS = frozenset({"allOf", "anyOf", "oneOf", "prefixItems"})
_SINGLE = frozenset(
    {
        "items", "additionalProperties", "not", "if", "then", "else", "contains", "propertyNames",
        "unevaluatedProperties", "unevaluatedItems",
    }
)  # fmt: skip
_UNHEARD = frozenset(
    {"example", "examples", "discriminator", "xml", "externalDocs", "deprecated", "title", "description"}
)
_NOT_THEIRS = {"request": "readOnly", "response": "writeOnly"}


def schemas_for(document: Document, kind: MessageKind) -> Parts:
    """Return the document with its schemas as JSON Schema for one message, without descriptions and examples."""
    return _Form(document, kind).of_parts(document.parts)


class _Form:
    def __init__(self, document: Document, kind: MessageKind) -> None:
        self._document = document
        self._old = document.version == "3.0"
        self._left_out = _NOT_THEIRS[kind]

    def of_parts(self, parts: Mapping[str, object]) -> Parts:
        """Convert an object that is not a schema itself."""
        return {key: self._part(key, item) for key, item in parts.items() if key not in ("example", "examples")}

    def _part(self, key: str, item: object) -> object:
        if key == "schema":
            return self.of_schema(item)
        if key == "schemas" and isinstance(item, Mapping):
            return {name: self.of_schema(schema) for name, schema in item.items()}
        return self._value(item)

    def _value(self, value: object) -> object:
        if isinstance(value, list):
            return [self._value(item) for item in value]
        return self.of_parts(value) if isinstance(value, Mapping) else value

    def of_schema(self, schema: object) -> object:
        """Convert a schema."""
        if not isinstance(schema, Mapping):
            return schema
        if self._old and isinstance(schema.get("$ref"), str):
            return {"$ref": schema["$ref"]}  # 3.0 ignores keywords beside a reference
        formed = {key: self._keyword(key, value) for key, value in schema.items() if key not in _UNHEARD}
        if "required" in formed:
            formed["required"] = self._required(schema)
        return _updated(formed) if self._old else formed

    def _keyword(self, key: str, value: object) -> object:
        if key in _MAPS and isinstance(value, Mapping):
            return {name: self.of_schema(inner) for name, inner in value.items()}
        if key in _LISTS and isinstance(value, list):
            return [self.of_schema(inner) for inner in value]
        return self.of_schema(value) if key in _SINGLE else value

    def _required(self, schema: Mapping[str, object]) -> list[object]:
        properties = schema.get("properties")
        properties = properties if isinstance(properties, Mapping) else {}
        names = schema["required"] if isinstance(schema["required"], list) else []
        return [name for name in names if not (isinstance(name, str) and self._is_theirs(properties.get(name)))]

    def _is_theirs(self, prop: object) -> bool:
        if not isinstance(prop, Mapping):
            return False
        followed = Node(self._document, prop, "").followed().value
        return prop.get(self._left_out) is True or (
            isinstance(followed, Mapping) and followed.get(self._left_out) is True
        )


def _updated(schema: Parts) -> Parts:
    """Convert the keywords in which 3.0 differs: exclusive bounds and `nullable`."""
    for bound, exclusive in (("minimum", "exclusiveMinimum"), ("maximum", "exclusiveMaximum")):
        if isinstance(schema.get(exclusive), bool):
            excludes = schema.pop(exclusive)
            if excludes and bound in schema:
                schema[exclusive] = schema.pop(bound)
    if schema.pop("nullable", False) is not True:
        return schema
    return {"anyOf": [schema, {"type": "null"}]}
