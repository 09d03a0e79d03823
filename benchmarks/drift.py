"""The share of changes that are chance: an optional field that is drawn at random, and halves of recordings of services
that had not changed. To these, the parameters of `playhead.contract.probability` are fitted.

python -m benchmarks drift [FOLDER ...], each with one folder of cassettes for each period without a change
"""

from __future__ import annotations

import json
import random
import tempfile
from collections.abc import Iterable, Sequence
from math import comb
from operator import attrgetter
from pathlib import Path

from benchmarks.fitting import KINDS, fitted, fitted_share, sequence, told
from benchmarks.measure import Row, print_table, scaled
from benchmarks.unchanged import Corpus, Mixed, Pairs, Unpaired, corpus_of
from playhead.contract.changes import NOTHING, Change, Siblings, all_of
from playhead.contract.changes import Evidence as Counts
from playhead.contract.probability import IN_USE, Observed, Parameters, chance_of, even_if_optional, paired_chance
from playhead.contract.rules import Severity
from playhead.contract.weighing import BREAKING_CHANCE, RISKY_CHANCE
from playhead.model.cassette import Cassette, Exchange
from playhead.model.http import Request, Response
from playhead.services.comparing.compare import compare_sides, side_of
from playhead.store.cassettes import save

__all__ = ["main"]

SHARES = (0.5, 0.7, 0.8, 0.9, 0.95, 0.99)
SIZES = (3, 4, 5, 6, 8, 10, 15, 20, 30)
FIELDS = 20
DRAWS = scaled(40, 1)
SPLITS = scaled(20, 2)
MOST = (BREAKING_CHANCE, RISKY_CHANCE)
FEWEST = 3
JSON = (("content-type", "application/json"),)
RULES = {
    "": "field-removed",
    "null": "became-nullable",
    "words": "enum-grew",
    "type": "type-changed",
    "whole": "body-gone",
}
"""A rule that finds a change at each kind of place."""


def main(folders: Sequence[str] = ()) -> None:
    """Print the tables: of the corpora in some folders, or of fields that are drawn."""
    if folders:
        _print_corpora([corpus_of(Path(folder), SPLITS) for folder in folders])
        return
    _print_drawn()
    if scaled(0, 1):  # to see that fitting works
        with tempfile.TemporaryDirectory() as name:
            _print_corpora([corpus_of(_drawn_corpus(Path(name, each)), SPLITS) for each in ("one", "other")])


def _print_drawn() -> None:
    for title, apart in (("other entities", True), ("the same entities", False)):
        rows: list[Row] = [(str(size), *(_drawn(size, share, apart) for share in SHARES)) for size in SIZES]
        head = ("answers a side", *(f"there in {share:.0%}" for share in SHARES))
        print_table(f"Optional fields of {title}, nothing changed: % of fields breaking / risky", head, rows)


def _drawn(size: int, share: float, apart: bool) -> str:
    dice, found = random.Random(f"{size} {share}"), {Severity.BREAKING: 0, Severity.RISKY: 0}
    for _ in range(DRAWS):
        old, new = (_cassette(dice, size, share, number * size * apart) for number in (0, 1))
        for finding in compare_sides(side_of(old), side_of(new)).findings:
            if finding.severity in found:
                found[finding.severity] += 1 + len(finding.also)
    return " / ".join(f"{100 * count / (DRAWS * FIELDS):.1f}" for count in found.values())


def _cassette(dice: random.Random, size: int, share: float, first: int) -> Cassette:
    """Return answers about so many entities, each of which has each of twenty fields with a probability."""
    exchanges = []
    for number in range(size):
        names = [f"field_{name}" for name in range(FIELDS) if dice.random() < share]
        body = {"id": first + number} | {name: f"value {dice.randrange(100)}" for name in names}
        request = Request("GET", f"http://api.test/items/{first + number}")
        exchanges.append(Exchange(number + 1, request, Response(200, headers=JSON, body=json.dumps(body).encode())))
    return Cassette(tuple(exchanges))


def _drawn_corpus(folder: Path) -> Path:
    dice = random.Random(folder.name)
    for period in ("2026-01", "2026-02"):
        (folder / period).mkdir(parents=True)
        for number in range(12):
            save(_cassette(dice, 2, dice.choice(SHARES), 2 * number), folder / period / f"{number}.json")
    return folder


def _print_corpora(corpora: list[Corpus]) -> None:
    head = ("corpus", "periods", "files", "splits", "places looked at", "that differ", "entities compared", "that lost")
    print_table("Corpora", head, [_size(corpus) for corpus in corpora])
    fits = {"all": corpora}
    if len(corpora) > 1:
        fits |= {f"without {out.name}": [each for each in corpora if each is not out] for out in corpora}
    _print_shares(corpora, fits)
    found = {name: fitted(some, IN_USE.share) for name, some in fits.items()}
    for title, of in (
        ("places that come and go", attrgetter("optional")),
        ("entities that differ", attrgetter("lost")),
    ):
        rows = [
            (name, *(_beta(of(given)[kind]) for kind in KINDS)) for name, given in {**found, "in use": IN_USE}.items()
        ]
        print_table(f"Share of {title}, by kind of place", ("fitted to", *(kind or "fields" for kind in KINDS)), rows)
    left_out = {corpus.name: found.get(f"without {corpus.name}", IN_USE) for corpus in corpora}
    for by, given in (("fitted to the other corpora", left_out), ("in use", dict.fromkeys(left_out, IN_USE))):
        head = (
            "corpus",
            *(f"{what} at {_percent(most)}" for what in ("all", "three a half", "pairs") for most in MOST),
        )
        rows = [(corpus.name, *_calibrated(corpus, given[corpus.name])) for corpus in corpora]
        print_table(f"Changes at a probability, by the parameters {by}: seen, of those possible", head, rows)


