"""Check one exchange against a document: every rule that its request or answer breaks, with operation and place."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from urllib.parse import parse_qs, urlsplit

from playhead.contract.streams import documents
from playhead.model.cassette import Exchange
from playhead.model.http import BodyFile, Headers, Request, Response, header_values
from playhead.openapi.document import Document, Node
from playhead.openapi.operations import Found, Operation, Operations
from playhead.openapi.schemas import MessageKind
from playhead.openapi.validators import Mistake, Validators
from playhead.openapi.values import is_open, text_mistakes
from playhead.text.media_types import CSV, JSON_LINES, content_type, essence, is_xml, may_be_json

__all__ = ["Checker", "Violation"]

Read = Callable[[BodyFile], bytes]

_BODILESS = frozenset({204, 205, 304})


@dataclass(frozen=True, slots=True)
class Violation:
    """A rule of the catalogue that an exchange breaks. `keyword` distinguishes violations at the same place."""

    rule: str
    operation: str
    place: str
    wanted: str
    found: str
    keyword: str = ""


class Checker:
    """Checks exchanges against one document; `read` returns the bytes of a body that is a file."""

    def __init__(self, document: Document, read: Read) -> None:
        self._document = document
        self._validators = Validators(document)
        self._read = read
        self.operations = Operations(document)

    def check(self, exchange: Exchange, found: Found) -> Iterator[Violation]:
        """Yield the violations of an exchange at a path of the document.

        Requests that were refused (4xx) are not checked: they may have been wrong on purpose.
        """
        request, response = exchange.request, exchange.response
        operation = found.operation
        if operation is None:
            if request.method != "OPTIONS":
                yield Violation(
                    "openapi-method-unknown", f"{request.method} {found.template}", "method", "", request.method
                )
            return
        if response is None or response.status < 400:
            yield from self._of_request(operation, request, found.fields)
        if response is not None:
            yield from self._of_response(operation, request.method, response, whole=exchange.failure is None)

    def _of_request(self, operation: Operation, request: Request, fields: dict[str, str]) -> Iterator[Violation]:
        yield from self._of_parameters(operation, request.url, fields)
        declared = operation.node.child("requestBody")
        if declared is None:
            return
        body = self._bytes(request.body)
        if not body:
            if declared.get("required") is True:
                yield Violation("openapi-request-invalid", str(operation), "request /", "a body", "none", "required")
            return
        media = essence(content_type(request.headers))
        yield from self._of_content(operation, "request", declared, media, body, "request ")

    def _of_parameters(self, operation: Operation, url: str, fields: dict[str, str]) -> Iterator[Violation]:
        query = parse_qs(urlsplit(url).query, keep_blank_values=True)
        parameters = list(operation.parameters())
        for parameter in parameters:
            yield from self._of_parameter(operation, parameter, query, fields)
        listed = [each for each in parameters if each.get("in") == "query"]
        if not any(map(is_open, listed)):
            for name in query.keys() - {str(each.get("name")) for each in listed}:
                place = f"query.{name}"
                yield Violation("openapi-parameter-unknown", str(operation), place, "no such parameter", "there")

    def _of_parameter(
        self, operation: Operation, parameter: Node, query: dict[str, list[str]], fields: dict[str, str]
    ) -> Iterator[Violation]:
        name, where = str(parameter.get("name")), str(parameter.get("in"))
        in_path = [fields[name]] if name in fields else None
        sent = {"query": query.get(name), "path": in_path}.get(where)
        place = f"{where}.{name}"
        if sent:
            for mistake in text_mistakes(self._validators, parameter, "request", sent):
                yield _told("openapi-parameter-invalid", operation, place, mistake)
        elif where == "query" and parameter.get("required") is True and not is_open(parameter):
            yield Violation("openapi-parameter-missing", str(operation), place, "required", "absent")

    def _of_response(
        self, operation: Operation, method: str, response: Response, *, whole: bool
    ) -> Iterator[Violation]:
        declared = _declared(operation, response.status)
        if declared is None:
            if response.status < 500 and response.status not in (304, 429):
                known = ", ".join(name for name, _ in _responses(operation)) or "none"
                status = str(response.status)
                yield Violation("openapi-status-unknown", str(operation), "status", known, status, status)
            return
        prefix = "" if response.status < 300 else f"{response.status} "
        yield from self._of_headers(operation, declared, response.headers, prefix)
        if method == "HEAD" or response.status in _BODILESS or not response.complete or not whole:
            return
        body = self._bytes(response.body)
        if body:
            media = essence(content_type(response.headers))
            yield from self._of_content(operation, "response", declared, media, body, prefix)
        elif _content(declared):
            wanted = " or ".join(name for name, _ in _content(declared))
            yield Violation("openapi-response-invalid", str(operation), f"{prefix}/", wanted, "no body", "content")

    def _of_headers(self, operation: Operation, declared: Node, headers: Headers, prefix: str) -> Iterator[Violation]:
        listed = declared.child("headers")
        for name, header in listed.children() if listed is not None else ():
            place, texts = f"{prefix}header.{name.lower()}", list(header_values(headers, name.lower()))
            if name.lower() == "content-type":  # described by the content (OpenAPI: response object)
                continue
            if not texts and header.get("required") is True:
                yield Violation("openapi-header-missing", str(operation), place, "required", "absent")
            for mistake in text_mistakes(self._validators, header, "response", texts) if texts else ():
                yield _told("openapi-header-invalid", operation, place, mistake)

    def _of_content(
        self, operation: Operation, kind: MessageKind, declared: Node, media: str, body: bytes, prefix: str
    ) -> Iterator[Violation]:
        content = dict(_content(declared))
        if not content:
            return
        name = next((name for name in _ranges(media) if name in content), None)
        if name is None:
            place = f"{prefix}header.content-type"
            yield Violation(f"openapi-{kind}-media", str(operation), place, " or ".join(content), media or "none")
            return
        schema = content[name].schema("schema")
        if schema is None or not _has_values(media):
            return
        for _, value in documents(body, media):
            for mistake in self._validators.mistakes(schema, kind, value):
                about_format = mistake.keyword == "format" and kind == "response"
                rule = f"openapi-{kind}-{'format' if about_format else 'invalid'}"
                yield _told(rule, operation, f"{prefix}{mistake.place}", mistake)

    def _bytes(self, body: bytes | BodyFile) -> bytes:
        return self._read(body) if isinstance(body, BodyFile) else body


def _has_values(media: str) -> bool:
    """Return True if a schema describes the values in a body. Of a text or a stream it describes the text."""
    return may_be_json(media) or is_xml(media) or media in JSON_LINES or media in (CSV, "")


def _told(rule: str, operation: Operation, place: str, mistake: Mistake) -> Violation:
    return Violation(rule, str(operation), place, mistake.wanted, mistake.found, mistake.keyword)


def _responses(operation: Operation) -> list[tuple[str, Node]]:
    responses = operation.node.child("responses")
    return list(responses.children()) if responses is not None else []


def _declared(operation: Operation, status: int) -> Node | None:
    declared = dict(_responses(operation))
    names = (str(status), f"{status // 100}XX", f"{status // 100}xx", "default")
    return next((declared[name] for name in names if name in declared), None)


def _content(declared: Node) -> list[tuple[str, Node]]:
    """Return the media types of a body, without their parameters, each with the node below it."""
    content = declared.child("content")
    return [(essence(name), node) for name, node in content.children()] if content is not None else []


def _ranges(media: str) -> Iterator[str]:
    """Yield a media type and the ranges that contain it, the narrowest first."""
    yield from (media, f"{media.partition('/')[0]}/*", "*/*", "*")
