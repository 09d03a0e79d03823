"""The entries `@uuid` and `@datetime`: values that are new in every run, replaced by the word for their kind."""

from __future__ import annotations

import re

from playhead.matching.json_value import canonical

__all__ = ["KINDS_OF_VALUES", "Marks", "marked", "marked_json"]

Marks = tuple[str, ...]
"""The kinds to replace: keys of `KINDS_OF_VALUES`."""

_DAYS, _MONTHS = "Mon|Tue|Wed|Thu|Fri|Sat|Sun", "Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec"


def _date(dash: str) -> str:
    """Return a pattern for every date that exists (ISO 8601, section 5.2.2).

    Other digits must not match, since codes and versions look like dates.
    """
    leap = r"(?:\d\d(?:0[48]|[2468][048]|[13579][26])|(?:[02468][048]|[13579][26])00)"
    days = (
        rf"(?:0[13578]|1[02]){dash}(?:0[1-9]|[12]\d|3[01])"
        rf"|(?:0[469]|11){dash}(?:0[1-9]|[12]\d|30)|02{dash}(?:0[1-9]|1\d|2[0-8])"
    )
    return rf"(?:\d{{4}}{dash}(?:{days})|{leap}{dash}02{dash}29)"


_ESCAPED = r"(?<=%[0-9A-Fa-f]{2})"
_TIME = r"(?:[01]\d|2[0-3])[0-5]\d(?:[0-5]\d|60)(?:[.,]\d+)?"

KINDS_OF_VALUES = {
    # RFC 9562, section 4. Without hyphens a version and a variant are needed, which few digests have by chance.
    "@uuid": re.compile(
        r"(?:(?<![0-9A-Za-z])|(?<=%[0-9A-Fa-f]{2}))(?:[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}"
        r"|[0-9a-fA-F]{12}[1-8][0-9a-fA-F]{3}[89abAB][0-9a-fA-F]{15})(?![0-9A-Za-z])"
    ),
    # RFC 3339 with the variants of ISO 8601, and IMF-fixdate of RFC 9110. In paths the colon may be escaped, in queries
    # an unescaped plus is a blank. The basic form of ISO 8601 needs a zone, or it could be any number. A date by itself
    # must not be a part of a word, as in names of models (gpt-4o-2024-08-06).
    "@datetime": re.compile(
        r"(?=\d)(?:"
        rf"(?:(?<!\d)|{_ESCAPED})\d{{4}}-\d\d-\d\d[Tt ]\d\d(?::|%3A)\d\d(?:(?::|%3A)\d\d(?:[.,]\d+)?)?"
        r"(?:[Zz]|(?:[+\- ]|%2B)\d\d(?::|%3A)?\d\d)?(?![0-9A-Za-z])"
        rf"|(?:(?<![0-9A-Za-z])|{_ESCAPED}){_date('')}T{_TIME}"
        r"(?:Z|(?:[+\- ]|%2B)\d\d(?:(?::|%3A)?\d\d)?)(?![0-9A-Za-z])"
        rf"|(?:(?<![0-9A-Za-z_-])|{_ESCAPED}){_date('-')}(?![0-9A-Za-z_-])"
        rf")|(?:{_DAYS}), \d\d (?:{_MONTHS}) \d{{4}} \d\d:\d\d:\d\d GMT"
    ),
}


def marked(text: str, marks: Marks) -> str:
    """Return the text with every value of these kinds replaced by `@uuid` or `@datetime`."""
    for mark in marks:
        text = KINDS_OF_VALUES[mark].sub(mark, text)
    return text


def marked_json(value: object, marks: Marks) -> object:
    """Return a JSON value with these values replaced in all strings and names of members."""
    if isinstance(value, str):
        return marked(value, marks)
    if isinstance(value, list):
        return [marked_json(item, marks) for item in value]
    if isinstance(value, dict):
        return _members(value, marks)
    return value


def _members(value: dict[str, object], marks: Marks) -> dict[str, object]:
    """Return members under replaced names. Equal names get a number, in the order of their values."""
    members: dict[str, object] = {}
    pairs = [(marked(name, marks), marked_json(item, marks)) for name, item in value.items()]
    if len({name for name, _ in pairs}) < len(pairs):
        pairs.sort(key=lambda pair: (pair[0], canonical(pair[1])))
    for name, item in pairs:
        free, number = name, 1
        while free in members:
            number += 1
            free = f"{name} {number}"
        members[free] = item
    return members
