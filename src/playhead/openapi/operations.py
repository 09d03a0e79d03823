"""Which operation of a document a request belongs to, by its path below one of the document's servers."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, NamedTuple
from urllib.parse import unquote, urlsplit

from playhead.openapi.document import Document, Node

__all__ = ["Found", "Operation", "Operations"]

_METHODS = ("get", "put", "post", "delete", "options", "head", "patch", "trace")
_FIELD = re.compile(r"\{([^{}]+)\}")


class Operation(NamedTuple):
    """An operation, and the path item that it stands in."""

    method: str
    template: str
    node: Node
    item: Node

    def __str__(self) -> str:
        return f"{self.method} {self.template}"

    def parameters(self) -> Iterator[Node]:
        """Those of the operation, and those of its path that it does not override."""
        seen = set()
        for owner in (self.node, self.item):
            listed = owner.child("parameters")
            for position in range(len(listed.value) if listed is not None and isinstance(listed.value, list) else 0):
                parameter = listed.child(position) if listed is not None else None
                if parameter is not None and (name := (parameter.get("name"), parameter.get("in"))) not in seen:
                    seen.add(name)
                    yield parameter


@dataclass(frozen=True, slots=True)
class Found:
    """What a URL leads to: the template of its path, the values of its fields, and the operation, if there is one."""

    template: str
    fields: dict[str, str]
    operation: Operation | None


@dataclass(frozen=True, slots=True)
class _Path:
    template: str
    names: tuple[str, ...]
    regex: re.Pattern[str]
    item: Node


class Operations:
    """The operations of a document."""

    def __init__(self, document: Document) -> None:
        paths = document.root.child("paths")
        listed = [_path(template, item) for template, item in (paths.children() if paths is not None else ())]
        # Concrete paths come before templated ones (OpenAPI: path templating matching).
        self._paths = sorted(listed, key=lambda path: (len(path.names), -len(path.template)))
        self._bases = sorted(
            {*_bases(document.root), *(base for path in listed for base in _bases(path.item)), ""}, key=len
        )
        self.hosts = frozenset(_hosts(document.root))

    def find(self, method: str, url: str) -> Found | None:
        """What a request leads to; `None` if the document does not know its path. HEAD is answered as GET is."""
        path = urlsplit(url).path or "/"
        candidates = [found for base in reversed(self._bases) for found in self._below(base, path)]
        fitting = (found for found in candidates if _operation(found[0], method) is not None)
        best = next(fitting, candidates[0] if candidates else None)
        if best is None:
            return None
        fields = {name: unquote(value) for name, value in zip(best[0].names, best[1].groups(), strict=True)}
        return Found(best[0].template, fields, _operation(best[0], method))

    def _below(self, base: str, path: str) -> Iterator[tuple[_Path, re.Match[str]]]:
        if not path.startswith(base) or (base and path[len(base) : len(base) + 1] not in ("", "/")):
            return
        for each in self._paths:
            match = each.regex.fullmatch(path[len(base) :] or "/")
            if match is not None:
                yield each, match


def _path(template: str, item: Node) -> _Path:
    pieces = _FIELD.split(template)
    regex = "".join(re.escape(piece) if position % 2 == 0 else "([^/]+)" for position, piece in enumerate(pieces))
    return _Path(template, tuple(pieces[1::2]), re.compile(regex), item)


def _operation(path: _Path, method: str) -> Operation | None:
    for name in (method.lower(), "get") if method.upper() == "HEAD" else (method.lower(),):
        node = path.item.child(name) if name in _METHODS else None
        if node is not None:
            return Operation(method.upper(), path.template, node, path.item)
    return None


def _servers(owner: Node) -> Iterator[str]:
    for server in owner.get("servers") or ():
        if isinstance(server, dict) and isinstance(server.get("url"), str):
            yield _filled(server["url"], server.get("variables") or {})


def _filled(url: str, variables: dict[str, Any]) -> str:
    return _FIELD.sub(lambda field: str((variables.get(field[1]) or {}).get("default", "")), url)


def _bases(owner: Node) -> Iterator[str]:
    for url in _servers(owner):
        yield urlsplit(url).path.rstrip("/")


def _hosts(owner: Node) -> Iterator[str]:
    for url in _servers(owner):
        if urlsplit(url).netloc:
            yield urlsplit(url).netloc.lower()
