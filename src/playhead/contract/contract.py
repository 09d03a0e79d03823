"""A contract: the endpoints that recordings exercised, and the shapes of what was asked and answered, with counts.

Contracts merge as shapes do: folding in any order, or in parts, gives equal contracts. Judging is done elsewhere.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

from playhead.contract.fold import fold, fold_fields
from playhead.contract.requests import Key, form_fields, key_of, query_fields, question_of
from playhead.contract.samples import Sample, absorb_samples, note_sample
from playhead.contract.shape import Fields, Shape
from playhead.contract.streams import EVENT_STREAM, documents, media_type
from playhead.model.cassette import Exchange, Interaction
from playhead.model.http import BodyFile, Headers, Request, Response, header_values

__all__ = ["Answers", "Contract", "Endpoint", "Question", "fold_all", "in_memory"]

CONTRACT_HEADERS = (
    "link",
    "location",
    "etag",
    "retry-after",
    "ratelimit-limit",
    "ratelimit-policy",
    "x-total-count",
    "content-disposition",
)
NOTICES = ("deprecation", "sunset")
_FORM = "application/x-www-form-urlencoded"
_NOT_MODIFIED = 304
_TOO_MANY = 429
_SERVER_ERROR = 500

Read = Callable[[BodyFile], bytes]


def in_memory(body: BodyFile) -> bytes:
    """A reader for cassettes that have no files beside them."""
    raise ValueError(f"the body in {body.name} needs a reader")


@dataclass(slots=True)
class Answers:
    """The responses with one status to one kind of question.

    `read` counts the bodies that were whole, `filled` those that were whole and not empty; `bodies` are shapes by event
    type (`""` for a body that is no stream). `seen` are a few of the recordings, and no part of what is compared.
    """

    samples: int = 0
    read: int = 0
    filled: int = 0
    media: Counter[str] = field(default_factory=Counter)
    headers: Counter[str] = field(default_factory=Counter)
    notices: dict[str, str] = field(default_factory=dict)
    locations: Counter[str] = field(default_factory=Counter)
    bodies: dict[str, Shape] = field(default_factory=dict)
    seen: list[Sample] = field(default_factory=list, compare=False)

    def add(self, response: Response, body: bytes) -> None:
        """Count one response."""
        self.samples += 1
        for name in {name.lower() for name, _ in response.headers}.intersection(CONTRACT_HEADERS):
            # Some services send `retry-after` with everything; it means something where there is a reason to retry.
            if name != "retry-after" or response.status != 200:
                self.headers[name] += 1
        for name in NOTICES:
            for value in header_values(response.headers, name):
                self.notices[name] = min(value, self.notices.get(name, value))
        for target in header_values(response.headers, "location"):
            self.locations[_template(target)] += 1
        if response.complete:
            self._add_body(body, media_type(_first(response.headers, "content-type")))

    def _add_body(self, body: bytes, media: str) -> None:
        self.read += 1
        if not body:
            return
        self.filled += 1
        self.media[media] += 1
        sample = object()
        for event, value in documents(body, media):
            shape = self.bodies.get(event)
            if shape is None:
                shape = self.bodies[event] = Shape()
            fold(shape, value, sample)

    def absorb(self, other: Answers) -> None:
        """Add everything that `other` has seen."""
        self.samples += other.samples
        self.read += other.read
        self.filled += other.filled
        self.media.update(other.media)
        self.headers.update(other.headers)
        self.locations.update(other.locations)
        for name, value in other.notices.items():
            self.notices[name] = min(value, self.notices.get(name, value))
        for event, shape in other.bodies.items():
            self.bodies.setdefault(event, Shape()).absorb(shape)
        absorb_samples(self.seen, other.seen)

    @property
    def streamed(self) -> int:
        """How many of the bodies were streams of events."""
        return self.media[EVENT_STREAM]


@dataclass(slots=True)
class Question:
    """One kind of question to an endpoint: the answers by status, and what says nothing (`"503"`, `"ReadTimeout"`)."""

    answers: dict[int, Answers] = field(default_factory=dict)
    unchecked: Counter[str] = field(default_factory=Counter)

    def absorb(self, other: Question) -> None:
        """Add everything that `other` has seen."""
        for status, answers in other.answers.items():
            self.answers.setdefault(status, Answers()).absorb(answers)
        self.unchecked.update(other.unchecked)

    @property
    def seen(self) -> list[Sample]:
        """A few of the recordings, whatever the status of their answers."""
        seen: list[Sample] = []
        for answers in self.answers.values():
            absorb_samples(seen, answers.seen)
        return seen


@dataclass(slots=True)
class Endpoint:
    """One endpoint: what we send (`query`, `body`), the kinds of questions, and an example URL."""

    example: str = ""
    query: Fields = field(default_factory=Fields)
    body: Shape = field(default_factory=Shape)
    questions: dict[str, Question] = field(default_factory=dict)

    @property
    def seen(self) -> tuple[Sample, ...]:
        """A few of the recordings, whatever was asked and answered."""
        seen: list[Sample] = []
        for question in self.questions.values():
            absorb_samples(seen, question.seen)
        return tuple(seen)

    def absorb(self, other: Endpoint) -> None:
        """Add everything that `other` has seen."""
        self.example = _example(self.example, other.example)
        self.query.absorb(other.query)
        self.body.absorb(other.body)
        for text, question in other.questions.items():
            self.questions.setdefault(text, Question()).absorb(question)


@dataclass(slots=True)
class Contract:
    """The endpoints of a suite of recordings. Their paths are folded by look; `renamed` folds them further."""

    endpoints: dict[Key, Endpoint] = field(default_factory=dict)

    def add(self, interaction: Interaction, read: Read = in_memory, file: str = "") -> None:
        """Fold one interaction; `read` gives the bytes of a body that is a file, `file` is where the recording lies."""
        if not isinstance(interaction, Exchange):
            return
        request = interaction.request
        media = media_type(_first(request.headers, "content-type"))
        query, body = query_fields(request.url), _request_body(request, media, read)
        endpoint = self.endpoints.setdefault(key_of(request.method, request.url, body), Endpoint())
        endpoint.example = _example(endpoint.example, request.url)
        sample = object()
        fold_fields(endpoint.query, query, sample)
        if body is not None:
            fold(endpoint.body, body, sample)
        question = endpoint.questions.setdefault(question_of(query, body, media), Question())
        _add_outcome(question, interaction, read, file)

    def absorb(self, other: Contract) -> None:
        """Add everything that `other` has seen."""
        for key, endpoint in other.endpoints.items():
            self.endpoints.setdefault(key, Endpoint()).absorb(endpoint)

    def renamed(self, templates: Mapping[Key, Key]) -> Contract:
        """The same contract with endpoints folded together; those that `templates` leaves out keep their key."""
        contract = Contract()
        for key, endpoint in self.endpoints.items():
            contract.endpoints.setdefault(templates.get(key, key), Endpoint()).absorb(endpoint)
        return contract


def fold_all(interactions: Iterable[Interaction], read: Read = in_memory, file: str = "") -> Contract:
    """The contract of some interactions, all of them in `file`."""
    contract = Contract()
    for interaction in interactions:
        contract.add(interaction, read, file)
    return contract


def _add_outcome(question: Question, interaction: Exchange, read: Read, file: str) -> None:
    response, failure = interaction.response, interaction.failure
    if failure is not None:
        question.unchecked[failure.kind] += 1
    elif response is None:
        question.unchecked["abandoned"] += 1
    elif response.status >= _SERVER_ERROR or response.status == _TOO_MANY:
        question.unchecked[str(response.status)] += 1
    elif response.status != _NOT_MODIFIED:
        answers = question.answers.setdefault(response.status, Answers())
        answers.add(response, _bytes(response.body, read))
        note_sample(answers.seen, file, interaction.id)


def _request_body(request: Request, media: str, read: Read) -> object:
    body = _bytes(request.body, read)
    if media == _FORM:
        return form_fields(body)
    for _, value in documents(body, media):
        return value
    return None


def _bytes(body: bytes | BodyFile, read: Read) -> bytes:
    return read(body) if isinstance(body, BodyFile) else body


def _template(target: str) -> str:
    try:
        return str(key_of("", target, None)).strip()
    except ValueError:  # no URL: whatever a server may send
        return target


def _first(headers: Headers, name: str) -> str:
    return next(header_values(headers, name), "")


def _example(left: str, right: str) -> str:
    # The shortest, then the smallest: any rule that does not depend on order.
    return min((url for url in (left, right) if url), key=lambda url: (len(url), url), default="")
