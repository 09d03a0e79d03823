"""The shape of the JSON values seen at one place, with tallies. Shapes can be merged in any order.

Shapes are a commutative monoid under `merge`, with `Shape()` as identity. `fold` adds values. Nothing is judged here:
neither what is optional, nor what is a map of data, nor what is an enumeration.

Data may have any number of different strings, keys and tags; a shape has not. Of too many strings the smallest are kept
(the others *spill*), and too many keys or tags share one shape from then on (a *crowd*). If there are too many depends
on everything that was seen, but not on the order.
"""

from __future__ import annotations

from collections.abc import Iterable
from math import inf

from playhead.contract.identity import hash_of
from playhead.contract.tally import Tally, keep, merged, union

__all__ = [
    "ARRAY",
    "BIG",
    "BLANK",
    "CROWD",
    "EMPTY_ARRAY",
    "EMPTY_OBJECT",
    "FALSE",
    "FRACTION",
    "INTEGER",
    "KIND_NAMES",
    "LONGEST_WORD",
    "MOST_FIELDS",
    "MOST_TAGS",
    "MOST_WORDS",
    "NULL",
    "OBJECT",
    "STRING",
    "TRUE",
    "WHOLE",
    "Fields",
    "Shape",
    "merge",
    "merge_all",
]

NULL, FALSE, TRUE, INTEGER, BIG, WHOLE, FRACTION, BLANK, STRING, EMPTY_OBJECT, EMPTY_ARRAY, OBJECT, ARRAY = range(13)
"""Positions in `Shape.tallies`. `WHOLE` is 90.0, `BIG` an integer beyond 2^53, `BLANK` the empty string."""

KIND_NAMES = (
    "null", "boolean", "boolean", "number", "number", "number", "number", "string", "string", "object", "array",
    "object", "array",
)  # fmt: skip
"""The JSON type of each position. Whole and fractional numbers are one type."""

MOST_WORDS = 12
LONGEST_WORD = 48
MOST_FIELDS = 400
MOST_TAGS = 64
CROWD = "*"
"""The tag, key or type that stands for too many different ones."""


class Fields:
    """The objects seen at one place with one tag (`""` for none): a tally, and the shapes of their fields.

    `entries` is the common shape of the values below keys that are data, or below all keys if they are a crowd; `keys`
    is a sketch of those keys.
    """

    __slots__ = ("crowded", "entries", "fields", "keys", "tally")

    def __init__(self) -> None:
        self.tally = Tally()
        self.fields: dict[str, Shape] = {}
        self.entries: Shape | None = None
        self.keys: list[int] = []
        self.crowded = False

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Fields):
            return NotImplemented
        return self._value() == other._value()

    __hash__ = None  # type: ignore[assignment]  # mutable while folding

    def _value(self) -> tuple[object, ...]:
        return self.tally, self.fields, self.entries, self.keys, self.crowded

    @property
    def count(self) -> int:
        """The number of objects."""
        return self.tally.count

    def absorb(self, other: Fields) -> None:
        """Add everything that `other` has seen."""
        self.tally.absorb(other.tally)
        for name, shape in other.fields.items():
            mine = self.fields.get(name)
            if mine is None:
                mine = self.fields[name] = Shape()
            mine.absorb(shape)
        if other.entries is not None:
            self._entry().absorb(other.entries)
            self.keys = merged(self.keys, other.keys)
        if self.crowded or other.crowded or len(self.fields) > MOST_FIELDS:
            self.crowd()

    def entry(self, key: str) -> Shape:
        """Return the shape of the values below keys that are data, of which `key` is one."""
        keep(self.keys, hash_of(key))
        return self._entry()

    def _entry(self) -> Shape:
        if self.entries is None:
            self.entries = Shape()
        return self.entries

    def crowd(self) -> None:
        """Treat all keys as data."""
        self.crowded = True
        entries = self._entry()
        for name, shape in self.fields.items():
            keep(self.keys, hash_of(name))
            entries.absorb(shape)
        self.fields.clear()


