"""Secrets in bodies, by media type, as edits of byte spans: JSON and lines of it, events, forms, multipart."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Literal

from playhead.redaction.edits import Edit
from playhead.redaction.inside import Texts, page_edits
from playhead.redaction.json_edits import json_edits, may_hold_secrets
from playhead.redaction.json_stream import JsonStage
from playhead.redaction.ledger import Ledger
from playhead.redaction.lines import lines_edits
from playhead.redaction.rules import RedactionRules, Rule
from playhead.redaction.stages import Notes
from playhead.redaction.urls import form_edits
from playhead.redaction.xml_spans import xml_edits
from playhead.text.media_types import (
    EVENT_STREAM,
    FORM,
    JSON_LINES,
    content_type,
    essence,
    is_json,
    is_multipart,
    is_xml,
)
from playhead.text.multipart import boundary_of, fields_of, part_name, parts_in

__all__ = [
    "MediaKind",
    "begins_as_json",
    "body_edits",
    "media_kind",
    "read_part_head",
    "told_kind",
]

_ALSO_JSON = re.compile(r"application/(?:graphql|json5|csp-report)")
_ALSO_LINES = re.compile(r"application/(?:x-)?(?:ndjson|jsonl|jsonlines|json-lines|json-seq|stream\+json)")
"""Further names under which JSON is sent. Reading too much as JSON only costs time here; too little leaves secrets."""
_OPAQUE = re.compile(
    r"(?:image|audio|video|font)/.*|application/(?:octet-stream|pdf|zip|gzip|x-gzip|x-tar|zstd|wasm|vnd\.apache\.parquet)"
)
_LARGE_BYTES = 64 * 1024
_JSON_START = re.compile(rb'(?:\xef\xbb\xbf)?\s*+(?:\{\s*+(?:["}]|\Z)|\[\s*+(?:[]{["0-9-]|true|false|null|\Z))')
_XML_START = re.compile(rb"(?:\xef\xbb\xbf)?\s*+<\?xml\s")
_NO_TEXT = re.compile(rb"[\x00-\x08\x0e-\x1a\x1c-\x1d]")


MediaKind = Literal["json", "lines", "form", "multipart", "xml", "unknown", "opaque"]


@lru_cache(maxsize=256)
def media_kind(media_type: str) -> MediaKind:
    """Return how to read a body of this content type. A body of an unknown type may still be JSON."""
    kind = essence(media_type)
    if kind == EVENT_STREAM or kind in JSON_LINES or _ALSO_LINES.fullmatch(kind):
        return "lines"
    if is_json(kind) or _ALSO_JSON.fullmatch(kind):
        return "json"
    if kind == FORM:
        return "form"
    if is_multipart(kind):
        return "multipart"
    if is_xml(kind):
        return "xml"
    return "opaque" if _OPAQUE.fullmatch(kind) else "unknown"


def begins_as_json(data: bytes) -> bool:
    """Return True if the first 64 bytes can begin an object or an array; `[link](...)` of Markdown does not."""
    return _JSON_START.match(data[:64]) is not None


def told_kind(media_type: str, data: bytes) -> MediaKind:
    """Return how to read a body, judged by its first 64 bytes where the content type does not say."""
    kind = media_kind(media_type)
    if kind != "unknown":
        return kind
    if begins_as_json(data):
        return "json"
    if _XML_START.match(data[:64]) and "html" not in media_type.lower():
        return "xml"
    return "opaque" if _NO_TEXT.search(data[:64]) else "unknown"


def body_edits(media_type: str, body: bytes, rules: RedactionRules, ledger: Ledger) -> list[Edit]:
    """Return the edits that take the secrets out of a body of this content type."""
    match told_kind(media_type, body):
        case "lines":
            return list(lines_edits(body, rules, ledger))
        case "form":
            return list(form_edits(body, rules, ledger, Texts(rules, ledger)))
        case "multipart":
            return list(_multipart_edits(media_type, body, rules, ledger))
        case "json":
            return _json_edits(body, rules, ledger)
        case "xml":
            return list(xml_edits(body, rules, ledger, Texts(rules, ledger)))
        case "unknown":
            return page_edits(body, rules, ledger)
        case _:
            return []


def _json_edits(body: bytes, rules: RedactionRules, ledger: Ledger) -> list[Edit]:
    """Return the edits for JSON. Of large bodies only the blocks with a secret are read token by token."""
    if len(body) < _LARGE_BYTES:
        return json_edits(body, rules, ledger, Texts(rules, ledger))
    if not may_hold_secrets(body, rules):
        return []
    edits: list[Edit] = []
    stage = JsonStage(Notes(rules, ledger, edits), 0, most_held=len(body))
    stage.feed(body)
    stage.finish()
    return edits


def _multipart_edits(media_type: str, body: bytes, rules: RedactionRules, ledger: Ledger) -> Iterator[Edit]:
    boundary = boundary_of(media_type)
    if boundary is None:
        return
    for part in parts_in(body, boundary):
        content = body[part.content : part.end]
        yield from _part_edits(body[part.start : part.blank], content, part.content, rules, ledger)


def _part_edits(head: bytes, content: bytes, base: int, rules: RedactionRules, ledger: Ledger) -> Iterator[Edit]:
    rule, media_type = read_part_head(head, rules)
    text = "" if rule is None else content.decode("utf-8", "surrogateescape")
    if rule is not None and content and rule.covers(text):
        yield Edit(base, base + len(content), ledger.replace(text, rule).encode())
        return
    for edit in body_edits(media_type, content, rules, ledger):
        yield Edit(base + edit.start, base + edit.end, edit.replacement)


def read_part_head(head: bytes, rules: RedactionRules) -> tuple[Rule | None, str]:
    """Return the rule by which a part is secret as a whole, if any, and the part's content type.

    `head` is the part from its delimiter to the blank line.
    """
    fields = fields_of(head)
    name = part_name(fields).encode("latin-1").decode("utf-8", "replace")
    return rules.rule("body", name) if name else None, content_type(fields)
