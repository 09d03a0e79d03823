"""The texts of `playhead verify`: the plan, and a summary of what was sent, in 80 columns."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

from playhead.services.verifying.confirming import Inquiry
from playhead.services.verifying.credentials import Credentials
from playhead.services.verifying.patience import Budget
from playhead.services.verifying.plan import Left, Plan
from playhead.services.verifying.run import Outcome
from playhead.services.verifying.verdict import Verdict
from playhead.text.words import counted, cut, plural, printable

__all__ = ["plan_in_words", "sent_in_words"]

_COLUMNS = 80
_MOST_LISTED = 40
_MOST_UNSTABLE = 5


def plan_in_words(
    plan: Plan, limits: Budget, credentials: Credentials, targets: Sequence[str], inquiry: Inquiry
) -> str:
    """Return the requests that would be sent, in order, and the reasons why others would not.

    Values from the environment are never in it: only the names of headers are.
    """
    count = len(plan.steps)
    lines = [
        f"Would send {counted(count, 'request')} to {', '.join(targets)}, and those whose answer differs",
        f"once more; at most {limits.budget} in all, {limits.rate:g} a second. Nothing was sent.",
    ]
    if credentials.headers:
        lines.append(f"With the {plural('header', len(credentials.headers))} {_names(credentials)}.")
    if plan.steps:
        lines.append("")
        lines += _capped([f"  {each.exchange.request.method:<7} {each.url}" for each in plan.steps])
    lines += _confirming(plan, inquiry)
    lines += _left(plan.left)
    return "\n".join(map(_cut, lines)) + "\n"


def sent_in_words(outcome: Outcome, verdict: Verdict) -> str:
    """Return how many requests were sent, which were left out, and what differed between two answers of one service."""
    twice = sum(each.again is not None for each in outcome.answers)
    asked = f", {outcome.asked} to confirm findings" if outcome.asked else ""
    lines = [f"{counted(outcome.sent, 'request')} sent, {twice} of them for the second time{asked}."]
    lines += _left(outcome.left)
    if verdict.unstable:
        lines += ["", f"Differs from one answer to the next, so it is not drift: {len(verdict.unstable)}"]
        lines += [f"  {place}" for place in verdict.unstable[:_MOST_UNSTABLE]]
        if len(verdict.unstable) > _MOST_UNSTABLE:
            lines.append(f"  and {len(verdict.unstable) - _MOST_UNSTABLE} more")
    return "\n".join(map(_cut, lines)) + "\n"


def _confirming(plan: Plan, inquiry: Inquiry) -> Iterator[str]:
    """Yield what may be sent to confirm findings."""
    if not inquiry.times:
        return
    yield ""
    most = inquiry.times
    others = {each.url: each for step in plan.steps for each in inquiry.others_for(step)}
    yield f"To confirm what would be breaking, GET and HEAD may be sent {counted(most, 'time')} more,"
    whom = "other entity" if most == 1 else "other entities"
    yield f"and for {most} {whom} each" + (", of these:" if others else "; the recordings know none.")
    yield from _capped([f"  {each.exchange.request.method:<7} {each.url}" for each in others.values()])


def _left(left: Iterable[Left]) -> Iterator[str]:
    reasons = Counter(each.reason for each in left)
    if not reasons:
        return
    yield ""
    yield f"Not sent: {reasons.total()}"
    for reason, count in reasons.most_common():
        yield f"  {count:>5}  {reason}"


def _names(credentials: Credentials) -> str:
    return ", ".join(name for name, _ in credentials.headers)


def _capped(lines: list[str]) -> list[str]:
    more = len(lines) - _MOST_LISTED
    return lines if more <= 0 else [*lines[:_MOST_LISTED], f"  and {more} more"]


def _cut(line: str) -> str:
    return cut(printable(line), _COLUMNS)
