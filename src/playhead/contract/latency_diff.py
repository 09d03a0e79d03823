"""Changes of the latency of an endpoint, if the project asks for them and there are at least twenty answers."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from playhead.contract.changes import Change, Evidence, all_of
from playhead.contract.contract import Endpoint
from playhead.contract.latency import Latency, p95_us
from playhead.contract.tally import Tally

__all__ = ["latency_changes"]

_FEWEST = 20


def latency_changes(old: Endpoint, new: Endpoint, factor: float) -> Iterator[Change]:
    """Yield a change if the p95 of the time to the head, or to the end, has changed by more than `factor`."""
    before, after = _latency(old), _latency(new)
    for place, olds, news in (("time to head", before.head, after.head), ("time to end", before.end, after.end)):
        change = _change(place, olds, news, factor)
        if change is not None:
            yield change
            return


def _change(place: str, old: Counter[int], new: Counter[int], factor: float) -> Change | None:
    olds, news = old.total(), new.total()
    if min(olds, news) < _FEWEST:
        return None
    before, after = p95_us(old), p95_us(new)
    rule = "answers-slower" if after > factor * before else "answers-faster" if before > factor * after else ""
    evidence = Evidence(all_of(Tally(olds)), all_of(Tally(news)))
    return Change(rule, place, f"p95 {_ms(before)}", f"p95 {_ms(after)}", evidence) if rule else None


def _ms(duration_us: int) -> str:
    return f"{duration_us / 1000:.3g} ms"


def _latency(endpoint: Endpoint) -> Latency:
    merged = Latency()
    for question in endpoint.questions.values():
        for status, answers in question.answers.items():
            if status // 100 == 2:
                merged.absorb(answers.latency)
    return merged
