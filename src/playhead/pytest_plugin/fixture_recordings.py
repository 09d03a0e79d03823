"""What the workers of xdist recorded for fixtures that each of them sets up.

The recordings of one fixture go to one cassette, on which those of one worker can stand. If all workers were told the
same, they are one. If not (each has made a user of its own, say), the tests of the other workers have recorded requests
that follow from what is lost: then the run fails, and says how to record the fixture once.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from playhead.deck.report import label_of
from playhead.model.cassette import Cassette, Interaction
from playhead.store.commits import TIMING_HEADERS

__all__ = ["FixtureRecordings"]

Told = list[tuple[str, str]]
"""The label of each interaction, and a digest of all in it but times."""


@dataclass(slots=True)
class FixtureRecordings:
    """By fixture and phase, what was recorded; `conflicts` are the cassettes whose workers differ, and where.

    `files` are the test modules that use a fixture, as typed on the command line.
    """

    told: dict[str, Told] = field(default_factory=dict)
    cassettes: dict[str, str] = field(default_factory=dict)
    files: dict[str, list[str]] = field(default_factory=dict)
    conflicts: dict[str, str] = field(default_factory=dict)

    def add(self, cassette: str, origin: str, interactions: Sequence[Interaction], files: Iterable[str]) -> None:
        """Note a recording of this process."""
        self.told[origin] = sorted(_told(interactions))
        self.cassettes[origin] = cassette
        self.files[origin] = sorted(files)

    def to_plain(self) -> dict[str, Any]:
        """The same as values that any serialiser can carry."""
        return {"told": self.told, "cassettes": self.cassettes, "files": self.files}

    def merge(self, plain: Mapping[str, Any]) -> None:
        """Hold the recordings of another worker against those that are known."""
        for origin, rows in plain["told"].items():
            other = [(label, digest) for label, digest in rows]
            known = self.told.setdefault(origin, other)
            if known != other:
                self.conflicts.setdefault(plain["cassettes"][origin], _difference(known, other))
        self.cassettes.update(plain["cassettes"])
        self.files.update(plain["files"])

    def lines(self) -> Iterator[str]:
        """The lines for the summary."""
        for cassette, difference in sorted(self.conflicts.items()):
            files = sorted(
                {file for origin, name in self.cassettes.items() if name == cassette for file in self.files[origin]}
            )
            yield f"conflict  {cassette}"
            yield f"          was recorded by several workers, and {difference}."
            yield "          Record the tests that use this fixture in one process:"
            yield f"          pytest --record=all -n0 {' '.join(files)}"


def _told(interactions: Sequence[Interaction]) -> Iterator[tuple[str, str]]:
    from playhead.codecs.document import document_of

    parts: Any = document_of(Cassette(tuple(interactions)))["interactions"]
    for interaction, part in zip(interactions, parts, strict=True):
        said = {name: value for name, value in part.items() if name not in ("id", "origin")}
        response = said.get("response")
        if isinstance(response, dict) and "headers" in response:
            kept = [each for each in response["headers"] if each[0].lower() not in TIMING_HEADERS]
            said["response"] = {**response, "headers": kept}
        digest = hashlib.sha256(json.dumps(said, sort_keys=True, default=repr).encode()).hexdigest()
        yield label_of(interaction).partition(" ")[2], digest


def _difference(known: Told, other: Told) -> str:
    if [label for label, _ in known] != [label for label, _ in other]:
        return "they asked for different things"
    label = next(label for (label, digest), (_, second) in zip(known, other, strict=True) if digest != second)
    return f"{label} is not the same in each"
