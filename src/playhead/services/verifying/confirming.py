"""Findings confirmed by asking the live service again: for the same request, and for other entities (`--confirm`).

What may be asked is planned beforehand, as `Inquiry`: requests for other entities are built from recorded ones, with
ids that occur in the recordings, and are subject to all that holds for recorded requests. It is asked at the end of
each cassette, while the state of its hooks, its cookies, and the numbers of its placeholders are still there.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from playhead.contract.known import Known
from playhead.model.cassette import Exchange
from playhead.services.comparing.judging import Judging
from playhead.services.verifying.answers import Answer
from playhead.services.verifying.credentials import Credentials
from playhead.services.verifying.plan import Plan, Recording, Selection, Step, decide
from playhead.services.verifying.target import Targets
from playhead.services.verifying.verdict import judge, to_confirm
from playhead.store.bodies import read_body

__all__ = ["ASKED", "Ask", "Inquiry", "inquiry_of"]

ASKED = frozenset({"GET", "HEAD"})
"""Methods with which the service is asked again, whatever `--method` allows."""

Ask = Callable[[Step], Awaitable[Exchange | None]]
"""Sends the request of a step, and returns its answer; `None` if it is not to be sent."""


@dataclass(slots=True)
class Inquiry:
    """A plan of requests that confirm findings.

    Attributes:
        times: The number of repetitions of a request at most, and of other entities.
        others: The requests for other entities, by cassette and number of the recorded exchange.
        settings: The judging of the project: what it has accepted is not asked for.
    """

    times: int = 0
    others: Mapping[tuple[Path, int], tuple[Step, ...]] = field(default_factory=dict)
    settings: Judging = field(default_factory=Judging)
    _done: set[str] = field(default_factory=set)

    def of(self, answers: Sequence[Answer]) -> list[Answer]:
        """Return the answers of a cassette that show what is to be confirmed, each change only once in a run."""
        if not self.times:
            return []
        found = to_confirm(judge(answers, (), self.settings))
        fresh = [answer for fingerprint, answer in found if fingerprint not in self._done and _may_ask(answer)]
        self._done.update(fingerprint for fingerprint, answer in found if _may_ask(answer))
        return [answer for answer in answers if any(answer is each for each in fresh)]

    async def confirmed(self, answer: Answer, again: Ask, other: Ask) -> Answer:
        """Return an answer with its repetitions and with the answers for other entities."""
        repeats = [] if answer.again is None else [answer.again]
        while len(repeats) < self.times and (repeat := await again(answer.step)) is not None:
            repeats.append(repeat)
        answer = replace(answer, repeats=tuple(repeats))
        if not to_confirm(judge([answer], (), self.settings)):
            return answer  # it is not stable
        answers = [await other(step) for step in self.others_for(answer.step)]
        return replace(answer, others=tuple(each for each in answers if each is not None))

    def others_for(self, step: Step) -> tuple[Step, ...]:
        """Return the requests for other entities that stand beside one."""
        return self.others.get((step.path, step.exchange.id), ())


def _may_ask(answer: Answer) -> bool:
    return answer.step.exchange.request.method in ASKED and answer.again is not None


def inquiry_of(
    times: int,
    plan: Plan,
    recordings: Iterable[Recording],
    targets: Targets,
    credentials: Credentials,
    selection: Selection,
    settings: Judging,
) -> Inquiry:
    """Plan what may be asked. What is sent anyway is not asked for."""
    if not times:
        return Inquiry()
    known = Known((each for recording in recordings for each in recording.exchanges), read_body)
    planned = {(step.exchange.request.method, step.url) for step in plan.steps}
    others: dict[tuple[Path, int], tuple[Step, ...]] = {}
    for step in plan.steps:
        method = step.exchange.request.method
        if method not in ASKED:
            continue
        built: list[Step] = []
        for url in known.others(step.exchange):
            exchange = replace(step.exchange, request=replace(step.exchange.request, url=url))
            found = decide(step.path, exchange, targets, credentials, selection)
            if isinstance(found, Step) and (method, found.url) not in planned and len(built) < times:
                built.append(found)
        others[step.path, step.exchange.id] = tuple(built)
    return Inquiry(times, others, settings)
