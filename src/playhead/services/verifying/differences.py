"""The differences between answers to one request, by endpoint and place: what has changed, and what is unstable."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from playhead.contract.comparison import compare
from playhead.contract.contract import Contract
from playhead.contract.findings import Finding, with_consequences
from playhead.contract.requests import Key
from playhead.contract.templates import templates
from playhead.model.cassette import Exchange
from playhead.services.verifying.answers import Answer, contract_of

__all__ = ["Names", "differing", "parted", "places_of", "unstable"]


class Names:
    """The names of endpoints in a comparison: their paths are folded by all that is compared together."""

    def __init__(self, old: Contract, new: Contract, declared: Sequence[str]) -> None:
        self._renames = templates(old, new, declared=declared)
        self.endpoints = sorted({str(self._name(key)) for key in (*old.endpoints, *new.endpoints)}, key=len)

    def of(self, exchange: Exchange) -> str:
        """Return the endpoint of an exchange."""
        (key,) = contract_of(exchange).endpoints
        return str(self._name(key))

    def _name(self, key: Key) -> Key:
        return self._renames.get(key, key)


def differing(endpoint: str, one: Exchange, other: Exchange) -> set[str]:
    """Return the places where two answers to one request differ, whichever came first."""
    first, second = contract_of(one), contract_of(other)
    found = with_consequences((*compare(first, second).findings, *compare(second, first).findings))
    return {f"{endpoint} {each.place}" for each in found}


def unstable(answer: Answer, names: Names) -> set[str]:
    """Return the places where live answers to one request differ."""
    endpoint = names.of(answer.live)
    return {place for again in answer.repeated for place in differing(endpoint, answer.live, again)}


def places_of(finding: Finding) -> tuple[str, ...]:
    """Return all places of a finding, as `endpoint place`."""
    return (f"{finding.endpoint} {finding.place}", *finding.also)


def parted(finding: Finding, apart: set[str], names: Names) -> Iterator[tuple[Finding, bool]]:
    """Yield a finding in two parts, if it has both: with True that at the places `apart`, with False that elsewhere."""
    where = list(zip(places_of(finding), finding.covers, strict=True))
    for is_apart in (False, True):
        kept = [each for each in where if (each[0] in apart) is is_apart]
        if len(kept) == len(where):
            yield finding, is_apart
        elif kept:
            yield _narrowed(finding, kept, names), is_apart


def _narrowed(finding: Finding, kept: list[tuple[str, str]], names: Names) -> Finding:
    """Return a finding told of some of its places only."""
    first, *further = (place for place, _ in kept)
    endpoint = max((each for each in names.endpoints if first.startswith(f"{each} ")), key=len)
    covers = tuple(fingerprint for _, fingerprint in kept)
    return replace(
        finding,
        endpoint=endpoint,
        place=first.removeprefix(f"{endpoint} "),
        fingerprint=covers[0],
        accept=finding.accept.replace(finding.fingerprint, covers[0]),
        also=tuple(further),
        covers=covers,
    )
