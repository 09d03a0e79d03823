"""Requests as a program means them, and the many spellings in which one of them may come over the wire."""

from __future__ import annotations

import json
import random
from dataclasses import dataclass

from hypothesis import strategies as st

from playhead.model.http import Request

Json = None | bool | int | float | str | list["Json"] | dict[str, "Json"]

texts = st.text(st.characters(codec="utf-8", exclude_categories=["Cs"]), max_size=6)
names = st.text(st.characters(codec="utf-8", exclude_categories=["Cs"]), min_size=1, max_size=6)
segments = st.text("abcZ09-._~ %/é", min_size=1, max_size=4)
numbers = st.integers(-(2**53), 2**53) | st.floats(allow_nan=False, allow_infinity=False)
json_values: st.SearchStrategy[Json] = st.recursive(
    st.none() | st.booleans() | numbers | texts,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=3),
    max_leaves=8,
)
pairs = st.lists(st.tuples(names, texts), max_size=4)


@dataclass(frozen=True)
class Meant:
    """A request by its meaning: what its key is about."""

    method: str
    host: str
    path: tuple[str, ...]
    query: tuple[tuple[str, str], ...]
    kind: str
    body: object

    def spelled(self, seed: int) -> Request:
        """One of its spellings on the wire."""
        dice = random.Random(seed)
        path = "/".join(_escaped(segment, dice, safe="") for segment in self.path)
        query = _parameters(self.query, dice)
        url = f"http{'s' if dice.random() else ''}://{self.host}/{path}" + (f"?{query}" if query else "")
        headers, body = self._content(dice)
        return Request(self.method, url, headers, body)

    def _content(self, dice: random.Random) -> tuple[tuple[tuple[str, str], ...], bytes]:
        if self.kind == "json":
            return ((dice.choice(["Content-Type", "content-type"]), "application/json"),), _json(self.body, dice)
        if self.kind == "form":
            assert isinstance(self.body, tuple)
            media_type = "application/x-www-form-urlencoded"
            return (("content-type", media_type),), _parameters(self.body, dice).encode()
        assert isinstance(self.body, bytes)
        return (("content-type", "application/octet-stream"),), self.body

    def meaning(self) -> object:
        """Equal for equal requests only."""
        body = canonical(self.body) if self.kind == "json" else self.body
        if self.kind == "form":
            assert isinstance(self.body, tuple)
            body = tuple(sorted(self.body))
        kind = "nothing" if body in (b"", ()) else self.kind
        body = None if kind == "nothing" else body
        return self.method, self.host, self.path, tuple(sorted(self.query)), kind, body


def canonical(value: object) -> str:
    """One text for equal JSON values, by the plainest means."""
    if isinstance(value, dict):
        return "{" + ",".join(f"{json.dumps(name)}:{canonical(value[name])}" for name in sorted(value)) + "}"
    if isinstance(value, list):
        return "[" + ",".join(map(canonical, value)) + "]"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return json.dumps(value)


def _escaped(text: str, dice: random.Random, *, safe: str) -> str:
    def escape(character: str) -> str:
        if character.isascii() and (character.isalnum() or character in "-._~" + safe) and dice.random() < 0.7:
            return character
        escaped = "".join(f"%{byte:02X}" for byte in character.encode())
        return escaped.lower() if dice.random() < 0.5 else escaped

    return "".join(map(escape, text))


def _parameters(pairs: tuple[tuple[str, str], ...], dice: random.Random) -> str:
    shuffled = dice.sample(pairs, len(pairs))
    return "&".join(
        f"{_blanks(_escaped(n, dice, safe=':'), dice)}={_escaped(v, dice, safe='=/?:@')}" for n, v in shuffled
    )


def _blanks(text: str, dice: random.Random) -> str:
    return text.replace("%20", "+") if dice.random() < 0.5 else text


def _json(value: object, dice: random.Random) -> bytes:
    separators = dice.choice([(",", ":"), (", ", ": ")])
    return json.dumps(_shuffled(value, dice), ensure_ascii=dice.random() < 0.5, separators=separators).encode()


def _shuffled(value: object, dice: random.Random) -> object:
    if isinstance(value, dict):
        return {name: _shuffled(value[name], dice) for name in dice.sample(list(value), len(value))}
    if isinstance(value, list):
        return [_shuffled(item, dice) for item in value]
    if isinstance(value, int) and not isinstance(value, bool) and dice.random() < 0.5:
        return float(value) if float(value) == value else value
    return value


@st.composite
def meant_requests(draw: st.DrawFn) -> Meant:
    """Requests of few methods, hosts and paths, so that two of them are often alike."""
    kind = draw(st.sampled_from(["json", "form", "bytes", "none"]))
    body: object = b""
    if kind == "json":
        body = draw(json_values)
    elif kind == "form":
        body = tuple(draw(pairs))
    elif kind == "bytes":
        body = draw(st.binary(max_size=6))
    return Meant(
        draw(st.sampled_from(["GET", "POST"])),
        draw(st.sampled_from(["api.test", "api.test:8080", "other.test"])),
        tuple(draw(st.lists(segments, max_size=2))),
        tuple(draw(pairs)),
        "bytes" if kind == "none" else kind,
        body,
    )


seeds = st.integers(0, 1000)
