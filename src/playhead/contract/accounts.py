"""See that another account, or another object, answers where there can only be one: `/me`, `/user`, `/account`."""

from __future__ import annotations

from collections.abc import Iterator

from playhead.contract.alike import all_fields
from playhead.contract.answers import Answers
from playhead.contract.changes import Change, Evidence, all_of, none_of
from playhead.contract.contract import Endpoint
from playhead.contract.requests import Key
from playhead.contract.tally import Tally

__all__ = ["account_changes"]

_OF_ONE = frozenset(
    (
        "me", "self", "user", "account", "accounts", "profile", "whoami", "viewer", "current", "session",
        "userinfo", "myself",
    )
)  # fmt: skip


def account_changes(key: Key, old: Endpoint, new: Endpoint) -> Iterator[Change]:
    """Yield the change if the one object that an endpoint answers with is another now."""
    if key.path.rpartition("/")[2].lower() not in _OF_ONE:
        return
    before, after = _one_entity(old), _one_entity(new)
    if before and after and before.entities != after.entities:
        evidence = Evidence(all_of(before), none_of(after))
        yield Change("account-changed", "account", "one account", "another", evidence, label="it")


def _one_entity(endpoint: Endpoint) -> Tally | None:
    """Return the tally of the objects that an endpoint answers with, if all have one identity of their own."""
    merged = Answers()
    for question in endpoint.questions.values():
        for status, answers in question.answers.items():
            if status // 100 == 2:
                merged.absorb(answers)
    shape = merged.bodies.get("")
    if shape is None or not shape.variants:
        return None
    tally = all_fields(shape).tally
    return tally if len(tally.entities) == 1 and tally.entities != tally.requests else None
