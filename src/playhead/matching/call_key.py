"""The key of a call's arguments: one text for all arguments that are equal by value.

Values compare as JSON does in requests: `1` is `1.0` but not `True`, and members have no order.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from json import encoder
from typing import Any

__all__ = ["by_value", "text_of"]


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
