"""The shape of the JSON values seen at one place, with counts. Shapes can be merged in any order.

Shapes are a commutative monoid under `merge`, with `Shape()` as identity. `fold` adds values. Nothing is judged here:
neither what is optional, nor what is a map of data, nor what is an enumeration.

`samples` counts the documents in which a place was seen; all other counts are of values. Thirty items of one answer are
one sample.

Data may have any number of different strings, keys and tags; a shape has not. Of too many strings the smallest are kept
(the others *spill*), and too many keys or tags share one shape from then on (a *crowd*). If there are too many depends
on everything that was seen, but not on the order. Below a crowd it is not known which values came from one document, so
`finish` sets `samples` there.
"""

from __future__ import annotations

from collections.abc import Iterable
from math import inf

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
"""Positions in `Shape.counts`. `WHOLE` is 90.0, `BIG` an integer beyond 2^53, `BLANK` the empty string."""

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
    """The objects seen at one place with one tag (`""` for none): their number, and the shapes of their fields.

    `entries` is the common shape of the values below keys that are data, or below all keys if they are a crowd.
    """

    __slots__ = ("count", "crowded", "entries", "fields", "last", "samples")

    def __init__(self) -> None:
        self.count = 0
        self.samples = 0
        self.fields: dict[str, Shape] = {}
        self.entries: Shape | None = None
        self.crowded = False
        self.last: object = None

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Fields):
            return NotImplemented
        return self._value() == other._value()

    __hash__ = None  # type: ignore[assignment]  # mutable while folding

    def _value(self) -> tuple[object, ...]:
        return self.count, self.samples, self.fields, self.entries, self.crowded

    def absorb(self, other: Fields) -> None:
        """Add everything that `other` has seen."""
        self.count += other.count
        self.samples += other.samples
        for name, shape in other.fields.items():
            mine = self.fields.get(name)
            if mine is None:
                mine = self.fields[name] = Shape()
            mine.absorb(shape)
        if other.entries is not None:
            self.entry().absorb(other.entries)
        if self.crowded or other.crowded or len(self.fields) > MOST_FIELDS:
            self.crowd()

    def entry(self) -> Shape:
        """Return the shape of the values below keys that are data, creating it if needed."""
        if self.entries is None:
            self.entries = Shape()
        return self.entries

    def crowd(self) -> None:
        """Treat all keys as data."""
        self.crowded = True
        entries = self.entry()
        for shape in self.fields.values():
            entries.absorb(shape)
        self.fields.clear()

    def finish(self, most: int | None = None) -> None:
        """Set `samples` below crowds, independently of the order in which values were seen.

        Args:
            most: The number of samples of the crowd above, or `None` if there is none.
        """
        if most is not None:
            self.samples = most = min(self.count, most)
        for shape in self.fields.values():
            shape.finish(most)
        if self.entries is not None:
            self.entries.finish(self.samples if self.crowded else most)


class Shape:
    """The values seen at one place: counts by kind, the number of samples, and the shapes below.

    `words` are the `MOST_WORDS` smallest different strings with their counts; `spilled` is True if there were more.
    `low` and `high` are the range of the numbers. `variants` are the objects by the value of their tag (`type`, ...).
    """

    __slots__ = ("counts", "high", "items", "largest", "last", "low", "samples", "spilled", "variants", "words")

    def __init__(self) -> None:
        self.counts = [0] * len(KIND_NAMES)
        self.samples = 0
        self.words: dict[str, int] = {}
        self.spilled = False
        self.items: Shape | None = None
        self.variants: dict[str, Fields] = {}
        self.largest = ""
        self.low: float = inf
        self.high: float = -inf
        self.last: object = None

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Shape):
            return NotImplemented
        return self._value() == other._value()

    __hash__ = None  # type: ignore[assignment]  # mutable while folding

    def __repr__(self) -> str:
        return f"Shape(total={self.total}, samples={self.samples}, counts={self.counts})"

    def _value(self) -> tuple[object, ...]:
        numbers = self.low, self.high
        return self.counts, self.samples, self.words, self.spilled, self.items, self.variants, numbers

    @property
    def total(self) -> int:
        """The number of values seen."""
        return sum(self.counts)

    def of_kind(self, name: str) -> int:
        """Return the number of values of one JSON type, such as `"number"`."""
        return sum(count for kind, count in zip(KIND_NAMES, self.counts, strict=True) if kind == name)

    def absorb(self, other: Shape) -> None:
        """Add everything that `other` has seen."""
        self.samples += other.samples
        self.counts = [mine + theirs for mine, theirs in zip(self.counts, other.counts, strict=True)]
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

    def finish(self, most: int | None = None) -> None:
        """Set `samples` below crowds; see `Fields.finish`."""
        if most is not None:
            self.samples = most = min(self.total, most)
        if self.items is not None:
            self.items.finish(most)
        for tag, fields in self.variants.items():
            fields.finish(self.samples if tag == CROWD else most)

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
