"""Drifted interactions replaced in their cassettes by what the live service answers today; all others stay as they are.

Request, id, origin and times stay the recorded ones, so that replay keeps its order, and version control shows what has
changed and nothing else. Cassettes of other tools are refused: what they hold beside the new answers is not redacted.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import groupby
from pathlib import Path

from playhead.errors import UsageError
from playhead.model.cassette import Exchange, Interaction
from playhead.model.timing import Chunk, Timing
from playhead.redaction.rules import RedactionRules
from playhead.redaction.scan import scan, secret_found
from playhead.services.verifying.answers import Answer
from playhead.services.verifying.linking import linked
from playhead.store.cassettes import load
from playhead.store.editing import save_changed
from playhead.store.locks import locked
from playhead.store.orphans import drop_bodies, files_of

__all__ = ["expect_updatable", "update"]


def expect_updatable(paths: Iterable[Path]) -> None:
    """Raise `UsageError` if one of the cassettes is as another tool wrote it."""
    for path in paths:
        recorded = load(path).recorded
        if recorded.unredacted:
            raise UsageError(
                f"{path} was recorded by {recorded.by.partition(',')[0]} and may hold secrets, so --update does not "
                "write it: make one of playhead's with `playhead convert`, and update that."
            )


def update(drifted: Iterable[Answer], rules: RedactionRules) -> dict[Path, int]:
    """Write the answers to the cassettes, and say how many each got.

    An interaction that is not the one that was verified any more is left alone. SecretFound, before anything is
    written, if a secret survived redaction; UsageError as `expect_updatable`; PlayheadError if a file cannot be
    written.
    """
    answers = list(drifted)
    expect_updatable({each.step.path: None for each in answers})
    fresh = [(each.step.path, each.step.exchange, _replacement(each)) for each in answers]
    for _, _, exchange in fresh:
        for hit in scan(exchange, rules):
            if hit.sure:
                raise secret_found(hit)
    counts = {}
    for path, group in groupby(fresh, key=lambda each: each[0]):
        counts[path] = _rewrite(path, {old.id: (old, new) for _, old, new in group})
    return counts


def _rewrite(path: Path, fresh: dict[int, tuple[Exchange, Exchange]]) -> int:
    with locked(path):
        cassette = load(path)
        before = tuple(cassette.interactions)
        after = tuple(_replaced(before, fresh))
        changed = [(old, new) for old, new in zip(before, after, strict=True) if old is not new]
        if changed:
            save_changed(cassette.with_interactions(after), path, {new.id for _, new in changed})
    gone = {each.name for old, _ in changed if isinstance(old, Exchange) for each in files_of(old)}
    if gone:
        drop_bodies(path.parent, gone)
    return len(changed)


def _replaced(
    interactions: Sequence[Interaction], fresh: dict[int, tuple[Exchange, Exchange]]
) -> Iterator[Interaction]:
    for each in interactions:
        old, new = fresh.get(each.id, (None, None))
        yield new if new is not None and each == old else each


def _replacement(answer: Answer) -> Exchange:
    recorded, live = answer.step.exchange, linked(answer.step.exchange, answer.live)
    sizes = [chunk.size_bytes for chunk in live.timing.chunks]
    return replace(recorded, response=live.response, failure=None, timing=_timing(recorded.timing, sizes))


def _timing(recorded: Timing, sizes: Sequence[int]) -> Timing:
    """Return the recorded times for chunks of other sizes.

    Each comes when one came before, further ones with the last.
    """
    if recorded == Timing():
        return recorded  # a cassette without times stays one
    head = recorded.head_us if recorded.head_us is not None else recorded.start_us
    places = recorded.chunks or (Chunk(head, 0, 0),)
    chunks = [
        Chunk(places[min(position, len(places) - 1)].at_us, size, places[min(position, len(places) - 1)].waited_us)
        for position, size in enumerate(sizes)
    ]
    return replace(recorded, chunks=tuple(chunks))
