"""A call as reports show it: as an exchange whose URL is what was called, its bodies arguments and result."""

from __future__ import annotations

import json
from dataclasses import replace

from playhead.model.call import Invocation, Raised, Yielded
from playhead.model.cassette import Exchange, Interaction
from playhead.model.http import Failure, Request, Response

__all__ = ["NO_STATUS", "shown"]

NO_STATUS = 0
"""The status of what has none: a call that returned."""


def shown(interaction: Interaction) -> Exchange:
    """The interaction itself, if it is an exchange; a call as one."""
    if not isinstance(interaction, Invocation):
        return interaction
    call, outcome, timing = interaction.call, interaction.outcome, interaction.timing
    arguments = [json.dumps(value, ensure_ascii=False) for value in call.args]
    arguments += [f"{name}={json.dumps(value, ensure_ascii=False)}" for name, value in call.kwargs.items()]
    request = Request("call", call.path, (), ", ".join(arguments).encode("utf-8", "surrogatepass"))
    raised = interaction.raised
    failure = None if raised is None else Failure(raised.kind.rpartition(".")[2], raised.message)
    response = None
    if isinstance(outcome, Yielded):
        response = Response(NO_STATUS, http="", body=_json(list(outcome.items)), complete=outcome.complete)
        first_us = timing.chunks[0].at_us if timing.chunks else timing.last_us
        timing = replace(timing, head_us=first_us)
    elif outcome is not None and not isinstance(outcome, Raised):
        response = Response(NO_STATUS, http="", body=_json(outcome.value))
    return Exchange(interaction.id, request, response, failure, timing, interaction.origin)


def _json(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False).encode("utf-8", "surrogatepass")
