"""An OpenAPI document, version 3.0 or 3.1, whose references are followed. It is one file; nothing is fetched.

Every reference is resolved when the document is loaded, so that a dangling one is reported before anything is checked.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from urllib.parse import unquote

from playhead.errors import FileUnreadable

__all__ = ["Document", "Node", "document_of", "pointer_of"]

Parts = Mapping[str, object]

_DEEPEST = 64
_SHOWN = 120
_MAPS = frozenset({"properties", "patternProperties", "$defs", "definitions", "dependentSchemas", "paths", "webhooks"})
_NAMED = frozenset(
    {"schemas", "responses", "parameters", "requestBodies", "headers", "links", "callbacks", "pathItems"}
)
"""Below these, keys are names that the author chose, not words of OpenAPI."""

_DATA = frozenset({"example", "examples", "default", "enum", "const"})
"""Values below these are data: `$ref` is not a reference there."""


@dataclass(frozen=True, slots=True)
class Document:
    """The content of a document, and its name in messages."""

    parts: Parts
    name: str

    @property
    def version(self) -> str:
        """`"3.0"` or `"3.1"`."""
        return str(self.parts["openapi"])[:3]

    @property
    def root(self) -> Node:
        """The top of the document."""
        return Node(self, self.parts, "#")

    def at(self, pointer: str) -> Node | None:
        """Return the node at a pointer such as `#/components/schemas/User`, references followed."""
        node: Node | None = self.root
        for token in filter(None, pointer.removeprefix("#").split("/")):
            node = node and node.child(unquote(token).replace("~1", "/").replace("~0", "~"))
        return node


@dataclass(frozen=True, slots=True)
class Node:
    """A place in a document: its value, which is not a reference, and the pointer to that value."""

    document: Document
    value: object
    pointer: str

    def child(self, key: str | int) -> Node | None:
        """Return the node below a key or position, references followed, or `None`."""
        value = self.value
        if isinstance(value, Mapping) and key in value:
            found = value[key]
        elif isinstance(value, list) and str(key).isdecimal() and int(key) < len(value):
            found = value[int(key)]
        else:
            return None
        return Node(self.document, found, f"{self.pointer}/{pointer_of(key)}").followed()

    def schema(self, key: str) -> Node | None:
        """Return the node below a key without following a reference: the validator does that for schemas."""
        found = self.value.get(key) if isinstance(self.value, Mapping) else None
        return None if found is None else Node(self.document, found, f"{self.pointer}/{pointer_of(key)}")

    def children(self) -> Iterator[tuple[str, Node]]:
        """Yield each key with the node below it; extensions (`x-...`) are left out."""
        for key in self.value if isinstance(self.value, Mapping) else ():
            found = self.child(key)
            if found is not None and not str(key).startswith("x-"):
                yield str(key), found

    def items(self) -> Iterator[Node]:
        """Yield the items of a list."""
        for position in range(len(self.value) if isinstance(self.value, list) else 0):
            found = self.child(position)
            if found is not None:
                yield found

    def followed(self, depth: int = _DEEPEST) -> Node:
        """Return the node that this one refers to, or this one."""
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

    def get(self, key: str, default: object = None) -> object:
        """Return the value below a key that OpenAPI allows no reference for."""
        return self.value.get(key, default) if isinstance(self.value, Mapping) else default


def pointer_of(token: str | int) -> str:
    """Escape a token of a JSON pointer (RFC 6901)."""
    return str(token).replace("~", "~0").replace("/", "~1")


def document_of(parts: object, name: str) -> Document:
    """Return the document with the content `parts`.

    Raises:
        FileUnreadable: It has another version, or a reference to nothing or to another file.
    """
    if not isinstance(parts, Mapping) or not isinstance(parts.get("openapi"), str):
        swagger = "is a Swagger 2.0 document: convert it to OpenAPI 3."
        other = "is not an OpenAPI document: it has no `openapi` field. Fix the file, or pass another one."
        raise FileUnreadable(name, swagger if _is_swagger(parts) else other)
    if str(parts["openapi"])[:4] not in ("3.0.", "3.1."):
        raise FileUnreadable(name, f"is of OpenAPI {parts['openapi'][:20]!r}, but playhead reads 3.0 and 3.1.")
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
            f"refers at {pointer[:_SHOWN]} to {target[:_SHOWN]}, in another file, but playhead reads one file: "
            "bundle the document into one.",
        )
    if target == "#" or not target.startswith("#/"):  # the root, or an anchor, which the validator resolves
        return
    if not _leads_somewhere(document, target):
        raise _dangling(document, pointer, target)


def _dangling(document: Document, pointer: str, target: str) -> FileUnreadable:
    reason = f"refers at {pointer[:_SHOWN]} to {target[:_SHOWN]}, which does not exist: fix the document."
    return FileUnreadable(document.name, reason)


def _leads_somewhere(document: Document, target: str) -> bool:
    """Return True if a chain of references ends at a value."""
    seen: set[str] = set()
    while target not in seen:
        seen.add(target)
        value: object = document.parts
        for token in target[2:].split("/"):
            value = _below(value, unquote(token).replace("~1", "/").replace("~0", "~"))
            if value is _NOTHING:
                return _by_following(document, target)
        further = value.get("$ref") if isinstance(value, Mapping) and len(value) == 1 else None
        if not isinstance(further, str) or not further.startswith("#/"):
            return True
        target = further
    return False


def _by_following(document: Document, target: str) -> bool:
    """Return True if the target exists when references on the way to it are followed."""
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
