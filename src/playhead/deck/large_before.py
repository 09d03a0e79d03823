"""Large request bodies on cassettes of the first edition.

It redacted more than is redacted today, so that the digest of a live body is another one. It is found by laying the
body itself over the recorded ones: they are equal but for their placeholders, and for numbers that were stored as 0.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

from playhead.matching.placeholders import MarksIn, captures
from playhead.model.cassette import Cassette, Exchange, outlines
from playhead.model.http import LARGE_BODY_BYTES, BodyFile, Request
from playhead.redaction.first_edition import zeroed
from playhead.redaction.rules import RedactionRules
from playhead.store.bodies import iter_body
from playhead.store.held import HeldFile
from playhead.text.placeholder_signs import PREFIX

__all__ = ["as_before"]

_LONGEST = 64 * 1024
"""A placeholder stands for at most so many characters: a key, a certificate, a token."""


def as_before(
    cassette: Cassette, slots: Sequence[int], rules: RedactionRules, marks_in: MarksIn
) -> Callable[[Request], Iterator[Request]]:
    """Return a function that gives the forms in which the first edition may have stored a live request."""
    known = outlines(cassette.interactions)

    def before(live: Request) -> Iterator[Request]:
        body = live.body
        if isinstance(body, bytes) and len(body) < LARGE_BODY_BYTES:
            yield zeroed(live, rules)
        elif isinstance(body, bytes | HeldFile):
            found = (cassette.interactions[slot] for slot in slots if known[slot].method == live.method)
            large = dict.fromkeys(each.request.body for each in found if isinstance(each, Exchange))
            for each in _fitting(live, [each for each in large if isinstance(each, BodyFile)], rules, marks_in):
                yield replace(live, body=each)

    return before


def _fitting(
    live: Request, recorded: Sequence[BodyFile], rules: RedactionRules, marks_in: MarksIn
) -> Iterator[BodyFile]:
    if not recorded:
        return
    whole = replace(live, body=b"".join(iter_body(live.body, ())))
    texts = [_text(whole.body), _text(zeroed(whole, rules).body)]
    for each in recorded:
        stored = _text(each)
        if PREFIX in stored and any(_fits(stored, text, marks_in) for text in texts):
            yield each


def _fits(stored: str, live: str, marks_in: MarksIn) -> bool:
    found = captures(stored, live, marks_in)
    return found is not None and all(len(each.value) <= _LONGEST and '","' not in each.value for each in found)


def _text(body: bytes | BodyFile) -> str:
    return b"".join(iter_body(body, ())).decode("latin-1")
