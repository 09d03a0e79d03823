"""The path templates of an OpenAPI document (2.0, 3.0 or 3.1). Nothing else of it is looked at."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from urllib.parse import urlsplit

from playhead.errors import FileUnreadable
from playhead.services.documents.files import read_openapi

__all__ = ["openapi_paths"]


def openapi_paths(path: Path) -> tuple[str, ...]:
    """Such as `/v1/users/{id}`, below the path of each server. FileUnreadable if it is not such a document."""
    document = _document(path)
    paths = document.get("paths")
    if not isinstance(paths, dict):
        raise FileUnreadable(str(path), "is not an OpenAPI document: it has no `paths`. Give the path of another file.")
    bases = dict.fromkeys(_bases(document))
    return tuple(f"{base}{each}" for base in bases for each in paths if isinstance(each, str) and each.startswith("/"))


def _document(path: Path) -> Mapping[str, object]:
    document = read_openapi(path)
    if isinstance(document, dict):
        return document
    raise FileUnreadable(str(path), "is not an OpenAPI document: it is not an object. Give the path of another file.")


def _bases(document: Mapping[str, object]) -> Iterator[str]:
    base, servers = document.get("basePath", ""), document.get("servers")
    if not isinstance(servers, list) or not servers:
        yield base.rstrip("/") if isinstance(base, str) else ""
        return
    for server in servers:
        url = server.get("url", "") if isinstance(server, dict) else ""
        try:
            yield urlsplit(url if isinstance(url, str) else "").path.rstrip("/")
        except ValueError:
            yield ""
