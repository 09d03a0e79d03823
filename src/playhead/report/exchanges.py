"""Interactions as reports show them: a call as an exchange, outcomes in a word, URLs without what repeats.

The URL of a call is what was called, its request body the arguments, and its response body the result.
"""

from __future__ import annotations

import json
from dataclasses import replace
from urllib.parse import urlsplit

from playhead.model.call import Invocation, Plain, Raised, Yielded
from playhead.model.cassette import Exchange, Interaction
from playhead.model.http import Failure, Request, Response

__all__ = ["NO_STATUS", "as_exchange", "host_of", "note_of", "status_of", "target_of", "tone_of"]

NO_STATUS = 0
"""The status of a call that returned."""


def as_exchange(interaction: Interaction) -> Exchange:
    """Return the interaction as an exchange."""
    if not isinstance(interaction, Invocation):
        return interaction
    call, outcome, timing = interaction.call, interaction.outcome, interaction.timing
    arguments = [_text(value) for value in call.args]
    arguments += [f"{name}={_text(value)}" for name, value in call.kwargs.items()]
    request = Request("call", call.path, (), _bytes(", ".join(arguments)))
    raised = interaction.raised
    failure = None if raised is None else Failure(raised.kind.rpartition(".")[2], raised.message)
    response = None
    if isinstance(outcome, Yielded):
        items = _bytes(_text(list(outcome.items)))
        response = Response(NO_STATUS, http="", body=items, complete=outcome.complete)
        first_us = timing.chunks[0].at_us if timing.chunks else timing.last_us
        timing = replace(timing, head_us=first_us) if timing.known else timing
    elif outcome is not None and not isinstance(outcome, Raised):
        response = Response(NO_STATUS, http="", body=_bytes(_text(outcome.value)))
    return Exchange(interaction.id, request, response, failure, timing, interaction.origin)


def _text(value: Plain) -> str:
    return json.dumps(value, ensure_ascii=False)


def _bytes(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")


def status_of(interaction: Exchange) -> str:
    """Return the status code, `"ok"` for a call that returned, or `""` without an answer."""
    if interaction.response is None:
        return ""
    return "ok" if interaction.response.status == NO_STATUS else str(interaction.response.status)


def note_of(interaction: Exchange) -> str:
    """Return the kind of failure, `"abandoned"` or `"left early"`; `""` for an interaction that ended well."""
    if interaction.failure is not None:
        return interaction.failure.kind
    if interaction.abandoned:
        return "abandoned"
    return "" if interaction.steady else "left early"


def tone_of(interaction: Exchange) -> str:
    """Classify the outcome as `"good"`, `"moved"`, `"refused"`, `"failed"` or `"left"`."""
    if interaction.failure is not None:
        return "failed"
    if interaction.response is None or not interaction.response.complete:
        return "left"
    hundreds = interaction.response.status // 100
    return {3: "moved", 4: "refused", 5: "failed"}.get(hundreds, "good")


def host_of(url: str) -> str:
    """Return host and port of a URL, or `""` if it is not one."""
    try:
        return urlsplit(url).netloc
    except ValueError:
        return ""


def target_of(url: str, *, with_host: bool) -> str:
    """Return path and query of a URL, after its host if asked for. Other text is returned unchanged."""
    host = host_of(url)
    if not host:
        return url
    path = url.partition("://")[2].removeprefix(host) or "/"
    return host + path if with_host else path
