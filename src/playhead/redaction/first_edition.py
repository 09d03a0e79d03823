"""Requests as the first edition stored them, for finding them on its cassettes.

It replaced more than is replaced today: every number under `token`, `pin`, `jwt`, `assertion` and below them, and in a
JSON Schema also what merely describes a secret. Its placeholders say so themselves, and match anything; a number became
`0`, which does not. So the numbers of a request that is looked up there become `0` as they did.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import replace

from playhead.model.http import BodyFile, Request
from playhead.redaction.bodies import begins_as_json, media_kind, read_part_head
from playhead.redaction.edits import Edit, apply
from playhead.redaction.json_frames import Frame
from playhead.redaction.json_spans import JsonScanner
from playhead.redaction.names import fold, is_innocent
from playhead.redaction.rules import RedactionRules, Rule
from playhead.text.media_types import content_type
from playhead.text.multipart import boundary_of, parts_in

__all__ = ["without_numbers", "zeroed"]

_WORDS = """
    password passwd passphrase secret clientsecret apikey accesskey secretaccesskey privatekey token accesstoken
    refreshtoken idtoken sessiontoken authtoken bearer jwt assertion clientassertion codeverifier otp pin signingsecret
    webhooksecret connectionstring dsn credentials cardnumber cvv ssn authorization
"""
_LISTED = frozenset(_WORDS.split())
_ENDINGS = ("secret", "password", "signature", "credential")
_ENDINGS_OF_TEXTS = ("token", "key")
"""Under names that only end so, numbers were kept: `sort_key`, `next_token`."""

_NUMBERS, _TEXTS = Rule("", ""), Rule("", "", numbers=False)
_LINE = re.compile(rb"[^\r\n]+")


def without_numbers(media_type: str, body: bytes, rules: RedactionRules) -> bytes:
    """Return the body with `0` for each number that the first edition took for a secret."""
    return apply(body, list(_edits(media_type, body, rules)))


def zeroed(request: Request, rules: RedactionRules) -> Request:
    """Return a live request with those zeros, and nothing else redacted.

    More names are secret today than were then, so today's redaction would replace too much.
    """
    if isinstance(request.body, BodyFile) or not request.body:
        return request
    media_type = content_type(request.headers)
    return replace(request, body=without_numbers(media_type, request.body, rules))


def _edits(media_type: str, body: bytes, rules: RedactionRules) -> Iterator[Edit]:
    kind = media_kind(media_type)
    if kind == "json" or (kind == "unknown" and begins_as_json(body)):
        yield from _json_edits(body, 0, rules)
    elif kind == "lines":
        for line in _LINE.finditer(body):
            yield from _json_edits(line[0], line.start(), rules)
    elif kind == "multipart":
        yield from _multipart_edits(media_type, body, rules)


def _multipart_edits(media_type: str, body: bytes, rules: RedactionRules) -> Iterator[Edit]:
    boundary = boundary_of(media_type)
    if boundary is None:
        return
    for part in parts_in(body, boundary):
        _, of_the_part = read_part_head(body[part.start : part.blank], rules)
        for edit in _edits(of_the_part, body[part.content : part.end], rules):
            yield Edit(part.content + edit.start, part.content + edit.end, edit.replacement)


def _json_edits(text: bytes, base: int, rules: RedactionRules) -> Iterator[Edit]:
    scanner = JsonScanner(_rule_of(rules), _PlainFrame())
    scanner.scan(text)
    for span in scanner.spans:
        if span.is_number:
            yield Edit(base + span.start, base + span.end, b"0")


def _rule_of(rules: RedactionRules) -> Callable[[str], Rule | None]:
    def rule_of(name: str) -> Rule | None:
        folded = fold(name)
        if ("body", folded) in rules.allowed:
            return None
        if ("body", folded) in rules.secret or folded in _LISTED:
            return _NUMBERS
        if is_innocent(folded):
            return None
        if folded.endswith(_ENDINGS):
            return _NUMBERS
        return _TEXTS if folded.endswith(_ENDINGS_OF_TEXTS) else None

    return rule_of


class _PlainFrame(Frame):
    """An object or array below which everything is secret that stands below a secret name, schemas included."""

    __slots__ = ()

    @property
    def rule(self) -> Rule | None:
        return self.pending or self.inherited

    def opened(self, *, is_object: bool) -> Frame:
        return _PlainFrame(self.rule, is_object=is_object)
