"""Finds the recording of a request or a call, and notes what the run has to say of the choice."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence

from playhead.engine.hints import tell_of_placeholders
from playhead.engine.rulings import Rulings
from playhead.errors import PlayheadError
from playhead.matching.call_index import CallIndex
from playhead.matching.found import Near
from playhead.matching.index import Index
from playhead.matching.placeholders import MarksIn
from playhead.model.call import Call
from playhead.model.cassette import Exchange, Interaction
from playhead.model.http import Request

__all__ = ["Finder"]


class Finder:
    """Asks the indexes of a deck, `None` where it has none, and remembers what its placeholders stand for."""

    def __init__(
        self,
        interactions: Sequence[Interaction],
        index: Index | None,
        call_index: CallIndex | None,
        rulings: Rulings,
    ) -> None:
        self._interactions = interactions
        self._index = index
        self._call_index = call_index
        self._rulings = rulings
        self.ambiguous: list[Interaction] = []
        """Interactions that were played because they were recorded first: nothing told them from others."""
        self.without_credential: list[tuple[str, Interaction]] = []
        """Headers in which a recording has a credential, and the request that it answered had none."""
        self._handed_out = _HandedOut(interactions, rulings.marks_in)
        self.played = self._handed_out.note
        for each in (index, call_index):
            if each is not None:
                each.weighing.reveal = rulings.reveal
                each.weighing.bindings.handed_out = self._handed_out.__contains__

    def find(self, request: Request) -> tuple[int | None, bool]:
        """Return the slot of the recording for a request with live values, and True if it had been played before."""
        rulings, index = self._rulings, self._index
        if index is None:
            return None, False
        if rulings.plain and (slot := index.seek_plain(request)) is not None:
            return slot, False
        return self._sought(request, rulings, index)

    def _sought(self, request: Request, rulings: Rulings, index: Index) -> tuple[int | None, bool]:
        known = rulings.plain and request.body == b"" and (request.method, request.url) in index.spellings
        if known and rulings.repeats(request) and (slot := index.last_plain(request)) is not None:
            return slot, True
        live = request if known else rulings.named(request)
        found = index.seek(live, lambda: rulings.lookup(request))
        if found is not None:
            self._tell(found.slot, ambiguous=found.ambiguous, absent=found.absent)
            return found.slot, False
        if rulings.repeats(request):
            return index.last_played(live, lambda: rulings.lookup(request)), True
        return None, False

    def find_call(self, call: Call, store: Callable[[], Call]) -> tuple[int | None, bool]:
        """Like `find`, for a call; `store` gives it as it would be stored."""
        if self._call_index is None:
            return None, False
        again = call.how == "get" or self._rulings.repeats_calls
        slot, repeated, ambiguous = self._call_index.take(call, store, again=again)
        if slot is not None:
            self._tell(slot, ambiguous=ambiguous)
        return slot, repeated

    def placeholder_in(self, sent: Request | Call) -> str | None:
        """Return the first placeholder that is sent now and was read from an answer of this cassette."""
        return next((text for text, _, _ in self._read_from_recording(sent)), None)

    def explain(self, error: PlayheadError, sent: Request | Call, near: Near | None) -> PlayheadError:
        """Add to an error what the placeholders do that a request was sent with, where it differs from recordings."""
        read = self._read_from_recording(sent)
        found = [(text, kind) for text, kind, number in read if near is None or number in near.numbers]
        tell_of_placeholders(error, found)
        return error

    def _read_from_recording(self, sent: Request | Call) -> Iterator[tuple[str, str, int]]:
        """Text, kind and number of the placeholders that a request has read from an answer of this cassette."""
        for text in _texts(sent) if self._handed_out else ():
            for start, end, kind, number, _ in self._rulings.marks_in(text):
                if number in self._handed_out:
                    yield text[start:end], kind, number

    def _tell(self, slot: int, *, ambiguous: bool, absent: tuple[str, ...] = ()) -> None:
        if ambiguous:
            self.ambiguous.append(self._interactions[slot])
        for name in absent:
            self.without_credential.append((name, self._interactions[slot]))


def _texts(sent: Request | Call) -> list[str]:
    if isinstance(sent, Call):
        return [json.dumps([sent.args, dict(sent.kwargs)])]
    texts = [sent.url, *(value for _, value in sent.headers)]
    if isinstance(sent.body, bytes):
        texts.append(sent.body.decode("latin-1"))
    return texts


class _HandedOut:
    """The numbers of the placeholders in the answers that were played.

    Each answer is searched once, and only when somebody asks.
    """

    def __init__(self, interactions: Sequence[Interaction], marks_in: MarksIn) -> None:
        self._interactions = interactions
        self._marks_in = marks_in
        self._played: list[int] = []
        self._numbers: set[int] = set()
        self.note: Callable[[int], None] = self._played.append
        """Note that the interaction in a slot was played."""

    def __bool__(self) -> bool:
        return bool(self._played or self._numbers)

    def __contains__(self, number: int) -> bool:
        while self._played:
            text = _answer(self._interactions[self._played.pop()])
            self._numbers.update(each for _, _, _, each, _ in self._marks_in(text))
        return number in self._numbers


def _answer(interaction: Interaction) -> str:
    if not isinstance(interaction, Exchange):
        return repr(interaction.outcome)
    response = interaction.response
    if response is None:
        return ""
    body = response.body.decode("latin-1") if isinstance(response.body, bytes) else ""
    return "\n".join([*(value for _, value in response.headers), body])
