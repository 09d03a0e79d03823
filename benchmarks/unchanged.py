"""What two halves of recordings show of a service that did not change in between: at which places they differ.

A corpus is a folder with one folder of cassettes for each period in which the service did not change.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from playhead.contract.alike import kinds_of
from playhead.contract.answers import CONTRACT_HEADERS, Answers, State
from playhead.contract.changes import NOTHING, Count, Evidence, Siblings, all_of, none_of
from playhead.contract.contract import Contract, Endpoint
from playhead.contract.maps import is_map
from playhead.contract.probability import observed
from playhead.contract.shape import BLANK, KIND_NAMES, NULL, STRING, Fields, Shape
from playhead.contract.siblings import Family
from playhead.contract.tally import Tally, limit_of, union
from playhead.contract.templates import templates
from playhead.contract.word_diff import enumerated
from playhead.services.comparing.folding import fold_sides
from playhead.services.comparing.sides import side_of

__all__ = ["Corpus", "Mixed", "Pairs", "Unpaired", "corpus_of"]

MOST_FILES = 44
"""Of more files in a period a sample is split: in large halves everything that comes and goes has been seen."""

TOLD = (State.TOLD, State.BARE)
"""Bodies that say something; an empty list does."""


class Unpaired(NamedTuple):
    """A place at which all of the old half agree, and those of the new half that are not in the old one.

    Attributes:
        kind: The kind of place: fields (`""`), `null`, `words`, `type`, or `whole`.
        old: Observations of the old half.
        differ: Observations of the new half that differ.
        new: Observations of the new half.
        optional: Siblings that come and go.
        required: Siblings that do not.
        known: True if the place comes and goes in another period.
    """

    kind: str
    old: int
    differ: int
    new: int
    optional: int
    required: int
    known: bool


class Mixed(NamedTuple):
    """A place that comes and goes within a period: the observations without a field, or with null, and all of them."""

    differ: int
    total: int


class Pairs(NamedTuple):
    """Entities that are in both halves: those that differ in the new one from all of the old one, and the others.

    `unstable` and `stable` count the same for the fields beside a field, as a comparison does.
    """

    kind: str
    changed: int
    kept: int
    unstable: int
    stable: int


@dataclass
class Corpus:
    """The places and pairs that splits of the periods of one corpus have shown."""

    name: str
    periods: int = 0
    files: int = 0
    splits: int = 0
    places: int = 0
    mixed: Counter[Mixed] = field(default_factory=Counter)
    unpaired: Counter[Unpaired] = field(default_factory=Counter)
    pairs: Counter[Pairs] = field(default_factory=Counter)


class _Looked(NamedTuple):
    """A place of one endpoint: `agreeing` is False if the old half does not agree, and there is nothing to compare."""

    kind: str
    place: str
    evidence: Evidence
    agreeing: bool
    siblings: Siblings | None = None

    @property
    def comes_and_goes(self) -> bool:
        old, new = self.evidence
        return not self.agreeing or (new.hits < new.total if old.hits else new.hits > 0)


def corpus_of(folder: Path, splits: int) -> Corpus:
    """Split each period of a corpus so many times, and return what that shows."""
    corpus, dice = Corpus(folder.name), random.Random(folder.name)
    periods = [_contracts(period) for period in sorted(folder.iterdir()) if period.is_dir()]
    mixed = [_mixed(_whole(files)) for files in periods]
    corpus.mixed.update(_share(each) for places in mixed for each in places.values() if each.kind in ("", "null"))
    for number, files in enumerate(periods):
        elsewhere = set[tuple[str, ...]]().union(*mixed[:number], *mixed[number + 1 :])
        corpus.periods += 1
        corpus.files += len(files)
        for _ in range(splits):
            some = dice.sample(files, min(len(files), MOST_FILES))
            middle = len(some) // 2
            _note(corpus, _places([_whole(some[:middle]), _whole(some[middle:])]), elsewhere)
            corpus.splits += 1
    return corpus


def _mixed(whole: Contract) -> dict[tuple[str, ...], _Looked]:
    """Return the places that come and go."""
    return {place: each for place, each in _places([whole, whole]) if each.comes_and_goes}


def _share(each: _Looked) -> Mixed:
    count = each.evidence.old
    limit = limit_of(count.among.entities, count.having.entities)
    entities = {entity for entity in count.among.entities if entity <= limit}
    having = len(entities.intersection(count.having.entities))
    differing = having if each.kind else len(entities) - having
    return Mixed(round(differing * count.independent / max(1, len(entities))), count.independent)


def _contracts(period: Path) -> list[Contract]:
    """Return the contract of each cassette, with the path templates of all of them."""
    sides = [side_of(path) for path in sorted(period.glob("*.json"))]
    fold_sides(sides)
    renames = templates(_whole([side.contract for side in sides]).finish())
    return [side.contract.renamed(renames) for side in sides]


def _whole(contracts: Iterable[Contract]) -> Contract:
    whole = Contract()
    for contract in contracts:
        whole.absorb(contract)
    return whole


def _note(corpus: Corpus, places: Iterable[tuple[tuple[str, ...], _Looked]], elsewhere: set[tuple[str, ...]]) -> None:
    for place, each in places:
        if not each.agreeing:
            continue
        siblings = each.siblings or Siblings()
        old, differ, new = _unpaired(each.evidence)
        if old and new:
            corpus.places += 1
            seen = Unpaired(each.kind, old, differ, new, siblings.optional, siblings.required, place in elsewhere)
            corpus.unpaired[seen] += 1
        pairs = observed(each.evidence)
        if pairs.changed + pairs.kept:
            corpus.pairs[Pairs(each.kind, pairs.changed, pairs.kept, siblings.unstable, siblings.stable)] += 1


def _unpaired(evidence: Evidence) -> tuple[int, int, int]:
    """Return the observations of the old half, and of those new ones that share no entity and no request with it."""
    old, new = evidence
    had = bool(old.hits)
    limit = limit_of(old.among.entities, new.among.entities, new.having.entities)
    fresh = {each for each in new.among.entities if each <= limit}.difference(old.among.entities)
    requests = len(set(new.among.requests).difference(old.among.requests))
    having = len(fresh.intersection(new.having.entities))
    differing = len(fresh) - having if had else having
    observations = min(len(fresh), requests)
    differ = max(1, differing * observations // len(fresh)) if differing and observations else 0
    return min(old.independent, old.having.independent) if had else old.independent, differ, observations


def _places(sides: Sequence[Contract]) -> Iterator[tuple[tuple[str, ...], _Looked]]:
    old, new = (side.endpoints for side in sides)
    for key in sorted(old.keys() & new.keys()):
        looked = _with_siblings(list(_at_endpoint(old[key], new[key])))
        yield from (((str(key), each.kind, each.place), each) for each in looked)


def _with_siblings(looked: list[_Looked]) -> Iterator[_Looked]:
    """Yield the places; where no siblings are known, they are the others of the kind at this endpoint."""
    of_kind: dict[str, Counter[bool]] = {}
    for each in looked:
        of_kind.setdefault(each.kind, Counter())[each.comes_and_goes] += 1
    for each in looked:
        if each.siblings is None:
            count = of_kind[each.kind].copy()
            count[each.comes_and_goes] -= 1
            yield each._replace(siblings=Siblings(count[True], count[False]))
        else:
            yield each


def _at_endpoint(old: Endpoint, new: Endpoint) -> Iterator[_Looked]:
    for text in old.questions.keys() & new.questions.keys():
        before, after = old.questions[text].answers, new.questions[text].answers
        for status in sorted(before.keys() & after.keys()):
            place = f"{text} {status} "
            yield from _of_answers(before[status], after[status], place)
            for event in sorted(before[status].bodies.keys() & after[status].bodies.keys()):
                yield from _in_shape(before[status].bodies[event], after[status].bodies[event], f"{place}{event} ")


def _of_answers(old: Answers, new: Answers, place: str) -> Iterator[_Looked]:
    """Yield headers, media types and bodies as a whole."""
    for name in CONTRACT_HEADERS:
        if name in old.headers:
            counts = Evidence(*(Count(side.headers.get(name, NOTHING), side.tally) for side in (old, new)))
            yield _Looked("whole", f"{place}{name}", counts, counts.old.hits == counts.old.total)
    for what, before, after in (("media", old.media, new.media), ("body", _told(old), _told(new))):
        if before and after:
            same = union(tally for name, tally in after.items() if name in before)
            counts = Evidence(all_of(union(before.values())), Count(same, union(after.values())))
            yield _Looked("whole", f"{place}{what}", counts, len(before) == 1)


def _told(answers: Answers) -> dict[bool, Tally]:
    found = {
        told: union(each for state, each in answers.states.items() if (state in TOLD) is told) for told in (True, False)
    }
    return {told: tally for told, tally in found.items() if tally.count}


def _in_shape(old: Shape, new: Shape, place: str) -> Iterator[_Looked]:
    if not old.total or not new.total:
        return
    yield from _values(old, new, place)
    if old.items is not None and new.items is not None:
        yield from _in_shape(old.items, new.items, f"{place}/*")
    for tag in sorted(old.variants.keys() & new.variants.keys()):
        yield from _in_fields(old.variants[tag], new.variants[tag], f"{place}[{tag}]")


def _values(old: Shape, new: Shape, place: str) -> Iterator[_Looked]:
    nulls = Evidence(_of_kinds(old, {NULL}), _of_kinds(new, {NULL}))
    yield _Looked("null", place, nulls, not nulls.old.hits)
    before, after = kinds_of(old), kinds_of(new)
    if before and after:
        same = {kind for kind, name in enumerate(KIND_NAMES) if name in before and kind != NULL}
        others = Count(_tally(new, same), _tally(new, set(range(len(KIND_NAMES))) - {NULL}))
        types = Evidence(all_of(_tally(old, same)), others)
        yield _Looked("type", place, types, len(before) == 1)
    if enumerated(old) and enumerated(new) and old.words.keys() & new.words.keys():
        yield _Looked("words", place, Evidence(none_of(_strings(old)), _unknown(old, new)), agreeing=True)


def _tally(shape: Shape, kinds: set[int]) -> Tally:
    return union(shape.tallies[kind] for kind in kinds)


def _of_kinds(shape: Shape, kinds: set[int]) -> Count:
    return Count(_tally(shape, kinds), shape.seen)


def _strings(shape: Shape) -> Tally:
    return _tally(shape, {STRING, BLANK})


def _unknown(old: Shape, new: Shape) -> Count:
    """Return how many strings are unknown to the old half; who showed them is not known, but how common they are."""
    among = _strings(new)
    hits = sum(count for word, count in new.words.items() if word not in old.words)
    few = [
        sketch[: max(1, hits * len(sketch) // among.count)] if hits else []
        for sketch in (among.entities, among.requests)
    ]
    return Count(Tally(hits, *few), among)


def _in_fields(old: Fields, new: Fields, place: str) -> Iterator[_Looked]:
    if is_map(old, new):
        return
    family, floods, known = Family(old, new), set(), dict[object, Siblings]()
    for name, before in sorted(old.fields.items()):
        after = new.fields.get(name)
        counts = Evidence(Count(before.seen, old.tally), Count(after.seen if after else NOTHING, new.tally))
        looked = _Looked("", f"{place}/{name}", counts, before.total == old.count)
        presence = looked.comes_and_goes, *(tuple(side.having.entities) for side in counts)
        if not looked.comes_and_goes or presence not in floods:  # those that come and go together are one
            known[presence] = known.get(presence) or family.siblings_of(name)
            yield looked._replace(siblings=known[presence])
        if looked.comes_and_goes:
            floods.add(presence)
        if after is not None:
            yield from _in_shape(before, after, f"{place}/{name}")
