"""Bodies of lines: JSON line by line, or the events of a stream.

Each line is read by itself, so that a broken one does not spoil the rest. A glance at many lines tells whether any of
them has to be read.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from playhead.redaction.edits import Edit
from playhead.redaction.inside import Texts, page_edits
from playhead.redaction.json_edits import json_edits, may_hold_secrets
from playhead.redaction.ledger import Ledger
from playhead.redaction.rules import RedactionRules

__all__ = ["begins_as_json_line", "blocks_of_lines", "lines_edits", "may_hold_lines"]

_BLOCK_BYTES = 32 * 1024
"""The size of a glance."""

_LINE = re.compile(rb"[^\r\n]+")
_HEAD = rb"[\x1e \t]{0,20}+(?:(?:data|event|id|retry)?:[ \t]{0,20}+)?"
"""The field name of an event, or a record separator (RFC 7464), that may precede the JSON in a line."""
_JSON_LINE = re.compile(_HEAD + rb'[{\["]')
_PLAIN_BEGINS = (b"\n{", b"\n[", b'\n"', b"\n\n", b"\ndata: {")
_OTHER_LINE = re.compile(rb"(?<![\r\n])[\r\n]++(?!\Z)(?!" + _HEAD + rb'[{\["])')


def begins_as_json_line(data: bytes) -> bool:
    """Return True if the first 64 bytes of a line are those of JSON, behind the name of an event's field."""
    return _JSON_LINE.match(data) is not None


def may_hold_lines(block: bytes, rules: RedactionRules) -> bool:
    """Return False for most blocks of whole lines, all of them JSON, in which there is nothing to replace."""
    return not _is_all_json(block) or may_hold_secrets(block, rules)


def _is_all_json(block: bytes) -> bool:
    """Return True if every line begins as JSON.

    Counting plain beginnings is ten times as fast as matching each line.
    """
    if not begins_as_json_line(block):
        return False
    begun = block.count(b"\n") - block.endswith(b"\n")
    if b"\r" not in block and sum(map(block.count, _PLAIN_BEGINS)) == begun:
        return True
    return _OTHER_LINE.search(block) is None


def blocks_of_lines(data: bytes) -> Iterator[tuple[int, int]]:
    """Yield the spans of blocks of whole lines; `data` has to begin with a line.

    A block is longer than 32 KiB only if it consists of one longer line.
    """
    start = 0
    while start < len(data):
        end = len(data)
        if end - start > _BLOCK_BYTES:
            end = data.rfind(b"\n", start, start + _BLOCK_BYTES) + 1 or data.find(b"\n", start) + 1 or end
        yield start, end
        start = end


def lines_edits(body: bytes, rules: RedactionRules, ledger: Ledger) -> Iterator[Edit]:
    """Yield the edits for the lines of a body."""
    inside = Texts(rules, ledger)
    for begin, stop in blocks_of_lines(body):
        if not may_hold_lines(body[begin:stop], rules):
            continue
        for line in _LINE.finditer(body, begin, stop):
            if begins_as_json_line(line[0]):
                edits = json_edits(line[0], rules, ledger, inside)
            else:
                edits = page_edits(line[0], rules, ledger)
            for start, end, new in edits:
                yield Edit(line.start() + start, line.start() + end, new)
