"""Responses with one status to one kind of question: their number, their headers, and the shapes of their bodies."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from playhead.codecs.parsed import Json
from playhead.contract.fold import Mark, fold
from playhead.contract.latency import Latency
from playhead.contract.requests import key_of
from playhead.contract.samples import Sample, absorb_samples
from playhead.contract.shape import CROWD, Shape
from playhead.contract.streams import Document, documents
from playhead.model.http import Response, header_values
from playhead.text.media_types import EVENT_STREAM, content_type, essence

__all__ = ["CONTRACT_HEADERS", "MOST_EVENTS", "NEXT_LINK", "NOTICES", "VERSIONS", "Answers", "documents_of", "few"]

NEXT_LINK = "link rel=next"
CONTRACT_HEADERS = (
    "link",
    NEXT_LINK,
    "location",
    "etag",
    "retry-after",
    "ratelimit",
    "ratelimit-limit",
    "ratelimit-policy",
    "x-total-count",
    "content-disposition",
)
NOTICES = ("deprecation", "sunset")
VERSIONS = ("api-version", "x-api-version", "stripe-version", "x-github-api-version-selected", "openai-version")
"""Headers with the version of the API that answered, which is often a date."""

_TELLING = frozenset((*CONTRACT_HEADERS, *NOTICES, *VERSIONS))
"""The headers that count; most answers have none of them."""

MOST_EVENTS = 64
_MOST_VALUES = 12
_NEXT = ("rel=next", 'rel="next"')


@dataclass(slots=True)
class Answers:
    """Responses, counted.

    `read` counts complete bodies, `filled` those that are also not empty. `bodies` are shapes by event type (`""` for a
    body that is not a stream). `seen` are a few of the recordings; it is not part of the contract.
    """

    samples: int = 0
    read: int = 0
    filled: int = 0
    media: Counter[str] = field(default_factory=Counter)
    headers: Counter[str] = field(default_factory=Counter)
    notices: dict[str, str] = field(default_factory=dict)
    versions: dict[str, Counter[str]] = field(default_factory=dict)
    locations: Counter[str] = field(default_factory=Counter)
    bodies: dict[str, Shape] = field(default_factory=dict)
    latency: Latency = field(default_factory=Latency)
    seen: list[Sample] = field(default_factory=list, compare=False)

    def add(self, response: Response, found: list[Document], body: bytes | Json, sample: Mark) -> None:
        """Count a response.

        Args:
            response: The response.
            found: The values in its body, from `documents_of`.
            body: Its body.
            sample: Stands for the response.
        """
        self.samples += 1
        self._add_headers(response)
        if response.complete:
            self._add_body(found, body, essence(content_type(response.headers)), sample)

    def _add_headers(self, response: Response) -> None:
        names = {name.lower() for name, _ in response.headers}
        if names.isdisjoint(_TELLING):
            return
        for name in names.intersection(CONTRACT_HEADERS):
            # Some services send `retry-after` with every answer: on a success it means nothing.
            if name != "retry-after" or response.status != 200:
                self.headers[name] += 1
        if any(mark in value.lower() for value in header_values(response.headers, "link") for mark in _NEXT):
            self.headers[NEXT_LINK] += 1
        self._add_values(response)

    def _add_values(self, response: Response) -> None:
        for name in NOTICES:
            for value in header_values(response.headers, name):
                self.notices[name] = min(value, self.notices.get(name, value))
        for name in VERSIONS:
            for value in header_values(response.headers, name):
                self.versions.setdefault(name, Counter())[value] += 1
        for target in header_values(response.headers, "location"):
            self.locations[_template(target)] += 1
            few(self.locations)

    def _add_body(self, found: list[Document], body: bytes | Json, media: str, sample: Mark) -> None:
        self.read += 1
        if not body:
            return
        self.filled += 1
        self.media[media] += 1
        few(self.media)
        for event, value in found:
            fold(self.body(event), value, sample)

    def add_value(self, value: object, kind: str) -> None:
        """Count the outcome of a call: the value returned, or `kind`, the class of the exception raised."""
        self.samples += 1
        self.read += 1
        self.filled += 1
        if kind:
            self.media[kind] += 1
            few(self.media)
        else:
            fold(self.body(""), value, Mark())

    def body(self, event: str) -> Shape:
        """Return the shape of the events of one type, made if needed. Too many types share one, the crowd."""
        bodies = self.bodies
        shape = bodies.get(event) or bodies.get(CROWD)
        if shape is None:
            shape = bodies[event] = Shape()
            if len(bodies) > MOST_EVENTS:
                return self._crowd()
        return shape

    def _crowd(self) -> Shape:
        crowd = self.bodies.get(CROWD)
        if crowd is None:
            crowd = Shape()
            for shape in self.bodies.values():
                crowd.absorb(shape)
            self.bodies = {CROWD: crowd}
        return crowd

    def absorb(self, other: Answers) -> None:
        """Add everything that `other` has seen."""
        self.samples += other.samples
        self.read += other.read
        self.filled += other.filled
        self.headers.update(other.headers)
        for mine, theirs in ((self.media, other.media), (self.locations, other.locations)):
            mine.update(theirs)
            few(mine)
        for name, value in other.notices.items():
            self.notices[name] = min(value, self.notices.get(name, value))
        for name, values in other.versions.items():
            self.versions.setdefault(name, Counter()).update(values)
        if CROWD in other.bodies:
            self._crowd()
        for event, shape in other.bodies.items():
            self.body(event).absorb(shape)
        self.latency.absorb(other.latency)
        absorb_samples(self.seen, other.seen)

    def finish(self) -> None:
        """Set what depends on all of the answers; see `Shape.finish`."""
        for values in self.versions.values():
            few(values)
        for event, shape in self.bodies.items():
            shape.finish(self.filled if event == CROWD else None)

    @property
    def streamed(self) -> int:
        """The number of bodies that were streams of events."""
        return self.media[EVENT_STREAM]


def few(values: Counter[str]) -> None:
    """Keep only the smallest values if there are too many, so that the order of folding does not matter."""
    while len(values) > _MOST_VALUES:
        del values[max(values)]


def documents_of(response: Response, body: bytes | Json) -> list[Document]:
    """Return the values in a body; none if the body is incomplete."""
    if not body or not response.complete:
        return []
    return list(documents(body, essence(content_type(response.headers))))


def _template(target: str) -> str:
    try:
        return str(key_of("", target, None)).strip()
    except ValueError:  # a server may send anything, not only URLs
        return target
