"""Convert XML to nested values: `{"feed": {"@lang": "en", "entry": [{...}, {...}]}}`.

Attributes are fields with `@`. Children are lists by tag, also if there is only one. Text is the value of an element
that has nothing else, or `#text` beside attributes and children. Namespace prefixes are kept as written.
"""

from __future__ import annotations

from collections.abc import Iterator
from xml.parsers import expat

__all__ = ["xml_values"]

_DEEPEST = 90
_MOST_ELEMENTS = 200_000
Node = dict[str, object]


class _Refused(ValueError):
    """The document declares entities, or is too deep or too large."""


class _Tree:
    """Builds the value; its methods are handlers of expat."""

    def __init__(self) -> None:
        self.root: Node = {}
        self._open: list[Node] = [self.root]
        self._texts: list[list[str]] = [[]]
        self._elements = 0

    def start(self, _tag: str, attributes: dict[str, str]) -> None:
        self._elements += 1
        if len(self._open) > _DEEPEST or self._elements > _MOST_ELEMENTS:
            raise _Refused
        names = {name: text for name, text in attributes.items() if name != "xmlns" and not name.startswith("xmlns:")}
        self._open.append({f"@{name}": text for name, text in names.items()})
        self._texts.append([])

    def data(self, text: str) -> None:
        self._texts[-1].append(text)

    def end(self, tag: str) -> None:
        node, text = self._open.pop(), "".join(self._texts.pop()).strip()
        if text and node:
            node["#text"] = text
        value: object = node or text
        siblings = self._open[-1].setdefault(tag, [])
        assert isinstance(siblings, list)  # attributes, whose values are not lists, begin with `@`
        siblings.append(value)


def xml_values(body: bytes) -> Iterator[Node]:
    """Yield the value of a document, or nothing if it is not well-formed or declares entities."""
    tree, parser = _Tree(), expat.ParserCreate()
    parser.StartElementHandler, parser.EndElementHandler = tree.start, tree.end
    parser.CharacterDataHandler = tree.data
    parser.EntityDeclHandler = _refuse
    try:
        parser.Parse(body, True)
    except (expat.ExpatError, _Refused, LookupError, ValueError):
        return
    yield {tag: values[0] if isinstance(values, list) else values for tag, values in tree.root.items()}


def _refuse(*_: object) -> None:
    raise _Refused
