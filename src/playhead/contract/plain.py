"""Convert contracts to plain values (objects, lists, strings, numbers) and back: contract files, version 1.

Zero and empty values have no key, and keys are sorted, so that equal contracts give equal values. The places of
recordings are left out.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from math import isfinite
from sys import float_info
from typing import TypeVar

from playhead.codecs.limits import too_deep
from playhead.contract.answers import Answers
from playhead.contract.contract import Contract, Endpoint, Question
from playhead.contract.fold import DEEPEST
from playhead.contract.latency import Latency
from playhead.contract.requests import Key
from playhead.contract.shape import Fields, Shape
from playhead.text.files import CONTRACT_KEY

__all__ = ["Malformed", "contract_of", "plain_of"]


VERSION = 1
DEEPEST_PLAIN = 4 * DEEPEST + 24
"""One level of JSON takes up to four levels of the file: a shape, its variants, one variant's fields, and a field."""

_MOST = 2**63 - 1
Plain = dict[str, object]
T = TypeVar("T")

_KINDS = (
    "null", "false", "true", "integer", "beyond_2_53", "whole_float", "fraction", "empty_string", "string",
    "empty_object", "empty_array", "object", "array",
)  # fmt: skip
"""The names of `Shape.counts`, in its order."""


class Malformed(ValueError):
    """The values are not a contract; `str()` says why."""


def plain_of(contract: Contract) -> Plain:
    """Convert a contract to plain values. It must have been finished."""
    return {
        CONTRACT_KEY: VERSION,
        "templates": sorted(contract.templates),
        "endpoints": [_endpoint(key, contract.endpoints[key]) for key in sorted(contract.endpoints)],
    }


def _endpoint(key: Key, endpoint: Endpoint) -> Plain:
    named = {name: text for name, text in key._asdict().items() if text or name != "operation"}
    return {
        **named,
        "example": endpoint.example,
        **_full(
            query=_fields(endpoint.query),
            body=_shape(endpoint.body),
            questions={text: _question(each) for text, each in sorted(endpoint.questions.items())},
        ),
    }


def _question(question: Question) -> Plain:
    return _full(
        answers={str(status): _answers(each) for status, each in sorted(question.answers.items())},
        unchecked=_sorted(question.unchecked),
    )


def _answers(answers: Answers) -> Plain:
    return _full(
        samples=answers.samples,
        read=answers.read,
        filled=answers.filled,
        media=_sorted(answers.media),
        headers=_sorted(answers.headers),
        notices=_sorted(answers.notices),
        versions={name: _sorted(values) for name, values in sorted(answers.versions.items())},
        locations=_sorted(answers.locations),
        bodies={event: _shape(shape) for event, shape in sorted(answers.bodies.items())},
        head_steps=_steps(answers.latency.head),
        end_steps=_steps(answers.latency.end),
    )


def _shape(shape: Shape) -> Plain:
    return _full(
        samples=shape.samples,
        **{name: count for name, count in zip(_KINDS, shape.counts, strict=True) if count},
        range=[_number(shape.low), _number(shape.high)] if shape.low <= shape.high else [],
        words=_sorted(shape.words),
        spilled=shape.spilled,
        items=_shape(shape.items) if shape.items is not None else None,
        variants={tag: _fields(fields) for tag, fields in sorted(shape.variants.items())},
    )


def _fields(fields: Fields) -> Plain:
    return _full(
        count=fields.count,
        samples=fields.samples,
        crowded=fields.crowded,
        fields={name: _shape(shape) for name, shape in sorted(fields.fields.items())},
        entries=_shape(fields.entries) if fields.entries is not None else None,
    )


def _full(**parts: object) -> Plain:
    return {name: part for name, part in parts.items() if part}


def _sorted(values: Mapping[str, T]) -> dict[str, T]:
    return {name: values[name] for name in sorted(values) if values[name]}


def _steps(counts: Counter[int]) -> dict[str, int]:
    return {str(step): counts[step] for step in sorted(counts)}


def _number(value: float) -> float:
    # Always a float: 1 and 1.0 are equal, and it depends on the order which of them is kept.
    try:
        number = float(value)
    except OverflowError:  # an integer of hundreds of digits
        number = float_info.max if value > 0 else -float_info.max
    return number if isfinite(number) else float_info.max if number > 0 else -float_info.max


