"""The shape of the JSON values seen at one place, with counts; shapes merge, and in any order give the same.

A `Shape` is a commutative monoid under `merge`, `Shape()` being its identity. `fold` is the fast way to add one value.
Nothing is judged here: not what is optional, not what is a map of data, not what is an enumeration.

`samples` counts the documents that a place was seen in, other counts are values: thirty items of one answer are one
sample. The cost of a fold is what decides how this file is written: one dictionary of functions by type, counts in
a list, and no object per value.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from playhead.contract.looks import data_key

__all__ = [
    "BIG",
    "BLANK",
    "EMPTY_ARRAY",
    "EMPTY_OBJECT",
    "FALSE",
    "FRACTION",
    "INTEGER",
    "KIND_NAMES",
    "MOST_WORDS",
    "NULL",
    "STRING",
    "TRUE",
    "WHOLE",
    "Fields",
    "Shape",
    "fold",
    "fold_fields",
    "merge",
    "merge_all",
]

NULL, FALSE, TRUE, INTEGER, BIG, WHOLE, FRACTION, BLANK, STRING, EMPTY_OBJECT, EMPTY_ARRAY, OBJECT, ARRAY = range(13)
"""Positions in `Shape.counts`. `WHOLE` is 90.0, `BIG` an integer beyond 2^53, `BLANK` the empty string."""

KIND_NAMES = (
    "null", "boolean", "boolean", "number", "number", "number", "number", "string", "string", "object", "array",
    "object", "array",
)  # fmt: skip
"""The JSON type of each position; whole and fractional numbers are one type."""

MOST_WORDS = 12
LONGEST_WORD = 48
DEEPEST = 96
EXACT = 2**53
TAGS = ("__typename", "type", "object", "kind", "event", "role")


class Fields:
    """The objects seen at one place that carry one tag (or none, `""`): their number and the shapes of their fields.

    `entries` is the one shape of all values below keys that are data.
    """

    __slots__ = ("count", "entries", "fields", "last", "samples")

    def __init__(self) -> None:
        self.count = 0
        self.samples = 0
        self.fields: dict[str, Shape] = {}
        self.entries: Shape | None = None
        self.last: object = None

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Fields):
            return NotImplemented
        return (self.count, self.samples, self.fields, self.entries) == (
            other.count,
            other.samples,
            other.fields,
            other.entries,
        )

    __hash__ = None  # type: ignore[assignment]  # mutable while folding

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
            if self.entries is None:
                self.entries = Shape()
            self.entries.absorb(other.entries)


class Shape:
    """What was seen at one place: how many values of which kind, in how many samples, and what is below.

    `words` are the `MOST_WORDS` smallest different strings with their counts, `spilled` tells whether there were more.
    `variants` are the objects by the value of their tag (`type`, `kind`, `role`, ...).
    """

    __slots__ = ("counts", "items", "largest", "last", "samples", "spilled", "variants", "words")

    def __init__(self) -> None:
        self.counts = [0] * len(KIND_NAMES)
        self.samples = 0
        self.words: dict[str, int] = {}
        self.spilled = False
        self.items: Shape | None = None
        self.variants: dict[str, Fields] = {}
        self.largest = ""
        self.last: object = None

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Shape):
            return NotImplemented
        return self._value() == other._value()

    __hash__ = None  # type: ignore[assignment]  # mutable while folding

    def __repr__(self) -> str:
        return f"Shape(total={self.total}, samples={self.samples}, counts={self.counts})"

    def _value(self) -> tuple[object, ...]:
        return self.counts, self.samples, self.words, self.spilled, self.items, self.variants

    @property
    def total(self) -> int:
        """How many values were seen."""
        return sum(self.counts)

    def of_kind(self, name: str) -> int:
        """How many values are of one JSON type, such as `"number"`."""
        return sum(count for kind, count in zip(KIND_NAMES, self.counts, strict=True) if kind == name)

    def absorb(self, other: Shape) -> None:
        """Add everything that `other` has seen."""
        self.samples += other.samples
        self.counts = [mine + theirs for mine, theirs in zip(self.counts, other.counts, strict=True)]
        self._absorb_words(other)
        if other.items is not None:
            if self.items is None:
                self.items = Shape()
            self.items.absorb(other.items)
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
        """The objects that carry `tag`, made if there were none."""
        fields = self.variants.get(tag)
        if fields is None:
            fields = self.variants[tag] = Fields()
        return fields

    def add_word(self, word: str) -> None:
        """Count one string among the smallest."""
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
    """A new shape that has seen what both have; neither is changed."""
    return merge_all((left, right))


def merge_all(shapes: Iterable[Shape]) -> Shape:
    """A new shape that has seen what all of `shapes` have."""
    merged = Shape()
    for shape in shapes:
        merged.absorb(shape)
    return merged


def fold(shape: Shape, value: object, sample: object) -> None:
    """Add one JSON value (as `json.loads` gives it) that belongs to the document `sample`, compared by identity."""
    _FOLD[type(value)](shape, value, sample, DEEPEST)


def _seen(shape: Shape, kind: int, sample: object) -> None:
    if shape.last is not sample:
        shape.last = sample
        shape.samples += 1
    shape.counts[kind] += 1


def _fold_null(shape: Shape, _value: None, sample: object, _depth: int) -> None:
    _seen(shape, NULL, sample)


def _fold_bool(shape: Shape, value: bool, sample: object, _depth: int) -> None:
    _seen(shape, TRUE if value else FALSE, sample)


def _fold_int(shape: Shape, value: int, sample: object, _depth: int) -> None:
    if shape.last is not sample:
        shape.last = sample
        shape.samples += 1
    shape.counts[INTEGER if -EXACT <= value <= EXACT else BIG] += 1


def _fold_float(shape: Shape, value: float, sample: object, _depth: int) -> None:
    _seen(shape, WHOLE if value.is_integer() else FRACTION, sample)


def _fold_str(shape: Shape, value: str, sample: object, _depth: int) -> None:
    if shape.last is not sample:
        shape.last = sample
        shape.samples += 1
    if value:
        shape.counts[STRING] += 1
        if value in shape.words:
            shape.words[value] += 1
        else:
            shape.add_word(value)
    else:
        shape.counts[BLANK] += 1


def _fold_list(shape: Shape, value: list[object], sample: object, depth: int) -> None:
    _seen(shape, ARRAY if value else EMPTY_ARRAY, sample)
    if not value or not depth:
        return
    items = shape.items
    if items is None:
        items = shape.items = Shape()
    for item in value:
        _FOLD[type(item)](items, item, sample, depth - 1)


def _fold_dict(shape: Shape, value: dict[str, object], sample: object, depth: int) -> None:
    _seen(shape, OBJECT if value else EMPTY_OBJECT, sample)
    if not value or not depth:
        return
    _fold_fields(shape.variant(_tag(value)), value, sample, depth)


def fold_fields(within: Fields, value: dict[str, object], sample: object) -> None:
    """Add one object to `within` whatever its tag; that it is empty counts, unlike in `fold`."""
    _fold_fields(within, value, sample, DEEPEST)


def _fold_fields(within: Fields, value: dict[str, object], sample: object, depth: int) -> None:
    within.count += 1
    if within.last is not sample:
        within.last = sample
        within.samples += 1
    known = within.fields
    for key, item in value.items():
        child = known.get(key)
        if child is None:
            child = _new_child(within, key)
        _FOLD[type(item)](child, item, sample, depth - 1)


def _new_child(within: Fields, key: str) -> Shape:
    if not data_key(key):
        child = within.fields[key] = Shape()
        return child
    if within.entries is None:
        within.entries = Shape()
    return within.entries


def _tag(value: dict[str, object]) -> str:
    for name in TAGS:
        if name in value:
            tag = value[name]
            if type(tag) is str and 0 < len(tag) <= LONGEST_WORD and not data_key(tag):
                return f"{name}={tag}"
    return ""


_FOLD: dict[type, Callable[..., None]] = {
    type(None): _fold_null,
    bool: _fold_bool,
    int: _fold_int,
    float: _fold_float,
    str: _fold_str,
    list: _fold_list,
    dict: _fold_dict,
}
