"""A contract: the endpoints that recordings exercised, with the shapes of requests and answers, counted.

Contracts merge like shapes: folding in any order, or in parts, gives equal contracts. Nothing is judged here.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

from playhead.codecs.malformed import Malformed
from playhead.codecs.parsed import Json, Parsed
from playhead.contract.ages import Ages
from playhead.contract.answers import Answers, absorb_tallies, documents_of, few, tallied
from playhead.contract.calls import arguments_of, key_of_call, outcome_of
from playhead.contract.crowds import crowded
from playhead.contract.fold import fold, fold_fields
from playhead.contract.identity import request_hash
from playhead.contract.operations import FAILED, failed_inside, operation_of
from playhead.contract.requests import Key, choices_of, form_fields, key_of, query_fields, question_of
from playhead.contract.samples import Sample, absorb_samples, note_sample
from playhead.contract.shape import CROWD, Fields, Shape
from playhead.contract.streams import documents
from playhead.contract.tally import Mark, Tally
from playhead.model.call import Invocation
from playhead.model.cassette import Exchange, Interaction
from playhead.model.http import BodyFile, header_values
from playhead.text.media_types import FORM, content_type, essence

__all__ = ["Answers", "Contract", "Endpoint", "Question", "Read", "fold_all", "in_memory"]

_NOT_MODIFIED = 304
_TOO_MANY = 429
_SERVER_ERROR = 500
_MOST_QUESTIONS = 256
_FEW_ENDPOINTS = 512

Read = Callable[[BodyFile], bytes]


def in_memory(body: BodyFile) -> bytes:
    """Read the body of a cassette that has no files; raise ValueError for any that needs one."""
    raise ValueError(f"the body in {body.name} needs a reader")


@dataclass(slots=True)
class Question:
    """One kind of question to an endpoint: answers by status, and counts of unchecked outcomes (`"503"`)."""

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
    """One endpoint: the shapes of requests (`query`, `body`), the kinds of questions, and an example URL.

    `choices` are the request headers that choose what is returned, by name and value.
    """

    example: str = ""
    query: Fields = field(default_factory=Fields)
    body: Shape = field(default_factory=Shape)
    questions: dict[str, Question] = field(default_factory=dict)
    choices: dict[str, dict[str, Tally]] = field(default_factory=dict)

    @property
    def seen(self) -> tuple[Sample, ...]:
        """A few of the recordings, whatever the question and the answer."""
        seen: list[Sample] = []
        for question in self.questions.values():
            absorb_samples(seen, question.seen)
        return tuple(seen)

    @property
    def announced(self) -> bool:
        """True if an answer announces the end of the endpoint (`Deprecation`, `Sunset`)."""
        return any(answers.notices for question in self.questions.values() for answers in question.answers.values())

    def absorb(self, other: Endpoint) -> None:
        """Add everything that `other` has seen."""
        self.example = _example(self.example, other.example)
        self.query.absorb(other.query)
        self.body.absorb(other.body)
        for name, values in other.choices.items():
            absorb_tallies(self.choices.setdefault(name, {}), values)
        if CROWD in other.questions:
            self._crowd()
        for text, question in other.questions.items():
            self.question(text).absorb(question)

    def question(self, text: str) -> Question:
        """Return one kind of question, creating it if needed. Too many kinds share one, the crowd."""
        question = self.questions.get(text) or self.questions.get(CROWD)
        if question is None:
            question = self.questions[text] = Question()
            if len(self.questions) > _MOST_QUESTIONS:
                return self._crowd()
        return question

    def _crowd(self) -> Question:
        crowd = self.questions.get(CROWD)
        if crowd is None:
            crowd = Question()
            for question in self.questions.values():
                crowd.absorb(question)
            self.questions = {CROWD: crowd}
        return crowd


@dataclass(slots=True)
class Contract:
    """The endpoints of a suite of recordings.

    Segments of paths that look like ids are folded at once; `renamed` folds further. `templates` are those in use when
    the contract was stored, such as `api.test/users/{name}`; they remain in use. A contract is `anonymous` if a part of
    it was written by the first edition, which did not tell entities apart. `ages` tell when its recordings were made.
    """

    endpoints: dict[Key, Endpoint] = field(default_factory=dict)
    templates: frozenset[str] = frozenset()
    anonymous: bool = False
    ages: Ages = field(default_factory=Ages)

    def add(self, interaction: Interaction, read: Read = in_memory, file: str = "") -> None:
        """Fold one interaction.

        Args:
            interaction: The exchange or call.
            read: Returns the bytes of a body that is a file.
            file: The path of the cassette, or `""`.
        """
        if isinstance(interaction, Exchange):
            self._add_exchange(interaction, read, file)
        else:
            self._add_call(interaction, file)

    def add_parsed(self, parsed: Parsed, read: Read = in_memory, file: str = "") -> None:
        """Fold one interaction whose JSON was not written out.

        Args:
            parsed: The interaction, and the values of its bodies.
            read: Returns the bytes of a body that is a file.
            file: The path of the cassette, or `""`.

        Raises:
            Malformed: A body cannot be written, or holds an infinite number or is so deep that it may not be written.
                The contract must be thrown away then, for a part of the interaction is in it.
        """
        exchange = parsed.interaction
        if not isinstance(exchange, Exchange):
            self._add_call(exchange, file)
            return
        if self._add_exchange(exchange, read, file, parsed.asked, parsed.answered).odd:
            raise Malformed("a body has to be written to see if it can be")
        if parsed.answered is not None and not _succeeded(exchange):
            parsed.answered.written()  # not all of these are folded, and only folding has looked at the value

    def _add_exchange(
        self, exchange: Exchange, read: Read, file: str, asked: Json | None = None, answered: Json | None = None
    ) -> Mark:
        request = exchange.request
        media, content = essence(content_type(request.headers)), asked or _bytes(request.body, read)
        query, body = query_fields(request.url), _request_value(content, media)
        key = key_of(request.method, request.url, body, request.headers)
        endpoint = self._endpoint(key)
        endpoint.example = _example(endpoint.example, request.url)
        sample = Mark(request_hash(request.url, _told_apart_by(content, body, content_type(request.headers))))
        fold_fields(endpoint.query, query, sample)
        for name, value in choices_of(request.headers):
            tallied(endpoint.choices.setdefault(name, {}), value, sample)
            few(endpoint.choices[name])
        if body is not None:
            fold(endpoint.body, body, sample)
        question = endpoint.question(question_of(query, body, media, request.headers))
        in_body = bool(key.operation and operation_of(body, query))
        _add_outcome(question, exchange, read, file, in_body, answered, sample)
        if exchange.response is not None:
            body = exchange.response.body
            for date in header_values(exchange.response.headers, "date"):
                self.ages.add(date, sample.request, lambda: answered or _bytes(body, read))
        return sample

    def _add_call(self, invocation: Invocation, file: str) -> None:
        endpoint = self._endpoint(key_of_call(invocation.call))
        endpoint.example = _example(endpoint.example, invocation.call.path)
        given = arguments_of(invocation.call)
        mark = Mark(request_hash(invocation.call.path, given))
        fold(endpoint.body, given, mark)
        question = endpoint.question(question_of({}, given, ""))
        if invocation.steady:
            status, value, kind = outcome_of(invocation)
            answers = question.answers.setdefault(status, Answers())
            answers.add_value(value, kind, mark)
            note_sample(answers.seen, file, invocation.id)
        else:
            question.unchecked["abandoned"] += 1

    def _endpoint(self, key: Key) -> Endpoint:
        endpoint = self.endpoints.get(key)
        if endpoint is None:
            if len(self.endpoints) % _FEW_ENDPOINTS == _FEW_ENDPOINTS - 1:
                self._fold_crowds()
            endpoint = self.endpoints.setdefault(key, Endpoint())
        return endpoint

    def _fold_crowds(self) -> None:
        folded = crowded(self.endpoints)
        if folded:
            self.endpoints = self.renamed(folded).endpoints

    def absorb(self, other: Contract) -> None:
        """Add everything that `other` has seen."""
        before = len(self.endpoints)
        for key, endpoint in other.endpoints.items():
            self.endpoints.setdefault(key, Endpoint()).absorb(endpoint)
        self.templates |= other.templates
        self.anonymous = self.anonymous or other.anonymous
        self.ages.absorb(other.ages)
        if len(self.endpoints) > max(before, _FEW_ENDPOINTS):
            self._fold_crowds()

    def renamed(self, templates: Mapping[Key, Key]) -> Contract:
        """Return a contract in which endpoints have the keys that `templates` maps theirs to, or their own."""
        contract = Contract(templates=self.templates, anonymous=self.anonymous)
        contract.ages.absorb(self.ages)
        for key, endpoint in self.endpoints.items():
            contract.endpoints.setdefault(templates.get(key, key), Endpoint()).absorb(endpoint)
        return contract

    def finish(self) -> Contract:
        """Fold what only all recordings together show to be crowds, and return this contract."""
        self._fold_crowds()
        return self


def fold_all(interactions: Iterable[Interaction], read: Read = in_memory, file: str = "") -> Contract:
    """Return the contract of some interactions.

    Args:
        interactions: The exchanges and calls.
        read: Returns the bytes of a body that is a file.
        file: The path of their cassette, or `""`.
    """
    contract = Contract()
    for interaction in interactions:
        contract.add(interaction, read, file)
    return contract


def _succeeded(exchange: Exchange) -> bool:
    response = exchange.response
    return exchange.failure is None and response is not None and response.complete and 200 <= response.status < 300


def _add_outcome(
    question: Question,
    exchange: Exchange,
    read: Read,
    file: str,
    is_operation: bool,
    answered: Json | None,
    sample: Mark,
) -> None:
    response, failure, timing = exchange.response, exchange.failure, exchange.timing
    if failure is not None:
        question.unchecked[failure.kind] += 1
    elif response is None:
        question.unchecked["abandoned"] += 1
    elif response.status >= _SERVER_ERROR or response.status == _TOO_MANY:
        question.unchecked[str(response.status)] += 1
    elif response.status != _NOT_MODIFIED:
        body = answered or _bytes(response.body, read)
        found = documents_of(response, body)
        failed = is_operation and any(failed_inside(value) for _, value in found)
        answers = question.answers.setdefault(response.status + FAILED * failed, Answers())
        answers.add(response, found, body, sample, exchange.request.url)
        answers.latency.add(*(_since(timing.start_us, at_us) for at_us in (timing.head_us, timing.end_us)))
        note_sample(answers.seen, file, exchange.id)


def _since(start_us: int, at_us: int | None) -> int | None:
    return None if at_us is None else at_us - start_us


def _request_value(body: bytes | Json, media: str) -> object:
    if media == FORM:
        return form_fields(body.written() if isinstance(body, Json) else body)
    for _, value in documents(body, media):
        return value
    return None


def _told_apart_by(content: bytes | Json, body: object, media: str) -> object:
    """Return what tells two request bodies apart: their values, or their bytes without the boundary of multipart."""
    if body is not None:
        return body
    written = content.written() if isinstance(content, Json) else content
    boundary = media.partition("boundary=")[2].partition(";")[0].strip(' "').encode("latin-1", "replace")
    return written.replace(boundary, b"") if boundary else written or None


def _bytes(body: bytes | BodyFile, read: Read) -> bytes:
    return read(body) if isinstance(body, BodyFile) else body


def _example(left: str, right: str) -> str:
    # The shortest, then the smallest: any rule that does not depend on order.
    return min((url for url in (left, right) if url), key=lambda url: (len(url), url), default="")
