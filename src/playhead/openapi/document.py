"""An OpenAPI document as plain parts, with its references followed. Versions 3.0 and 3.1; one file, nothing is fetched.

Every reference is looked up when the document is taken up, so that a dangling one is told before anything is checked.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote

from playhead.errors import FileUnreadable

__all__ = ["Document", "Node", "document_of", "pointer_of"]

Parts = Mapping[str, Any]

_DEEPEST = 64
_SHOWN = 120
_MAPS = frozenset({"properties", "patternProperties", "$defs", "definitions", "dependentSchemas", "paths", "webhooks"})
_NAMED = frozenset(
    {"schemas", "responses", "parameters", "requestBodies", "headers", "links", "callbacks", "pathItems"}
)
"""Below these the keys are names that somebody chose, not words of OpenAPI."""

_DATA = frozenset({"example", "examples", "default", "enum", "const"})
"""What stands below these is data, in which `$ref` is no reference."""


@dataclass(frozen=True, slots=True)
class Document:
    """The parts of a document, and what messages call it."""

    parts: Parts
    name: str

    @property
    def version(self) -> str:
        """`"3.0"` or `"3.1"`."""
        return str(self.parts["openapi"])[:3]

    @property
    def root(self) -> Node:
        """The whole of it."""
        return Node(self, self.parts, "#")

    def at(self, pointer: str) -> Node | None:
        """What a pointer such as `#/components/schemas/User` points to, references followed."""
        node: Node | None = self.root
        for token in filter(None, pointer.removeprefix("#").split("/")):
            node = node and node.child(unquote(token).replace("~1", "/").replace("~0", "~"))
        return node


@dataclass(frozen=True, slots=True)
class Node:
    """A place in a document: its value, which is no reference, and where that really stands."""

    document: Document
    value: Any
    pointer: str

    def child(self, key: str | int) -> Node | None:
        """What stands below a key, references followed; `None` if there is nothing."""
        value = self.value
        if isinstance(value, Mapping) and key in value:
            found = value[key]
        elif isinstance(value, list) and str(key).isdecimal() and int(key) < len(value):
            found = value[int(key)]
        else:
            return None
        return Node(self.document, found, f"{self.pointer}/{pointer_of(key)}").followed()

    def schema(self, key: str) -> Node | None:
        """The schema below a key, as it stands there: a reference in it is the validator's."""
        found = self.value.get(key) if isinstance(self.value, Mapping) else None
        return None if found is None else Node(self.document, found, f"{self.pointer}/{pointer_of(key)}")

    def children(self) -> Iterator[tuple[str, Node]]:
        """What stands below each key."""
        for key in self.value if isinstance(self.value, Mapping) else ():
            found = self.child(key)
            if found is not None and not str(key).startswith("x-"):
                yield str(key), found

    def followed(self, depth: int = _DEEPEST) -> Node:
        """The place that this one refers to, if it does."""
        target = self.value.get("$ref") if isinstance(self.value, Mapping) else None
        if not isinstance(target, str) or not target.startswith("#/"):
            return self
        try:
            found = self.document.at(target) if depth else None
        except RecursionError:
            found = None
        if found is None:
            raise _dangling(self.document, self.pointer, target)
        return found

    def get(self, key: str, default: Any = None) -> Any:
        """A value below a key that is no reference."""
        return self.value.get(key, default) if isinstance(self.value, Mapping) else default


def pointer_of(token: str | int) -> str:
    """A token of a JSON pointer (RFC 6901)."""
    return str(token).replace("~", "~0").replace("/", "~1")


def document_of(parts: object, name: str) -> Document:
    """The document in plain parts. FileUnreadable for another version, or a reference to nothing or to another file."""
    if not isinstance(parts, Mapping) or not isinstance(parts.get("openapi"), str):
        swagger = "is a Swagger 2.0 document: convert it to OpenAPI 3."
        other = "is not an OpenAPI document: it has no `openapi` field. Fix the file, or give another one."
        raise FileUnreadable(name, swagger if _is_swagger(parts) else other)
    if str(parts["openapi"])[:4] not in ("3.0.", "3.1."):
        raise FileUnreadable(name, f"is of OpenAPI {parts['openapi'][:20]!r}, and playhead reads 3.0 and 3.1.")
    if not isinstance(parts.get("paths", {}), Mapping):
        raise FileUnreadable(name, "is not an OpenAPI document: its `paths` are not an object. Fix the file.")
    document = Document(parts, name)
    for pointer, target in _references(parts, "#", names=False):
        _expect_target(document, pointer, target)
    return document


def _is_swagger(parts: object) -> bool:
    return isinstance(parts, Mapping) and "swagger" in parts


def _references(value: object, pointer: str, *, names: bool) -> Iterator[tuple[str, str]]:
    if isinstance(value, list):
        for position, item in enumerate(value):
            yield from _references(item, f"{pointer}/{position}", names=False)
    elif isinstance(value, Mapping):
        target = value.get("$ref")
        if isinstance(target, str) and not names:
            yield pointer, target
        for key, item in value.items():
            if names or not (key in _DATA or str(key).startswith("x-")):
                named = not names and key in _MAPS | _NAMED
                yield from _references(item, f"{pointer}/{pointer_of(key)}", names=named)


def _expect_target(document: Document, pointer: str, target: str) -> None:
    if not target.startswith("#"):
        raise FileUnreadable(
            document.name,
            f"refers at {pointer[:_SHOWN]} to {target[:_SHOWN]}, in another file, and playhead reads one file: "
            "bundle the document into one.",
        )
    if target == "#" or not target.startswith("#/"):  # the root, or an anchor, which the validator knows
        return
    if not _leads_somewhere(document, target):
        raise _dangling(document, pointer, target)


def _dangling(document: Document, pointer: str, target: str) -> FileUnreadable:
    reason = f"refers at {pointer[:_SHOWN]} to {target[:_SHOWN]}, where nothing is: fix the document."
    return FileUnreadable(document.name, reason)


def _leads_somewhere(document: Document, target: str) -> bool:
    """Whether a chain of references ends at something."""
    seen: set[str] = set()
    while target not in seen:
        seen.add(target)
        value: object = document.parts
        for token in target[2:].split("/"):
            value = _below(value, unquote(token).replace("~1", "/").replace("~0", "~"))
            if value is _NOTHING:
                return _by_following(document, target)
        further = value.get("$ref") if isinstance(value, Mapping) else None
        if not isinstance(further, str) or not further.startswith("#/") or len(value) > 1:  # type: ignore[arg-type]
            return True
        target = further
    return False


def _by_following(document: Document, target: str) -> bool:
    """Whether it leads somewhere across other references on its way."""
    try:
        return document.at(target) is not None
    except (FileUnreadable, RecursionError):
        return False


_NOTHING = object()


def _below(value: object, token: str) -> object:
    if isinstance(value, Mapping):
        return value.get(token, _NOTHING)
    if isinstance(value, list) and token.isdecimal() and int(token) < len(value):
        return value[int(token)]
    return _NOTHING
