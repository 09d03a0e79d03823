"""Gives the placeholders of a new answer the numbers of the recorded one.

So a token in one answer still links to its later use in another request.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from functools import partial

from playhead.model.cassette import Exchange
from playhead.model.http import Response, with_length
from playhead.model.timing import resized
from playhead.redaction.edits import Edit, apply, remapped
from playhead.redaction.placeholder import placeholder, placeholders, replace_placeholders
from playhead.text.placeholder_signs import Mark

__all__ = ["linked"]


def linked(recorded: Exchange, live: Exchange) -> Exchange:
    """Return the live exchange with the recorded placeholders, where both have as many of a kind, in their order."""
    response = live.response
    if recorded.response is None or response is None:
        return live
    old, new = _by_kind(recorded.response), _by_kind(response)
    alike = [(kind, numbers, old[kind]) for kind, numbers in new.items() if len(numbers) == len(old.get(kind, ()))]
    known = {
        (kind, number): before
        for kind, numbers, recorded_ones in alike
        for number, before in zip(numbers, recorded_ones, strict=True)
        if number != before
    }
    return _renamed(live, response, known) if known else live


def _by_kind(response: Response) -> dict[str, list[int]]:
    """Return the different numbers of each kind of placeholder, in the order in which they first come."""
    texts = [value for _, value in response.headers]
    if isinstance(response.body, bytes):
        texts.append(response.body.decode("latin-1"))
    found: dict[str, list[int]] = defaultdict(list)
    for text in texts:
        for mark in placeholders(text):
            if mark.number not in found[mark.kind]:
                found[mark.kind].append(mark.number)
    return found


def _renamed(live: Exchange, response: Response, known: dict[tuple[str, int], int]) -> Exchange:
    def renamed(text: str, mark: Mark) -> str:
        number = known.get((mark.kind, mark.number), mark.number)
        return placeholder(mark.kind, number, text[mark.start : mark.end], form=mark.form)

    headers = tuple((name, replace_placeholders(value, partial(renamed, value))) for name, value in response.headers)
    if not isinstance(response.body, bytes):
        return replace(live, response=replace(response, headers=headers))
    text = response.body.decode("latin-1")
    edits = [Edit(mark.start, mark.end, renamed(text, mark).encode()) for mark in placeholders(text)]
    body = apply(response.body, edits)
    sizes = remapped([chunk.size_bytes for chunk in live.timing.chunks], edits)
    headers = with_length(headers, len(body), instead_of=len(response.body))
    response = replace(response, headers=headers, body=body)
    return replace(live, response=response, timing=resized(live.timing, sizes))
