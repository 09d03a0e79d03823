"""JSON by value: `1` is `1.0`, `true` is not `1`, and the order of members does not count.

Text that two parsers may read differently (a name twice in one object, NaN, a number beyond a double) does not have a
value here. `parse` refuses it, and it is compared byte by byte. Arguments of calls, which are values already, have
`text_of` for the same equality.
"""

from __future__ import annotations

import json
import math
from collections.abc import Callable
from json import encoder
from typing import Any, NoReturn

__all__ = ["by_value", "canonical", "parse", "text_of"]


def parse(data: bytes | str) -> object:
    """Return the value; integral numbers are always `int`.

    Raises ValueError for text without a single meaning, or nested too deeply.
    """
    text = data if isinstance(data, str) else data.decode(json.detect_encoding(data), "surrogatepass")
    try:
        return _DECODER.decode(text)
    except RecursionError as error:
        raise ValueError("nested too deeply") from error


def canonical(value: object) -> str:
    """Return one text for all spellings of a value that `parse` returned."""
    try:
        return _write(value)
    except RecursionError as error:
        raise ValueError("nested too deeply") from error


def _members(pairs: list[tuple[str, object]]) -> dict[str, object]:
    members = dict(pairs)
    if len(members) != len(pairs):
        raise ValueError("a name stands twice in one object")
    return members


def _number(literal: str) -> int | float:
    number = float(literal)
    if math.isinf(number):
        raise ValueError("a number beyond a double")
    return int(number) if number.is_integer() else number


def _constant(literal: str) -> NoReturn:
    raise ValueError(f"{literal} is not JSON")


_DECODER = json.JSONDecoder(object_pairs_hook=_members, parse_float=_number, parse_constant=_constant)


def _writer() -> Callable[[object], str]:
    """Return a writer of JSON. In CPython it reuses one C encoder: making it takes longer than writing a value."""
    make: Any = getattr(encoder, "c_make_encoder", None)
    if make is None:
        return json.JSONEncoder(sort_keys=True, separators=(",", ":")).encode
    encode = make(None, None, encoder.encode_basestring_ascii, None, ":", ",", True, False, True)
    return lambda value: "".join(encode(value, 0))


_write = _writer()


def text_of(value: object) -> str:
    """Return the text of a plain value."""
    text = _write(value)
    # Only a whole float has two spellings, and that of Python ends in .0 or has an exponent.
    return _write(by_value(value)) if ".0" in text or "e+" in text else text


def by_value(value: object) -> object:
    """Return the value with whole numbers spelled in one way."""
    if isinstance(value, dict):
        return {name: by_value(item) for name, item in value.items()}
    if isinstance(value, list | tuple):
        return [by_value(item) for item in value]
    return int(value) if isinstance(value, float) and value.is_integer() else value
