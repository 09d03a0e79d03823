"""Secrets that no name announces: known values and known formats, anywhere in a text or a body.

They are also found in base64, wherever in it they begin, and in base64 of base64.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable

from playhead.redaction.base64_runs import coded_pieces
from playhead.redaction.edits import Edit, Piece, apply
from playhead.redaction.escapes import Unescaped, unescaped
from playhead.redaction.formats import Found, find_formats, may_hold_formats
from playhead.redaction.ledger import Ledger
from playhead.redaction.placeholder import placeholders
from playhead.redaction.rules import RedactionRules
from playhead.redaction.runs import long_runs

__all__ = ["find_loose", "loose_edits", "loose_pieces", "redact_loose"]

_DEEPEST = 2
"""The depth to which base64 within base64 is decoded; `scan` goes as deep."""


def loose_edits(text: bytes, rules: RedactionRules, ledger: Ledger, *, formats: bool = True) -> list[Edit]:
    """Return the edits for bytes of any kind; without `formats`, those for known values alone."""
    return [edit for piece in loose_pieces(text, rules, ledger, formats=formats) for edit in piece.edits()]


def loose_pieces(
    text: bytes, rules: RedactionRules, ledger: Ledger, *, formats: bool = True, depth: int = _DEEPEST
) -> list[Piece]:
    """Return the pieces to replace, in order and without overlap.

    A piece inside base64 counts only where no secret of the text itself reaches beyond it.
    """
    if not (formats or ledger.known):
        return []
    plain = unescaped(text)
    found = _find(text, plain, rules, ledger, formats=formats)
    pieces = [Piece(each.start, each.end, _replaced(each, secret, ledger)) for each, secret in found]
    if not depth:
        return pieces

    def inside(decoded: bytes) -> list[Piece]:
        return loose_pieces(decoded, rules, ledger, formats=formats, depth=depth - 1)

    def holds(decoded: bytes) -> bool:
        return next(ledger.find(decoded, long_runs(decoded)), None) is not None

    return _merged(pieces, list(coded_pieces(text, plain, inside, holds if ledger.known else None)))


def redact_loose(text: str, rules: RedactionRules, ledger: Ledger) -> str:
    """Return a text without known values and secrets of a known form."""
    data = text.encode("utf-8", "surrogateescape")
    edits = loose_edits(data, rules, ledger)
    return apply(data, edits).decode("utf-8", "surrogateescape") if edits else text


def find_loose(text: bytes, rules: RedactionRules, ledger: Ledger, *, formats: bool = True) -> list[tuple[Found, str]]:
    """Return where secrets stand, and which: in order, without overlap, longer ones first, placeholders left out."""
    return _find(text, unescaped(text), rules, ledger, formats=formats)


def _find(
    text: bytes, plain: Unescaped | None, rules: RedactionRules, ledger: Ledger, *, formats: bool
) -> list[tuple[Found, str]]:
    runs = long_runs(text)
    found = _known(text, runs, plain, ledger) if ledger.known else []
    if formats and may_hold_formats(text, runs):
        hits = find_formats(text, runs, plain)
        found += [(each, secret) for each, secret in hits if not rules.allows(each.rule.kind)]
    if not found:
        return []
    taken = [(mark.start, mark.end) for mark in placeholders(text.decode("latin-1"))]
    kept: list[tuple[Found, str]] = []
    for each, secret in sorted(found, key=lambda pair: (pair[0].start - pair[0].end, pair[0].start)):
        place = bisect_left(taken, (each.start, each.end))
        if (place == 0 or taken[place - 1][1] <= each.start) and (place == len(taken) or each.end <= taken[place][0]):
            taken.insert(place, (each.start, each.end))
            kept.append((each, secret))
    return sorted(kept, key=lambda pair: pair[0].start)


def _known(text: bytes, runs: bytes, plain: Unescaped | None, ledger: Ledger) -> list[tuple[Found, str]]:
    r"""Return known values, also where `\u` escapes or character references of XML hide them."""
    found = list(ledger.find(text, runs))
    if plain is not None:
        for each, secret in ledger.find(plain.text, long_runs(plain.text)):
            found.append((Found(plain.place(each.start), plain.place(each.end), each.rule, each.form), secret))
    return found


def _replaced(found: Found, secret: str, ledger: Ledger) -> Callable[[], list[Edit]]:
    return lambda: [Edit(found.start, found.end, ledger.replace(secret, found.rule, form=found.form).encode())]


def _merged(pieces: list[Piece], coded: list[Piece]) -> list[Piece]:
    """Return all pieces in order. Where two touch, the run in base64 counts if it is longer than the secret."""
    if not coded:
        return pieces
    kept: list[Piece] = []
    for piece in sorted([*pieces, *coded], key=lambda each: (each.start, -each.end)):
        if not kept or kept[-1].end <= piece.start:
            kept.append(piece)
        elif kept[-1].end < piece.end and piece.end - piece.start > kept[-1].end - kept[-1].start:
            kept[-1] = piece  # they overlap in part
    return kept
