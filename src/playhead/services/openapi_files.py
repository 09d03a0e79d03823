"""OpenAPI documents in JSON or YAML files, read as plain values, and the path templates in them.

The files may come from anywhere, so their size and depth are limited, and YAML is loaded safely.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from playhead.codecs.limits import DEFAULT, too_deep
from playhead.errors import FileUnreadable, UsageError
from playhead.text.files import JSON

__all__ = ["openapi_paths", "read_openapi"]

_MOST_BYTES = 64 * 1024 * 1024
_MOST_NODES = 2_000_000


def read_openapi(path: Path) -> object:
    """Return what is in the file.

    Raises `UsageError` if there is no file, and `FileUnreadable` if it is neither JSON nor YAML, larger than any such
    document, or nested deeper.
    """
    try:
        if path.stat().st_size > _MOST_BYTES:
            raise FileUnreadable(str(path), f"is larger than {_MOST_BYTES} bytes, as no OpenAPI document is.")
        data = path.read_bytes()
    except OSError as error:
        raise UsageError(f"{path} cannot be read ({error.strerror}): give the path of an OpenAPI document.") from error
    parsed = _parsed(data, path)
    if too_deep(parsed, DEFAULT.depth):
        raise FileUnreadable(str(path), f"is nested more than {DEFAULT.depth} deep, as no OpenAPI document is.")
    return parsed


def _parsed(data: bytes, path: Path) -> object:
    if data.lstrip()[:1] == b"{":
        try:
            return json.loads(data)
        except RecursionError:
            raise FileUnreadable(str(path), "is nested too deeply.") from None
        except ValueError as error:
            if path.suffix == JSON:
                raise FileUnreadable(str(path), f"is not readable as JSON: {error}.") from None
    return _plain(_from_yaml(data, path), [_MOST_NODES], path)


def _from_yaml(data: bytes, path: Path) -> object:
    try:
        import yaml
    except ImportError:
        raise UsageError(f"{path} is YAML, and reading that needs: pip install 'playhead[openapi]'") from None
    base: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    # A date in an example is a text, as it would be in JSON.
    resolvers = {
        letter: [pair for pair in pairs if pair[0] != "tag:yaml.org,2002:timestamp"]
        for letter, pairs in base.yaml_implicit_resolvers.items()
    }
    loader = type("Loader", (base,), {"yaml_implicit_resolvers": resolvers})
    try:
        return yaml.load(data, Loader=loader)
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        reason = " ".join(str(error).split())
        raise FileUnreadable(str(path), f"is not readable as YAML: {reason}.") from None


def _plain(value: object, left: list[int], path: Path) -> object:
    """As JSON has it: keys are texts (`200:` is a number in YAML). Aliases that multiply without end are refused."""
    left[0] -= 1
    if left[0] < 0:
        raise FileUnreadable(str(path), f"has more than {_MOST_NODES} parts: its aliases multiply without end.")
    try:
        if isinstance(value, Mapping):
            return {_key(key): _plain(item, left, path) for key, item in value.items()}
        if isinstance(value, list):
            return [_plain(item, left, path) for item in value]
    except RecursionError:
        raise FileUnreadable(str(path), "is nested too deeply, or holds itself.") from None
    return value


def _key(key: object) -> str:
    return ("true" if key else "false") if isinstance(key, bool) else str(key)


def openapi_paths(path: Path) -> tuple[str, ...]:
    """Return the path templates of a document, such as `/v1/users/{id}`, below the path of each server.

    Raises:
        FileUnreadable: The file is not an OpenAPI document (2.0, 3.0 or 3.1).
    """
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
