"""Validate JSON values against the schemas of a document, with jsonschema-rs: mistakes have a place and a keyword."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple, NoReturn
from urllib.parse import quote

from playhead.errors import FileUnreadable, UsageError
from playhead.openapi.document import Document, Node, pointer_of
from playhead.openapi.schemas import MessageKind, schemas_for
from playhead.redaction.rules import RedactionRules
from playhead.text.placeholder_signs import PREFIX
from playhead.text.words import cut

if TYPE_CHECKING:
    from jsonschema_rs import Draft202012Validator, Registry, ValidationError

__all__ = ["Mistake", "Validators"]

_LONGEST = 100
_BRANCHING = ("anyOf", "oneOf", "not", "oneOfNotValid", "oneOfMultipleValid")
_IN_FRAGMENTS = "/~!$&'()*+,;=:@"
"""RFC 3986, section 3.5."""
_RULES = RedactionRules()


class Mistake(NamedTuple):
    """A value that does not match its schema.

    `place` is a JSON pointer with `*` for positions. `wanted` is what the schema demands, with the pointer to it.
    """

    place: str
    keyword: str
    wanted: str
    found: str


class Validators:
    """The schemas of a document, compiled when they are first used.

    Raises:
        UsageError: jsonschema-rs is not installed.
    """

    def __init__(self, document: Document) -> None:
        try:
            import jsonschema_rs  # noqa: F401  # the first to say that it is missing
        except ImportError:
            raise UsageError("Checking recordings against OpenAPI needs: pip install 'playhead[openapi]'") from None
        self._document = document
        self._registry: dict[MessageKind, Registry] = {}
        self._compiled: dict[tuple[str, MessageKind], Draft202012Validator] = {}

    def mistakes(self, schema: Node, kind: MessageKind, value: object) -> Iterator[Mistake]:
        """Yield what is wrong with a value. Values that redaction has replaced are not judged.

        Raises:
            FileUnreadable: The schema cannot be compiled.
        """
        for error in self._validator(schema, kind).iter_errors(value):
            if not _redacted(error):
                yield from self._told(error)

    def fits(self, schema: Node, kind: MessageKind, value: object) -> bool:
        """Return True if a value matches the schema."""
        return bool(self._validator(schema, kind).is_valid(value))

    def _validator(self, schema: Node, kind: MessageKind) -> Draft202012Validator:
        known = self._compiled.get((schema.pointer, kind))
        if known is None:
            known = self._compiled[schema.pointer, kind] = self._compile(schema, kind)
        return known

    def _compile(self, schema: Node, kind: MessageKind) -> Draft202012Validator:
        import jsonschema_rs as library

        base = f"openapi:///{kind}"
        try:
            if kind not in self._registry:
                resource = schemas_for(self._document, kind)
                self._registry[kind] = library.Registry([(base, resource)], retriever=_refuse)
            reference = {"$ref": f"{base}#{quote(schema.pointer[1:], safe=_IN_FRAGMENTS)}"}
            return library.Draft202012Validator(
                reference, registry=self._registry[kind], retriever=_refuse, validate_formats=True
            )
        except (library.ValidationError, library.ReferencingError, ValueError, TypeError, RecursionError) as error:
            reason = f"has at {_cut(schema.pointer)} something that is not a schema: {_cut(str(error))}"
            raise FileUnreadable(self._document.name, reason) from error

    def _told(self, error: ValidationError) -> Iterator[Mistake]:
        from jsonschema_rs import ValidationErrorKind as Kind

        keyword, kind = str(error.schema_path[-1]) if error.schema_path else "false", error.kind
        if keyword == "required" and isinstance(kind, Kind.Required):
            yield Mistake(_place([*error.instance_path, kind.property]), keyword, self._wanted(error), "absent")
        elif isinstance(kind, Kind.AdditionalProperties | Kind.UnevaluatedProperties):
            for name in kind.unexpected:
                yield Mistake(_place([*error.instance_path, name]), keyword, self._wanted(error), "there")
        else:
            yield Mistake(_place(error.instance_path), keyword, self._wanted(error), _cut(error.message))

    def _wanted(self, error: ValidationError) -> str:
        pointer = "#/" + "/".join(pointer_of(token) for token in error.schema_path[:-1])
        value = _standing_at(self._document, error.schema_path)
        text = "" if value is None else json.dumps(value, default=str)
        keyword = error.schema_path[-1] if error.schema_path else "no value"
        return f"{keyword}: {text} ({pointer})" if text and len(text) <= _LONGEST else f"{keyword} ({pointer})"


def _standing_at(document: Document, path: Sequence[str | int]) -> object:
    """Return the value at a path, or `None` if conversion to JSON Schema has changed the path."""
    value: object = document.parts
    for token in path:
        try:
            if isinstance(value, list):
                value = value[int(token)]
            else:
                value = value[str(token)] if isinstance(value, Mapping) else None
        except (KeyError, IndexError, ValueError):
            return None
    return value


def _redacted(error: ValidationError) -> bool:
    """Return True if redaction left the value: a placeholder, or a zero under a secret name."""
    instance, path = error.instance, error.instance_path
    if isinstance(instance, str):
        return PREFIX in instance
    if instance == 0 and path and isinstance(path[-1], str):
        return _RULES.rule("body", path[-1]) is not None
    branching = bool(error.schema_path) and str(error.schema_path[-1]) in _BRANCHING
    return branching and PREFIX in json.dumps(instance)


def _place(path: Sequence[str | int]) -> str:
    return "/" + "/".join("*" if isinstance(token, int) else pointer_of(token) for token in path)


def _cut(text: str) -> str:
    text = " ".join(text.split())
    return cut(text, _LONGEST)


def _refuse(uri: str, /) -> NoReturn:
    raise ValueError(f"{uri} is not in the document")
