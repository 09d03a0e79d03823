"""Recordings of fixtures that each worker of xdist sets up for itself.

The recordings of a fixture go to one cassette, which holds those of one worker. If the service has answered all workers
alike, nothing is lost. If not (say each worker has created a user), the tests of the other workers have recorded
requests that follow from recordings which are lost. Then the run fails, and says how to record the fixture once.
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
"""The label of each interaction, and a digest of everything in it except times."""


@dataclass(slots=True)
class FixtureRecordings:
    """The recordings of fixtures, by origin: a fixture and its phase."""

    told: dict[str, Told] = field(default_factory=dict)
    """The recordings of the worker that is first."""
    cassettes: dict[str, str] = field(default_factory=dict)
    """The cassette of each origin."""
    files: dict[str, list[str]] = field(default_factory=dict)
    """The test modules that use the fixture, as typed on the command line."""
    conflicts: dict[str, str] = field(default_factory=dict)
    """The difference between workers, by cassette."""

    def add(self, cassette: str, origin: str, interactions: Sequence[Interaction], files: Iterable[str]) -> None:
        """Note a recording of this process."""
        self.told[origin] = sorted(_told(interactions))
        self.cassettes[origin] = cassette
        self.files[origin] = sorted(files)

    def to_plain(self) -> dict[str, Any]:
        """Return the recordings as values that any serialiser can carry."""
        return {"told": self.told, "cassettes": self.cassettes, "files": self.files}

    def merge(self, plain: Mapping[str, Any]) -> None:
        """Compare the recordings of another worker with those that are known."""
        for origin, rows in plain["told"].items():
            other = [(label, digest) for label, digest in rows]
            known = self.told.setdefault(origin, other)
            if known != other:
                self.conflicts.setdefault(plain["cassettes"][origin], _difference(known, other))
        self.cassettes.update(plain["cassettes"])
        self.files.update(plain["files"])

    def lines(self) -> Iterator[str]:
        """Yield the lines for the summary."""
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