def _size(corpus: Corpus) -> Row:
    differ = sum(count for each, count in corpus.unpaired.items() if each.differ)
    pairs = sum(count * (each.changed + each.kept) for each, count in corpus.pairs.items())
    lost = sum(count * each.changed for each, count in corpus.pairs.items())
    numbers = corpus.periods, corpus.files, corpus.splits, corpus.unpaired.total(), differ, pairs, lost
    return corpus.name, *(f"{number:,}" for number in numbers)


def _print_shares(corpora: Sequence[Corpus], fits: dict[str, list[Corpus]]) -> None:
    """Print what was fitted, and how often places that come and go look as if they had gone, beside the prediction."""
    rows = []
    for name, some in fits.items():
        share, gain = fitted_share(some)
        count = sum(told(corpus.mixed).total() for corpus in some)
        rows.append((name, str(count), _beta(share), f"{gain:.1f}"))
    print_table(
        "Share of observations that differ, at places that come and go",
        ("fitted to", "places", "parameters", f"log likelihood beyond that of {_beta(IN_USE.share)}"),
        rows,
    )
    mixed = [(each, count) for corpus in corpora for each, count in told(corpus.mixed).items()]
    rows = [
        (
            f"{size} of {size}, 0 of {size}",
            _percent(even_if_optional(Observed(size, size, size, 0, 0))),
            *(_percent(share) for share in _gone(mixed, size)),
        )
        for size in (2, 3, 4, 5)
    ]
    head = ("", "predicted", "predicted, if more are known to differ", "seen")
    print_table("Places that come and go: all on one side, none on the other", head, rows)


def _gone(mixed: Iterable[tuple[Mixed, int]], size: int) -> tuple[float, float]:
    """Return how often, if so many observations agree, as many others all differ: as predicted, and by drawing them.

    The places are known to differ somewhere in their period, so the prediction is for such places.
    """
    agree = differ = agreeing = differing = 0.0
    for each, count in mixed:
        if each.total >= 2 * size:
            mixing = 1 - sequence(0, each.total, IN_USE.share) - sequence(each.total, 0, IN_USE.share)
            agree += count * (sequence(0, size, IN_USE.share) - sequence(0, each.total, IN_USE.share)) / mixing
            differ += count * sequence(size, size, IN_USE.share) / mixing
            first = comb(each.total - each.differ, size) / comb(each.total, size)
            agreeing += count * first
            differing += count * first * comb(each.differ, size) / comb(each.total - size, size)
    return (differ / agree, differing / agreeing) if agreeing else (0.0, 0.0)


def _calibrated(corpus: Corpus, given: Parameters) -> Iterable[str]:
    """Yield how often changes at a probability are seen: at all places, at those with three observations, of pairs."""
    for fewest in (1, FEWEST):
        for most in MOST:
            yield _share(
                (count, _chance(each, each.differ, given) <= most)
                for each, count in corpus.unpaired.items()
                if min(each.old, each.new) >= fewest and _chance(each, each.new, given) <= most
            )
    for most in MOST:
        possible = [(each, count) for each, count in corpus.pairs.items() if _lost(each, given) <= most]
        yield _share((count, not each.kept) for each, count in possible)


def _chance(place: Unpaired, differ: int, given: Parameters) -> float:
    """Return the probability that so many differ; as in a comparison, siblings count for fields only."""
    siblings = Siblings() if place.kind else Siblings(place.optional, place.required)
    return chance_of(_change(place.kind, siblings), Observed(place.old, differ, place.new, 0, 0), given)


def _lost(pairs: Pairs, given: Parameters) -> float:
    """Return the probability that all of these entities lose something."""
    count = pairs.changed + pairs.kept
    siblings = Siblings(stable=pairs.stable, unstable=pairs.unstable)
    return paired_chance(_change(pairs.kind, siblings), Observed(count, count, count, count, 0), given)


def _change(kind: str, siblings: Siblings) -> Change:
    context = () if kind == "whole" else ("id",)
    return Change(RULES[kind], "", "", "", Counts(all_of(NOTHING), all_of(NOTHING)), context, siblings=siblings)


def _share(counts: Iterable[tuple[int, bool]]) -> str:
    possible = seen = 0
    for count, is_seen in counts:
        possible += count
        seen += count * is_seen
    return f"{seen:,} of {possible:,} ({_percent(seen / max(1, possible))})"


def _percent(share: float) -> str:
    return f"{100 * share:.2g} %"


def _beta(parameters: tuple[float, float]) -> str:
    return f"{parameters[0]:.2g}, {parameters[1]:.2g}"
