"""The schemas of a document as JSON Schema 2020-12, which OpenAPI 3.1 speaks already and 3.0 almost.

There is one form for requests and one for responses, since what is `readOnly` is not required in a request, nor what is
`writeOnly` in a response.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

from playhead.openapi.document import Document, Node

__all__ = ["Side", "schemas_for"]

Side = Literal["request", "response"]
Parts = dict[str, Any]

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


def schemas_for(document: Document, side: Side) -> Parts:
    """The document with its schemas as JSON Schema for one side, and without what is said to people."""
    formed: Parts = _Form(document, side).of_part(document.parts)
    return formed


class _Form:
    def __init__(self, document: Document, side: Side) -> None:
        self._document = document
        self._old = document.version == "3.0"
        self._left_out = _NOT_THEIRS[side]

    def of_part(self, value: Any) -> Any:
        """A part of the document that is no schema itself."""
        if isinstance(value, list):
            return [self.of_part(item) for item in value]
        if not isinstance(value, Mapping):
            return value
        return {key: self._part(key, item) for key, item in value.items() if key not in ("example", "examples")}

    def _part(self, key: str, item: Any) -> Any:
        if key == "schema":
            return self.of_schema(item)
        if key == "schemas" and isinstance(item, Mapping):
            return {name: self.of_schema(schema) for name, schema in item.items()}
        return self.of_part(item)

    def of_schema(self, schema: Any) -> Any:
        """One schema."""
        if not isinstance(schema, Mapping):
            return schema
        if self._old and isinstance(schema.get("$ref"), str):
            return {"$ref": schema["$ref"]}  # what stands beside a reference does not count in 3.0
        formed = {key: self._keyword(key, value) for key, value in schema.items() if key not in _UNHEARD}
        if "required" in formed:
            formed["required"] = self._required(schema)
        return _updated(formed) if self._old else formed

    def _keyword(self, key: str, value: Any) -> Any:
        if key in _MAPS and isinstance(value, Mapping):
            return {name: self.of_schema(inner) for name, inner in value.items()}
        if key in _LISTS and isinstance(value, list):
            return [self.of_schema(inner) for inner in value]
        return self.of_schema(value) if key in _SINGLE else value

    def _required(self, schema: Mapping[str, Any]) -> list[str]:
        properties = schema.get("properties")
        properties = properties if isinstance(properties, Mapping) else {}
        names = schema["required"] if isinstance(schema["required"], list) else []
        return [name for name in names if not (isinstance(name, str) and self._is_theirs(properties.get(name)))]

    def _is_theirs(self, prop: Any) -> bool:
        if not isinstance(prop, Mapping):
            return False
        followed = Node(self._document, prop, "").followed().value
        return prop.get(self._left_out) is True or (
            isinstance(followed, Mapping) and followed.get(self._left_out) is True
        )


def _updated(schema: Parts) -> Parts:
    """The keywords in which 3.0 differs: bounds that exclude, and `nullable`."""
    for bound, exclusive in (("minimum", "exclusiveMinimum"), ("maximum", "exclusiveMaximum")):
        if isinstance(schema.get(exclusive), bool):
            excludes = schema.pop(exclusive)
            if excludes and bound in schema:
                schema[exclusive] = schema.pop(bound)
    if schema.pop("nullable", False) is not True:
        return schema
    return {"anyOf": [schema, {"type": "null"}]}
