"""Reading a file of another tool, which is told from what it holds and not from its name."""

from __future__ import annotations

import json
from typing import NamedTuple

from playhead.errors import CassetteCorrupt, NotACassette
from playhead.formats import betamax, cassetter, go_vcr, har, ruby_vcr, vcrpy
from playhead.formats.format import Foreign, Format
from playhead.formats.parts import Unreadable
from playhead.formats.yaml_text import read_yaml

__all__ = ["FORMATS", "Reading", "read"]

FORMATS: tuple[Format, ...] = (vcrpy, cassetter, betamax, ruby_vcr, go_vcr, har)
"""The tools whose cassettes are read; the first that owns a document reads it."""


class Reading(NamedTuple):
    """The contents of a file, and the tool that wrote it."""

    format: Format
    foreign: Foreign


def read(data: bytes, path: str) -> Reading:
    """Return what a file of another tool holds.

    Raises:
        CassetteCorrupt: The file cannot be read, or what it holds is not as its tool writes it.
        NotACassette: No known tool wrote it.
    """
    tool = ""
    try:
        document = _document(data, path)
        for each in FORMATS:
            if each.owns(document):
                tool = each.NAME
                return Reading(each, each.read(document))
    except Unreadable as error:
        raise CassetteCorrupt(path, error.reason, place=error.place) from None
    except (ArithmeticError, AttributeError, LookupError, TypeError, ValueError) as error:
        if not tool:
            raise
        raise CassetteCorrupt(path, f"a value in it is not as {tool} writes it ({type(error).__name__})") from error
    known = ", ".join(each.NAME for each in FORMATS)
    raise NotACassette(path, f"it is neither playhead's nor of a tool that it reads ({known})")


def _document(data: bytes, path: str) -> object:
    if data.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] in (b"{", b"["):
        try:
            return json.loads(data.decode("utf-8-sig"))
        except UnicodeDecodeError as error:
            raise CassetteCorrupt(path, "it is not UTF-8", place=f"byte {error.start}") from None
        except RecursionError:
            raise Unreadable("it is nested too deeply") from None
        except ValueError:
            pass  # YAML may begin so too
    return read_yaml(data)
