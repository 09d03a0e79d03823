"""The answer of the live service to a recorded request, and whether it says anything at all."""

from __future__ import annotations

from dataclasses import dataclass

from playhead.contract.contract import Contract, fold_all
from playhead.model.cassette import Exchange
from playhead.services.verifying.plan import Step
from playhead.store.bodies import read_body

__all__ = ["Answer", "contract_of", "differs", "unanswered"]

_REFUSED = (401, 403)
_TOO_MANY = 429
_SERVER_ERROR = 500
_VALUED = ("content-type", "location", "link", "deprecation", "sunset")


@dataclass(frozen=True, slots=True)
class Answer:
    """The outcome of a step.

    `live` and `again` are the recorded exchange with the outcome of today; `again` is that of the same request, sent
    once more. With `--confirm` it is one of `repeats`, and `others` are answers for other entities.
    """

    step: Step
    live: Exchange
    again: Exchange | None = None
    repeats: tuple[Exchange, ...] = ()
    others: tuple[Exchange, ...] = ()

    @property
    def repeated(self) -> tuple[Exchange, ...]:
        """The answers to the same request that say anything."""
        again = () if self.again is None else (self.again,)
        return tuple(each for each in self.repeats or again if not unanswered(self.live, each))


def unanswered(recorded: Exchange, live: Exchange) -> str:
    """Return why a live answer says nothing of the contract (`"503"`, `"ReadTimeout"`, `"401"`), or `""` if it does.

    Being refused says something only where the recording was refused as well: then the credentials are as they were.
    """
    if live.failure is not None:
        return live.failure.kind
    response, before = live.response, recorded.response
    if response is None:
        return "no answer"
    if response.status >= _SERVER_ERROR or response.status == _TOO_MANY:
        return str(response.status)
    if response.status in _REFUSED and (before is None or before.status not in _REFUSED):
        return str(response.status)
    return ""


def contract_of(*exchanges: Exchange) -> Contract:
    """Return the contract that some exchanges fold into; of an endpoint that was left early, the head counts."""
    return fold_all(exchanges, read_body).finish()


def differs(recorded: Exchange, live: Exchange) -> bool:
    """Return True if there is any difference from which a change could be judged.

    The values of most headers do not count.
    """
    return _telling(recorded) != _telling(live)


def _telling(exchange: Exchange) -> tuple[object, ...]:
    response = exchange.response
    if response is None:
        return ()
    valued = [(name.lower(), value) for name, value in response.headers if name.lower() in _VALUED]
    return response.status, response.body, {name.lower() for name, _ in response.headers}, sorted(valued)
