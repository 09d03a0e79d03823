"""JSON values held against schemas of a document, by jsonschema-rs: each mistake with its place and keyword."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple
from urllib.parse import quote

from playhead.errors import FileUnreadable, UsageError
from playhead.openapi.document import Document, Node, pointer_of
from playhead.openapi.schemas import Side, schemas_for
from playhead.redaction.rules import RedactionRules

__all__ = ["Mistake", "Validators"]

_LONGEST = 100
_BRANCHING = ("anyOf", "oneOf", "not", "oneOfNotValid", "oneOfMultipleValid")
_IN_FRAGMENTS = "/~!$&'()*+,;=:@"
"""RFC 3986, section 3.5."""
_RULES = RedactionRules()


class Mistake(NamedTuple):
    """Where a value is not as its schema says: a JSON pointer with `*` for positions, the keyword, what the schema
    wants and where it stands, and what was found."""

    place: str
    keyword: str
    wanted: str
    found: str


class Validators:
    """The compiled schemas of a document. UsageError if jsonschema-rs is missing, and
    FileUnreadable if a schema cannot be compiled."""

    def __init__(self, document: Document) -> None:
        try:
            import jsonschema_rs
        except ImportError:
            raise UsageError("Holding recordings against OpenAPI needs: pip install 'playhead[openapi]'") from None
        self._library = jsonschema_rs
        self._document = document
        self._registry: dict[Side, Any] = {}
        self._compiled: dict[tuple[str, Side], Any] = {}

    def mistakes(self, schema: Node, side: Side, value: object) -> Iterator[Mistake]:
        """What is wrong with a value; nothing is said of values that redaction has replaced."""
        for error in self._validator(schema, side).iter_errors(value):
            if not _redacted(error):
                yield from self._told(error)

    def fits(self, schema: Node, side: Side, value: object) -> bool:
        """Whether a value is as the schema says."""
        return bool(self._validator(schema, side).is_valid(value))

    def _validator(self, schema: Node, side: Side) -> Any:
        known = self._compiled.get((schema.pointer, side))
        if known is None:
            known = self._compiled[schema.pointer, side] = self._compile(schema, side)
        return known

    def _compile(self, schema: Node, side: Side) -> Any:
        library, base = self._library, f"openapi:///{side}"
        try:
            if side not in self._registry:
                resource = schemas_for(self._document, side)
                self._registry[side] = library.Registry([(base, resource)], retriever=_refuse)
            reference = {"$ref": f"{base}#{quote(schema.pointer[1:], safe=_IN_FRAGMENTS)}"}
            return library.Draft202012Validator(
                reference, registry=self._registry[side], retriever=_refuse, validate_formats=True
            )
        except (library.ValidationError, library.ReferencingError, ValueError, TypeError, RecursionError) as error:
            reason = f"has at {_cut(schema.pointer)} something which is not a schema: {_cut(str(error))}"
            raise FileUnreadable(self._document.name, reason) from error

    def _told(self, error: Any) -> Iterator[Mistake]:
        keyword, kind = str(error.schema_path[-1]) if error.schema_path else "false", error.kind
        if keyword == "required":
            yield Mistake(_place([*error.instance_path, kind.property]), keyword, self._wanted(error), "absent")
        elif keyword in ("additionalProperties", "unevaluatedProperties") and hasattr(kind, "unexpected"):
            for name in kind.unexpected:
                yield Mistake(_place([*error.instance_path, name]), keyword, self._wanted(error), "there")
        else:
            yield Mistake(_place(error.instance_path), keyword, self._wanted(error), _cut(error.message))

    def _wanted(self, error: Any) -> str:
        pointer = "#/" + "/".join(pointer_of(token) for token in error.schema_path[:-1])
        value = _standing_at(self._document, error.schema_path)
        text = "" if value is None else json.dumps(value, default=str)
        keyword = error.schema_path[-1] if error.schema_path else "no value"
        return f"{keyword}: {text} ({pointer})" if text and len(text) <= _LONGEST else f"{keyword} ({pointer})"


def _standing_at(document: Document, path: Sequence[str | int]) -> Any:
    """What stands at a path of the document; `None` where its form for the validator has another path."""
    value: Any = document.parts
    for token in path:
        try:
            value = value[int(token)] if isinstance(value, list) else value[str(token)]
        except (KeyError, IndexError, TypeError, ValueError):
            return None
    return value


def _redacted(error: Any) -> bool:
    """Whether what was found is what redaction left: a placeholder, or a zero under a secret name."""
    instance, path = error.instance, error.instance_path
    if isinstance(instance, str):
        return "REDACTED-" in instance
    if instance == 0 and path and isinstance(path[-1], str):
        return _RULES.rule("body", path[-1]) is not None
    branching = bool(error.schema_path) and str(error.schema_path[-1]) in _BRANCHING
    return branching and "REDACTED-" in json.dumps(instance)


def _place(path: Sequence[str | int]) -> str:
    return "/" + "/".join("*" if isinstance(token, int) else pointer_of(token) for token in path)


def _cut(text: str) -> str:
    text = " ".join(text.split())
    return text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"


def _refuse(uri: str) -> Any:
    raise ValueError(f"{uri} is not in the document")
