"""Changes between the answers of one status class: media type, headers, and the shapes of bodies."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from playhead.contract.alike import akin
from playhead.contract.answers import CONTRACT_HEADERS, NEXT_LINK, NOT_READ, Answers, parser_of
from playhead.contract.changes import NOTHING, Change, Count, Evidence, all_of, none_of
from playhead.contract.moves import moved
from playhead.contract.paging import paged
from playhead.contract.rules import WHOLE_RULES, Severity
from playhead.contract.shape import CROWD
from playhead.contract.shape_diff import shape_changes
from playhead.contract.streams import TERMINATORS
from playhead.contract.tally import Tally, common, size_of, union
from playhead.contract.whole_diff import whole_changes
from playhead.text.media_types import EVENT_STREAM

__all__ = ["answer_changes"]

OTHER_FILES = "these may be other files"


def answer_changes(old: Answers, new: Answers, prefix: str = "") -> Iterator[Change]:
    """Yield the changes between two sets of answers.

    Changes within error bodies are risky at most: it is not known which of their fields anybody reads.

    Args:
        old: The answers of the old side.
        new: The answers of the new side.
        prefix: Text before each place, such as `"4xx "` for errors.
    """
    kinds = (_media_changes, whole_changes, _header_changes, _notices, _version_changes, _paged_bodies)
    for change in (change for kind in kinds for change in kind(old, new)):
        within = prefix in _OF_ERRORS and change.rule not in WHOLE_RULES
        at_most = Severity.RISKY if within else Severity.BREAKING
        yield replace(change, place=f"{prefix}{change.place or '/'}", at_most=at_most)


def _media_changes(old: Answers, new: Answers) -> Iterator[Change]:
    before, after = old.media, new.media
    if not before or not after or before.keys() >= after.keys():
        return
    rule = "media-type-changed"
    if set(before) == {EVENT_STREAM}:
        rule = "stream-became-whole"
    elif set(after) == {EVENT_STREAM}:
        rule = "whole-became-stream"
    elif _same_parser(old, new):
        rule = "media-subtype-changed"
    among, still = union(after.values()), union(tally for media, tally in after.items() if media in before)
    evidence = Evidence(all_of(union(before.values())), Count(still, among))
    told = [", ".join(sorted(media or "none" for media in side)) for side in (before, after)]
    reservation = OTHER_FILES if _other_files(old, new) else ""
    yield Change(rule, "header.content-type", told[0], told[1], evidence, label=told[0], reservation=reservation)


def _other_files(old: Answers, new: Answers) -> bool:
    """Return True if bodies are of types that are not read, and none of the new ones was asked for before."""
    read = any(map(parser_of, (*old.media, *new.media)))
    return not read and not common(old.tally.requests, new.tally.requests)


def _same_parser(old: Answers, new: Answers) -> bool:
    """Return True if the bodies of both sides are read by one parser, whatever their types are called.

    JSON or XML under a type that says nothing of it is read by those who know what it is. That it is called so now does
    not disturb them. The reverse does, but for `text/plain`.
    """
    if not NOT_READ.isdisjoint(new.states):
        return False
    before, after = ({parser_of(media) for media in side.media} for side in (old, new))
    if "" not in before | after:
        return len(before | after) == 1
    undeclared = {media for media in new.media if not parser_of(media)}
    if undeclared - {"text/plain"} or not NOT_READ.isdisjoint(old.states):
        return False
    return "" in old.bodies and "" in new.bodies and akin(old.bodies[""], new.bodies[""])


def _header_changes(old: Answers, new: Answers) -> Iterator[Change]:
    told: set[str] = set()
    for name in (NEXT_LINK, *CONTRACT_HEADERS):
        before, after = old.headers.get(name, NOTHING), new.headers.get(name, NOTHING)
        came = _moved(before.count, old.samples, after.count, new.samples)
        place = name.partition(" ")[0]
        if came is not None and place not in told:
            told.add(place)
            evidence = Evidence(Count(before, old.tally), Count(after, new.tally))
            rule = _HEADER_RULES.get(name, _PLAIN)[came]
            yield Change(rule, f"header.{place}", _there(before.count), _there(after.count), evidence)


def _moved(before: int, olds: int, after: int, news: int) -> bool | None:
    """Return False if a header was always there and is not now, True for the reverse, and None otherwise."""
    if before and before == olds and after < news:
        return False
    return True if after and after == news and not before else None


_OF_ERRORS = ("4xx ", "errors ")
_PLAIN = ("header-gone", "header-new")
_HEADER_RULES = {NEXT_LINK: ("next-link-gone", "next-link-new"), "location": ("location-gone", "location-new")}


def _version_changes(old: Answers, new: Answers) -> Iterator[Change]:
    for name in sorted(old.versions.keys() & new.versions.keys()):
        before, after = old.versions[name], new.versions[name]
        if before and after and before.keys().isdisjoint(after.keys()):
            evidence = Evidence(all_of(union(before.values())), none_of(union(after.values())))
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
            none_of(side.tally) if value is None else all_of(side.tally)
            for value, side in ((before, old), (after, new))
        ]
        yield Change(rule, f"header.{name}", before or "absent", after or "absent", Evidence(*counts))


def _bodies(old: Answers, new: Answers) -> Iterator[Change]:
    if not old.bodies or not new.bodies:
        return
    for event in sorted(old.bodies.keys() & new.bodies.keys()):
        prefix = f"event {event} " if event else ""
        for change in moved(shape_changes(old.bodies[event], new.bodies[event])):
            yield replace(change, place=f"{prefix}{change.place or '/'}")
    if old.streamed.count and new.streamed.count:
        yield from _event_changes(old, new)


def _event_changes(old: Answers, new: Answers) -> Iterator[Change]:
    if CROWD in old.bodies or CROWD in new.bodies:
        return
    for event in sorted((old.bodies.keys() ^ new.bodies.keys()) - {""}):
        before, after = (_streams_with(event, side) for side in (old, new))
        rule = _EVENT_RULES[event in TERMINATORS, bool(after.hits)]
        if rule == "terminator-gone" and before.hits < before.total:
            rule = "event-unseen"
        yield Change(rule, f"event {event}", _there(before.hits), _there(after.hits), Evidence(before, after))


def _streams_with(event: str, answers: Answers) -> Count:
    """Return how many streams had events of a type: the number of those requests, for a stream may have many."""
    among = answers.streamed
    seen = answers.bodies[event].seen if event in answers.bodies else NOTHING
    hits = min(seen.count, among.count) if size_of(seen.requests) >= size_of(among.requests) else size_of(seen.requests)
    return Count(Tally(hits, seen.requests, seen.requests), among)


_EVENT_RULES = {
    (True, True): "terminator-new",
    (True, False): "terminator-gone",
    (False, True): "event-new",
    (False, False): "event-unseen",
}
