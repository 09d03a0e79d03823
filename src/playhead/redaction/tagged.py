"""Values of calls that JSON lacks, in the form in which redaction can search them: bytes as text, and tags kept.

`b"token=..."` is stored as `{"$": "bytes", "v": "<base64>"}`. In base64 no name and few values would be found. And
under a secret name the tag itself would be replaced, so that the value could not be read again.
"""

from __future__ import annotations

from base64 import b64decode, b64encode
from typing import Any

from playhead.model.call import Plain
from playhead.redaction.placeholder import mark_of, placeholder

__all__ = ["as_text", "with_tags"]

_BYTES = frozenset({"bytes", "bytearray", "text"})
_OF_THE_TYPE = frozenset({"$", "type", "zone", "dtype", "shape", "scalar", "any_case", "proxy", "fold"})
"""Members of a tagged value that describe its type, and are not searched."""

_WITH_MEMBERS = (list, dict)


def as_text(value: Plain) -> Plain:
    """Return the value with its bytes as text, and without the tags of other types."""
    if isinstance(value, list):
        return [as_text(item) if isinstance(item, _WITH_MEMBERS) else item for item in value]
    if not isinstance(value, dict):
        return value
    if "$" not in value:
        return {name: as_text(item) if isinstance(item, _WITH_MEMBERS) else item for name, item in value.items()}
    coded = _coded(value)
    if coded is not None:
        return coded.decode(_encoding(coded))
    members = _members(value)
    return members["v"] if _is_one(members) else as_text(members)


def with_tags(original: Plain, redacted: Any) -> Plain:  # noqa: ANN401  # of the same shape as `original`
    """Turn the redacted form of `as_text(original)` into a stored value again.

    A replaced value of another type than bytes becomes a text, since no date or number could be read from it.
    """
    if isinstance(original, list):
        return [with_tags(*each) for each in zip(original, redacted, strict=True)]
    if not isinstance(original, dict):
        result: Plain = redacted
        return result
    coded = _coded(original)
    if coded is not None:
        after = str(redacted).encode(_encoding(coded))
        return original if after == coded else {**original, "v": _in_base64(after)}
    members = _members(original)
    if "$" in original and _is_one(members):
        return original if redacted == members["v"] else with_tags(None, redacted)
    return {name: with_tags(item, redacted[name]) if name in members else item for name, item in original.items()}


def _members(value: dict[str, Plain]) -> dict[str, Plain]:
    """Return the members of a value that hold its content."""
    if "$" not in value:
        return value
    return {name: item for name, item in value.items() if name not in _OF_THE_TYPE}


def _is_one(members: dict[str, Plain]) -> bool:
    """Return True for a value, such as a date, that is written as one text or number."""
    return list(members) == ["v"] and not isinstance(members["v"], _WITH_MEMBERS)


def _coded(value: dict[str, Plain]) -> bytes | None:
    """Return the bytes of a value that is made of bytes, else `None`."""
    tag, text = value.get("$"), value.get("v")
    if not isinstance(tag, str) or tag not in _BYTES or not isinstance(text, str):
        return None
    try:
        return b64decode(text, validate=True)
    except ValueError:
        return None


def _in_base64(data: bytes) -> str:
    """Return the bytes in base64.

    A placeholder gets the base64 form in which it is found again, so that its number is not compared.
    """
    mark = mark_of(data.decode("latin-1"))
    return b64encode(data).decode() if mark is None else placeholder(mark.kind, mark.number, form="base64")


def _encoding(data: bytes) -> str:
    try:
        data.decode()
    except UnicodeDecodeError:
        return "latin-1"
    return "utf-8"
