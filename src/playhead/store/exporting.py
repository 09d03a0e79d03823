"""Cassettes in the formats of other tools: bodies are read in, those of requests encoded. `formats` writes text."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from playhead.codecs.coding import redo
from playhead.errors import UsageError
from playhead.formats import har_writing, vcrpy_writing
from playhead.formats.writing import Lack, Written
from playhead.model.call import Invocation
from playhead.model.cassette import Cassette, Exchange, Interaction
from playhead.store.bodies import read_body
from playhead.store.stamp import program
from playhead.text.files import YAML

__all__ = ["exported", "whole"]

_REFUSED = (Lack.CALL, Lack.FAILURE, Lack.ABANDONED, Lack.PARTIAL, Lack.BINARY)


def exported(cassette: Cassette, path: Path) -> Written:
    """Return the bytes for a file in .yaml, .yml or .har, and what its format cannot hold.

    Raises `CassetteCorrupt` for a large body whose file is not there, `UsageError` where a package is missing.
    """
    whole = map(_with_bodies, cassette.interactions)
    if path.suffix in YAML:
        return vcrpy_writing.write(map(_encoded, whole))
    return har_writing.write(whole, cassette.recorded, program().partition(" ")[2])


def whole(cassette: Cassette, path: Path) -> bytes:
    """Return the bytes for such a file. Raises `UsageError` if an interaction is not in it, or looks like another."""
    written = exported(cassette, path)
    for kind in _REFUSED:
        for number in written.lacks.get(kind, ())[:1]:
            lacking = next(each for each in cassette.interactions if each.id == number)
            tool = "vcrpy's" if path.suffix in YAML else "the HAR"
            raise UsageError(
                f"{path} is of {tool} format, which cannot hold {_what(lacking, kind)}: leave that out, or keep to "
                'playhead\'s own format (.json, without format="vcrpy").'
            )
    return written.data


def _what(interaction: Interaction, kind: Lack) -> str:
    if isinstance(interaction, Invocation):
        return f"the call {interaction.call.path}"
    request = f"{interaction.request.method} {interaction.request.url}"
    if interaction.failure is not None:
        return f"the {interaction.failure.kind} of {request}"
    return {
        Lack.ABANDONED: f"{request}, which was given up before its answer",
        Lack.PARTIAL: f"the body of {request}, which was left early",
    }.get(kind, f"the body sent with {request}, which is not text")


def _with_bodies(interaction: Interaction) -> Interaction:
    if isinstance(interaction, Invocation):
        return interaction
    request, response = interaction.request, interaction.response
    request = replace(request, body=read_body(request.body))
    if response is not None:
        response = replace(response, body=read_body(response.body))
    return replace(interaction, request=request, response=response)


def _encoded(interaction: Interaction) -> Interaction:
    """Return an exchange with the body of its request as it was sent."""
    if not isinstance(interaction, Exchange) or interaction.request.coding is None:
        return interaction
    request = interaction.request
    assert isinstance(request.body, bytes)
    body = b"".join(redo(request.coding or "", [request.body]))
    return replace(interaction, request=replace(request, body=body))
