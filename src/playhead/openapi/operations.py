"""Find the operation of a document for a request, by the path below one of the document's servers."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from typing import NamedTuple
from urllib.parse import SplitResult, unquote, urlsplit

from playhead.openapi.document import Document, Node

__all__ = ["Found", "Operation", "Operations"]

_METHODS = ("get", "put", "post", "delete", "options", "head", "patch", "trace")
_FIELD = re.compile(r"\{([^{}]+)\}")


class Operation(NamedTuple):
    """An operation, and the path item that contains it."""

    method: str
    template: str
    node: Node
    item: Node

    def __str__(self) -> str:
        return f"{self.method} {self.template}"

    def parameters(self) -> Iterator[Node]:
        """Yield the parameters of the operation, and those of its path that it does not override."""
        seen = set()
        for owner in (self.node, self.item):
            listed = owner.child("parameters")
            for parameter in listed.items() if listed is not None else ():
                name = str(parameter.get("name")), str(parameter.get("in"))
                if name not in seen:
                    seen.add(name)
                    yield parameter


@dataclass(frozen=True, slots=True)
class Found:
    """The match of a URL: the template of its path, the values of the fields, and the operation, if there is one."""

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
    """The operations of a document. `hosts` are those of its servers."""

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
        """Return the match for a request, or `None` if no path of the document fits. HEAD falls back to GET."""
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


def _servers(owner: Node) -> Iterator[SplitResult]:
    """Yield the URLs of the servers; malformed ones are left out."""
    listed = owner.get("servers")
    for server in listed if isinstance(listed, list) else ():
        if isinstance(server, dict) and isinstance(server.get("url"), str):
            with suppress(ValueError):
                yield urlsplit(_filled(server["url"], server.get("variables")))


def _filled(url: str, variables: object) -> str:
    known = variables if isinstance(variables, dict) else {}
    defaults = {name: str(each.get("default", "")) for name, each in known.items() if isinstance(each, dict)}
    return _FIELD.sub(lambda field: defaults.get(field[1], ""), url)


def _bases(owner: Node) -> Iterator[str]:
    for url in _servers(owner):
        yield url.path.rstrip("/")


def _hosts(owner: Node) -> Iterator[str]:
    for url in _servers(owner):
        if url.netloc:
            yield url.netloc.lower()
