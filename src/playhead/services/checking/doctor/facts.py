"""Values of the doctor: what one file holds (`Facts`), and what is wrong with the suite (`Diagnosis`).

Facts travel between processes, so they hold no bodies: only digests, sizes, places and counts.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import NamedTuple

from playhead.redaction.scan import Hit

__all__ = ["KINDS", "Diagnosis", "Example", "Facts", "Finding", "Varying"]

KINDS = {
    "secrets": "Secrets",
    "unreadable": "Files that cannot be read",
    "possible-secrets": "Values under secret names",
    "never-match": "Requests that cannot match again",
    "ambiguous": "Equal requests with different answers",
    "storage": "Bodies stored compressed or more than once",
    "extremes": "Huge files and slow answers",
    "orphans": "Recordings that no test explains",
    "untold": "Recordings whose test cannot be told",
}
"""The kinds of findings with their titles, the most harmful first."""


class Example(NamedTuple):
    """A place where a finding shows: a file, the number of an interaction (0 for the file itself), and a note."""

    file: str
    interaction: int
    note: str


class Varying(NamedTuple):
    """A part of a request that looks random or like a time.

    `request` is the request without such parts; only the digest of the value is kept. `sure` says that its name and
    its value leave no doubt. `boundary` marks that of a multipart body.
    """

    interaction: int
    request: str
    place: str
    digest: bytes
    sure: bool = False
    boundary: bool = False


@dataclass(slots=True)
class Facts:
    """The facts about one file. `error` is why it could not be read; `other` marks anything but a cassette."""

    path: str
    tool: str = ""
    size_bytes: int = 0
    interactions: int = 0
    error: str = ""
    other: bool = False
    hits: list[Hit] = field(default_factory=list)
    varying: list[Varying] = field(default_factory=list)
    ambiguous: list[tuple[int, str]] = field(default_factory=list)
    compressed: int = 0
    base64: int = 0
    bodies: list[tuple[bytes, int, int]] = field(default_factory=list)
    ours_bytes: int = 0
    months: Counter[str] = field(default_factory=Counter)
    oldest: str = ""
    hosts: Counter[str] = field(default_factory=Counter)
    slowest: tuple[int, int] = (0, 0)


@dataclass(frozen=True, slots=True)
class Finding:
    """A kind of finding with its count, its worst examples, and what to do about it."""

    kind: str
    count: int
    summary: str
    advice: str
    examples: tuple[Example, ...] = ()

    @property
    def title(self) -> str:
        """The heading of its section."""
        return KINDS[self.kind]


@dataclass(slots=True)
class Diagnosis:
    """The state of a suite: its size and tools, the findings, the most harmful first, and the next commands."""

    path: str
    files: int
    interactions: int
    size_bytes: int
    ours_bytes: int
    tools: list[str]
    findings: list[Finding]
    oldest: str
    months: dict[str, int]
    hosts: dict[str, int]
    commands: list[str]

    @property
    def harmful(self) -> bool:
        """True if there are secrets of a known form."""
        return any(each.kind == "secrets" for each in self.findings)

    @property
    def unread(self) -> bool:
        """True if a file could not be read."""
        return any(each.kind == "unreadable" for each in self.findings)
