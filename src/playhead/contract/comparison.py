"""Compare two contracts: findings, endpoints exercised on one side only, and endpoints that could not be checked."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from playhead.contract.ages import remarks_on
from playhead.contract.calls import is_call
from playhead.contract.changes import Change, Evidence, all_of, none_of
from playhead.contract.contract import Contract, Endpoint
from playhead.contract.credentials import CREDENTIALS, without_refusals
from playhead.contract.endpoint_diff import endpoint_changes, unchecked_reasons
from playhead.contract.findings import Accepted, Finding, Stale
from playhead.contract.judge import Located, judge
from playhead.contract.latency_diff import latency_changes
from playhead.contract.looking import places_of
from playhead.contract.looks import is_version
from playhead.contract.policy import Policy
from playhead.contract.requests import Key
from playhead.contract.rules import Severity
from playhead.contract.tally import common
from playhead.contract.templates import templates
from playhead.contract.unread import Unread, unread_at
from playhead.text.words import counted

__all__ = ["Comparison", "Unchecked", "Unreadable", "compare"]

_DEFAULT = Policy()
ANONYMOUS = 5
"""Contracts of the first edition do not tell entities apart: what they show is breaking from so many answers on."""


@dataclass(frozen=True, slots=True)
class Unchecked:
    """An endpoint for which one side (`"old"` or `"new"`) has only 5xx, 429, failures, or refusals for credentials."""

    endpoint: str
    side: str
    reasons: tuple[tuple[str, int], ...]

    def __str__(self) -> str:
        listed = ", ".join(f"{reason} x{count}" for reason, count in self.reasons)
        are_refused = dict(self.reasons).keys() == {CREDENTIALS}
        told = f"were refused ({listed})" if are_refused else f"have only {listed}"
        return f"{self.endpoint}: the {self.side} recordings {told}"


@dataclass(frozen=True, slots=True)
class Unreadable:
    """A cassette that could not be read, and was not judged."""

    path: str
    reason: str


@dataclass(frozen=True, slots=True)
class Comparison:
    """The result of comparing two contracts, or of checking recordings against a document.

    Attributes:
        findings: The findings, the worst first.
        compared: The number of endpoints compared.
        not_exercised: Endpoints on the old side only. This is coverage, not drift.
        newly_exercised: Endpoints on the new side only.
        could_not_check: Endpoints for which one side has no answers to compare.
        unreadable: Cassettes that could not be read.
        unsure: Findings that chance may explain.
        accepted: Accepted findings, set apart by `accepting`.
        stale: Acceptances that no longer apply.
        endpoints: The endpoints compared.
        document: Name of the OpenAPI document, or `""` if recordings were compared with each other.
        places: The number of places with enough observations on both sides to tell a change from chance.
        unread: Answers whose bodies were not read.
        remarks: What a reader has to know of the recordings, as sentences.
        anonymous: True if a side is a contract of the first edition, which does not know entities.
    """

    findings: tuple[Finding, ...] = ()
    compared: int = 0
    not_exercised: tuple[str, ...] = ()
    newly_exercised: tuple[str, ...] = ()
    could_not_check: tuple[Unchecked, ...] = ()
    unreadable: tuple[Unreadable, ...] = ()
    unsure: tuple[Finding, ...] = ()
    accepted: tuple[Accepted, ...] = ()
    stale: tuple[Stale, ...] = ()
    endpoints: tuple[str, ...] = ()
    document: str = ""
    places: int = 0
    unread: tuple[Unread, ...] = ()
    anonymous: bool = False
    remarks: tuple[str, ...] = ()

    @property
    def worst(self) -> Severity | None:
        """The severity of the worst finding."""
        return max((finding.severity for finding in self.findings), key=lambda each: each.rank, default=None)

    @property
    def if_confirmed(self) -> int:
        """The number of findings that were seen once, would be breaking if confirmed, and have not been."""
        return sum(finding.if_confirmed and not finding.confirmed for finding in self.findings)

    @property
    def incomplete(self) -> bool:
        """True if something could not be read or checked."""
        return bool(self.could_not_check or self.unreadable)


def compare(old: Contract, new: Contract, policy: Policy = _DEFAULT) -> Comparison:
    """Compare two contracts. Path templates are inferred from both together, so that paths fold in the same way.

    Args:
        old: The contract before.
        new: The contract now.
        policy: Severities and templates of the project.
    """
    renames = templates(old.finish(), new.finish(), declared=policy.templates)
    before, after = old.renamed(renames).endpoints, new.renamed(renames).endpoints
    stayed = [(key, key) for key in sorted(before.keys() & after.keys())]
    moved = list(_moved(before, after))
    pairs = [*stayed, *moved]
    olds, news = {old_key for old_key, _ in pairs}, {new_key for _, new_key in pairs}
    told = {new_key: without_refusals(before[old_key], after[new_key]) for old_key, new_key in pairs}
    refused = {new_key: count for new_key, (_, count) in told.items() if count}
    after |= {new_key: endpoint for new_key, (endpoint, _) in told.items()}
    anonymous = old.anonymous or new.anonymous
    if anonymous:  # contracts of the first edition do not hold which headers were sent
        for endpoint in (*before.values(), *after.values()):
            endpoint.choices = {}
    places = sum(places_of(before[old_key], after[new_key]) for old_key, new_key in pairs)
    verdict = judge(
        _located(pairs, before, after, policy.slower_than), policy, places, fewest=ANONYMOUS if anonymous else 0
    )
    return Comparison(
        findings=verdict.findings,
        unsure=verdict.unsure,
        places=places,
        compared=len(pairs),
        endpoints=tuple(str(old_key) for old_key, _ in pairs),
        not_exercised=tuple(str(key) for key in sorted(before.keys() - olds)),
        newly_exercised=tuple(str(key) for key in sorted(after.keys() - news)),
        could_not_check=tuple(_unchecked(pairs, before, after, refused)),
        unread=tuple(each for key, other in pairs for each in unread_at(str(key), (before[key], after[other]))),
        anonymous=anonymous,
        remarks=(*remarks_on(old.ages, new.ages), *_unjudged(pairs, before, after)),
    )


def _located(
    pairs: list[tuple[Key, Key]], before: dict[Key, Endpoint], after: dict[Key, Endpoint], slower: float | None
) -> Iterator[Located]:
    for old_key, new_key in pairs:
        old, new = before[old_key], after[new_key]
        sample, announced = f"{new_key.method} {new.example}", old.announced or new.announced
        if old_key != new_key:
            yield Located(str(old_key), sample, replace(_move(old_key, new_key, old, new), seen=(old.seen, new.seen)))
        for change in endpoint_changes(old_key, old, new):
            yield Located(str(old_key), sample, change, announced)
        for change in latency_changes(old, new, slower) if slower is not None else ():
            yield Located(str(old_key), sample, change)


def _unchecked(
    pairs: list[tuple[Key, Key]], before: dict[Key, Endpoint], after: dict[Key, Endpoint], refused: dict[Key, int]
) -> Iterator[Unchecked]:
    for old_key, new_key in pairs:
        if new_key in refused:
            yield Unchecked(str(old_key), "new", ((CREDENTIALS, refused[new_key]),))
        for side, reasons in unchecked_reasons(before[old_key], after[new_key]):
            yield Unchecked(str(old_key), side, tuple(sorted(reasons.items())))


def _unjudged(pairs: list[tuple[Key, Key]], before: dict[Key, Endpoint], after: dict[Key, Endpoint]) -> Iterator[str]:
    """Yield a sentence about endpoints that neither side has an answer of that can be compared."""
    names = [
        str(key)
        for key, other in pairs
        if not any(each.answers for side in (before[key], after[other]) for each in side.questions.values())
    ]
    if names:
        have, more = "has" if len(names) == 1 else "have", f" and {len(names) - 1} more" if len(names) > 1 else ""
        yield (
            f"{counted(len(names), 'endpoint')} {have} only 5xx, 429 or failures on both sides, "
            f"and could not be judged: {names[0]}{more}."
        )


def _moved(before: dict[Key, Endpoint], after: dict[Key, Endpoint]) -> Iterator[tuple[Key, Key]]:
    """Yield endpoints that are now under another host or version, if there is only one way to pair them.

    A host that was known, and still is, has not taken the place of another that is; nor has one that was never asked
    what the other was asked.
    """
    gone = {key for key in before.keys() - after.keys() if not is_call(key)}
    come = {key for key in after.keys() - before.keys() if not is_call(key)}
    known = {key.host for key in before} & {key.host for key in after}
    asked_alike = _asked_alike(before, after, gone, come)
    for trait in (_without_host, _without_version):
        here, there = (_grouped(keys, trait) for keys in (gone, come))
        for name in sorted(here.keys() & there.keys()):
            if len(here[name]) == len(there[name]) == 1:
                pair = here[name][0], there[name][0]
                hosts = pair[0].host, pair[1].host
                if trait is _without_host and (known.issuperset(hosts) or hosts not in asked_alike):
                    continue
                gone, come = gone - {pair[0]}, come - {pair[1]}
                yield pair


def _asked_alike(
    before: dict[Key, Endpoint], after: dict[Key, Endpoint], gone: set[Key], come: set[Key]
) -> set[tuple[str, str]]:
    """Return the pairs of an old and a new host that were sent an equal request."""
    there = _grouped(come, _without_host)
    everywhere = {key.host for key in before}, {key.host for key in after}
    if all(len(hosts) == 1 for hosts in everywhere):
        return {(everywhere[0].pop(), everywhere[1].pop())}  # the one service of both sides
    return {
        (old.host, new.host)
        for old in gone
        for new in there.get(_without_host(old), ())
        if common(before[old].query.tally.requests, after[new].query.tally.requests)
    }


def _grouped(keys: set[Key], trait: Callable[[Key], Key]) -> dict[Key, list[Key]]:
    groups: dict[Key, list[Key]] = {}
    for key in keys:
        groups.setdefault(trait(key), []).append(key)
    return groups


def _without_host(key: Key) -> Key:
    return key._replace(host="")


def _without_version(key: Key) -> Key:
    segments = key.path.split("/")
    while len(segments) > 1 and (not segments[0] or is_version(segments[0])):
        segments = segments[1:]
    return key._replace(path="/".join(segments))


def _move(old_key: Key, new_key: Key, old: Endpoint, new: Endpoint) -> Change:
    evidence = Evidence(all_of(old.query.tally), none_of(new.query.tally))
    if old_key.host != new_key.host:
        return Change("host-changed", "host", old_key.host, new_key.host, evidence, label=old_key.host)
    old_base, new_base = (key.path.removesuffix(_without_version(key).path) for key in (old_key, new_key))
    return Change("base-path-changed", "base path", old_base, new_base, evidence, label=old_base)
