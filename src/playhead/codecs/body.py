"""Bodies in a document: shown as a JSON value, lines of text, base64, bytes (in msgpack) or the name of a file."""

from __future__ import annotations

import binascii
import re

from playhead.codecs.coding import CODINGS
from playhead.codecs.limits import DEFAULT, Limits
from playhead.codecs.malformed import Malformed, expect_known, mapping, rows, text, whole
from playhead.codecs.styles import recognise, render
from playhead.model.http import BodyFile

__all__ = ["Body", "Shown", "body_of", "show_bytes", "show_readable"]

Body = bytes | BodyFile
Shown = dict[str, object]

_NOT_TEXT = re.compile("[\x00-\x08\x0b\x0e-\x1a\x1c-\x1f\x7f]")
_KINDS = ("json", "text", "base64", "bytes", "file")
_KNOWN = frozenset({*_KINDS, "style", "coding", "size"})
_FILE_NAME = re.compile(r"bodies/([0-9a-f]{64})\.bin")


def show_readable(body: Body, limits: Limits = DEFAULT) -> Shown:
    """Show a body to people.

    It is `json` only if a style gives back its very bytes, else `text`, or `base64` for bytes that are not text.
    """
    if isinstance(body, BodyFile):
        return _show_file(body)
    recognised = recognise(body, limits)
    if recognised is not None:
        return {"json": recognised[0], "style": recognised[1]}
    try:
        decoded = body.decode()
    except UnicodeDecodeError:
        return _show_base64(body)
    return _show_base64(body) if _NOT_TEXT.search(decoded) else {"text": decoded.split("\n")}


def show_bytes(body: Body) -> Shown:
    """Show a body in an encoding that has bytes."""
    return _show_file(body) if isinstance(body, BodyFile) else {"bytes": body}


def body_of(shown: object, folder: str, limits: Limits = DEFAULT) -> tuple[Body, str | None]:
    """Return the body that is shown, and its coding.

    Args:
        shown: The body as a document has it. Raises Malformed if it is not a body.
        folder: The folder that names of files are relative to.
        limits: The caps on what is read.
    """
    parts = mapping(shown, "")
    # Most bodies are of these two kinds, and each replayed request waits for one.
    if len(parts) == 1 and type(data := parts.get("bytes")) is bytes:
        return data, None
    if len(parts) == 2 and "json" in parts and type(style := parts.get("style")) is str:
        return render(parts["json"], style, limits), None
    expect_known(parts, _KNOWN, "")
    kinds = [kind for kind in _KINDS if kind in parts]
    if len(kinds) != 1:
        raise Malformed(f"one of {', '.join(_KINDS)} is expected")
    return _read(kinds[0], parts, folder, limits), _coding(parts.get("coding"))


def _read(kind: str, parts: Shown, folder: str, limits: Limits) -> Body:
    value = parts[kind]
    if kind == "json":
        return render(value, text(parts.get("style", "compact"), "style"), limits)
    if kind == "text":
        return _from_lines(rows(value, "text"))
    if kind == "base64":
        return _from_base64(text(value, "base64"))
    if kind == "file":
        return _from_file(text(value, "file"), parts.get("size"), folder)
    return _from_bytes(value)


def _show_base64(body: bytes) -> Shown:
    return {"base64": binascii.b2a_base64(body, newline=False).decode()}


def _show_file(body: BodyFile) -> Shown:
    return {"file": body.name, "size": body.size_bytes}


def _coding(value: object) -> str | None:
    if value is None:
        return None
    coding = text(value, "coding")
    if coding.strip().lower() not in CODINGS:
        raise Malformed(f"the coding is unknown; known are {', '.join(CODINGS)}", "coding")
    return coding


def _from_lines(lines: list[object]) -> bytes:
    try:
        return "\n".join([text(line, "text") for line in lines]).encode()
    except UnicodeEncodeError:
        raise Malformed("it holds half of a surrogate pair", "text") from None


def _from_base64(encoded: str) -> bytes:
    try:
        return binascii.a2b_base64(encoded.encode("ascii"), strict_mode=True)
    except (binascii.Error, UnicodeEncodeError):
        raise Malformed("it is not base64", "base64") from None


def _from_bytes(value: object) -> bytes:
    if type(value) is bytes:
        return value
    raise Malformed("bytes are expected", "bytes")


def _from_file(name: str, size: object, folder: str) -> BodyFile:
    named = _FILE_NAME.fullmatch(name)
    if named is None:
        raise Malformed("a file of a body is called bodies/<sha256>.bin", "file")
    return BodyFile(name, named[1], whole(size, "size"), folder)
