"""The search for the recording of one request: how its live values fit the placeholders of each candidate.

The key has found the recordings that are equal except for what was redacted. Among these, one whose placeholders are
bound to the live values comes first, then one whose placeholders are free. One whose placeholders belong to other
values is refused. Credentials in headers take part in the choice and in the check.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Hashable
from typing import NamedTuple

from playhead.matching.alignment import Held
from playhead.matching.bindings import Bindings, Fit, is_computed
from playhead.matching.differences import Difference, one_line
from playhead.matching.placeholders import MarksIn, Split, identity, whole_number
from playhead.model.http import Headers
from playhead.text.placeholder_signs import CODED, PREFIX

__all__ = ["FINAL", "Credential", "Presented", "Seeker", "Verdict", "credentials_in"]


class Credential(NamedTuple):
    """A stored credential: the header's name in lower case, its scheme, and the placeholder."""

    name: str
    scheme: str
    kind: str
    number: int


class Verdict(NamedTuple):
    """The fit of a recording to a request.

    It counts credentials that only one side has, live values bound to its placeholders, and values that could be bound.
    If it is `promising`, another recording may fit better.
    """

    lacking: int
    own: int
    free: int
    promising: bool

    @property
    def rank(self) -> tuple[int, int]:
        """The order of verdicts; higher is better."""
        return -self.lacking, self.own

    @property
    def final(self) -> bool:
        """True if no other recording can fit better."""
        return not self.lacking and not self.free


FINAL = Verdict(0, 0, 0, False)


def credentials_in(headers: Headers, split: Split, marks_in: MarksIn) -> tuple[Credential, ...]:
    """Return the credentials among the header fields of a stored request."""
    found: dict[str, Credential] = {}
    for name, value in headers:
        if PREFIX in value and (lower := name.lower()) not in found and "cookie" not in lower:
            scheme, text = split(name, value)
            marks = marks_in(text)
            if len(marks) == 1 and (marks[0].start, marks[0].end) == (0, len(text)):
                found[lower] = Credential(lower, scheme.strip().lower(), marks[0].kind, marks[0].number)
    return tuple(found.values())


class Presented:
    """The credentials of one live request, taken apart when they are asked for."""

    __slots__ = ("_fields", "_headers", "_split", "silent")

    def __init__(self, headers: Headers, split: Split, silent: frozenset[str]) -> None:
        self._headers = headers
        self._split = split
        self._fields: dict[str, str] | None = None
        self.silent = silent

    def get(self, name: str) -> tuple[str, str] | None:
        """Return scheme and credential of a header, whose name is in lower case."""
        if self._fields is None:
            self._fields = {}
            for each, text in self._headers:
                self._fields.setdefault(each.lower(), text)
        value = self._fields.get(name)
        if not value or name in self.silent:
            return None
        scheme, text = self._split(name, value)
        return (scheme.strip().lower(), text) if text else None


