"""The steps of a plan, one after the other: hooks around each request, and the same request twice where it differs.

One at a time and in the recorded order, so that ids can be carried on and nobody is overrun.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from itertools import groupby
from pathlib import Path

import httpx

from playhead.clients.httpx.front import codings_undone
from playhead.deck.storing import stored_exchange
from playhead.model.cassette import Exchange
from playhead.model.http import Request
from playhead.redaction.redact import Redactor
from playhead.redaction.rules import RedactionRules
from playhead.services.verifying.answers import Answer, differs, unanswered
from playhead.services.verifying.confirming import ASKED, Inquiry
from playhead.services.verifying.cookies import cookie_jar
from playhead.services.verifying.credentials import Credentials
from playhead.services.verifying.hooks import Hooks, Live
from playhead.services.verifying.patience import Budget, Patience
from playhead.services.verifying.plan import SAFE, Left, Plan, Recording, Step
from playhead.services.verifying.sending import AGENT, exchanged, sendable
from playhead.store.bodies import read_body

__all__ = ["Means", "Outcome", "send"]


@dataclass(frozen=True, slots=True)
class Means:
    """The means of sending.

    `allows` is asked about the URL of each request, `folder` takes large bodies, `secrets` are those of the
    environment, `inquiry` is what may be asked to confirm findings.
    """

    credentials: Credentials
    hooks: Hooks
    allows: Callable[[str], bool]
    limits: Budget
    rules: RedactionRules
    folder: Path
    secrets: Sequence[tuple[str, str]] = ()
    inquiry: Inquiry = field(default_factory=Inquiry)


@dataclass(frozen=True, slots=True)
class Outcome:
    """The answers, what was left out in the end, how many requests were sent, and how many of them to confirm."""

    answers: tuple[Answer, ...]
    left: tuple[Left, ...]
    sent: int
    asked: int = 0


async def send(
    plan: Plan,
    recordings: Iterable[Recording],
    means: Means,
    tick: Callable[[Step], object] = id,
    patience: Patience | None = None,
) -> Outcome:
    """Send what the plan says, `tick` being told each step that is done. UsageError if a hook fails."""
    patience = patience or Patience(means.limits)
    answers: list[Answer] = []
    left = list(plan.left)
    whole = {recording.path: recording for recording in recordings}
    # There is a limit for each exchange as a whole.
    jar, agent = cookie_jar(), {"user-agent": AGENT}
    async with httpx.AsyncClient(headers=agent, cookies=jar, follow_redirects=False, timeout=None) as client:
        patience.reserved = len(plan.steps)
        for path, steps in groupby(plan.steps, key=lambda step: step.path):
            session = _Session(client, whole[path], means, patience)
            for done in await session.run(list(steps), tick):
                if isinstance(done, Answer):
                    answers.append(done)
                else:
                    left.append(done)
    return Outcome(tuple(answers), tuple(left), patience.sent, patience.asked)


class _Session:
    """The requests of one cassette: cookies, the state of hooks, and the numbers of placeholders are its own."""

    def __init__(self, client: httpx.AsyncClient, recording: Recording, means: Means, patience: Patience) -> None:
        self._client = client
        self._means = means
        self._patience = patience
        self._live = Live(client, recording.path)
        self._sent: dict[int, Request] = {}
        self._redactor = Redactor(means.rules, secrets=[*means.credentials.secrets.items(), *means.secrets])
        for exchange in recording.exchanges:
            self._redactor.seen(exchange)

    async def run(self, steps: list[Step], tick: Callable[[Step], object]) -> list[Answer | Left]:
        """Yield the outcome of each step."""
        self._client.cookies.clear()
        done: list[Answer | Left] = []
        try:
            await self._means.hooks.start(self._live)
            for step in steps:
                done.append(await self._taken(step))
                tick(step)
            done = await self._confirmed(done)
        finally:
            await self._means.hooks.finish(self._live)
        return [self._redacted(each) for each in done]

    def _redacted(self, done: Answer | Left) -> Answer | Left:
        """Redacted once more, now that all secrets of the cassette are known."""
        if isinstance(done, Left):
            return done
        again = None if done.again is None else self._redactor.exchange(done.again)
        repeats, others = (tuple(map(self._redactor.exchange, each)) for each in (done.repeats, done.others))
        return Answer(done.step, self._redactor.exchange(done.live), again, repeats, others)

    async def _taken(self, step: Step) -> Answer | Left:
        self._patience.reserved -= 1
        if self._patience.stopped or self._patience.spent:
            reason = self._patience.stopped or f"over the budget of {self._means.limits.budget} requests"
            return Left(step.path, step.exchange, reason, wanted=True)
        request = await self._prepared(step)
        if request is None:
            return Left(step.path, step.exchange, "left out by the hook before")
        if not self._means.allows(request.url):
            host = httpx.URL(request.url).netloc.decode()
            return Left(step.path, step.exchange, f"{host} is not allowed: --allow-host {host} does", wanted=True)
        self._sent[id(step)] = request
        live = await self._answered(step, request, hooked=True)
        again = None
        if request.method in SAFE and self._worth_repeating(step.exchange, live):
            again = await self._answered(step, request, hooked=False)
        return Answer(step, live, again)

    async def _confirmed(self, done: list[Answer | Left]) -> list[Answer | Left]:
        """Return what was done, with further answers where they may confirm a finding."""
        inquiry = self._means.inquiry
        asked = inquiry.of([each for each in done if isinstance(each, Answer)])
        return [
            await inquiry.confirmed(each, self._again, self._other)
            if isinstance(each, Answer) and any(each is one for one in asked)
            else each
            for each in done
        ]

    async def _again(self, step: Step) -> Exchange | None:
        """Send a request once more, as it was sent first."""
        return await self._asked(step, self._sent[id(step)])

    async def _other(self, step: Step) -> Exchange | None:
        """Send a request for another entity, which the hook after, written for recorded ones, does not see."""
        if not self._patience.spare:
            return None
        request = await self._prepared(step)
        if request is None or not self._means.allows(request.url):
            return None
        return await self._asked(step, request)

    async def _asked(self, step: Step, request: Request) -> Exchange | None:
        if request.method not in ASKED or not self._patience.spare:
            return None
        self._patience.asked += 1
        return await self._answered(step, request, hooked=False)

    async def _prepared(self, step: Step) -> Request | None:
        """Return the request with live values, as the hook before leaves it; `None` if that leaves it out."""
        self._live.recorded = step.exchange
        return await self._means.hooks.before(self._request(step), self._live)

    def _worth_repeating(self, recorded: Exchange, live: Exchange) -> bool:
        stopped = self._patience.stopped or self._patience.spent
        return not stopped and not unanswered(recorded, live) and differs(recorded, live)

    def _request(self, step: Step) -> Request:
        recorded = step.exchange.request
        request = replace(recorded, url=step.url, body=read_body(recorded.body))
        return sendable(self._means.credentials.filled(request))

    async def _answered(self, step: Step, request: Request, *, hooked: bool) -> Exchange:
        """Return what the live service makes of a request, as the outcome of the recorded one."""
        recorded, means = step.exchange, self._means
        whole = recorded.response is None or recorded.response.complete
        for attempt in range(means.limits.budget):
            await self._patience.turn()
            stored = self._redactor.request(request)
            exchange = await exchanged(
                self._client,
                request,
                stored,
                number=recorded.id,
                folder=means.folder,
                timeout_s=means.limits.timeout_s,
                whole=whole,
            )
            if not await self._patience.again(exchange, attempt):
                break
        if hooked and exchange.response is not None:
            await means.hooks.after(request, _response(exchange), self._live)
        kept = stored_exchange(exchange, self._redactor, means.folder, codings_undone, final=True)
        return replace(recorded, response=kept.response, failure=kept.failure, timing=kept.timing)


def _response(exchange: Exchange) -> httpx.Response:
    """Return the answer as hooks see it: with live values, and its content coding undone."""
    response = exchange.response
    assert response is not None
    headers = [(name.encode("latin-1"), value.encode("latin-1")) for name, value in response.headers]
    body = read_body(response.body)
    try:
        return httpx.Response(response.status, headers=headers, content=body)
    except httpx.DecodingError:
        plain = [field for field in headers if field[0].lower() != b"content-encoding"]
        return httpx.Response(response.status, headers=plain, content=body)
