"""The numbers of placeholders, in the order of the recorded interactions.

While recording, a secret gets its number when it is first redacted. Concurrent requests are redacted in another order
each time. So at commit all placeholders are numbered anew: in the order of the interactions, and within each as it was
redacted.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from playhead.model.call import Call, Invocation, Outcome, Plain, Raised, Returned, Yielded
from playhead.model.cassette import Exchange, Interaction
from playhead.model.http import BodyFile, Failure, Headers, Request, with_length
from playhead.model.timing import resized
from playhead.redaction.edits import Edit, apply, remapped, together
from playhead.redaction.placeholder import (
    all_placeholders,
    coded_texts,
    placeholder,
    placeholders,
)
from playhead.redaction.tagged import as_text, with_tags
from playhead.text.base64_text import encode_like
from playhead.text.placeholder_signs import Mark, may_hold_placeholders

__all__ = ["Numbers", "NumbersInPieces", "new_numbers"]

Pieces = Callable[[BodyFile], Iterable[bytes]]

_LONGEST = 1024
"""Longer than any placeholder, also as a token or in base64."""


def new_numbers(interactions: Sequence[Interaction], pieces: Pieces, first: int) -> dict[int, int]:
    """Return the numbers that change, each with its new one.

    The result is empty if each interaction has larger new numbers than those before it, as in a recording without
    concurrency.

    Args:
        interactions: All interactions of the cassette, in order.
        pieces: Reads a large body.
        first: The first new number; smaller ones were on the cassette before.
    """
    found: dict[int, None] = {}
    for each in interactions:
        numbers = {mark.number for text in _texts(each, pieces) for mark in all_placeholders(text)}
        found.update(dict.fromkeys(sorted(number for number in numbers if number >= first)))
    if list(found) == sorted(found):
        return {}
    return {old: new for new, old in enumerate(found, first) if old != new}


def _texts(interaction: Interaction, pieces: Pieces) -> Iterator[str]:
    if isinstance(interaction, Invocation):
        yield from map(_write, _plains(interaction))
        return
    yield interaction.request.url
    for message in (interaction.request, interaction.response):
        if message is not None:
            yield from (value for _, value in message.headers)
            yield from _bodies(message.body, pieces)
    if interaction.failure is not None:
        yield interaction.failure.message


def _bodies(body: bytes | BodyFile, pieces: Pieces) -> Iterator[str]:
    if isinstance(body, bytes):
        if may_hold_placeholders(body):
            yield body.decode("latin-1")
        return
    before = b""
    for piece in pieces(body):
        window = before + piece
        if may_hold_placeholders(window):
            yield window.decode("latin-1")
        before = window[-_LONGEST:]


class Numbers:
    """Gives placeholders their new numbers. `body_in_file` does so for a large body, and returns the new one."""

    def __init__(self, numbers: Mapping[int, int], body_in_file: Callable[[BodyFile], tuple[BodyFile, list[Edit]]]):
        self._numbers = numbers
        self._body_in_file = body_in_file

    def __call__(self, interaction: Interaction) -> Interaction:
        """Return the interaction with its new numbers, the very same object if nothing changes."""
        if isinstance(interaction, Invocation):
            changed: Interaction = self._invocation(interaction)
        else:
            changed = self._exchange(interaction)
        return interaction if changed == interaction else changed

    def text(self, text: str) -> str:
        """Return a text with its new numbers."""
        data = text.encode("utf-8", "surrogateescape")
        return apply(data, number_edits(data, self._numbers)).decode("utf-8", "surrogateescape")

    def _exchange(self, exchange: Exchange) -> Exchange:
        request, response, timing = exchange.request, exchange.response, exchange.timing
        body, _ = self._body(request.body)
        request = Request(request.method, self.text(request.url), self._headers(request.headers), body, request.coding)
        if response is not None:
            body, edits = self._body(response.body)
            headers = self._headers(response.headers)
            if edits:
                timing = resized(timing, remapped([chunk.size_bytes for chunk in timing.chunks], edits))
                if response.coding is None:
                    headers = with_length(headers, _size(body), instead_of=_size(response.body))
            response = replace(response, headers=headers, body=body)
        failure = exchange.failure and Failure(
            exchange.failure.kind, self.text(exchange.failure.message), exchange.failure.after
        )
        return replace(exchange, request=request, response=response, timing=timing, failure=failure)

    def _headers(self, headers: Headers) -> Headers:
        return tuple((name, self.text(value)) for name, value in headers)

    def _body(self, body: bytes | BodyFile) -> tuple[bytes | BodyFile, list[Edit]]:
        if isinstance(body, BodyFile):
            return self._body_in_file(body)
        edits = number_edits(body, self._numbers)
        return apply(body, edits), edits

    def _invocation(self, invocation: Invocation) -> Invocation:
        call, outcome = invocation.call, invocation.outcome
        call = Call(
            call.double, call.method, tuple(map(self._plain, call.args)), self._members(call.kwargs), call.on, call.how
        )
        return replace(invocation, call=call, outcome=None if outcome is None else self._outcome(outcome))

    def _outcome(self, outcome: Outcome) -> Outcome:
        match outcome:
            case Returned(value):
                return Returned(self._plain(value))
            case Raised():
                return self._raised(outcome)
            case Yielded(items, raised, complete):
                return Yielded(
                    tuple(map(self._plain, items)), None if raised is None else self._raised(raised), complete
                )

    def _raised(self, raised: Raised) -> Raised:
        args, attributes = tuple(map(self._plain, raised.args)), self._members(raised.attributes)
        return Raised(raised.kind, self.text(raised.message), args, attributes)

    def _members(self, members: Mapping[str, Plain]) -> dict[str, Plain]:
        return {name: self._plain(value) for name, value in members.items()}

    def _plain(self, value: Plain) -> Plain:
        text = _write(value)
        changed = self.text(text)
        return value if changed == text else with_tags(value, json.loads(changed))


class NumbersInPieces:
    """Gives the placeholders in a large body their new numbers, piece by piece.

    `edits` are those made so far, with their places in the whole body.
    """

    def __init__(self, numbers: Mapping[int, int]) -> None:
        self.edits: list[Edit] = []
        self._numbers = numbers
        self._held = b""
        self._base = 0

    def feed(self, data: bytes, *, final: bool = False) -> bytes:
        """Take a piece, and return what is certain by now."""
        self._held += data
        edits = number_edits(self._held, self._numbers) if may_hold_placeholders(self._held) else []
        end = len(self._held) if final else max(len(self._held) - _LONGEST, 0)
        for edit in edits:
            if edit.start < end < edit.end:
                end = edit.start
        made = [edit for edit in edits if edit.end <= end]
        out = apply(self._held[:end], made)
        self.edits += [Edit(self._base + start, self._base + stop, new) for start, stop, new in made]
        self._held, self._base = self._held[end:], self._base + end
        return out


def number_edits(data: bytes, numbers: Mapping[int, int]) -> list[Edit]:
    """Return the edits that give placeholders their new numbers."""
    if not may_hold_placeholders(data):
        return []
    text = data.decode("latin-1")
    edits = [
        Edit(mark.start, mark.end, _renumbered(text, mark, numbers[mark.number]))
        for mark in placeholders(text)
        if mark.number in numbers
    ]
    return together(list(_coded_edits(text, numbers)), edits)


def _coded_edits(text: str, numbers: Mapping[int, int]) -> Iterator[Edit]:
    """Yield edits for texts in base64 that hold placeholders. Each text is encoded again as a whole."""
    for start, end, said in coded_texts(text):
        inner = said.encode("latin-1")
        edits = number_edits(inner, numbers)
        if edits:
            yield Edit(start, end, encode_like(text[start:end].encode(), apply(inner, edits)))


def _renumbered(text: str, mark: Mark, number: int) -> bytes:
    return placeholder(mark.kind, number, text[mark.start : mark.end], form=mark.form).encode()


def _plains(invocation: Invocation) -> Iterator[Plain]:
    call, raised = invocation.call, invocation.raised
    yield [*call.args, dict(call.kwargs), invocation.returned, *invocation.yielded]
    if raised is not None:
        yield [raised.message, *raised.args, dict(raised.attributes)]


def _write(value: Plain) -> str:
    return json.dumps(as_text(value), ensure_ascii=False)


def _size(body: bytes | BodyFile) -> int:
    return len(body) if isinstance(body, bytes) else body.size_bytes