class Seeker(ABC):
    """Weighs recordings for one request; a slot is the position of a recording.

    With `checks`, values are bound to the placeholders in URL, body and arguments as well as to those of credentials.
    Subclasses know what recordings hold.
    """

    __slots__ = ("bindings", "checks", "known_names", "marks_in")

    def __init__(self, bindings: Bindings, marks_in: MarksIn, known_names: set[str], *, checks: bool) -> None:
        self.bindings = bindings
        self.marks_in = marks_in
        self.checks = checks
        self.known_names = known_names
        """The headers in which any recording has a credential."""

    @property
    @abstractmethod
    def presented(self) -> Presented:
        """The credentials of the request."""

    @abstractmethod
    def is_bare(self, slot: int) -> bool:
        """Return True if a recording has neither placeholders nor credentials."""

    @abstractmethod
    def held(self, slot: int) -> list[Held] | None:
        """Return what the request holds for the placeholders of URL, body or arguments, `None` if it does not fit."""

    @abstractmethod
    def where(self, slot: int) -> Hashable:
        """Return the session in which the numbers of a recording count."""

    @abstractmethod
    def credentials(self, slot: int) -> tuple[Credential, ...]:
        """Return the credentials that a recording has in its headers."""

    def verdict(self, slot: int) -> Verdict | None:
        """Judge the fit of a recording to the request; `None` if it is refused."""
        if not self.known_names and self.is_bare(slot):
            return FINAL
        held = self.held(slot)
        if held is None:
            return None
        where = self.where(slot)
        tally = _Tally()
        for each in held:
            fit = self._fit(where, each)
            bound = self.checks or fit is Fit.OWN
            tally.add(fit if bound else Fit.ANY, other=self._has_another(where, each.value))
        self._weigh_credentials(where, self.credentials(slot), tally)
        if tally.refused:
            return None
        return Verdict(tally.lacking, tally.own, tally.free, tally.promising or tally.lacking > 0)

    def signature(self, slot: int) -> Hashable:
        """Return a key that is equal for recordings which fit any request equally well."""
        held = self.held(slot)
        numbers = None if held is None else tuple((each.place, each.number) for each in held)
        return self.where(slot), numbers, self.credentials(slot)

    def bind(self, slot: int) -> None:
        """Bind the placeholders of the recording to the live values of the request that it answers."""
        where = self.where(slot)
        for each in self._bound(slot):
            self.bindings.bind(where, each, self._own(each.value))

    def absent(self, slot: int) -> tuple[str, ...]:
        """Return the headers in which the recording has a credential and the request has none."""
        presented = self.presented
        missing = [each.name for each in self.credentials(slot) if presented.get(each.name) is None]
        return tuple([name for name in missing if name not in presented.silent])

    def refusals(self, slot: int) -> list[Difference]:
        """Return the places in which the recording refuses the request."""
        where = self.where(slot)
        held = (self.held(slot) or []) if self.checks else []
        found = [(each.place, _was(each.number), _ANOTHER) for each in held if self._fit(where, each) is Fit.REFUSED]
        for stored in self.credentials(slot):
            live = self.presented.get(stored.name)
            if live is None or self._credential_fit(where, stored, live) is not Fit.REFUSED:
                continue
            if live[0] != stored.scheme:
                found.append((f"header.{stored.name}", _scheme(stored.scheme), _scheme(live[0])))
            else:
                found.append((f"header.{stored.name}", _was(stored.number), _ANOTHER))
        return found

    def _weigh_credentials(self, where: Hashable, stored: tuple[Credential, ...], tally: _Tally) -> None:
        presented = self.presented
        for each in stored:
            self.known_names.add(each.name)
            live = presented.get(each.name)
            if live is not None:
                fit = self._credential_fit(where, each, live)
                tally.add(fit, other=self._has_another(where, self._credential(each, live[1]).value))
            elif each.name not in presented.silent:
                tally.lacking += 1
        if len(self.known_names) > len(stored):
            names = self.known_names.difference([each.name for each in stored])
            tally.lacking += sum(presented.get(name) is not None for name in names)

    def _has_another(self, where: Hashable, value: str) -> bool:
        """Return True if a value may belong elsewhere: it is bound already, or is a placeholder."""
        return self.bindings.has(where, value) or self._own(value) is not None

    def _credential_fit(self, where: Hashable, stored: Credential, live: tuple[str, str]) -> Fit:
        scheme, text = live
        if scheme != stored.scheme:
            return Fit.REFUSED
        if is_computed(stored.kind, text, scheme):
            return Fit.ANY
        return self._fit(where, self._credential(stored, text))

    def _fit(self, where: Hashable, held: Held) -> Fit:
        return self.bindings.fit(where, held, self._own(held.value))

    def _own(self, value: str) -> int | None:
        return whole_number(value, self.marks_in) if PREFIX in value or CODED[0] in value else None

    def _bound(self, slot: int) -> list[Held]:
        held = list(self.held(slot) or []) if self.checks else []
        for each in self.credentials(slot):
            live = self.presented.get(each.name)
            if live is not None and not is_computed(each.kind, live[1], live[0]):
                held.append(self._credential(each, live[1]))
        return held

    def _credential(self, stored: Credential, text: str) -> Held:
        own = self._own(text)
        return Held(stored.name, stored.kind, stored.number, text if own is None else identity(own))


_ANOTHER = "another value"


def _scheme(name: str) -> str:
    return one_line(name) if name else "no scheme"


def _was(number: int) -> str:
    return f'"REDACTED-…-{number}"'


class _Tally:
    """The sum of the places of one recording."""

    __slots__ = ("free", "lacking", "own", "promising", "refused")

    def __init__(self) -> None:
        self.free = self.lacking = self.own = 0
        self.promising = self.refused = False

    def add(self, fit: Fit, *, other: bool) -> None:
        self.own += fit is Fit.OWN
        self.free += fit is Fit.FREE
        self.refused |= fit is Fit.REFUSED
        self.promising |= other and fit is Fit.FREE