def contract_of(plain: Plain) -> Contract:
    """Convert plain values to a contract.

    Raises:
        Malformed: The values are not a contract.
    """
    if too_deep(plain, DEEPEST_PLAIN):
        raise Malformed(f"it is nested more than {DEEPEST_PLAIN} deep")
    try:
        endpoints = {_key(each): _read_endpoint(each) for each in _rows(plain.get("endpoints"))}
        templates = frozenset(map(_text, _list(plain.get("templates", []))))
    except (KeyError, TypeError, AttributeError, ValueError, OverflowError, RecursionError) as error:
        raise Malformed(f"it is not laid out as a contract ({type(error).__name__}: {error})") from None
    return Contract(endpoints, templates)


def _key(plain: Plain) -> Key:
    method, host, path = (_text(plain[name]) for name in ("method", "host", "path"))
    return Key(method, host, path, _text(plain.get("operation", "")))


def _read_endpoint(plain: Plain) -> Endpoint:
    return Endpoint(
        _text(plain.get("example", "")),
        _read_fields(_map(plain.get("query", {}))),
        _read_shape(_map(plain.get("body", {}))),
        _each(plain.get("questions", {}), _read_question),
    )


def _read_question(plain: Plain) -> Question:
    answers = _each(plain.get("answers", {}), _read_answers)
    return Question({int(status): each for status, each in answers.items()}, _counter(plain.get("unchecked", {})))


def _read_answers(plain: Plain) -> Answers:
    counters = (_counter(plain.get(name, {})) for name in ("media", "headers", "locations"))
    media, headers, locations = counters
    steps = [
        Counter({int(step): count for step, count in _counter(plain.get(name, {})).items()})
        for name in ("head_steps", "end_steps")
    ]
    return Answers(
        _count(plain.get("samples", 0)),
        _count(plain.get("read", 0)),
        _count(plain.get("filled", 0)),
        media,
        headers,
        {name: _text(value) for name, value in _map(plain.get("notices", {})).items()},
        {name: _counter(values) for name, values in _map(plain.get("versions", {})).items()},
        locations,
        _each(plain.get("bodies", {}), _read_shape),
        Latency(*steps),
    )


def _read_shape(plain: Plain) -> Shape:
    shape = Shape()
    shape.samples = _count(plain.get("samples", 0))
    shape.counts = [_count(plain.get(name, 0)) for name in _KINDS]
    shape.words = dict(_counter(plain.get("words", {})))
    shape.spilled = plain.get("spilled", False) is True
    shape.largest = max(shape.words, default="")
    if plain.get("range"):
        shape.low, shape.high = map(_float, _list(plain["range"]))
    if plain.get("items") is not None:
        shape.items = _read_shape(_map(plain["items"]))
    shape.variants = _each(plain.get("variants", {}), _read_fields)
    return shape


def _read_fields(plain: Plain) -> Fields:
    fields = Fields()
    fields.count, fields.samples = _count(plain.get("count", 0)), _count(plain.get("samples", 0))
    fields.crowded = plain.get("crowded", False) is True
    fields.fields = _each(plain.get("fields", {}), _read_shape)
    if not all(0 < shape.total <= fields.count for shape in fields.fields.values()):
        raise ValueError("a field is in more objects than there are, or in none")
    if plain.get("entries") is not None:
        fields.entries = _read_shape(_map(plain["entries"]))
    return fields


def _each(value: object, read: Callable[[Plain], T]) -> dict[str, T]:
    return {name: read(_map(part)) for name, part in _map(value).items()}


def _rows(value: object) -> Iterable[Plain]:
    return map(_map, _list(value))


def _map(value: object) -> Plain:
    if isinstance(value, dict):
        return value
    raise TypeError("an object is expected")


def _list(value: object) -> list[object]:
    if isinstance(value, list):
        return value
    raise TypeError("a list is expected")


def _text(value: object) -> str:
    if isinstance(value, str):
        return value
    raise TypeError("a string is expected")


def _count(value: object) -> int:
    if type(value) is int and 0 <= value <= _MOST:
        return value
    raise TypeError("a whole number is expected")


def _float(value: object) -> float:
    if isinstance(value, int | float) and not isinstance(value, bool) and isfinite(value):
        return float(value)
    raise TypeError("a number is expected")


def _counter(value: object) -> Counter[str]:
    counts = Counter({name: _count(count) for name, count in _map(value).items()})
    if 0 in counts.values():
        raise ValueError("what was never seen is listed")
    return counts
