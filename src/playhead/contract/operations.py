"""Services with one URL for many operations: find the operation of a request, and errors inside a 200.

GraphQL and JSON-RPC name the operation in the body, which `operation_of` reads, and answer errors with 200. SOAP and
AWS name it in a header or in the parameter `Action`, which `action_of` reads, and answer with the usual statuses.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from playhead.contract.looks import look_of
from playhead.model.http import Headers, header_value
from playhead.text.media_types import FORM, content_type, essence, parameter

__all__ = ["FAILED", "action_of", "failed_inside", "operation_of", "plain_status"]

FAILED = 1000
"""Added to the status of an answer with errors inside: 1200 is a 200 with errors."""

_NAMED = re.compile(r"\b(?:query|mutation|subscription)\s+([A-Za-z_]\w*)")
_KIND = re.compile(r"\s*(query|mutation|subscription)\b")
_FIRST_FIELD = re.compile(r"\{\s*(?:[A-Za-z_]\w*\s*:\s*)?([A-Za-z_]\w*)")
# Other query languages use braces too: PromQL's `up{job="x"}`, LogQL's `{job="x"}`.
_DOCUMENT = re.compile(r"(?:\s|#[^\n]*\n)*(?:(?:query|mutation|subscription|fragment)\b|\{\s*\w++\s*[\w({}:@])")
_COMMENT = re.compile(r"#[^\n]*")
_MOST_IN_A_BATCH = 4
_ACTION = "Action"
_IDENTIFIER = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,63}")
_TARGET = re.compile(r"[!-~]{1,200}")


def operation_of(body: object, query: Mapping[str, object]) -> str:
    """Return the name of the operation that a request asks for, or `""`.

    A batch is named after its methods, a GraphQL document without a name after its first field.

    Args:
        body: The parsed JSON of the request.
        query: Its query parameters, which hold GraphQL sent with GET.
    """
    if isinstance(body, list):
        names = sorted({name for each in body if (name := operation_of(each, {}))})
        return "+".join(names[:_MOST_IN_A_BATCH])
    if not isinstance(body, dict):
        return _graphql(query) if _is_document(query.get("query")) else ""
    if "jsonrpc" in body:
        method = body.get("method")
        return method if isinstance(method, str) else ""
    return _graphql(body)


def _is_document(text: object) -> bool:
    return isinstance(text, str) and _DOCUMENT.match(text) is not None


def _graphql(parts: Mapping[str, object]) -> str:
    text, name = parts.get("query"), parts.get("operationName")
    if not _is_document(text):
        persisted = "extensions" in parts or "variables" in parts
        return name if isinstance(name, str) and persisted else ""
    if isinstance(name, str) and name:
        return name
    bare = _COMMENT.sub("", str(text))
    if named := _NAMED.search(bare):
        return named[1]
    kind, field = _KIND.match(bare), _FIRST_FIELD.search(bare)
    return f"{kind[1] if kind else 'query'} {field[1]}" if field else ""


def action_of(headers: Headers, query: Mapping[str, object], body: object) -> str:
    """Return the operation that a header names or, in AWS's query protocol, the parameter `Action`; or `""`.

    The headers are `X-Amz-Target` (AWS's JSON protocols), `SOAPAction` (SOAP 1.1, 6.1.1), and the parameter `action` of
    the content type (SOAP 1.2). A value that may be data is no operation.

    Args:
        headers: The request headers.
        query: The query parameters.
        body: The parsed body; of a form, its fields.
    """
    media = content_type(headers)
    named = (
        header_value(headers, "x-amz-target"),
        header_value(headers, "soapaction"),
        (parameter(media, "action") or "") if essence(media) == "application/soap+xml" else "",
    )
    target = next((text for each in named if (text := each.strip().strip('"'))), "")
    if _TARGET.fullmatch(target):
        return target
    fields = body if essence(media) == FORM and isinstance(body, Mapping) else {}
    action = fields.get(_ACTION, query.get(_ACTION))
    return action if isinstance(action, str) and _IDENTIFIER.fullmatch(action) and not look_of(action) else ""


def plain_status(status: int) -> int:
    """Return a status without `FAILED` where it is one of errors anyway: 401 for 1401, but 1200 for 1200."""
    return status - FAILED if 300 + FAILED <= status < 600 + FAILED else status


def failed_inside(value: object) -> bool:
    """Return True if the JSON of an answer reports errors (GraphQL's `errors`, JSON-RPC's `error`)."""
    if isinstance(value, list):
        return any(failed_inside(each) for each in value if isinstance(each, dict))
    return isinstance(value, dict) and bool(value.get("errors") or value.get("error"))
