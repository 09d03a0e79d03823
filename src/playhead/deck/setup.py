"""The parts that a deck is made of."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from playhead.deck.storing import Codings
from playhead.engine.refusals import Refusals
from playhead.engine.rulings import Rulings
from playhead.matching.call_index import CallIndex
from playhead.matching.call_rules import CallRules
from playhead.matching.index import Index
from playhead.model.cassette import Cassette
from playhead.model.mode import Mode
from playhead.redaction.redact import Redactor
from playhead.settings.options import Options
from playhead.store.shelf import Shelf

__all__ = ["Setup"]


@dataclass(frozen=True, slots=True)
class Setup:
    """The parts of a deck.

    `name` is what messages call it. `shelf` is where its cassette is kept, if others of the run share it. `contested`
    is true if other workers record the same and are compared: then the last one has it. `codings` gives the content
    codings that each client library which is loaded undoes for its callers. `path` is where it is written, and `source`
    the file that was read: another tool's, while nothing is at `path`.
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
    codings: Codings = tuple
    source: Path | None = None
