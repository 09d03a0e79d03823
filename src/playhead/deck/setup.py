"""The parts that a deck is made of, and its report when it is done."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from playhead.engine.policy import Mode
from playhead.engine.refusals import Refusals
from playhead.engine.rulings import Rulings
from playhead.errors import PlayheadError
from playhead.matching.call_index import CallIndex
from playhead.matching.call_rules import CallRules
from playhead.matching.index import Index
from playhead.model.call import Invocation
from playhead.model.cassette import Cassette, Interaction
from playhead.redaction.redact import Redactor
from playhead.settings.options import Options
from playhead.store.shelf import Shelf

__all__ = ["DeckReport", "Setup", "label_of"]


def label_of(interaction: Interaction) -> str:
    """Return `#3 GET http://api.test/users`, or `#4 db.create_user`."""
    if isinstance(interaction, Invocation):
        return f"#{interaction.id} {interaction.call.path}"
    return f"#{interaction.id} {interaction.request.method} {interaction.request.url}"


@dataclass(frozen=True, slots=True)
class DeckReport:
    """The account of a deck for the summary of a test run; `record_all` is the command that records it afresh."""

    played: int
    recorded: int
    unplayed: list[str]
    misses: list[PlayheadError]
    drifted: list[str]
    redacted: Counter[str] = field(default_factory=Counter)
    record_all: str = ""
    unrecorded: list[str] = field(default_factory=list)
    ambiguous: list[str] = field(default_factory=list)
    without_credential: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Setup:
    """The parts of a deck.

    `name` is what messages call it. `shelf` is where its cassette is kept, if others of the run share it. `contested`
    is true if other workers record the same and are compared: then the last one has it. `codings` gives the content
    codings that each client library which is loaded undoes for its callers.
    """

    path: Path
    name: str
    mode: Mode
    cassette: Cassette | None
    index: Index | None
    call_index: CallIndex | None
    call_rules: CallRules
    rulings: Rulings
    refusals: Refusals
    redactor: Redactor
    slots: tuple[int, ...]
    options: Options
    origin: str | None = None
    shelf: Shelf | None = None
    contested: bool = False
    codings: Callable[[], Sequence[frozenset[str]]] = tuple
