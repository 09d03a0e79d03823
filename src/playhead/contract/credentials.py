"""Refusals where there were answers: 401 and 403 speak of the credentials of the recording, not of the service.

Recordings do not show which credentials were used, so the endpoint is the unit. If the new side has any successful
answer of it, its credentials were accepted, and a refusal is the service's own; `status_diff` judges it. If not, the
refusals are left out of the comparison and reported as not checked, as `playhead verify` does.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

from playhead.contract.contract import Endpoint, Question
from playhead.contract.operations import plain_status

__all__ = ["CREDENTIALS", "without_refusals"]

CREDENTIALS = "credentials"
"""The reason for which an endpoint was not checked."""

_REFUSED = frozenset({401, 403})
_SUCCESSES = range(200, 300)


def without_refusals(old: Endpoint, new: Endpoint) -> tuple[Endpoint, int]:
    """Return the new side without the answers that say nothing, and the number of requests that were refused.

    Questions that were refused before as well keep their refusals. Only what exceeds their number is counted.

    Args:
        old: The endpoint before.
        new: The endpoint now.
    """
    before = {text: _counterparts(text, old, new) for text in new.questions}
    more = {text: _refusals((each,)) - _refusals(before[text]) for text, each in new.questions.items()}
    lost = any(count > 0 and _succeeded(before[text]) for text, count in more.items())
    if not lost or _succeeded(new.questions.values()):
        return new, 0
    kept = {text: each if _refusals(before[text]) else _without_refusals(each) for text, each in new.questions.items()}
    return replace(new, questions=kept), sum(count for count in more.values() if count > 0)


def _counterparts(text: str, old: Endpoint, new: Endpoint) -> Collection[Question]:
    """Return the question of the old side that one of the new is compared with; all, if the sides share none."""
    if text in old.questions:
        return (old.questions[text],)
    return () if old.questions.keys() & new.questions.keys() else old.questions.values()


def _refusals(questions: Collection[Question]) -> int:
    return sum(
        answers.samples
        for question in questions
        for status, answers in question.answers.items()
        if plain_status(status) in _REFUSED
    )


def _succeeded(questions: Collection[Question]) -> bool:
    return any(status in _SUCCESSES for question in questions for status in question.answers)


def _without_refusals(question: Question) -> Question:
    answers = {status: each for status, each in question.answers.items() if plain_status(status) not in _REFUSED}
    return replace(question, answers=answers)
