"""Takes what one recording knows to be secret out of those that stand beside it on a cassette.

A value may become known only when another test authenticates with it: by then it stands in the answers that earlier
ones got.
"""

from __future__ import annotations

import os
from collections.abc import Sequence

from playhead.model.cassette import Exchange, Interaction
from playhead.redaction.calls import redacted
from playhead.redaction.redact import Redactor
from playhead.redaction.rules import RedactionRules

__all__ = ["Secrets", "cleaned", "known_on", "note_known"]

Secrets = Sequence[tuple[str, str]]
"""Kinds and values, as `Redactor.certain` has them."""

_known: dict[str, dict[tuple[str, str], None]] = {}
"""The secrets that recordings of this process on each cassette have known."""


def note_known(path: str | os.PathLike[str], secrets: Secrets) -> list[tuple[str, str]]:
    """Keep what a recording knows for those that come after it on this cassette; returns what is new."""
    if not secrets:
        return []
    known = _known.setdefault(os.path.realpath(path), {})
    new = [each for each in secrets if each not in known]
    known.update(dict.fromkeys(new))
    return new


def known_on(path: str | os.PathLike[str]) -> list[tuple[str, str]]:
    """Return the values that earlier recordings of this process on a cassette have known to be secret."""
    return list(_known.get(os.path.realpath(path), ())) if _known else []


def cleaned(interactions: Sequence[Interaction], secrets: Secrets, rules: RedactionRules | None) -> list[Interaction]:
    """Return the interactions without these values. Those that hold none are the same objects.

    Placeholders go on with the numbers that the test's others have. Large bodies are left as they are.
    """
    from playhead.codecs.msgpack import interaction_frame

    if not secrets:
        return list(interactions)
    finder = Redactor(rules, secrets=secrets)
    holding = [finder.holds(interaction_frame(each)) for each in interactions]
    touched: dict[str | None, list[Interaction]] = {
        each.origin: [] for each, holds in zip(interactions, holding, strict=True) if holds
    }
    for each in interactions:
        if each.origin in touched:
            touched[each.origin].append(each)
    redactors = {origin: _redactor_after(own, secrets, rules) for origin, own in touched.items()}
    return [
        redacted(redactors[each.origin], each) if holds else each
        for each, holds in zip(interactions, holding, strict=True)
    ]


def _redactor_after(own: Sequence[Interaction], secrets: Secrets, rules: RedactionRules | None) -> Redactor:
    """Return a redactor that numbers on behind the placeholders of a test.

    It keeps the fields which its recordings have.
    """
    fields = {name for each in own if isinstance(each, Exchange) for name, _ in each.request.headers}
    redactor = Redactor(rules, keep_headers=fields, secrets=secrets)
    for each in own:
        redactor.seen(each)
    return redactor
