"""Weighing of a cassette's recordings: their placeholders and credentials, and those of a live request."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence

from playhead.matching.alignment import Held, align
from playhead.matching.bindings import Bindings
from playhead.matching.key import scope_of
from playhead.matching.placeholders import identity, revealed, whole_number
from playhead.matching.reading import Reading, read
from playhead.matching.rules import Rules
from playhead.matching.seeking import Credential, Presented, Seeker, Verdict, credentials_in
from playhead.model.cassette import Outline
from playhead.model.http import Headers, Request
from playhead.text.placeholder_signs import may_hold_placeholders

__all__ = ["Sought", "Weighing"]

_REMEMBERED = 1024
_BARE, _CREDENTIALS, _HOLDS = 1, 2, 3
"""The parts of a stored request to weigh: none, credentials in its headers alone, or placeholders too."""


class Weighing:
    """Makes a `Sought` of each request. The deck in use sets `reveal` and `handed_out`."""

    def __init__(
        self,
        outlines: Sequence[Outline],
        load: Callable[[int], Request],
        rules: Rules,
        bindings: Bindings,
        *,
        binds: bool,
    ) -> None:
        self.rules = rules
        self.as_stored = rules.as_stored
        self.bindings = bindings
        self.binds = binds
        self.reveal: Callable[[int], str | None] = lambda _: None
        """Returns the live value behind the number of a placeholder of this run."""
        self.before: Callable[[Request], Iterable[Request]] = lambda _: ()
        """Returns a live request as the first edition may have stored it, if one of its cassettes is in use."""
        self.known_names: set[str] = set()
        self._outlines = outlines
        self._load = load
        self._bare = bytearray(len(outlines))
        self._credentials: dict[Headers, tuple[Credential, ...]] = {}
        self._latest: tuple[Headers, tuple[Credential, ...]] = (), ()
        self.final: dict[Hashable, Verdict] = {}
        """Headers that are known to suit credentials. This stays true, since a binding never changes."""

    def sought(self, live: Request, stored: Callable[[], Request] | None) -> Sought:
        """Return a request to look for."""
        return Sought(self, live, stored)

    def where(self, slot: int) -> Hashable:
        """Return the session in which the numbers of a recording count: each session of each test's recordings."""
        outline = self._outlines[slot]
        return outline.session, outline.origin

    def note(self, slot: int, request: Request) -> None:
        """Look at a stored request that is there: nearly all have neither placeholders nor credentials."""
        if _may_hold(request):
            self._bare[slot] = _HOLDS
            return
        headers, credentials = self._latest  # recordings share header objects, and hashing them is slow
        if request.headers is not headers:
            credentials = self._credentials_of(request.headers)
            self._latest = request.headers, credentials
        self._bare[slot] = _CREDENTIALS if credentials else _BARE

    def is_bare(self, slot: int) -> bool:
        """Return True if a recording has nothing to weigh."""
        if not self._bare[slot]:
            self.note(slot, self._load(slot))
        return self._bare[slot] == _BARE

    def holds(self, slot: int) -> bool:
        """Return True if a recording has placeholders in URL or body."""
        if not self._bare[slot]:
            self.note(slot, self._load(slot))
        return self._bare[slot] == _HOLDS

    def request(self, slot: int) -> Request:
        """Return the stored request."""
        return self._load(slot)

    def credentials(self, slot: int) -> tuple[Credential, ...]:
        """Return the credentials that a recording has in its headers."""
        return () if self.is_bare(slot) else self._credentials_of(self._load(slot).headers)

    def _credentials_of(self, headers: Headers) -> tuple[Credential, ...]:
        found = self._credentials.get(headers)
        if found is None:
            if len(self._credentials) >= _REMEMBERED:
                self._credentials.clear()
            found = self._credentials[headers] = credentials_in(headers, self.rules.split, self.rules.marks_in)
        return found

    def silent(self, request: Request) -> frozenset[str]:
        """Return the headers that are ignored for a request."""
        rules = self.rules
        return (scope_of(request.method, request.url, rules) if rules.scoped else rules.always).silent


