"""Joining recordings with what stands at their cassette. What another tool recorded is taken over on the way.

Taken over means: redacted and scanned as a recording of ours, for in the tool's own file it may stand as it was sent.
Nothing of it says which test made it. So a test that records a whole cassette of another tool afresh replaces all of
it, as that tool would; where several tests do so in one run, each replaces the requests that it has made itself.
"""

from __future__ import annotations

from collections.abc import Sequence

from playhead.model.cassette import EDITION, Cassette, Exchange, Interaction, Recorded
from playhead.redaction.placeholder import same_kind
from playhead.redaction.redact import Redactor
from playhead.store.merging import Batch, binds, merged_all
from playhead.store.stamp import program, stamp

__all__ = ["joined", "own_of", "redacted_whole"]


def joined(there: Cassette | None, batches: Sequence[Batch], *, alone: bool = False) -> Cassette:
    """Return what is there together with what tests have recorded; `alone` if only one test has it to itself.

    Raises `SecretFound` if a secret of another tool's recording would be left in it.
    """
    kept: Sequence[Interaction] = () if there is None else there.interactions
    tool = "" if there is None or not there.recorded.foreign else there.recorded.by.partition(", playhead")[0]
    if there is not None and tool:
        raw = there.recorded.unredacted
        kept = _staying(kept, batches, alone=alone and raw)
        kept = _taken_over(kept, batches) if raw else kept
    whole = merged_all(kept, batches)
    stays = any(each.origin is None for each in kept) and len(whole) > sum(len(each.interactions) for each in batches)
    bound = bool(tool) or binds(there, batches)  # what is taken over has numbers of its own by now
    return Cassette(tuple(whole), stamp(binds=bound, tool=tool if stays else ""))


def redacted_whole(cassette: Cassette, redactor: Redactor) -> Cassette:
    """Return another tool's cassette as one of ours, recorded when it was. Raises `SecretFound` for a secret in it."""
    tool = cassette.recorded.by.partition(",")[0]
    kept = _looked_over(redactor, cassette.interactions)
    return Cassette(tuple(kept), Recorded(cassette.recorded.at, f"{tool}, {program()}{EDITION}"))


def own_of(there: Cassette, origin: str | None) -> list[Interaction]:
    """Return what a recording of a test replaces: its own, and all of another tool's cassette."""
    if origin is None or there.recorded.unredacted:
        return list(there.interactions)
    return [each for each in there.interactions if each.origin == origin]


def _staying(there: Sequence[Interaction], batches: Sequence[Batch], *, alone: bool) -> Sequence[Interaction]:
    """Return what is not replaced. What other tools recorded belongs to whichever test makes the same request."""
    replacing = [batch for batch in batches if batch.replaces]
    if not replacing:
        return there
    if alone or any(batch.origin is None for batch in replacing):
        return ()
    made = {_asked(each) for batch in replacing for each in batch.interactions}
    redactor = _redactor(replacing)
    return [each for each in there if each.origin is not None or _asked(_redacted(redactor, each)) not in made]


def _asked(interaction: Interaction) -> tuple[str, str] | None:
    request = interaction.request if isinstance(interaction, Exchange) else None
    return None if request is None else (request.method, same_kind(request.url))


def _redacted(redactor: Redactor, interaction: Interaction) -> Interaction:
    return redactor.exchange(interaction) if isinstance(interaction, Exchange) else interaction


def _taken_over(interactions: Sequence[Interaction], batches: Sequence[Batch]) -> Sequence[Interaction]:
    return _looked_over(_redactor(batches), interactions)


def _looked_over(redactor: Redactor, interactions: Sequence[Interaction]) -> Sequence[Interaction]:
    from playhead.redaction.scan import last_look

    return last_look(redactor, [_redacted(redactor, each) for each in interactions])


def _redactor(batches: Sequence[Batch]) -> Redactor:
    """Return the redactor of a lone recording; of several, one that knows and keeps what they do, and numbers on."""
    if len(batches) == 1 and batches[0].redactor is not None:
        return batches[0].redactor
    recorded = [each for batch in batches for each in batch.interactions]
    fields = {name for each in recorded if isinstance(each, Exchange) for name, _ in each.request.headers}
    secrets = [secret for batch in batches for secret in batch.secrets]
    redactor = Redactor(next((batch.rules for batch in batches if batch.rules), None), keep_headers=fields)
    redactor.learn(secrets)
    for each in recorded:
        redactor.seen(each)
    return redactor
