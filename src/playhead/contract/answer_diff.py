"""Changes between the answers of one status class: media type, headers, and the shapes of bodies."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from playhead.contract.answers import CONTRACT_HEADERS, NEXT_LINK, Answers
from playhead.contract.changes import Change, Count, Evidence
from playhead.contract.moves import moved
from playhead.contract.paging import paged
from playhead.contract.rules import Severity
from playhead.contract.shape import CROWD, EMPTY_OBJECT
from playhead.contract.shape_diff import shape_changes
from playhead.contract.streams import TERMINATORS
from playhead.text.media_types import EVENT_STREAM, is_xml, may_be_json

__all__ = ["answer_changes"]

_ALWAYS_RATHER = "the old side had it only sometimes"


def answer_changes(old: Answers, new: Answers, prefix: str = "") -> Iterator[Change]:
    """Yield the changes between two sets of answers.

    Changes in error bodies are risky at most: it is not known which of their fields anybody reads.

    Args:
        old: The answers of the old side.
        new: The answers of the new side.
        prefix: Text before each place, such as `"4xx "` for errors.
    """
    at_most = Severity.RISKY if prefix in _OF_ERRORS else Severity.BREAKING
    kinds = (_media_changes, _whole_changes, _header_changes, _notices, _version_changes, _paged_bodies)
    for change in (change for kind in kinds for change in kind(old, new)):
        yield replace(change, place=f"{prefix}{change.place or '/'}", at_most=at_most)


def _media_changes(old: Answers, new: Answers) -> Iterator[Change]:
    before, after = +old.media, +new.media
    if not before or not after or before.keys() & after.keys():
        return
    rule = "media-type-changed"
    if set(before) == {EVENT_STREAM}:
        rule = "stream-became-whole"
    elif set(after) == {EVENT_STREAM}:
        rule = "whole-became-stream"
    evidence = Evidence(Count(old.filled, old.filled, old.filled), Count(0, new.filled, new.filled))
    told = [", ".join(sorted(media or "none" for media in side)) for side in (before, after)]
    yield Change(rule, "header.content-type", told[0], told[1], evidence, label=told[0])


def _whole_changes(old: Answers, new: Answers) -> Iterator[Change]:
    """Yield changes of bodies as a whole: all are gone, empty or unparsable now; or the reverse."""
    if not old.read or not new.read:
        return
    before, after = _state(old), _state(new)
    rule = _WHOLE_RULES.get((before, after))
    if rule is None or (rule in _OF_PARSERS and not _parsable(old.media.keys() & new.media.keys())):
        return
    fuller = before if rule in _WORSE else after
    counts = [Count(side.read if _state(side) == fuller else 0, side.read, side.read) for side in (old, new)]
    if rule not in _OF_PARSERS:
        before, after = (_TOLD if each == _UNREAD else each for each in (before, after))
    yield Change(rule, "", before, after, Evidence(*counts), label=before)


def _parsable(media: Iterable[str]) -> bool:
    """Return True if one of the media types always parses. CSV does not: without a header it has no fields."""
    return any(may_be_json(each) or is_xml(each) or each == EVENT_STREAM for each in media)


def _state(answers: Answers) -> str:
    """Return the state that all complete bodies share, or `""` if they differ."""
    if not answers.filled:
        return _NOTHING
    if not answers.bodies:
        return _UNREAD if answers.filled == answers.read else ""
    shape = answers.bodies.get("")
    if shape is not None and shape.total == shape.counts[EMPTY_OBJECT]:
        return _HOLLOW if answers.filled == answers.read else ""
    return _TOLD if answers.filled == answers.read else ""


_TOLD, _NOTHING, _HOLLOW, _UNREAD = "a body", "no body", "{}", "a body that cannot be parsed"
_WHOLE_RULES = {
    (_TOLD, _NOTHING): "body-gone",
    (_TOLD, _HOLLOW): "body-gone",
    (_NOTHING, _TOLD): "body-back",
    (_HOLLOW, _TOLD): "body-back",
    (_TOLD, _UNREAD): "body-unreadable",
    (_UNREAD, _TOLD): "body-readable",
    (_HOLLOW, _NOTHING): "body-gone",
    (_NOTHING, _HOLLOW): "body-back",
    (_HOLLOW, _UNREAD): "body-unreadable",
    (_UNREAD, _HOLLOW): "body-readable",
    (_UNREAD, _NOTHING): "body-gone",
    (_NOTHING, _UNREAD): "body-back",
}
_WORSE = frozenset({"body-gone", "body-unreadable"})
_OF_PARSERS = frozenset({"body-unreadable", "body-readable"})


def _header_changes(old: Answers, new: Answers) -> Iterator[Change]:
    told: set[str] = set()
    for name in (NEXT_LINK, *CONTRACT_HEADERS):
        before, after = old.headers[name], new.headers[name]
        came = _moved(before, old.samples, after, new.samples)
        place = name.partition(" ")[0]
        if came is not None and place not in told:
            told.add(place)
            evidence = Evidence(Count(before, old.samples, old.samples), Count(after, new.samples, new.samples))
            rule = _HEADER_RULES.get(name, _PLAIN)[came]
            yield Change(rule, f"header.{place}", _there(before), _there(after), evidence)


def _moved(before: int, olds: int, after: int, news: int) -> bool | None:
    """Return True if a header is always there now and never was, False for the reverse, and None otherwise."""
    if before and before == olds and not after:
        return False
    return True if after and after == news and not before else None


_OF_ERRORS = ("4xx ", "errors ")
_PLAIN = ("header-gone", "header-new")
_HEADER_RULES = {NEXT_LINK: ("next-link-gone", "next-link-new"), "location": ("location-gone", "location-new")}


def _version_changes(old: Answers, new: Answers) -> Iterator[Change]:
    for name in sorted(old.versions.keys() & new.versions.keys()):
        before, after = old.versions[name], new.versions[name]
        if before and after and before.keys().isdisjoint(after.keys()):
            evidence = Evidence(Count(before.total(), old.samples, old.samples), Count(0, new.samples, new.samples))
            yield Change("version-changed", f"header.{name}", min(before), min(after), evidence, label=min(before))


def _paged_bodies(old: Answers, new: Answers) -> Iterator[Change]:
    yield from paged(list(_bodies(old, new)), old, new)


def _there(count: int) -> str:
    return "present" if count else "absent"


def _notices(old: Answers, new: Answers) -> Iterator[Change]:
    for name in sorted(old.notices.keys() | new.notices.keys()):
        before, after = old.notices.get(name), new.notices.get(name)
        if (before is None) == (after is None):
            continue
        rule = "undeprecated" if after is None else "deprecated"
        counts = [
            Count(int(value is not None), side.samples, side.samples) for value, side in ((before, old), (after, new))
        ]
        yield Change(rule, f"header.{name}", before or "absent", after or "absent", Evidence(*counts))


def _bodies(old: Answers, new: Answers) -> Iterator[Change]:
    if not old.bodies or not new.bodies:
        return
    for event in sorted(old.bodies.keys() & new.bodies.keys()):
        prefix = f"event {event} " if event else ""
        for change in moved(shape_changes(old.bodies[event], new.bodies[event])):
            yield replace(change, place=f"{prefix}{change.place or '/'}")
    if old.streamed and new.streamed:
        yield from _event_changes(old, new)


def _event_changes(old: Answers, new: Answers) -> Iterator[Change]:
    if CROWD in old.bodies or CROWD in new.bodies:
        return
    for event in sorted((old.bodies.keys() ^ new.bodies.keys()) - {""}):
        before, after = (side.bodies[event].samples if event in side.bodies else 0 for side in (old, new))
        evidence = Evidence(Count(before, old.streamed, old.streamed), Count(after, new.streamed, new.streamed))
        rule = _EVENT_RULES[event in TERMINATORS, bool(after)]
        if rule == "terminator-gone" and before < old.streamed:
            rule = "event-unseen"
        yield Change(rule, f"event {event}", _there(before), _there(after), evidence)


_EVENT_RULES = {
    (True, True): "terminator-new",
    (True, False): "terminator-gone",
    (False, True): "event-new",
    (False, False): "event-unseen",
}