class Sought(Seeker):
    """One request to look for: with live values, and, once that is needed, as it would be stored."""

    __slots__ = ("_before", "_held", "_live", "_presented", "_readings", "_stored", "_weighing", "lenient")

    def __init__(self, weighing: Weighing, live: Request, stored: Callable[[], Request] | None) -> None:
        super().__init__(weighing.bindings, weighing.rules.marks_in, weighing.known_names, checks=weighing.binds)
        self.lenient = False
        """True while it is compared with recordings of another key, which may differ in more than placeholders."""
        self._weighing = weighing
        self._live = live
        self._stored: Callable[[], Request] | Request | None = stored
        self._before: tuple[Request, ...] | None = None
        self._readings: list[tuple[Reading, bool]] | None = None
        self._presented: Presented | None = None
        self._held: dict[tuple[int, bool], list[Held] | None] | None = None

    @property
    def presented(self) -> Presented:
        if self._presented is None:
            weighing = self._weighing
            self._presented = Presented(self._live.headers, weighing.rules.split, weighing.silent(self._live))
        return self._presented

    def is_bare(self, slot: int) -> bool:
        return self._weighing.is_bare(slot)

    def verdict(self, slot: int) -> Verdict | None:
        weighing = self._weighing
        if self.lenient or weighing.holds(slot) or (not self.known_names and weighing.is_bare(slot)):
            return super().verdict(slot)
        stored = weighing.credentials(slot)
        key = self._live.headers, stored, weighing.where(slot), len(self.known_names)
        known = weighing.final.get(key)
        if known is not None:
            return known
        verdict = super().verdict(slot)
        if verdict is not None and verdict.final and len(weighing.final) < _REMEMBERED:
            weighing.final[*key[:3], len(self.known_names)] = verdict
        return verdict

    def where(self, slot: int) -> Hashable:
        return self._weighing.where(slot)

    def credentials(self, slot: int) -> tuple[Credential, ...]:
        return self._weighing.credentials(slot)

    def held(self, slot: int) -> list[Held] | None:
        if self._held is None:
            self._held = {}
        key = slot, self.lenient
        if key not in self._held:
            self._held[key] = self._aligned(slot)
        return self._held[key]

    def spelled(self) -> Iterator[Request]:
        """Yield the request with live values, and then as it would be stored, if that differs."""
        yield self._live
        if self._stored is None:
            return
        stored = self._redacted()
        if stored is not None and self._differs(stored):
            yield stored
        for before in self._earlier():
            if before.body != self._live.body:
                yield before

    def _earlier(self) -> tuple[Request, ...]:
        """Return the request as the first edition may have stored it. Large bodies are read for that, so only once."""
        if self._before is None:
            self._before = tuple(self._weighing.before(self._live))
        return self._before

    def _differs(self, stored: Request) -> bool:
        live = self._live
        if stored.url != live.url or stored.body != live.body:
            return True
        return bool(self._weighing.rules.checked) and stored.headers != live.headers

    def _redacted(self) -> Request | None:
        if callable(self._stored):
            self._stored = self._stored()
        return self._stored

    def _aligned(self, slot: int) -> list[Held] | None:
        if not self.lenient and not self._weighing.holds(slot):
            return []
        request = self._weighing.request(slot)
        if not _may_hold(request):
            return None
        marks_in = self._weighing.rules.marks_in
        recorded = read(request, self._weighing.as_stored)
        for reading, redacted in self._read():
            held = align(recorded, reading, marks_in)
            if held is not None:
                return [each._replace(value=self._revealed(each.value, redacted=redacted)) for each in held]
        return None if self.lenient else []

    def _read(self) -> Iterator[tuple[Reading, bool]]:
        """Return the readings of the request: as it would be stored, if that is known, and as it is."""
        as_stored = self._weighing.as_stored
        if self._readings is None:
            lives = [self._live, *self._earlier()]
            self._readings = [(read(live, as_stored), False) for live in lives]
        if not self._readings[0][1] and isinstance(self._stored, Request):
            self._readings.insert(0, (read(self._stored, as_stored), True))
        return iter(self._readings)

    def _revealed(self, value: str, *, redacted: bool) -> str:
        """Return a text that tells the secret behind a value from others, for this run alone."""
        weighing = self._weighing
        if not redacted:
            number = whole_number(value, weighing.rules.marks_in)
            return value if number is None else identity(number)
        return revealed(value, self._own_numbers(), weighing.reveal, weighing.rules.marks_in)

    def _own_numbers(self) -> set[int]:
        """Return the numbers of placeholders that the request was sent with."""
        texts = [self._live.url]
        if isinstance(self._live.body, bytes):
            texts.append(self._live.body.decode("latin-1"))
        return {mark.number for text in texts for mark in self._weighing.rules.marks_in(text)}


def _may_hold(request: Request) -> bool:
    """Return True if URL or body can hold placeholders. Nearly always they cannot."""
    if may_hold_placeholders(request.url):
        return True
    body = request.body
    return type(body) is bytes and body != b"" and may_hold_placeholders(body)
