"""Weighing of recorded calls: placeholders among their arguments, and the live values in their places."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator, Sequence

from playhead.matching.alignment import Held, align_json
from playhead.matching.bindings import Bindings
from playhead.matching.call_rules import CallRules
from playhead.matching.placeholders import no_credential, revealed
from playhead.matching.seeking import Credential, Presented, Seeker
from playhead.model.call import Call
from playhead.model.cassette import Outline

__all__ = ["CallWeighing", "SoughtCall"]

_NOBODY = Presented((), no_credential, frozenset())
_NO_NAMES: set[str] = set()
_BARE, _HOLDS = 1, 2


class CallWeighing:
    """Makes a `SoughtCall` of each call. The deck in use sets `reveal`."""

    def __init__(
        self,
        outlines: Sequence[Outline],
        load: Callable[[int], Call],
        rules: CallRules,
        bindings: Bindings,
        *,
        binds: bool,
    ) -> None:
        self.rules = rules
        self.bindings = bindings
        self.binds = binds
        self.reveal: Callable[[int], str | None] = lambda _: None
        self._outlines = outlines
        self._load = load
        self._bare = bytearray(len(outlines))

    def sought(self, live: Call, stored: Callable[[], Call] | None) -> SoughtCall:
        """Return a call to look for."""
        return SoughtCall(self, live, stored)

    def where(self, slot: int) -> Hashable:
        """Return the session in which the numbers of a recording count; requests share it."""
        outline = self._outlines[slot]
        return outline.session, outline.origin

    def note(self, slot: int, call: Call) -> None:
        """Look at a stored call that is there."""
        self._bare[slot] = _HOLDS if self.rules.marks_in(repr((call.args, call.kwargs))) else _BARE

    def is_bare(self, slot: int) -> bool:
        """Return True if a recording has no placeholders."""
        if not self._bare[slot]:
            self.note(slot, self._load(slot))
        return self._bare[slot] == _BARE

    def arguments(self, slot: int) -> object:
        """Return the compared arguments of a recording."""
        return self.rules.arguments(self._load(slot))


class SoughtCall(Seeker):
    """One call to look for: with live values, and, once that is needed, as it would be stored."""

    __slots__ = ("_live", "_stored", "_weighing", "lenient")

    def __init__(self, weighing: CallWeighing, live: Call, stored: Callable[[], Call] | None) -> None:
        super().__init__(weighing.bindings, weighing.rules.marks_in, _NO_NAMES, checks=weighing.binds)
        self._weighing = weighing
        self._live = live
        self._stored: Callable[[], Call] | Call | None = stored
        self.lenient = False

    @property
    def presented(self) -> Presented:
        return _NOBODY

    def is_bare(self, slot: int) -> bool:
        return self._weighing.is_bare(slot)

    def where(self, slot: int) -> Hashable:
        return self._weighing.where(slot)

    def credentials(self, slot: int) -> tuple[Credential, ...]:  # noqa: ARG002  # calls have none
        return ()

    def spelled(self) -> Iterator[Call]:
        """Yield the call with live values, and then as it would be stored, if that differs."""
        yield self._live
        if callable(self._stored):
            self._stored = self._stored()
        if self._stored is not None and self._stored is not self._live:
            yield self._stored

    def held(self, slot: int) -> list[Held] | None:
        weighing, live = self._weighing, self._live
        if weighing.is_bare(slot):
            return [] if not self.lenient else None
        place = f"call.{live.double}.{live.method}"
        for call in (self._stored, live):
            if not isinstance(call, Call):
                continue
            held = align_json(place, weighing.arguments(slot), weighing.rules.arguments(call), self.marks_in)
            if held is not None:
                return [self._revealed(each) for each in held]
        return None if self.lenient else []

    def _revealed(self, held: Held) -> Held:
        own = {number for _, _, _, number, _ in self.marks_in(repr((self._live.args, self._live.kwargs)))}
        return held._replace(value=revealed(held.value, own, self._weighing.reveal, self.marks_in))
