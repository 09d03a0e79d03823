"""Changes of the status of answers to one kind of question. 5xx and 429 are not among them: they are unchecked."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from playhead.contract.answers import Answers
from playhead.contract.calls import RAISED, RETURNED
from playhead.contract.changes import Change, Count, Evidence, all_of, none_of
from playhead.contract.operations import FAILED, plain_status
from playhead.contract.tally import union

__all__ = ["status_changes"]

_GONE = frozenset({404, 405, 410})
_AUTH = frozenset({401, 403})
_BODILESS = frozenset({204, 205})
_DEFERRED = 202
_INSIDE = (200 + FAILED) // 100
_SPECIAL = {
    (2, _INSIDE): "operation-failed",
    (_INSIDE, 2): "operation-succeeds",
    (4, _INSIDE): "error-status-changed",
    (_INSIDE, 4): "error-status-changed",
    (RETURNED // 100, RAISED // 100): "call-raises",
    (RAISED // 100, RETURNED // 100): "call-returns",
}
_KEEPS_METHOD = frozenset({307, 308})
_DROPS_METHOD = frozenset({301, 302, 303})
_SUCCESS, _CLIENT_ERROR = 2, 4
_SAFE = frozenset({"GET", "HEAD", "OPTIONS", "TRACE"})

Statuses = Mapping[int, Answers]


def status_changes(old: Statuses, new: Statuses, method: str) -> Iterator[Change]:
    """Yield the change of status.

    If a status of the old side is left on the new one, there is none but that some requests are refused that never
    were: one more case was recorded, or what is accepted has narrowed, which is for the evidence to tell.

    Args:
        old: The answers of the old side by status.
        new: The answers of the new side by status.
        method: The method of the endpoint.
    """
    if not old or not new:
        return
    if _plain(old) & _plain(new):
        yield from _some_refused(old, new)
        return
    before, after = _classes(old), _classes(new)
    if len(before) != 1 or len(after) != 1:
        return
    rule = _rule(old, new, before.pop(), after.pop(), method)
    if rule:
        yield _change(rule, old, new)


def _some_refused(old: Statuses, new: Statuses) -> Iterator[Change]:
    refused = {status: answers for status, answers in new.items() if plain_status(status) // 100 == _CLIENT_ERROR}
    if _classes(old) != {_SUCCESS} or not refused:
        return
    among = union(answers.tally for answers in new.values())
    accepted = union(answers.tally for status, answers in new.items() if status not in refused)
    evidence = Evidence(all_of(union(answers.tally for answers in old.values())), Count(accepted, among))
    rule = _refusal(set(map(plain_status, refused)))[0]
    yield Change(rule, "status", _listed(old), _listed(new), evidence, label=_listed(old))


def _plain(statuses: Statuses) -> set[int]:
    return set(map(plain_status, statuses))


def _classes(statuses: Statuses) -> set[int]:
    return {status // 100 for status in _plain(statuses)}


def _rule(old: Statuses, new: Statuses, before: int, after: int, method: str) -> str:
    if (before, after) in _SPECIAL:
        return _SPECIAL[before, after]
    if before == after:
        return _within(old, new, before, method)
    if after == 4:
        return _refusal(_plain(new))[0]
    if before == 4:
        return _refusal(_plain(old))[1]
    return "redirect-added" if after == 3 else "redirect-removed"


def _refusal(statuses: set[int]) -> tuple[str, str]:
    if statuses <= _GONE:
        return "endpoint-gone", "endpoint-back"
    if statuses <= _AUTH:
        return "auth-refused", "auth-accepted"
    return "request-refused", "request-accepted"


def _within(old: Statuses, new: Statuses, hundred: int, method: str) -> str:
    if hundred == 2:
        return _within_success(old, new)
    return _within_redirect(old, new, method) if hundred == 3 else "error-status-changed"


def _within_redirect(old: Statuses, new: Statuses, method: str) -> str:
    if method not in _SAFE:
        if old.keys() <= _KEEPS_METHOD and new.keys() <= _DROPS_METHOD:
            return "redirect-drops-method"
        if old.keys() <= _DROPS_METHOD and new.keys() <= _KEEPS_METHOD:
            return "redirect-keeps-method"
    return "redirect-status-changed"


def _within_success(old: Statuses, new: Statuses) -> str:
    if new.keys() <= _BODILESS and _filled(old):
        return "body-gone"
    if old.keys() <= _BODILESS and _filled(new):
        return "body-back"
    if new.keys() == {_DEFERRED}:
        return "answer-deferred"
    return "answer-immediate" if old.keys() == {_DEFERRED} else "success-status-changed"


def _filled(statuses: Statuses) -> bool:
    return any(answers.filled for answers in statuses.values())


def _change(rule: str, old: Statuses, new: Statuses) -> Change:
    before, after = (union(answers.tally for answers in side.values()) for side in (old, new))
    evidence = Evidence(all_of(before), none_of(after))
    doubt = ""
    if rule == "answer-deferred" and not any(_says(answers) for answers in new.values()):
        doubt = "202 without content is how services say 'still computing'"
    return Change(rule, "status", _listed(old), _listed(new), evidence, doubt=doubt, label=_listed(old))


def _says(answers: Answers) -> bool:
    return any(shape.variants or shape.items for shape in answers.bodies.values())


def _listed(statuses: Statuses) -> str:
    return ", ".join(_shown(status) for status in sorted(statuses))


def _shown(status: int) -> str:
    if status in (RETURNED, RAISED):
        return "returned" if status == RETURNED else "raised"
    return f"{status - FAILED} with errors" if status >= FAILED else str(status)
