"""Turn violations into findings: one for each rule, operation and place, with the number of exchanges that show it."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from playhead.contract.changes import grade_of
from playhead.contract.comparison import Comparison
from playhead.contract.findings import Finding, fingerprint_of
from playhead.contract.policy import Policy
from playhead.contract.requests import key_of
from playhead.contract.rules import RULES, Severity
from playhead.model.cassette import Exchange
from playhead.openapi.violations import Checker, Violation
from playhead.text.hosts import is_loopback

__all__ = ["Conformance"]

_DEFAULT = Policy()
_NOT_FOUND = 404


@dataclass(slots=True)
class _Seen:
    violation: Violation
    sample: str
    hits: int = 0


@dataclass(slots=True)
class Conformance:
    """Checks exchanges one by one, and collects the findings.

    `checked` counts the exchanges with requests that the document describes.
    """

    checker: Checker
    policy: Policy = _DEFAULT
    checked: int = 0
    _samples: Counter[str] = field(default_factory=Counter)
    _found: dict[tuple[str, str, str, str], _Seen] = field(default_factory=dict)
    _unknown: dict[str, list[Exchange]] = field(default_factory=dict)
    _hosts: set[str] = field(default_factory=set)

    def add(self, exchange: Exchange) -> None:
        """Check one exchange against the document."""
        request = exchange.request
        host = urlsplit(request.url).netloc.lower()
        found = self.checker.operations.find(request.method, request.url)
        if found is None or not self._may_be_described(host):
            self._unknown.setdefault(host, []).append(exchange)
            return
        self._hosts.add(host)
        self.checked += 1
        name = str(found.operation or f"{request.method} {found.template}")
        self._samples[name] += 1
        told: dict[tuple[str, str, str, str], Violation] = {}
        for violation in self.checker.check(exchange, found):
            told.setdefault(_key(violation), violation)  # one violation per place is enough
        for violation in told.values():
            self._note(violation, exchange)

    @property
    def others(self) -> Counter[str]:
        """The number of requests to services that the document does not describe, by host."""
        return Counter({host: len(each) for host, each in self._unknown.items() if host not in self._hosts})

    def comparison(self) -> Comparison:
        """Return the findings as a comparison, the worst first."""
        for host in self._unknown.keys() & self._hosts:
            self._note_unknown(self._unknown.pop(host))
        findings = [self._finding(seen) for seen in self._found.values()]
        findings = [each for each in findings if each.severity is not Severity.NOISE]
        findings.sort(key=lambda each: (-each.severity.rank, each.endpoint, each.place, each.rule))
        return Comparison(tuple(findings), compared=len(self._samples), endpoints=tuple(sorted(self._samples)))

    def _may_be_described(self, host: str) -> bool:
        """Return True if a host may be the described service: a server of the document, if it names any, or local."""
        described = self.checker.operations.hosts
        name = urlsplit(f"//{host}").hostname or ""
        return not described or host in described or is_loopback(name) or "." not in name

    def _note(self, violation: Violation, exchange: Exchange) -> None:
        sample = f"{exchange.request.method} {exchange.request.url}"
        seen = self._found.setdefault(_key(violation), _Seen(violation, sample))
        seen.hits += 1

    def _note_unknown(self, exchanges: list[Exchange]) -> None:
        for exchange in exchanges:
            path = key_of(exchange.request.method, exchange.request.url, None).path
            if exchange.response is not None and exchange.response.status == _NOT_FOUND:
                continue  # the service does not have the path either
            operation = f"{exchange.request.method} {path}"
            self._samples[operation] += 1
            self._note(Violation("openapi-path-unknown", operation, "path", "a path of the document", path), exchange)
        self.checked += len(exchanges)

    def _finding(self, seen: _Seen) -> Finding:
        violation = seen.violation
        rule = self.policy.rule_for(RULES[violation.rule], violation.operation, violation.place)
        place = f"{violation.place} {violation.keyword}".strip()
        fingerprint = fingerprint_of(rule.id, violation.operation, place)
        total = max(self._samples[violation.operation], seen.hits)
        return Finding(
            rule=rule.id,
            severity=rule.severity,
            grade=grade_of(total),
            endpoint=violation.operation,
            place=violation.place,
            old=violation.wanted,
            new=violation.found,
            fingerprint=fingerprint,
            evidence=f"in {seen.hits} of {total} recorded exchanges",
            sample=seen.sample,
            consequence=rule.consequence,
            accept=f'Fix the service or the document, or `playhead accept {fingerprint} --reason "..."`',
            covers=(fingerprint,),
        )


def _key(violation: Violation) -> tuple[str, str, str, str]:
    return violation.rule, violation.operation, violation.place, violation.keyword
