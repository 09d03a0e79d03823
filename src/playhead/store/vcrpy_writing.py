"""Interactions as YAML of vcrpy, which holds requests and whole responses, and neither times nor tests."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from playhead.codecs.coding import redo
from playhead.errors import UsageError
from playhead.model.call import Invocation
from playhead.model.cassette import Exchange, Interaction
from playhead.model.http import Headers, Request, Response, with_length

__all__ = ["as_vcrpy"]


def as_vcrpy(interactions: Iterable[Interaction], path: str) -> bytes:
    """Return the text of a cassette of vcrpy.

    Raises `UsageError` for an interaction that it cannot hold: a call, a failure, or a response that is not whole.
    """
    import yaml

    document = {"interactions": [_entry(each, path) for each in interactions], "version": 1}
    dumper = getattr(yaml, "CSafeDumper", yaml.SafeDumper)
    text: str = yaml.dump(document, Dumper=dumper, allow_unicode=True)
    return text.encode("utf-8", "surrogatepass")


def _entry(interaction: Interaction, path: str) -> Mapping[str, object]:
    if isinstance(interaction, Invocation):
        raise _refusal(path, f"the call {interaction.call.path}")
    what = f"{interaction.request.method} {interaction.request.url}"
    if interaction.failure is not None:
        raise _refusal(path, f"the {interaction.failure.kind} of {what}")
    if interaction.response is None:
        raise _refusal(path, f"{what}, which was given up before its answer")
    if not interaction.response.complete:
        raise _refusal(path, f"the body of {what}, which was left early")
    return {
        "request": _request(interaction.request, path),
        "response": _response(interaction, interaction.response, path),
    }


def _refusal(path: str, what: str) -> UsageError:
    return UsageError(
        f"{path} is of vcrpy's format, which cannot hold {what}: leave that out, or record in playhead's own format, "
        'without format="vcrpy".'
    )


def _request(request: Request, path: str) -> Mapping[str, object]:
    body = _bytes(request.body, f"the body of {request.method} {request.url}, which is in a file", path)
    if request.coding is not None:
        body = b"".join(redo(request.coding, [body]))
    return {
        "method": request.method,
        "uri": request.url,
        "body": _text(body),
        "headers": _headers(request.headers),
    }


def _response(exchange: Exchange, response: Response, path: str) -> Mapping[str, object]:
    what = f"the answer to {exchange.request.method} {exchange.request.url}, whose body is in a file"
    body, headers = _bytes(response.body, what, path), response.headers
    if response.coding is not None and exchange.request.method != "HEAD" and response.status not in (204, 304):
        body = b"".join(redo(response.coding, [body]))
        headers = with_length(headers, len(body))
    return {
        "status": {"code": response.status, "message": response.reason},
        "headers": _headers(headers),
        "body": {"string": _text(body)},
    }


def _bytes(body: object, what: str, path: str) -> bytes:
    if isinstance(body, bytes):
        return body
    raise _refusal(path, what)


def _text(body: bytes) -> str | bytes:
    """Return a body as vcrpy writes it: as text where it is some, else as bytes."""
    try:
        return body.decode()
    except UnicodeDecodeError:
        return body


def _headers(headers: Headers) -> Mapping[str, list[str]]:
    found: dict[str, list[str]] = {}
    for name, value in headers:
        found.setdefault(name, []).append(value)
    return found
