"""Write a contract as an OpenAPI 3.1 document, for tools that read OpenAPI.

A contract does not hold media types of requests, request headers or security, so the document has none. OpenAPI cannot
express that a response has a body only sometimes.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from http import HTTPStatus
from urllib.parse import urlsplit

from playhead.contract.contract import Answers, Contract, Endpoint
from playhead.contract.requests import Key
from playhead.contract.shape import Shape
from playhead.contract.templates import templates
from playhead.openapi.shapes import schema_of
from playhead.text.media_types import may_be_json

__all__ = ["inferred"]

Parts = dict[str, object]

_METHODS = frozenset({"GET", "PUT", "POST", "DELETE", "OPTIONS", "HEAD", "PATCH", "TRACE"})
_FIELD = re.compile(r"\{([^{}/]*)\}")
_STATUSES = 1000
"""Answers with errors inside have this added to their status; the document has them under the plain status."""


def inferred(contract: Contract, *, title: str = "Inferred from recordings", version: str = "0") -> Parts:
    """Return the contract as an OpenAPI document.

    Endpoints with the same method and path are merged, whatever their hosts and GraphQL or JSON-RPC operations.

    Args:
        contract: The contract.
        title: The title of the API.
        version: The version of the API.
    """
    endpoints = _by_path(contract.renamed(templates(contract)))
    paths: dict[str, Parts] = {}
    for (path, method), endpoint in sorted(endpoints.items()):
        paths.setdefault(path, {})[method.lower()] = _operation(path, method, endpoint)
    document: Parts = {"openapi": "3.1.0", "info": {"title": title, "version": version}}
    servers = sorted({origin for each in contract.endpoints.values() if (origin := _origin(each.example))})
    if servers:
        document["servers"] = [{"url": url} for url in servers]
    return {**document, "paths": paths}


def _by_path(contract: Contract) -> dict[tuple[str, str], Endpoint]:
    """Merge endpoints by path and method. For OpenAPI, paths that differ only in names of fields are the same."""
    found: dict[tuple[str, str], Endpoint] = {}
    for key, endpoint in sorted(contract.endpoints.items()):
        if key.method in _METHODS:
            found.setdefault((_numbered(key), key.method), Endpoint()).absorb(endpoint)
    return found


def _numbered(key: Key) -> str:
    """Return the path with a different name for each field: `/users/{id}/orders/{id2}`."""
    count = 0

    def renamed(_: re.Match[str]) -> str:
        nonlocal count
        count += 1
        return "{id}" if count == 1 else f"{{id{count}}}"

    path = _FIELD.sub(renamed, key.path)
    return path if path.startswith("/") else f"/{path}"


def _origin(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}" if parts.scheme in ("http", "https") else ""


def _operation(path: str, method: str, endpoint: Endpoint) -> Parts:
    operation: Parts = {"operationId": _identifier(path, method)}
    parameters = [*_path_parameters(path), *_query_parameters(endpoint)]
    if parameters:
        operation["parameters"] = parameters
    if endpoint.body.total:
        schema = schema_of(endpoint.body)
        operation["requestBody"] = {
            "required": endpoint.body.total >= endpoint.query.count,
            # A contract does not hold the media types of requests.
            "content": {"application/json": {"schema": schema}, "*/*": {"schema": schema}},
        }
    operation["responses"] = _responses(endpoint)
    return operation


def _identifier(path: str, method: str) -> str:
    """Return a unique name: characters that are not letters or digits are replaced by their code points."""
    words = re.sub(r"[^A-Za-z0-9/]", lambda found: f"_{ord(found[0]):x}_", _FIELD.sub(r"\1", path))
    return method.lower() + words.replace("/", "__")


def _path_parameters(path: str) -> Iterable[Parts]:
    for name in _FIELD.findall(path):
        yield {"name": name, "in": "path", "required": True, "schema": {"type": "string"}}


def _query_parameters(endpoint: Endpoint) -> Iterable[Parts]:
    query = endpoint.query
    for name, shape in sorted(query.fields.items()):
        yield {"name": name, "in": "query", "required": shape.total >= query.count, "schema": schema_of(shape)}
    if query.entries is not None:
        schema = {"type": "object", "additionalProperties": {"type": "string"}}
        yield {"name": "further", "in": "query", "style": "form", "explode": True, "schema": schema}


def _responses(endpoint: Endpoint) -> Parts:
    """Return the answers to all kinds of questions by status; `default` if only failures were recorded."""
    by_status: dict[int, Answers] = {}
    for question in endpoint.questions.values():
        for status, answers in question.answers.items():
            by_status.setdefault(status % _STATUSES, Answers()).absorb(answers)
    if not by_status:
        return {"default": {"description": "No answer was recorded."}}
    return {str(status): _response(status, answers) for status, answers in sorted(by_status.items())}


def _response(status: int, answers: Answers) -> Parts:
    response: Parts = {"description": _phrase(status)}
    headers = {
        name: {"required": tally.count >= answers.samples, "schema": {"type": "string"}}
        for name, tally in sorted(answers.headers.items())
    }
    if headers:
        response["headers"] = headers
    content = {media or "*/*": {"schema": _body(media, answers)} for media in sorted(_media(answers))}
    if content:
        response["content"] = content
    return response


def _media(answers: Answers) -> set[str]:
    return set(answers.media)


def _body(media: str, answers: Answers) -> Parts:
    """Return the schema of a JSON body. Streams of events or lines, and other bodies, have none."""
    shape: Shape | None = answers.bodies.get("")
    return schema_of(shape) if shape is not None and (may_be_json(media) or not media) else {}


def _phrase(status: int) -> str:
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return f"Status {status}"
