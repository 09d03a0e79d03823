"""Changes at one endpoint: equal questions are compared with each other, and all with all.

The latter counts only for what all requests of a side show, whatever they ask, or if no question is on both sides.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from playhead.contract.accounts import account_changes
from playhead.contract.answer_diff import answer_changes
from playhead.contract.answers import Answers
from playhead.contract.asking import Asked, asked_otherwise, choice_changes, chosen, explains
from playhead.contract.calls import RAISED, RETURNED
from playhead.contract.changes import Change, Evidence, all_of, none_of
from playhead.contract.contract import Endpoint, Question
from playhead.contract.locations import lead_apart
from playhead.contract.operations import FAILED, plain_status
from playhead.contract.probability import observed
from playhead.contract.requests import Key
from playhead.contract.rules import RULES, Direction
from playhead.contract.shape import Shape
from playhead.contract.shape_diff import field_changes, shape_changes
from playhead.contract.status_diff import status_changes
from playhead.contract.vocabularies import WORD_RULES, of_moments
from playhead.contract.weighing import weight_of

__all__ = ["endpoint_changes", "unchecked_reasons"]

OTHER_QUESTION = "the requests differ, so the answers may for that reason"
_MEANS = {
    "field-added": "we-now-send",
    "optional-field-added": "we-now-send",
    "field-removed": "we-no-longer-send",
    "field-renamed": "we-now-send",
    "type-changed": "we-send-another-type",
    "structure-changed": "we-send-another-type",
    "array-wrapped": "we-send-another-type",
    "array-unwrapped": "we-send-another-type",
    "object-wrapped": "we-send-another-type",
    "object-unwrapped": "we-send-another-type",
}
ECHO = "the request changed there too, so this may be its echo"
_DEFERRED = 202
_DEEPEST_ECHO = 4
_READING = frozenset({"GET", "HEAD"})
STATE_READ = "a state that is only read may be over"
_Seen = Endpoint | Question | Answers
_CLASSES = ((2, ""), (4, "4xx "), ((200 + FAILED) // 100, "errors "), (RETURNED // 100, "returned "))


def endpoint_changes(key: Key, old: Endpoint, new: Endpoint) -> Iterator[Change]:
    """Yield every change at one endpoint, each with its strongest evidence. Changes of requests are reported as ours.

    Args:
        key: The key of the old endpoint.
        old: The endpoint before.
        new: The endpoint now.
    """
    found: dict[tuple[str, str], Change] = {}
    query, body = list(field_changes(old.query, new.query)), list(shape_changes(old.body, new.body))
    sent = {(change.rule, _name(change)) for change in (*query, *body)}
    choices = list(choice_changes(old, new))
    ours = _seen((*choices, *_ours(query, "query."), *_ours(body, "request ")), old, new)
    everything = _all_changes(key, old, new)
    told = (_of_its_time(each, key) for each in everything if not _echoes_words(each, old, new))
    for change in (*account_changes(key, old, new), *(_echo(each, sent) for each in told), *ours):
        known = found.get((change.rule, change.place))
        if known is None or _weight(change) > _weight(known):
            found[change.rule, change.place] = change
    # A field that one kind of question has lost is optional in the sum of all: report one change, not two.
    yield from (change for (rule, place), change in found.items() if (_STRONGER.get(rule), place) not in found)


_STRONGER = {
    "field-became-optional": "field-removed",
    "union-widened": "structure-changed",
    "header-gone": "next-link-gone",
}


def _echo(change: Change, sent: set[tuple[str, str]]) -> Change:
    """Add a doubt if the request has changed in the same way under the same name."""
    if not change.doubt and (change.rule, _name(change)) in sent:
        return replace(change, doubt=ECHO)
    return change


def _of_its_time(change: Change, key: Key) -> Change:
    """Add a reservation about states that a request only reads: they change while time passes."""
    if key.method in _READING and change.rule == "constant-changed" and of_moments(_name(change)):
        return replace(change, reservation=change.reservation or STATE_READ)
    return change


def _echoes_words(change: Change, old: Endpoint, new: Endpoint) -> bool:
    """Return True if other values are just those that the requests of their side hold."""
    if change.rule not in WORD_RULES:
        return False
    return any(set(words.split(", ")) & _words_in(side) for words, side in ((change.old, old), (change.new, new)))


def _words_in(endpoint: Endpoint) -> set[str]:
    query = (word for shape in endpoint.query.fields.values() for word in shape.words)
    return {*query, *_words_below(endpoint.body, _DEEPEST_ECHO)}


def _words_below(shape: Shape, depth: int) -> Iterator[str]:
    yield from shape.words
    if depth:
        inner = [each for fields in shape.variants.values() for each in (*fields.fields.values(), fields.entries)]
        for each in (shape.items, *inner):
            if each is not None:
                yield from _words_below(each, depth - 1)


def _name(change: Change) -> str:
    return change.place.rpartition("/")[2]


def _weight(change: Change) -> tuple[bool, bool, bool, bool, int]:
    observations = min(change.evidence.old.independent, change.evidence.new.independent)
    weight, sure = weight_of(change), not change.doubt
    return weight.enough and sure, weight.told, sure, observed(change.evidence).entirely, observations


def _all_changes(key: Key, old: Endpoint, new: Endpoint) -> Iterator[Change]:
    common = sorted(old.questions.keys() & new.questions.keys())
    alike = [(old.questions[text], new.questions[text]) for text in common]
    yield from _doubted(_alike_changes(key, alike), chosen(old, new), old, new)
    if len(alike) < max(len(old.questions), len(new.questions)):
        # What all requests of one side show, whatever they ask, and none of the other, does not depend on the question;
        # unless all ask for something else.
        asked = [*chosen(old, new), *asked_otherwise(old, new)]
        changes = _question_changes(key, _merged(old.questions.values()), _merged(new.questions.values()))
        for change in _doubted(changes, asked, old, new):
            throughout = observed(change.evidence).entirely
            if throughout or not alike:
                yield change if throughout else replace(change, doubt=change.doubt or OTHER_QUESTION)


def _doubted(changes: Iterable[Change], asked: list[Asked], old: Endpoint, new: Endpoint) -> Iterator[Change]:
    """Yield changes, with a doubt about those that may come from what was asked."""
    otherwise = explains(asked, old.query.tally, new.query.tally)
    for change in changes:
        doubtful = otherwise or explains(asked, change.evidence.old.among, change.evidence.new.among)
        yield replace(change, doubt=change.doubt or OTHER_QUESTION) if doubtful else change


def _alike_changes(key: Key, alike: list[tuple[Question, Question]]) -> Iterator[Change]:
    if alike:
        yield from _question_changes(key, _merged(each for each, _ in alike), _merged(each for _, each in alike))
    if len(alike) > 1:
        # In the sum, a field that one parameter adds would hide that the same field is gone elsewhere, so each kind of
        # question is compared too. A field that is new for one kind only says little, unless it is new to the sum.
        for before, after in alike:
            yield from (change for change in _question_changes(key, before, after) if not _came(change))


def _came(change: Change) -> bool:
    return change.place != "status" and RULES[change.rule].direction is Direction.MORE


def _merged(questions: Iterable[Question]) -> Question:
    merged = Question()
    for question in questions:
        merged.absorb(question)
    return merged


def _question_changes(key: Key, old: Question, new: Question) -> Iterator[Change]:
    told = list(status_changes(old.answers, new.answers, key.method))
    yield from _seen(told, old, new)
    known = {change.rule for change in told}
    yield from _seen(_redirect_changes(key.host, old, new), old, new)
    yield from _seen(_exception_changes(old, new), old, new)
    for hundred, prefix in _CLASSES:
        before, after = _of_class(old, hundred), _of_class(new, hundred)
        if before.samples and after.samples and not _deferral(old, new):
            # Status 204 instead of a body is one change.
            changes = answer_changes(before, after, prefix)
            yield from _seen((each for each in changes if each.rule not in known), before, after)


def _exception_changes(old: Question, new: Question) -> Iterator[Change]:
    before, after = _of_class(old, RAISED // 100), _of_class(new, RAISED // 100)
    if before.media and after.media and before.media.keys().isdisjoint(after.media.keys()):
        evidence = Evidence(all_of(before.tally), none_of(after.tally))
        yield Change("exception-changed", "exception", min(before.media), min(after.media), evidence)


def _seen(changes: Iterable[Change], old: _Seen, new: _Seen) -> Iterator[Change]:
    """Add to each change the recordings to look it up in."""
    seen = tuple(old.seen), tuple(new.seen)
    for change in changes:
        yield replace(change, seen=seen) if any(seen) else change


def _deferral(old: Question, new: Question) -> bool:
    """Return True if only one side has 202, whose body is a receipt instead of the answer."""
    return (_DEFERRED in old.answers) != (_DEFERRED in new.answers) and not old.answers.keys() & new.answers.keys()


def _of_class(question: Question, hundred: int) -> Answers:
    merged = Answers()
    for status, answers in question.answers.items():
        if plain_status(status) // 100 == hundred:
            merged.absorb(answers)
    return merged


def _redirect_changes(host: str, old: Question, new: Question) -> Iterator[Change]:
    before, after = _of_class(old, 3), _of_class(new, 3)
    if not before.locations or not after.locations or not lead_apart(before.locations, after.locations, host):
        return
    evidence = Evidence(all_of(before.tally), none_of(after.tally))
    yield Change("redirect-retargeted", "header.location", min(before.locations), min(after.locations), evidence)


def _ours(changes: Iterable[Change], prefix: str) -> Iterator[Change]:
    for change in changes:
        rule = _MEANS.get(change.rule)
        if rule:
            place = change.place.removeprefix("/") if prefix == "query." else change.place or "/"
            yield replace(change, rule=rule, place=f"{prefix}{place}")


def unchecked_reasons(old: Endpoint, new: Endpoint) -> Iterator[tuple[str, dict[str, int]]]:
    """Yield the side (`"old"` or `"new"`) that lacks answers to a question which the other side has, with reasons."""
    for text in sorted(old.questions.keys() & new.questions.keys()):
        before, after = old.questions[text], new.questions[text]
        if before.answers and not after.answers and after.unchecked:
            yield "new", dict(after.unchecked)
        elif after.answers and not before.answers and before.unchecked:
            yield "old", dict(before.unchecked)