class Shape:
    """The values seen at one place: a tally for each kind of value, and the shapes below.

    `words` are the `MOST_WORDS` smallest different strings with their counts; `spilled` is True if there were more.
    `low` and `high` are the range of the numbers. `variants` are the objects by the value of their tag (`type`, ...).
    """

    __slots__ = ("high", "items", "largest", "low", "spilled", "tallies", "variants", "words")

    def __init__(self) -> None:
        self.tallies: list[Tally | None] = [None] * len(KIND_NAMES)
        self.words: dict[str, int] = {}
        self.spilled = False
        self.items: Shape | None = None
        self.variants: dict[str, Fields] = {}
        self.largest = ""
        self.low: float = inf
        self.high: float = -inf

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Shape):
            return NotImplemented
        return self._value() == other._value()

    __hash__ = None  # type: ignore[assignment]  # mutable while folding

    def __repr__(self) -> str:
        return f"Shape(total={self.total}, counts={self.counts})"

    def _value(self) -> tuple[object, ...]:
        numbers = self.low, self.high
        return self.tallies, self.words, self.spilled, self.items, self.variants, numbers

    def tally(self, kind: int) -> Tally:
        """Return the tally of one kind of value, creating it if needed."""
        tally = self.tallies[kind]
        if tally is None:
            tally = self.tallies[kind] = Tally()
        return tally

    @property
    def counts(self) -> list[int]:
        """The number of values of each kind."""
        return [0 if tally is None else tally.count for tally in self.tallies]

    @property
    def total(self) -> int:
        """The number of values seen."""
        return sum([tally.count for tally in self.tallies if tally is not None])

    @property
    def seen(self) -> Tally:
        """The tally of all values, of whatever kind."""
        return union(self.tallies)

    def of_kind(self, name: str) -> int:
        """Return the number of values of one JSON type, such as `"number"`."""
        return sum(count for kind, count in zip(KIND_NAMES, self.counts, strict=True) if kind == name)

    def absorb(self, other: Shape) -> None:
        """Add everything that `other` has seen."""
        for kind, tally in enumerate(other.tallies):
            if tally is not None:
                self.tally(kind).absorb(tally)
        self._absorb_words(other)
        self.low, self.high = min(self.low, other.low), max(self.high, other.high)
        if other.items is not None:
            if self.items is None:
                self.items = Shape()
            self.items.absorb(other.items)
        if CROWD in other.variants:
            self._crowd()
        for tag, fields in other.variants.items():
            self.variant(tag).absorb(fields)

    def _absorb_words(self, other: Shape) -> None:
        words = self.words
        for word, count in other.words.items():
            words[word] = words.get(word, 0) + count
        self.spilled = self.spilled or other.spilled or len(words) > MOST_WORDS
        if len(words) > MOST_WORDS:
            self.words = {word: words[word] for word in sorted(words)[:MOST_WORDS]}
        self.largest = max(self.words, default="")

    def variant(self, tag: str) -> Fields:
        """Return the objects with a tag, creating them if needed. Too many tags share one entry, the crowd."""
        variants = self.variants
        fields = variants.get(tag) or variants.get(CROWD)
        if fields is None:
            fields = variants[tag] = Fields()
            if len(variants) > MOST_TAGS:
                return self._crowd()
        return fields

    def _crowd(self) -> Fields:
        crowd = self.variants.get(CROWD)
        if crowd is None:
            crowd = Fields()
            for fields in self.variants.values():
                crowd.absorb(fields)
            self.variants = {CROWD: crowd}
        return crowd

    def add_word(self, word: str) -> None:
        """Count a string, if it is among the smallest."""
        if len(word) > LONGEST_WORD:
            word = word[:LONGEST_WORD]
        words = self.words
        if word in words:
            words[word] += 1
        elif len(words) < MOST_WORDS and not self.spilled:
            words[word] = 1
            if word > self.largest:
                self.largest = word
        else:
            self.spilled = True
            if word < self.largest:
                del words[self.largest]
                words[word] = 1
                self.largest = max(words)


def merge(left: Shape, right: Shape) -> Shape:
    """Return a new shape that has seen what both have; neither is changed."""
    return merge_all((left, right))


def merge_all(shapes: Iterable[Shape]) -> Shape:
    """Return a new shape that has seen what all of `shapes` have."""
    merged = Shape()
    for shape in shapes:
        merged.absorb(shape)
    return merged
