"""Differences of a request from a recorded one: each place, with both values as a person reads them."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import cast

from playhead.matching.content import Part
from playhead.matching.differences import ABSENT, Difference, content_line, one_line, shorten
from playhead.matching.json_path import shown_step
from playhead.matching.key import Bucket, Query
from playhead.matching.placeholders import MarksIn, captures, whole_number
from playhead.matching.reading import Reading, read
from playhead.matching.rules import Rules
from playhead.model.http import Request

__all__ = ["WEIGHTS", "compare", "differences", "distance", "json_differences", "shortened", "unredacted", "weight"]

Pairs = Query

WEIGHTS = {"host": 8, "method": 4, "path": 6}
_OTHER_KIND = 1_000_000
"""Weight of a change of body kind (form to JSON): larger than any sum of field differences, so that such a recording is
suggested last."""


_EMPTY = one_line("")
"""A header field without a value counts as a missing field."""

_DEEPEST = 100


class _Missing:
    pass


_MISSING = _Missing()


def differences(recorded: Request, sent: Request, rules: Rules) -> tuple[Difference, ...]:
    """Return each place that differs as `(place, recorded, sent)`; the list is empty exactly if both have the same key.

    Values are written as JSON, `nothing` where there is none, and cut around the difference to fit in a note.
    """
    return shortened(compare(read(recorded, rules), read(sent, rules)))


def distance(recorded: Request, sent: Request, rules: Rules) -> int:
    """Return the distance of a request from a recorded one, 0 if they have the same key."""
    one, other = read(recorded, rules), read(sent, rules)
    return weight(one, other, compare(one, other))


def weight(recorded: Reading, sent: Reading, found: Iterable[Difference]) -> int:
    """Return the weight of differences together.

    A body of another kind weighs more than all else, another host more than another path, and a path more than a value.
    """
    kind = _OTHER_KIND if recorded.content.kind != sent.content.kind else 0
    return kind + sum(WEIGHTS.get(place, 1) for place, _, _ in found)


def shortened(found: Iterable[Difference]) -> tuple[Difference, ...]:
    """Return the differences with values that fit on one line."""
    return tuple((place, *shorten(place, old, new)) for place, old, new in found)


def unredacted(found: Iterable[Difference], marks_in: MarksIn) -> list[Difference]:
    """Return the differences without those where a placeholder was stored for what was sent."""
    return [each for each in found if not _is_redacted(*each, marks_in)]


def _is_redacted(place: str, was: str, now: str, marks_in: MarksIn) -> bool:
    if not marks_in(was) or now == ABSENT or (place.startswith("header.") and now == _EMPTY):
        return False
    return captures(was, now, marks_in) is not None or whole_number(was.strip('"'), marks_in) is not None


def compare(recorded: Reading, sent: Reading) -> list[Difference]:
    """Return every difference between two requests, with whole values."""
    old, new = recorded.bucket, sent.bucket
    found: list[Difference] = []
    if old.method != new.method:
        found.append(("method", one_line(old.method), one_line(new.method)))
    if old[1:4] != new[1:4]:
        found.append(("host", one_line(_origin(old)), one_line(_origin(new))))
    if old.path != new.path:
        found.append(("path", one_line(old.path), one_line(new.path)))
    if old.query != new.query:
        found += _named("query", old.query, new.query)
    if recorded.headers != sent.headers:
        found += _named("header", _pairs(recorded.headers), _pairs(sent.headers))
    if recorded.content.key() != sent.content.key():
        found += _contents(recorded, sent)
    return found


def _origin(bucket: Bucket) -> str:
    return f"{bucket.scheme}://{bucket.host}" + (f":{bucket.port}" if bucket.port else "")


def _pairs(headers: tuple[tuple[str, tuple[str, ...]], ...]) -> Pairs:
    return tuple((name, f"={value}") for name, values in headers for value in values)


def _named(kind: str, old: Pairs, new: Pairs) -> Iterator[Difference]:
    """Yield the names whose values differ; a value begins with `=`."""
    for name in dict.fromkeys(name for name, _ in (*old, *new)):
        was = [value for each, value in old if each == name]
        now = [value for each, value in new if each == name]
        if was != now:
            yield f"{kind}.{name}", _values(was), _values(now)


def _values(values: list[str]) -> str:
    plain: list[object] = [value[1:] if value else None for value in values]
    if not plain:
        return ABSENT
    return one_line(plain[0] if len(plain) == 1 else plain)


def _contents(recorded: Reading, sent: Reading) -> list[Difference]:
    """Return the places where two different bodies differ, at least one."""
    old, new = recorded.content, sent.content
    found: list[Difference] = []
    if old.kind != new.kind:
        was, now = content_line(old), content_line(new)
        return [("body", was, now)] if was != now else [_types(recorded, sent)]
    if old.kind == "json":
        found += json_differences("body.$", old.value, new.value)
    elif old.kind == "form":
        found += _named("form", cast(Pairs, old.value), cast(Pairs, new.value))
    elif old.kind == "multipart":
        found += _parts(cast(tuple[Part, ...], old.value), cast(tuple[Part, ...], new.value))
    return found or [("body", content_line(old), content_line(new))]


def _types(recorded: Reading, sent: Reading) -> Difference:
    """Return the difference of two content types that give the same bytes another meaning."""
    was, now = (f"{content_line(each.content)} as {each.media_type or ABSENT}" for each in (recorded, sent))
    return "body", was, now


def _parts(old: tuple[Part, ...], new: tuple[Part, ...]) -> Iterator[Difference]:
    was, now = _by_place(old), _by_place(new)
    for place in dict.fromkeys((*was, *now)):
        one, other = was.get(place), now.get(place)
        if one is None or other is None:
            yield place, ABSENT if one is None else _part(one), ABSENT if other is None else _part(other)
        elif one.content.key() != other.content.key():
            yield place, _part(one), _part(other)
        elif one.headers != other.headers:
            yield place, one_line(dict(one.headers)), one_line(dict(other.headers))


def _by_place(parts: tuple[Part, ...]) -> dict[str, Part]:
    places: dict[str, Part] = {}
    for number, part in enumerate(parts):
        place = f"part.{part.name}" if part.name else f"part[{number}]"
        places[place if place not in places else f"{place} [{number}]"] = part
    return places


def _part(part: Part) -> str:
    return content_line(part.content)


def json_differences(place: str, old: object, new: object, *, depth: int = 0) -> Iterator[Difference]:
    """Yield each place below `place` where the values differ. What is deeper than 100 levels counts as one place."""
    if depth < _DEEPEST and isinstance(old, dict) and isinstance(new, dict):
        for name in dict.fromkeys((*old, *new)):
            inner = place + shown_step(name)
            yield from json_differences(inner, old.get(name, _MISSING), new.get(name, _MISSING), depth=depth + 1)
    elif depth < _DEEPEST and isinstance(old, list) and isinstance(new, list):
        for index in range(max(len(old), len(new))):
            inner = place + shown_step(index)
            yield from json_differences(inner, _item_of(old, index), _item_of(new, index), depth=depth + 1)
    elif _as_json(old) != _as_json(new):
        yield place, _as_json(old), _as_json(new)


def _item_of(items: list[object], index: int) -> object:
    return items[index] if index < len(items) else _MISSING


def _as_json(value: object) -> str:
    return ABSENT if isinstance(value, _Missing) else json.dumps(value, ensure_ascii=False, sort_keys=True)
