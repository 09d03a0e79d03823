"""GraphQL and JSON-RPC have one URL for many operations: find the operation of a request, and errors inside a 200."""

from __future__ import annotations

import re
from collections.abc import Mapping

__all__ = ["FAILED", "failed_inside", "operation_of"]

FAILED = 1000
"""Added to the status of an answer with errors inside: 1200 is a 200 with errors."""

_NAMED = re.compile(r"\b(?:query|mutation|subscription)\s+([A-Za-z_]\w*)")
_KIND = re.compile(r"\s*(query|mutation|subscription)\b")
_FIRST_FIELD = re.compile(r"\{\s*(?:[A-Za-z_]\w*\s*:\s*)?([A-Za-z_]\w*)")
# Other query languages use braces too: PromQL's `up{job="x"}`, LogQL's `{job="x"}`.
_DOCUMENT = re.compile(r"(?:\s|#[^\n]*\n)*(?:(?:query|mutation|subscription|fragment)\b|\{\s*\w++\s*[\w({}:@])")
_COMMENT = re.compile(r"#[^\n]*")
_MOST_IN_A_BATCH = 4


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


def failed_inside(value: object) -> bool:
    """Return True if the JSON of an answer reports errors (GraphQL's `errors`, JSON-RPC's `error`)."""
    if isinstance(value, list):
        return any(failed_inside(each) for each in value if isinstance(each, dict))
    return isinstance(value, dict) and bool(value.get("errors") or value.get("error"))
