"""JSON by value: `1` is `1.0`, `true` is not `1`, and the order of members does not count.

Text that two parsers may read differently (a name twice in one object, NaN, a number beyond a double) does not have a
value here. `parse` refuses it, and it is compared byte by byte.
"""

from __future__ import annotations

import json
import math
from typing import NoReturn

__all__ = ["canonical", "parse"]


def parse(data: bytes | str) -> object:
    """Return the value; integral numbers are always `int`.

    Raises ValueError for text without a single meaning, or nested too deeply.
    """
    try:
        return json.loads(data, object_pairs_hook=_members, parse_float=_number, parse_constant=_constant)
    except RecursionError as error:
        raise ValueError("nested too deeply") from error


def canonical(value: object) -> str:
    """Return one text for all spellings of a value that `parse` returned."""
    try:
        return json.dumps(value, sort_keys=True, separators=(",", ":"))
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
