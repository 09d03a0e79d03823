"""Cassettes of vcrpy, in the shapes that they have had since 2014; see https://vcrpy.readthedocs.io.

Old ones of httpx have `status_code` and `content`, those of pydantic-ai's serializer `parsed_body` in place of `body`.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from http import HTTPStatus

from playhead.formats.format import Foreign
from playhead.formats.parts import Unreadable, as_bytes, as_headers, as_mapping, as_status, as_text, as_url
from playhead.model.cassette import Exchange
from playhead.model.http import Request, Response

__all__ = ["NAME", "owns", "read"]

NAME = "vcrpy"


def owns(document: object) -> bool:
    """Return True if vcrpy wrote a document."""
    interactions = _interactions(document)
    if interactions is None:
        return False
    if not interactions:
        return isinstance(document, dict) and "version" in document
    first = interactions[0] if isinstance(interactions[0], dict) else {}
    request, response = first.get("request"), first.get("response")
    if not isinstance(request, dict) or "uri" not in request or not isinstance(response, dict):
        return False
    return isinstance(response.get("status"), dict) or "status_code" in response


def read(document: object) -> Foreign:
    """Return what a document of vcrpy holds."""
    exchanges = []
    for position, each in enumerate(_interactions(document) or ()):
        try:
            exchanges.append(_exchange(position + 1, as_mapping(each, "")))
        except Unreadable as error:
            raise error.under(f"interactions[{position}]") from None
    return Foreign(exchanges)


def _interactions(document: object) -> Sequence[object] | None:
    """Return the interactions; before version 1 they were the whole document."""
    found = document.get("interactions") if isinstance(document, dict) else document
    return found if isinstance(found, list) else None


def _exchange(number: int, interaction: Mapping[str, object]) -> Exchange:
    request = as_mapping(interaction.get("request"), "request")
    response = as_mapping(interaction.get("response"), "response")
    return Exchange(number, _request(request), _response(response))


def _request(request: Mapping[str, object]) -> Request:
    method = as_text(request.get("method"), "request.method")
    url = as_url(request.get("uri"), "request.uri")
    return Request(method, url, as_headers(request.get("headers"), "request.headers"), _body(request))


def _response(response: Mapping[str, object]) -> Response:
    line = response.get("status")
    parts = line if isinstance(line, dict) else {"code": response.get("status_code", line)}
    status, reason = parts.get("code"), parts.get("message")
    http = str(response.get("http_version") or "HTTP/1.1")
    headers = as_headers(response.get("headers"), "response.headers")
    code = as_status(status, "response.status.code")
    phrase = _phrase(code) if reason is None else as_text(reason, "response.status.message")
    return Response(code, phrase, http, headers, _body(response))


def _phrase(code: int) -> str:
    """Return the phrase of a code, which clients show where a cassette has none."""
    return HTTPStatus(code).phrase if code in set(HTTPStatus) else ""


def _body(side: Mapping[str, object]) -> bytes:
    """Return the bytes of a body: one by its own key, a parsed one, or that of an old cassette of httpx."""
    if "parsed_body" in side and not side.get("body"):
        return json.dumps(side["parsed_body"]).encode()
    body = side.get("body", side.get("content"))
    if isinstance(body, dict) and set(body) <= {"string", "encoding", "base64_string"}:
        body = body.get("string")
    return as_bytes(body)
