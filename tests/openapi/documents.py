"""OpenAPI documents written by hand, and exchanges checked against them."""

from __future__ import annotations

from typing import Any

from playhead.contract.contract import in_memory
from playhead.model.cassette import Exchange
from playhead.openapi.document import document_of
from playhead.openapi.judge import Conformance
from playhead.openapi.violations import Checker

JSON = "application/json"
USER = {
    "type": "object",
    "required": ["id", "name", "secret"],
    "properties": {
        "id": {"type": "integer", "readOnly": True},
        "name": {"type": "string"},
        "secret": {"type": "string", "writeOnly": True},
        "at": {"type": "string", "format": "date-time"},
    },
    "additionalProperties": False,
}


def answering(schema: Any, status: str = "200", media: str = JSON) -> dict[str, Any]:
    return {status: {"description": "", "content": {media: {"schema": schema}}}}


def document(paths: dict[str, Any], version: str = "3.1.0", **parts: Any) -> dict[str, Any]:
    return {"openapi": version, "info": {"title": "t", "version": "1"}, "paths": paths, **parts}


def held(parts: dict[str, Any], *exchanges: Exchange) -> Conformance:
    conformance = Conformance(Checker(document_of(parts, "openapi.json"), in_memory))
    for exchange in exchanges:
        conformance.add(exchange)
    return conformance


def told(parts: dict[str, Any], *exchanges: Exchange) -> list[tuple[str, str, str]]:
    """Return the findings as (rule, endpoint, place)."""
    return [(each.rule, each.endpoint, each.place) for each in held(parts, *exchanges).comparison().findings]


def get_user(schema: Any, version: str = "3.1.0", **components: Any) -> dict[str, Any]:
    """Return a document with one operation, `GET /users/{id}`, whose answer has a schema."""
    paths = {"/users/{id}": {"get": {"responses": answering(schema)}}}
    return document(paths, version, components={"schemas": components})
