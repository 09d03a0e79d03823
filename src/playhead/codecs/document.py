"""A cassette as one document of plain parts (the cassette file, version 1), and back.

Reading a document builds outlines alone. Interactions are checked and built when they are looked at.
"""

from __future__ import annotations

import os.path
from collections.abc import Iterable, Iterator, Mapping
from functools import partial

from playhead.codecs.body import show_readable
from playhead.codecs.exchanges import usual_outline
from playhead.codecs.faults import VERSION, corrupt, expect_version, reading, writing
from playhead.codecs.foreign import of_another, tool_of
from playhead.codecs.interactions import glance as glance_at
from playhead.codecs.interactions import interaction_of, interaction_parts, printable
from playhead.codecs.limits import DEFAULT, Limits
from playhead.codecs.malformed import Malformed, expect_known, mapping, rows, text, whole
from playhead.codecs.parsed import Parsed, parsed_of
from playhead.codecs.timeline import glance, row_of
from playhead.errors import NotACassette
from playhead.model.cassette import Cassette, Interaction, LazyInteractions, Outline, Recorded
from playhead.model.timing import Timing

__all__ = [
    "any_outline",
    "cassette_of",
    "document_of",
    "expect_few",
    "expect_unique",
    "folder_of",
    "parsed_in",
    "recorded_of",
]

Parts = dict[str, object]

_DOCUMENT_KEYS = frozenset({"playhead", "recorded", "interactions", "timeline"})


def document_of(cassette: Cassette, limits: Limits = DEFAULT) -> Parts:
    """Return the document of a cassette. Raises UsageError if it holds what could not be read again."""
    interactions: list[Parts] = []
    timeline: list[Parts] = []
    with writing("interactions"):
        expect_few(len(cassette.interactions), limits)
        expect_unique(exchange.id for exchange in cassette.interactions)
    for position, exchange in enumerate(cassette.interactions):
        with writing(f"interactions[{position}]"):
            parts, row = _written(printable(exchange), limits)
        interactions.append(parts)
        if row is not None:
            timeline.append({"id": exchange.id, **row})
    recorded = {"at": cassette.recorded.at, "by": cassette.recorded.by}
    return {"playhead": VERSION, "recorded": recorded, "interactions": interactions, "timeline": timeline}


def _other(parts: Mapping[str, object]) -> str:
    if "playhead_contract" in parts:
        return "it is a contract, which `playhead diff` compares with others and with cassettes"
    return "it does not say `playhead: 1`"


def cassette_of(document: object, path: str, folder: str, limits: Limits = DEFAULT) -> Cassette:
    """Return the cassette of a document that was read from `path`.

    Args:
        document: The plain parts. Raises CassetteCorrupt if they are not those of a cassette.
        path: The file, for errors.
        folder: The folder that files of bodies are below.
        limits: The caps on what is read.
    """
    with reading(path):
        items, timeline, parts = _read(document, path, limits)
        outlines = list(_outlines(items, timeline))
        recorded = recorded_of(mapping(parts.get("recorded", {}), "recorded"))

    def build(position: int) -> Interaction:
        item = items[position]
        assert isinstance(item, dict)  # seen by _outlines
        try:
            return interaction_of(item, timeline.get(item["id"]), folder, limits)
        except Malformed as malformed:
            raise corrupt(malformed, path, f"interactions[{position}]") from None

    return Cassette(LazyInteractions(outlines, build), recorded)


def parsed_in(document: object, path: str, folder: str, limits: Limits = DEFAULT) -> list[Parsed]:
    """Return all interactions of a document, with the values of their bodies.

    It takes the arguments of `cassette_of`, and raises its errors, but not with the place of the fault.
    """
    with reading(path):
        items, timeline, parts = _read(document, path, limits)
        recorded_of(mapping(parts.get("recorded", {}), "recorded"))
        parsed = [parsed_of(item, timeline, folder, limits) for item in items]
        expect_unique(each.interaction.id for each in parsed)
    return parsed


def _read(document: object, path: str, limits: Limits) -> tuple[list[object], dict[object, Parts], Parts]:
    """Return the interactions, the rows of the timeline by id, and the document, as far as they were checked."""
    if (tool := tool_of(document)) is not None:
        raise of_another(tool, path)
    parts = mapping(document, "")
    if "playhead" not in parts:
        raise NotACassette(path, _other(parts))
    expect_version(parts.get("playhead"), path)
    expect_known(parts, _DOCUMENT_KEYS, "")
    items = rows(parts.get("interactions"), "interactions")
    expect_few(len(items), limits)
    timeline = _rows_by_id(rows(parts.get("timeline", []), "timeline"))
    return items, timeline, parts


def recorded_of(parts: Parts) -> Recorded:
    """Return when and by what a cassette was recorded; both may be absent."""
    expect_known(parts, frozenset({"at", "by"}), "recorded")
    return Recorded(text(parts.get("at", ""), "recorded.at"), text(parts.get("by", ""), "recorded.by"))


def folder_of(path: str) -> str:
    """Return the folder that the files of bodies are relative to."""
    return os.path.dirname(path)  # noqa: PTH120  # a pure package: names only, no pathlib


def expect_few(count: int, limits: Limits) -> None:
    """Refuse more interactions than the limits allow."""
    if count > limits.interactions:
        raise Malformed(f"more than {limits.interactions} interactions", "interactions")


def expect_unique(ids: Iterable[int]) -> None:
    """Refuse two interactions of one id."""
    seen: set[int] = set()
    for number in ids:
        if number in seen:
            raise Malformed(f"the id {number} occurs twice", "id")
        seen.add(number)


def _written(interaction: Interaction, limits: Limits) -> tuple[Parts, Parts | None]:
    parts = interaction_parts(interaction, partial(show_readable, limits=limits))
    row = None if interaction.timing == Timing() else row_of(interaction.timing)
    if interaction_of(parts, row, "", limits) != interaction:
        raise Malformed("it would not read back as it is")
    return parts, row


def _rows_by_id(timeline: list[object]) -> dict[object, Parts]:
    by_id: dict[object, Parts] = {}
    for position, row in enumerate(timeline):
        if type(row) is not dict or type(row.get("id")) is not int:
            raise Malformed("an object with an id is expected", f"timeline[{position}]")
        by_id[row["id"]] = row
    if len(by_id) != len(timeline):
        raise Malformed("an id occurs twice", "timeline")
    return by_id


def _outlines(items: list[object], timeline: dict[object, Parts]) -> Iterator[Outline]:
    for position, item in enumerate(items):
        try:
            yield _outline(item, timeline)
        except Malformed as malformed:
            raise malformed.under(f"interactions[{position}]") from None
    expect_unique(item["id"] for item in items if isinstance(item, dict))


def _outline(item: object, timeline: dict[object, Parts]) -> Outline:
    parts = mapping(item, "")
    return usual_outline(parts, timeline) or any_outline(parts, timeline)


def any_outline(parts: Parts, timeline: Mapping[object, Parts]) -> Outline:
    """Return the outline of an exchange or a call. Raises Malformed with the place of the fault."""
    method, url, steady = glance_at(parts)
    number = whole(parts.get("id"), "id", 1)
    origin = parts.get("origin")
    start, last, session = glance(timeline.get(number))
    return Outline(
        method,
        url,
        start,
        last,
        session,
        None if origin is None else text(origin, "origin"),
        steady,
    )
