"""Changes of constants and vocabularies: strings that were these in all entities, and are others in all now.

Values as such are data. But `open` that became `OPEN`, and a `type` that is now called otherwise, break their readers.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from playhead.contract.changes import Change, Evidence, all_of, none_of
from playhead.contract.fold import TAGS
from playhead.contract.looks import data_key, spelling
from playhead.contract.shape import LONGEST_WORD, Shape
from playhead.contract.tally import Tally

__all__ = ["TAG_RULES", "WORD_RULES", "of_moments", "spellings", "vocabulary_changes"]

TAG_RULES = frozenset({"tag-changed", "spelling-changed"})
WORD_RULES = TAG_RULES | {"constant-changed", "vocabulary-changed"}
"""The rules of other strings."""

# Words, and numbers or versions behind a separator; but no letters and digits mixed, as in ids.
_WORD = re.compile(r"[A-Za-z]+\d{0,3}(?:[_.:/-](?:[A-Za-z]+\d{0,3}|\d{1,3}))*")
# Such words with a namespace or a dated version, as in `com.example.shop.v20120810#OutOfStock`.
_QUALIFIED = re.compile(r"[A-Za-z]+\d{0,3}(?:[_.:/#-](?:[A-Za-z]+\d{0,3}|v\d{8}|\d{1,3}))*")
_OF_ERRORS = frozenset({"code", "type", "error", "errors"})
_IDS = frozenset({"id", "ids", "key", "sha", "hash", "token", "uuid"})
_LONGEST = 32
_MOST_VALUES = 8
_OF_ACCOUNTS = frozenset(
    (
        "plan", "tier", "currency", "country", "locale", "language", "lang", "timezone", "region", "owner",
        "login", "email", "username", "user", "name", "organization", "company", "account", "workspace", "team",
        "author", "host", "hostname", "server", "environment", "env", "branch", "ref", "title", "label", "slug",
        "path",
    )
)  # fmt: skip
"""Names of fields that describe one account or its things: another account has other values."""

_OF_MOMENTS = frozenset(
    (
        "state", "status", "phase", "stage", "conclusion", "result", "outcome", "progress", "health", "reason",
        "day", "weekday", "month", "season", "market", "weather", "condition", "latest", "updated", "by", "mood",
    )
)  # fmt: skip
"""Names of fields whose values change while time passes: others now are risky at most."""


def vocabulary_changes(
    old: Shape, new: Shape, strings: tuple[Tally, Tally], place: str, context: tuple[str, ...]
) -> Iterator[Change]:
    """Yield the change if the strings of both sides have no value in common, and look like names that programs know.

    Args:
        old: The shape before.
        new: The shape now.
        strings: The tallies of the strings of both sides.
        place: The JSON pointer of the place.
        context: The names of the fields beside this one.
    """
    name = place.removesuffix("/*").rpartition("/")[2].lower()
    qualified = bool(_words_of(name) & _OF_ERRORS)
    if not all(_is_vocabulary(side, qualified=qualified) for side in (old, new)) or old.words.keys() & new.words.keys():
        return
    evidence = Evidence(all_of(strings[0]), none_of(strings[1]))
    before, after = (", ".join(sorted(side.words)) for side in (old, new))
    if spellings(old) == spellings(new):
        yield Change("spelling-changed", place, before, after, evidence, context, label=before)
    elif name in TAGS:
        yield Change("tag-changed", place, before, after, evidence, context, label=before)
    elif not _words_of(name) & (_OF_ACCOUNTS | _IDS):
        lasting = not of_moments(name) or all(_is_of_requests(tally) for tally in strings)
        constant = len(old.words) == len(new.words) == 1 and lasting
        rule = "constant-changed" if constant else "vocabulary-changed"
        yield Change(rule, place, before, after, evidence, context, label=before)


def of_moments(name: str) -> bool:
    """Return True for the name of a field, such as `status`, whose values change while time passes."""
    return bool(_words_of(name.lower()) & _OF_MOMENTS)


def _is_of_requests(strings: Tally) -> bool:
    """Return True if nothing but the request identifies the objects of the strings: they have no life of their own."""
    return strings.entities == strings.requests


def _is_vocabulary(shape: Shape, *, qualified: bool) -> bool:
    longest, form = (LONGEST_WORD, _QUALIFIED) if qualified else (_LONGEST, _WORD)
    return (
        not shape.spilled
        and 0 < len(shape.words) <= _MOST_VALUES
        and sum(shape.words.values()) >= 2 * len(shape.words)
        and all(len(word) <= longest and form.fullmatch(word) and not data_key(word) for word in shape.words)
    )


def spellings(shape: Shape) -> set[str]:
    """Return the strings without case and separators."""
    return set(map(spelling, shape.words))


def _words_of(name: str) -> set[str]:
    return set(re.findall(r"[a-z]+", name))
