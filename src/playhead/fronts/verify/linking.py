"""Placeholders of a new answer given the numbers of the recorded one, so that a token in one answer still links to its
later use in another request."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace

from playhead.model.cassette import Exchange
from playhead.model.http import Headers, Response
from playhead.redaction.edits import Edit, apply, remapped
from playhead.redaction.placeholder import PLACEHOLDER

__all__ = ["linked"]


def linked(recorded: Exchange, live: Exchange) -> Exchange:
    """The live exchange with the recorded placeholders, where both have as many of a kind, in the order they come."""
    response = live.response
    if recorded.response is None or response is None:
        return live
    old, new = _by_kind(recorded.response), _by_kind(response)
    alike = [(names, old[kind]) for kind, names in new.items() if len(names) == len(old.get(kind, ()))]
    pairs = [pair for names, before in alike for pair in zip(names, before, strict=True)]
    known = {name: before for name, before in pairs if name != before}
    return _renamed(live, response, known) if known else live


def _by_kind(response: Response) -> dict[str, list[str]]:
    """The different placeholders of each kind, in the order in which they first come."""
    texts = [value for _, value in response.headers]
    if isinstance(response.body, bytes):
        texts.append(response.body.decode("latin-1"))
    found: dict[str, list[str]] = defaultdict(list)
    for text in texts:
        for each in PLACEHOLDER.finditer(text):
            if each[0] not in found[each[1]]:
                found[each[1]].append(each[0])
    return found


def _renamed(live: Exchange, response: Response, known: dict[str, str]) -> Exchange:
    headers = tuple(
        (name, PLACEHOLDER.sub(lambda each: known.get(each[0], each[0]), value)) for name, value in response.headers
    )
    if not isinstance(response.body, bytes):
        return replace(live, response=replace(response, headers=headers))
    text = response.body.decode("latin-1")
    edits = [
        Edit(each.start(), each.end(), known.get(each[0], each[0]).encode()) for each in PLACEHOLDER.finditer(text)
    ]
    body = apply(response.body, edits)
    sizes = remapped([chunk.size_bytes for chunk in live.timing.chunks], edits)
    chunks = tuple(chunk._replace(size_bytes=size) for chunk, size in zip(live.timing.chunks, sizes, strict=True))
    return replace(
        live,
        response=replace(response, headers=_with_length(headers, len(response.body), len(body)), body=body),
        timing=replace(live.timing, chunks=chunks),
    )


def _with_length(headers: Headers, old: int, new: int) -> Headers:
    return tuple(
        (name, str(new) if name.lower() == "content-length" and value == str(old) else value) for name, value in headers
    )
