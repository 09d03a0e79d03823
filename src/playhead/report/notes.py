"""The lines below the counts: what would matter if it were known better, and what was not judged."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from playhead.contract.comparison import Comparison
from playhead.text.words import counted

__all__ = ["DATA", "notes_of"]

DATA = "data"
"""The name of other data among what a report may show in full."""

_MOST_MEDIA = 5


def notes_of(comparison: Comparison, show: Collection[str] = ()) -> Iterator[str]:
    """Yield a sentence for each thing to know about the verdict, with commands in backticks.

    Args:
        comparison: The comparison.
        show: What the report shows in full.
    """
    count = comparison.if_confirmed
    if count:
        found = counted(count, "finding")
        yield f"seen once: {found} would be breaking if confirmed (`playhead verify --confirm`)"
    if comparison.unread:
        yield _unread(comparison)
    if comparison.unsure:
        differences = f"{counted(len(comparison.unsure), 'difference')} that {_say(len(comparison.unsure))} nothing"
        yield f"other data: {differences} about the contract{'' if DATA in show else ' (`--show data` lists them)'}"
    yield from comparison.remarks
    if comparison.anonymous:
        yield "a contract of the first edition knows no entities: its answers are counted one by one"


def _unread(comparison: Comparison) -> str:
    count = sum(each.count for each in comparison.unread)
    endpoints = len({each.endpoint for each in comparison.unread})
    media = sorted({name for each in comparison.unread for name in each.media.split(", ")})
    left_out = len(media) - _MOST_MEDIA
    listed = ", ".join(media[:_MOST_MEDIA]) + (f" and {left_out} more" if left_out > 0 else "")
    were = "was" if count == 1 else "were"
    return f"{counted(count, 'answer')} of {counted(endpoints, 'endpoint')} {were} not read: {listed}"


def _say(count: int) -> str:
    return "says" if count == 1 else "say"
