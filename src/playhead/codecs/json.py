"""The `.json` encoding of cassettes, for people and for git."""

from __future__ import annotations

import json
import re

from playhead.codecs.document import cassette_of, document_of, folder_of, parsed_in
from playhead.codecs.faults import reading, writing
from playhead.codecs.foreign import of_another, tool_of_yaml
from playhead.codecs.layout import lay_out
from playhead.codecs.limits import DEFAULT, Limits
from playhead.codecs.malformed import Malformed
from playhead.codecs.parsed import Parsed
from playhead.codecs.styles import refuse_constant
from playhead.errors import CassetteCorrupt
from playhead.model.cassette import Cassette
from playhead.model.collector import collector_paused

__all__ = ["decode", "decode_parsed", "encode"]

_SURROGATE = re.compile(r"\\u[dD][89a-fA-F]")
_CONFLICT = re.compile(r"^(<<<<<<< |>>>>>>> )", re.MULTILINE)


def encode(cassette: Cassette, *, limits: Limits = DEFAULT) -> bytes:
    """Return the file of a cassette. Raises UsageError if it holds what could not be read again."""
    with collector_paused(), writing("file"):
        encoded = _utf8(lay_out(document_of(cassette, limits)))
        _expect_small(encoded, limits)
    return encoded


def decode(data: bytes, path: str = "", *, folder: str | None = None, limits: Limits = DEFAULT) -> Cassette:
    """Return the cassette in a file's bytes.

    Interactions are built, and fully checked, when they are looked at; that may raise CassetteCorrupt too.

    Args:
        data: The bytes of the file.
        path: The file, for errors: CassetteCorrupt, NotACassette or UnsupportedVersion.
        folder: The folder that files of bodies are below; that of `path` by default.
        limits: The caps on what is read.
    """
    with reading(path):
        _expect_small(data, limits)
        with collector_paused():
            return cassette_of(_parse(data, path), path, folder_of(path) if folder is None else folder, limits)


def decode_parsed(data: bytes, path: str, folder: str, *, limits: Limits = DEFAULT) -> list[Parsed]:
    """Return the interactions in a file's bytes with the values of their bodies.

    It takes the arguments of `decode`. Of the errors only the class is the same, and whether there is one, except for
    faults in the values, which are not looked for.
    """
    with reading(path):
        _expect_small(data, limits)
        with collector_paused():
            return parsed_in(_parse(data, path), path, folder, limits)


def _utf8(readable: str) -> bytes:
    try:
        return readable.encode()
    except UnicodeEncodeError:
        raise Malformed("it holds half of a surrogate pair") from None


def _expect_small(data: bytes, limits: Limits) -> None:
    if len(data) > limits.size_bytes:
        raise Malformed(f"larger than {limits.size_bytes} bytes")


def _parse(data: bytes, path: str) -> object:
    try:
        readable = data.decode("utf-8-sig")
        document = json.loads(readable, parse_constant=refuse_constant)
        if _SURROGATE.search(readable):
            json.dumps(document, ensure_ascii=False).encode()
    except UnicodeDecodeError as error:
        raise CassetteCorrupt(path, "it is not UTF-8", place=f"byte {error.start}") from None
    except UnicodeEncodeError:
        raise Malformed("it holds half of a surrogate pair") from None
    except json.JSONDecodeError as error:
        raise _no_json(readable, error, path) from None
    except RecursionError:
        raise Malformed("it is nested too deeply") from None
    except Malformed:
        raise
    except ValueError:
        raise Malformed("a number in it is too long") from None
    return document


def _no_json(readable: str, error: json.JSONDecodeError, path: str) -> CassetteCorrupt:
    """Return the error for a text that is not JSON: it is YAML of another tool, or broken."""
    if (tool := tool_of_yaml(readable)) is not None:
        return of_another(tool, path)
    reason = "it holds the marks of a merge conflict" if _CONFLICT.search(readable) else error.msg
    return CassetteCorrupt(path, reason, place=f"line {error.lineno} column {error.colno}")
