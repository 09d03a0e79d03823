"""Responses with one status to one kind of question: their number, their headers, and the shapes of their bodies."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from playhead.codecs.parsed import Json
from playhead.contract.fold import fold
from playhead.contract.latency import Latency
from playhead.contract.locations import location_of
from playhead.contract.samples import Sample, absorb_samples
from playhead.contract.shape import CROWD, Shape
from playhead.contract.streams import DONE, Document, documents
from playhead.contract.tally import Mark, Tally
from playhead.model.http import Response, header_values
from playhead.text.media_types import CSV, EVENT_STREAM, JSON_LINES, content_type, essence, is_xml, may_be_json

__all__ = [
    "CONTRACT_HEADERS",
    "MOST_EVENTS",
    "NEXT_LINK",
    "NOTICES",
    "NOT_READ",
    "VERSIONS",
    "Answers",
    "State",
    "documents_of",
    "few",
    "parser_of",
    "parses",
]

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


class State(StrEnum):
    """The state of a complete body as a whole. `BROKEN` is of a type that is read, `UNREAD` of one that is not."""

    EMPTY = "no body"
    HOLLOW = "{}"
    NULL = "null"
    BARE = "[]"
    TOLD = "a body"
    STREAM = "a stream"
    BROKEN = "a body that cannot be parsed"
    UNREAD = "a body that is not read"
    CODED = "a body in a coding that is not undone"


NOT_READ = frozenset({State.UNREAD, State.BROKEN, State.CODED})
"""The states of bodies of which nothing is compared."""


@dataclass(slots=True)
class Answers:
    """Responses, tallied.

    `states` tally complete bodies. `bodies` are shapes by event type (`""` for a body that is not a stream). `seen` are
    a few of the recordings; it is not part of the contract.
    """

    tally: Tally = field(default_factory=Tally)
    states: dict[str, Tally] = field(default_factory=dict)
    media: dict[str, Tally] = field(default_factory=dict)
    headers: dict[str, Tally] = field(default_factory=dict)
    notices: dict[str, str] = field(default_factory=dict)
    versions: dict[str, dict[str, Tally]] = field(default_factory=dict)
    locations: dict[str, Tally] = field(default_factory=dict)
    bodies: dict[str, Shape] = field(default_factory=dict)
    latency: Latency = field(default_factory=Latency)
    seen: list[Sample] = field(default_factory=list, compare=False)

    @property
    def samples(self) -> int:
        """The number of answers."""
        return self.tally.count

    @property
    def filled(self) -> int:
        """The number of complete bodies that are not empty."""
        return sum(tally.count for state, tally in self.states.items() if state != State.EMPTY)

    def add(self, response: Response, found: list[Document], body: bytes | Json, mark: Mark, url: str) -> None:
        """Count a response.

        Args:
            response: The response.
            found: The values in its body, from `documents_of`.
            body: Its body.
            mark: Stands for the response.
            url: The URL of the request.
        """
        self.tally.add(mark)
        self._add_headers(response, mark, url)
        if response.complete:
            self._add_body(found, body, essence(content_type(response.headers)), mark)

    def _add_headers(self, response: Response, mark: Mark, url: str) -> None:
        names = {name.lower() for name, _ in response.headers}
        if names.isdisjoint(_TELLING):
            return
        for name in names.intersection(CONTRACT_HEADERS):
            # Some services send `retry-after` with every answer: on a success it means nothing.
            if name != "retry-after" or response.status != 200:
                tallied(self.headers, name, mark)
        if any(sign in value.lower() for value in header_values(response.headers, "link") for sign in _NEXT):
            tallied(self.headers, NEXT_LINK, mark)
        self._add_values(response, mark, url)

    def _add_values(self, response: Response, mark: Mark, url: str) -> None:
        for name in NOTICES:
            for value in header_values(response.headers, name):
                self.notices[name] = min(value, self.notices.get(name, value))
        for name in VERSIONS:
            for value in header_values(response.headers, name):
                tallied(self.versions.setdefault(name, {}), value, mark)
                few(self.versions[name])
        for target in header_values(response.headers, "location"):
            tallied(self.locations, location_of(target, url), mark)
            few(self.locations)

    def _add_body(self, found: list[Document], body: bytes | Json, media: str, mark: Mark) -> None:
        tallied(self.states, _state_of(found, body, media).value, mark)
        if not body:
            return
        tallied(self.media, media, mark)
        few(self.media)
        for event, value in found:
            fold(self.body(event), value, mark)

    def add_value(self, value: object, kind: str, mark: Mark) -> None:
        """Count the outcome of a call: the value returned, or `kind`, the class of the exception raised."""
        self.tally.add(mark)
        tallied(self.states, State.TOLD.value, mark)
        if kind:
            tallied(self.media, kind, mark)
            few(self.media)
        else:
            fold(self.body(""), value, mark)

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
        self.tally.absorb(other.tally)
        for mine, theirs in (
            (self.states, other.states),
            (self.media, other.media),
            (self.headers, other.headers),
            (self.locations, other.locations),
            *((self.versions.setdefault(name, {}), values) for name, values in other.versions.items()),
        ):
            absorb_tallies(mine, theirs)
        for name, value in other.notices.items():
            self.notices[name] = min(value, self.notices.get(name, value))
        if CROWD in other.bodies:
            self._crowd()
        for event, shape in other.bodies.items():
            self.body(event).absorb(shape)
        self.latency.absorb(other.latency)
        absorb_samples(self.seen, other.seen)

    @property
    def streamed(self) -> Tally:
        """The tally of bodies that were streams of events."""
        return self.media.get(EVENT_STREAM) or Tally()


def tallied(tallies: dict[str, Tally], name: str, mark: Mark) -> None:
    tally = tallies.get(name)
    if tally is None:
        tally = tallies[name] = Tally()
    tally.add(mark)


def absorb_tallies(mine: dict[str, Tally], theirs: dict[str, Tally]) -> None:
    for name, tally in theirs.items():
        mine.setdefault(name, Tally()).absorb(tally)
    few(mine)


def few(values: dict[str, Tally]) -> None:
    """Keep only the smallest values if there are too many, so that the order of folding does not matter."""
    while len(values) > _MOST_VALUES:
        del values[max(values)]


def _state_of(found: list[Document], body: bytes | Json, media: str) -> State:
    """Return the state of a complete body."""
    if not body:
        return State.EMPTY
    if all(event == DONE for event, _ in found):
        return _unread(body, media)
    if len(found) > 1 or found[0][0]:
        return State.STREAM if media == EVENT_STREAM else State.TOLD
    value = found[0][1]
    if value is None:
        return State.NULL
    return State.TOLD if value or not isinstance(value, dict | list) else _TRIVIAL[type(value)]


def _unread(body: bytes | Json, media: str) -> State:
    if not parses(media):
        return State.UNREAD
    # What should be text and is none may be compressed, in a way that its reader did not announce.
    return State.BROKEN if isinstance(body, Json) or _is_text(body) else State.CODED


def _is_text(body: bytes) -> bool:
    try:
        body.decode()
    except UnicodeDecodeError as error:
        return error.start >= len(body) - 3  # a character that is cut off
    return b"\0" not in body


_TRIVIAL = {dict: State.HOLLOW, list: State.BARE}


def parses(media: str) -> bool:
    """Return True if sound bodies of a media type always parse. CSV does not: without a header it has no fields."""
    return parser_of(media) not in ("", CSV)


def documents_of(response: Response, body: bytes | Json) -> list[Document]:
    """Return the values in a body; none if the body is incomplete."""
    if not body or not response.complete:
        return []
    return list(documents(body, essence(content_type(response.headers))))


def parser_of(media: str) -> str:
    """Return the name of the parser that a media type asks for, or an empty text."""
    if media in (EVENT_STREAM, CSV, *JSON_LINES):
        return media
    if is_xml(media):
        return "xml"
    return "json" if may_be_json(media) else ""
