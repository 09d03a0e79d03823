"""What one recording knows to be secret is taken out of those that stand beside it on a cassette.

A value may become known only when another test authenticates with it: by then it stands in the answers that earlier
ones got.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

from playhead.model.cassette import Exchange, Interaction
from playhead.redaction.calls import redacted
from playhead.redaction.redact import Redactor
from playhead.redaction.rules import RedactionRules

__all__ = ["Secrets", "cleaned", "known_on", "note_known", "redactor_of"]

Secrets = Sequence[tuple[str, str]]
"""Kinds and values, as `Redactor.certain` has them."""


_known: dict[str, dict[tuple[str, str], None]] = {}
"""What recordings of this process on each cassette have known."""


def note_known(path: Path, secrets: Secrets) -> None:
    """Keep what a recording knows for those that come after it on this cassette."""
    if secrets:
        _known.setdefault(os.path.realpath(path), {}).update(dict.fromkeys(secrets))


def known_on(path: Path) -> list[tuple[str, str]]:
    """What earlier recordings of this process on a cassette have known to be secret."""
    return list(_known.get(os.path.realpath(path), ())) if _known else []


def redactor_of(secrets: Secrets, rules: RedactionRules | None) -> Redactor:
    """What finds these values."""
    return Redactor(rules, secrets=secrets)


def cleaned(interactions: Sequence[Interaction], secrets: Secrets, rules: RedactionRules | None) -> list[Interaction]:
    """The interactions without these values; those that hold none are the very same objects.

    Placeholders go on with the numbers that the test's others have. Large bodies are left as they are.
    """
    from playhead.codecs.msgpack import interaction_frame

    if not secrets:
        return list(interactions)
    finder = redactor_of(secrets, rules)
    holding = [finder.holds(interaction_frame(each)) for each in interactions]
    redactors: dict[str | None, Redactor] = {}
    for origin in {each.origin for each, holds in zip(interactions, holding, strict=True) if holds}:
        own = [each for each in interactions if each.origin == origin]
        fields = {name for each in own if isinstance(each, Exchange) for name, _ in each.request.headers}
        redactors[origin] = Redactor(rules, keep_headers=fields, secrets=secrets)
        for each in own:
            redactors[origin].seen(each)
    return [
        redacted(redactors[each.origin], each) if holds else each
        for each, holds in zip(interactions, holding, strict=True)
    ]
