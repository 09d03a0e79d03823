"""Merging recordings into the cassette they belong to. Nothing here touches a file."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import count

from playhead.model.cassette import Cassette, Interaction, outlines
from playhead.redaction.redact import Redactor
from playhead.redaction.rules import RedactionRules
from playhead.store.cleaning import Secrets

__all__ = ["Batch", "binds", "merged", "merged_all"]

Interactions = Sequence[Interaction]


@dataclass(frozen=True, slots=True)
class Batch:
    """The recordings of one test.

    With `replaces` they take the place of what is there of its `origin` (of all, for `None`). `expects` is the digest
    of what was there of its origin when it was recorded, empty for nothing. `secrets` are the values known for
    certain to be secret by then, under these `rules`; they are never written. A `redactor` is the one that the test's
    recording was redacted with.
    """

    origin: str | None
    replaces: bool
    interactions: Interactions
    expects: str = ""
    secrets: Secrets = field(default=(), repr=False, compare=False)
    rules: RedactionRules | None = field(default=None, repr=False, compare=False)
    redactor: Redactor | None = field(default=None, repr=False, compare=False)


def binds(there: Cassette | None, batches: Sequence[Batch]) -> bool:
    """Return False if anything of a cassette of the first edition stays on it beside the batches."""
    if there is None or there.recorded.binds:
        return True
    replaced = {batch.origin for batch in batches if batch.replaces}
    return None in replaced or all(each.origin in replaced for each in outlines(there.interactions))


def merged(there: Interactions, recorded: Interactions, *, origin: str | None, replaces: bool) -> list[Interaction]:
    """Merge one recording into the interactions that are there; see `merged_all`."""
    return merged_all(there, [Batch(origin, replaces, recorded)])


def merged_all(there: Interactions, batches: Sequence[Batch]) -> list[Interaction]:
    """Merge what is there with what several tests have recorded, in time that grows with both together.

    What a batch replaces makes way, and what it recorded takes its places and ids, one for one: so a re-recording shows
    as what really changed, and nothing else moves. What is left over comes behind the last of them, or at the end. Each
    batch forms sessions of its own, in the order of its starts. Of several batches of one origin a later one that
    replaces takes the place of the earlier ones too.
    """
    batches = _lasting(batches)
    taker = {batch.origin: number for number, batch in enumerate(batches) if batch.replaces}
    takers = [taker.get(each.origin, taker.get(None)) for each in there]
    last = {number: position for position, number in enumerate(takers) if number is not None}
    staying = (each.timing.session for each, number in zip(there, takers, strict=True) if number is None)
    session = max(staying, default=-1) + 1
    fresh: list[Iterator[Interaction]] = []
    for batch in batches:
        ordered = _of_session(batch.interactions, session)
        session = max((each.timing.session for each in ordered), default=session - 1) + 1
        fresh.append(iter(ordered))
    ids = count(max((each.id for each in there), default=0) + 1)
    joined: list[Interaction] = []
    for position, (each, number) in enumerate(zip(there, takers, strict=True)):
        joined += [each] if number is None else _numbered(fresh[number], iter([each.id]))
        if number is not None and last[number] == position:
            joined += _numbered(fresh[number], ids)
    for rest in fresh:
        joined += _numbered(rest, ids)
    return joined


def _lasting(batches: Sequence[Batch]) -> list[Batch]:
    """Return the batches that no later one replaces."""
    lasting: list[Batch] = []
    replaced: set[str | None] = set()
    for batch in reversed(batches):
        if batch.origin in replaced or None in replaced:
            continue
        if batch.replaces:
            replaced.add(batch.origin)
        lasting.append(batch)
    return lasting[::-1]


def _of_session(recorded: Interactions, first: int) -> list[Interaction]:
    ordered = sorted(recorded, key=lambda each: (each.timing.session, each.timing.start_us))
    sessions = {old: first + rank for rank, old in enumerate(sorted({each.timing.session for each in ordered}))}
    if all(old == new for old, new in sessions.items()):
        return ordered
    return [replace(each, timing=replace(each.timing, session=sessions[each.timing.session])) for each in ordered]


def _numbered(fresh: Iterator[Interaction], ids: Iterator[int]) -> Iterator[Interaction]:
    # The ids come first: `zip` must not take an interaction for which there is no id.
    return (each if each.id == number else replace(each, id=number) for number, each in zip(ids, fresh, strict=False))
