"""Convert contracts to plain values (objects, lists, strings, numbers) and back: contract files, version 2.

Zero and empty values have no key, and keys are sorted, so that equal contracts give equal values. The places of
recordings are left out. Who showed something is written only where it differs from who showed what is around it:
nearly all fields are always there.

Files of version 1, by the first edition, hold numbers of answers and no entities. Each answer is taken for one
observation of its own; what such a file shows is judged more carefully (`Contract.anonymous`).
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from hashlib import blake2b
from math import isfinite
from sys import float_info
from typing import TypeVar

from playhead.codecs.limits import too_deep
from playhead.contract.answers import Answers, State
from playhead.contract.contract import Contract, Endpoint, Question
from playhead.contract.fold import DEEPEST
from playhead.contract.identity import hash_of
from playhead.contract.latency import Latency
from playhead.contract.requests import Key
from playhead.contract.shape import OBJECT, Fields, Shape
from playhead.contract.tally import MOST_KEPT, Tally
from playhead.text.files import CONTRACT_KEY

__all__ = ["Malformed", "contract_of", "plain_of"]


VERSION = 2
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


_STATES = frozenset(state.value for state in State)


class Malformed(ValueError):
    """The values are not a contract; `str()` says why."""


def plain_of(contract: Contract) -> Plain:
    """Convert a contract to plain values. It must have been finished."""
    return {
        CONTRACT_KEY: VERSION,
        **_full(anonymous=contract.anonymous),
        "templates": sorted(contract.templates),
        "endpoints": [_endpoint(key, contract.endpoints[key]) for key in sorted(contract.endpoints)],
    }


def _endpoint(key: Key, endpoint: Endpoint) -> Plain:
    named = {name: text for name, text in key._asdict().items() if text or name != "operation"}
    return {
        **named,
        "example": endpoint.example,
        **_full(
            query=_fields(endpoint.query, Tally()),
            body=_shape(endpoint.body, endpoint.query.tally),
            choices={name: _tallies(values, endpoint.query.tally) for name, values in sorted(endpoint.choices.items())},
            questions={text: _question(each) for text, each in sorted(endpoint.questions.items())},
        ),
    }


def _question(question: Question) -> Plain:
    return _full(
        answers={str(status): _answers(each) for status, each in sorted(question.answers.items())},
        unchecked=_sorted(question.unchecked),
    )


def _answers(answers: Answers) -> Plain:
    around = answers.tally
    return _full(
        seen=_tally(around, Tally()),
        states=_tallies(answers.states, around),
        media=_tallies(answers.media, around),
        headers=_tallies(answers.headers, around),
        notices=_sorted(answers.notices),
        versions={name: _tallies(values, around) for name, values in sorted(answers.versions.items())},
        locations=_tallies(answers.locations, around),
        bodies={event: _shape(shape, around) for event, shape in sorted(answers.bodies.items())},
        head_steps=_steps(answers.latency.head),
        end_steps=_steps(answers.latency.end),
    )


def _tallies(tallies: Mapping[str, Tally], around: Tally) -> Plain:
    return {name: _tally(tallies[name], around) for name in sorted(tallies)}


def _tally(tally: Tally, around: Tally) -> object:
    """Return the number alone if the same as around have shown it, else with sketches in hexadecimal digits."""
    if tally.entities == around.entities and tally.requests == around.requests:
        return tally.count
    sketches = [_digits(tally.entities)]
    if tally.requests != tally.entities:
        sketches.append(_digits(tally.requests))
    return [tally.count, *sketches] if tally.count else 0


def _digits(sketch: list[int]) -> str:
    return "".join(f"{each:08x}" for each in sketch)


def _shape(shape: Shape, around: Tally) -> Plain:
    inner = shape.tallies[OBJECT] or around
    return _full(
        **{
            name: _tally(tally, around)
            for name, tally in zip(_KINDS, shape.tallies, strict=True)
            if tally is not None and tally.count
        },
        range=[_number(shape.low), _number(shape.high)] if shape.low <= shape.high else [],
        words=_sorted(shape.words),
        spilled=shape.spilled,
        items=_shape(shape.items, around) if shape.items is not None else None,
        variants={tag: _fields(fields, inner) for tag, fields in sorted(shape.variants.items())},
    )


def _fields(fields: Fields, around: Tally) -> Plain:
    return _full(
        seen=_tally(fields.tally, around),
        crowded=fields.crowded,
        keys=_digits(fields.keys),
        fields={name: _shape(shape, fields.tally) for name, shape in sorted(fields.fields.items())},
        entries=_shape(fields.entries, fields.tally) if fields.entries is not None else None,
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
    """Convert plain values of version 1 or 2 to a contract.

    Raises:
        Malformed: The values are not a contract.
    """
    if too_deep(plain, DEEPEST_PLAIN):
        raise Malformed(f"it is nested more than {DEEPEST_PLAIN} deep")
    anonymous = plain.get(CONTRACT_KEY) == 1
    reader = _FirstReader(plain) if anonymous else _Reader()
    try:
        endpoints = {_key(each): reader.endpoint(each) for each in _rows(plain.get("endpoints"))}
        templates = frozenset(map(_text, _list(plain.get("templates", []))))
    except (KeyError, TypeError, AttributeError, ValueError, OverflowError, RecursionError) as error:
        raise Malformed(f"it is not laid out as a contract ({type(error).__name__}: {error})") from None
    return Contract(endpoints, templates, anonymous or plain.get("anonymous", False) is True)


def _key(plain: Plain) -> Key:
    method, host, path = (_text(plain[name]) for name in ("method", "host", "path"))
    return Key(method, host, path, _text(plain.get("operation", "")))


class _Reader:
    """Reads the parts of a contract."""

    def endpoint(self, plain: Plain) -> Endpoint:
        query = self.fields(_map(plain.get("query", {})), Tally())
        return Endpoint(
            _text(plain.get("example", "")),
            query,
            self.shape(_map(plain.get("body", {})), query.tally),
            _each(plain.get("questions", {}), self.question),
            {name: self.tallies(values, query.tally) for name, values in _map(plain.get("choices", {})).items()},
        )

    def question(self, plain: Plain) -> Question:
        answers = _each(plain.get("answers", {}), self.answers)
        return Question({int(status): each for status, each in answers.items()}, _counter(plain.get("unchecked", {})))

    def answers(self, plain: Plain) -> Answers:
        around = self.tally(plain.get("seen", 0), Tally())
        steps = [
            Counter({int(step): count for step, count in _counter(plain.get(name, {})).items()})
            for name in ("head_steps", "end_steps")
        ]
        states, media, headers, locations = (
            self.tallies(plain.get(name, {}), around) for name in ("states", "media", "headers", "locations")
        )
        if not states.keys() <= _STATES:
            raise ValueError("a state of bodies is unknown")
        return Answers(
            around,
            states,
            media,
            headers,
            {name: _text(value) for name, value in _map(plain.get("notices", {})).items()},
            {name: self.tallies(values, around) for name, values in _map(plain.get("versions", {})).items()},
            locations,
            _each(plain.get("bodies", {}), lambda each: self.shape(each, around)),
            Latency(*steps),
        )

    def tallies(self, value: object, around: Tally) -> dict[str, Tally]:
        return {name: self.tally(each, around) for name, each in _map(value).items()}

    def tally(self, value: object, around: Tally) -> Tally:
        if not isinstance(value, list):
            return Tally(_count(value), around.entities, around.requests)
        count, entities, *rest = value
        requests = rest[0] if rest else entities
        return Tally(_count(count), _sketch(entities), _sketch(requests))

    def shape(self, plain: Plain, around: Tally) -> Shape:
        shape = Shape()
        for kind, name in enumerate(_KINDS):
            if name in plain:
                shape.tallies[kind] = self.tally(plain[name], around)
        shape.words = dict(_counter(plain.get("words", {})))
        shape.spilled = plain.get("spilled", False) is True
        shape.largest = max(shape.words, default="")
        if plain.get("range"):
            shape.low, shape.high = map(_float, _list(plain["range"]))
        if plain.get("items") is not None:
            shape.items = self.shape(_map(plain["items"]), around)
        inner = shape.tallies[OBJECT] or around
        shape.variants = _each(plain.get("variants", {}), lambda each: self.fields(each, inner))
        return shape

    def fields(self, plain: Plain, around: Tally) -> Fields:
        fields = Fields()
        fields.tally = self.tally(self.seen(plain), around)
        fields.crowded = plain.get("crowded", False) is True
        fields.fields = _each(plain.get("fields", {}), lambda each: self.shape(each, fields.tally))
        if not all(0 < shape.total <= fields.count for shape in fields.fields.values()):
            raise ValueError("a field is in more objects than there are, or in none")
        fields.keys = _sketch(plain.get("keys", ""))
        if plain.get("entries") is not None:
            fields.entries = self.shape(_map(plain["entries"]), fields.tally)
        return fields

    def seen(self, plain: Plain) -> object:
        return plain.get("seen", 0)


class _FirstReader(_Reader):
    """Reads the parts of a contract of version 1, which counts answers: each is taken for one observation.

    Hashes are made up for them, of a kind that no other contract has.
    """

    def __init__(self, plain: Plain) -> None:
        salt = json.dumps(plain, sort_keys=True).encode("utf-8", "replace")
        self._hashes = [hash_of(f"{blake2b(salt, digest_size=16).hexdigest()} {number}") for number in range(MOST_KEPT)]
        self._samples = 0

    def tally(self, value: object, around: Tally) -> Tally:
        count = _count(value)
        observations = sorted(self._hashes[: min(count, self._samples)])
        return Tally(count, observations, observations)

    def answers(self, plain: Plain) -> Answers:
        samples, read, filled = (_count(plain.get(name, 0)) for name in ("samples", "read", "filled"))
        self._samples = samples
        told = bool(plain.get("bodies"))
        states = {State.EMPTY: read - filled, State.TOLD if told else State.UNREAD: filled}
        shapes = _map(plain.get("bodies", {}))
        if _map(shapes.get("", {})).keys() <= {"samples", "empty_object"} and shapes.keys() == {""}:
            states = {State.EMPTY: read - filled, State.HOLLOW: filled}
        return super().answers(
            {**plain, "seen": samples, "states": {str(each): of for each, of in states.items() if of > 0}}
        )

    def shape(self, plain: Plain, around: Tally) -> Shape:
        self._samples = _count(plain.get("samples", 0))
        return super().shape(plain, around)

    def fields(self, plain: Plain, around: Tally) -> Fields:
        self._samples = _count(plain.get("samples", 0))
        return super().fields(plain, around)

    def seen(self, plain: Plain) -> object:
        return plain.get("count", 0)


def _sketch(value: object) -> list[int]:
    digits = _text(value)
    sketch = [int(digits[at : at + 8], 16) for at in range(0, len(digits), 8)]
    if len(digits) % 8 or sketch != sorted(set(sketch)) or len(sketch) > MOST_KEPT or any(each < 0 for each in sketch):
        raise ValueError("a sketch is not a row of rising hashes")
    return sketch


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
