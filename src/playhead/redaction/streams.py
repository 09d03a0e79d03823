"""Redaction of bodies that are too large to hold: bytes go in piece by piece, and come out as soon as they are sure.

What comes out, joined, is what `bodies` makes of the whole, except that a secret of more than 64 KiB is told from
others by its beginning, that a `key` whose object goes on for more than 64 KiB is taken for a secret, that a `value`
whose name comes later than that is none, and that a JSON string of more than 64 KiB is not looked into.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from playhead.redaction.bodies import (
    body_edits,
    media_kind,
    read_part_head,
    told_kind,
)
from playhead.redaction.edits import Edit, apply, remapped
from playhead.redaction.json_stream import HELD_BYTES, JsonStage
from playhead.redaction.ledger import Ledger
from playhead.redaction.lines import begins_as_json_line, blocks_of_lines, may_hold_lines
from playhead.redaction.look import JUDGED_BYTES
from playhead.redaction.loose_stream import LooseStage
from playhead.redaction.page_stream import PageStage
from playhead.redaction.rules import RedactionRules, Rule
from playhead.redaction.stages import Notes, PlainStage, Stage
from playhead.text.multipart import boundary_of

__all__ = ["BodyStream"]

_TELLING_BYTES = 64
"""So much of a body tells whether it is JSON: see `told_kind`."""

_LINE_OR_END = re.compile(rb"[^\r\n]+|[\r\n]+")


class BodyStream:
    """The redaction of one large body: `feed` and `finish` give what can be written, `sizes` how its chunks changed."""

    def __init__(self, media_type: str, rules: RedactionRules, ledger: Ledger) -> None:
        self._loose, self._notes = Notes(rules, ledger, []), Notes(rules, ledger, [])
        self._first = LooseStage(self._loose)
        self._stage = stage_for(media_type, self._notes, 0)

    def feed(self, data: bytes) -> bytes:
        """Take a piece of the body, and give what is sure by now."""
        return self._stage.feed(self._first.feed(data))

    def finish(self) -> bytes:
        """Return the rest of the body."""
        return self._stage.feed(self._first.finish()) + self._stage.finish()

    def sizes(self, sizes: Sequence[int]) -> list[int]:
        """Return the sizes of the body's chunks after redaction; to be asked for when all is finished."""
        return remapped(remapped(sizes, self._loose.edits), self._notes.edits)


def stage_for(media_type: str, notes: Notes, base: int) -> Stage:
    """Return what redacts content of this type that begins at `base`."""
    match media_kind(media_type):
        case "json":
            return JsonStage(notes, base)
        case "lines":
            return LinesStage(notes, base)
        case "multipart":
            boundary = boundary_of(media_type)
            return PlainStage() if boundary is None else MultipartStage(boundary, notes, base)
        case "form" | "xml":
            return WholeStage(media_type, notes, base)
        case "unknown":
            return UnknownStage(notes, base, media_type)
        case _:
            return PlainStage()


class UnknownStage:
    """Decides by the first bytes whether the rest is JSON, XML, a text or neither."""

    def __init__(self, notes: Notes, base: int, media_type: str = "") -> None:
        self._notes, self._base, self._media_type = notes, base, media_type
        self._stage: Stage | None = None
        self._first = b""

    def feed(self, data: bytes) -> bytes:
        if self._stage is not None:
            return self._stage.feed(data)
        self._first += data
        return b"" if len(self._first) < _TELLING_BYTES else self._begin().feed(self._first)

    def finish(self) -> bytes:
        if self._stage is not None:
            return self._stage.finish()
        return self._begin().feed(self._first) + self._begin().finish() if self._first else b""

    def _begin(self) -> Stage:
        if self._stage is None:
            self._stage = self._stage_for(self._first)
        return self._stage

    def _stage_for(self, first: bytes) -> Stage:
        match told_kind(self._media_type, first):
            case "json":
                return JsonStage(self._notes, self._base)
            case "xml":
                return WholeStage("text/xml", self._notes, self._base)
            case "unknown":
                return PageStage(self._notes, self._base)
            case _:
                return PlainStage()


class LineStage(UnknownStage):
    """A line of a body that consists of JSON line by line, or of events."""

    def _stage_for(self, first: bytes) -> Stage:
        kind = JsonStage if begins_as_json_line(first) else PageStage
        return kind(self._notes, self._base)


class LinesStage:
    """Lines, each by itself, but for blocks of them that hold nothing."""

    def __init__(self, notes: Notes, base: int) -> None:
        self._notes = notes
        self._position = base
        self._line = LineStage(notes, base)
        self._goes_on = False

    def feed(self, data: bytes) -> bytes:
        first = 0
        if self._goes_on:
            first = data.find(b"\n") + 1 or len(data)
        last = max(data.rfind(b"\n") + 1, first)
        out = [self._by_line(data[:first])]
        for start, end in blocks_of_lines(data[first:last]):
            out.append(self._block(data[first + start : first + end]))
        return b"".join([*out, self._by_line(data[last:])])

    def finish(self) -> bytes:
        return self._line.finish()

    def _block(self, block: bytes) -> bytes:
        """Return whole lines."""
        if may_hold_lines(block, self._notes.rules):
            return self._by_line(block)
        self._position += len(block)
        self._line = LineStage(self._notes, self._position)
        return block

    def _by_line(self, data: bytes) -> bytes:
        out = []
        for piece in _LINE_OR_END.findall(data):
            self._position += len(piece)
            self._goes_on = piece[:1] not in b"\r\n"
            if self._goes_on:
                out.append(self._line.feed(piece))
            else:
                out += [self._line.finish(), piece]
                self._line = LineStage(self._notes, self._position)
        return b"".join(out)


class WholeStage:
    """Forms and XML are taken as a whole: those of many megabytes are rare."""

    def __init__(self, media_type: str, notes: Notes, base: int) -> None:
        self._media_type, self._notes, self._base = media_type, notes, base
        self._pieces: list[bytes] = []

    def feed(self, data: bytes) -> bytes:
        self._pieces.append(data)
        return b""

    def finish(self) -> bytes:
        body = b"".join(self._pieces)
        edits = body_edits(self._media_type, body, self._notes.rules, self._notes.ledger)
        self._notes.edits.extend([Edit(self._base + start, self._base + end, new) for start, end, new in edits])
        return apply(body, edits)


class SecretStage:
    """A part that is secret as a whole."""

    def __init__(self, rule: Rule, notes: Notes, base: int) -> None:
        self._rule, self._notes, self._base = rule, notes, base
        self._beginning, self._size = b"", 0

    def feed(self, data: bytes) -> bytes:
        self._beginning += data[: HELD_BYTES - len(self._beginning)]
        self._size += len(data)
        return b""

    def finish(self) -> bytes:
        if not self._size:
            return b""
        new = self._notes.ledger.replace(self._beginning.decode("utf-8", "surrogateescape"), self._rule).encode()
        self._notes.edits.append(Edit(self._base, self._base + self._size, new))
        return new


def part_stage(rule: Rule | None, media_type: str, notes: Notes, base: int) -> Stage:
    """Return what redacts a part whose name has a rule, or none."""
    if rule is None:
        return stage_for(media_type, notes, base)
    return SecretStage(rule, notes, base) if rule.certain else SometimesStage(rule, media_type, notes, base)


class SometimesStage:
    """A part that is secret as a whole if it looks so, which its beginning tells."""

    def __init__(self, rule: Rule, media_type: str, notes: Notes, base: int) -> None:
        self._rule, self._media_type, self._notes, self._base = rule, media_type, notes, base
        self._first = b""
        self._stage: Stage | None = None

    def feed(self, data: bytes) -> bytes:
        if self._stage is not None:
            return self._stage.feed(data)
        self._first += data
        return b"" if len(self._first) < JUDGED_BYTES else self._decided().feed(self._first)

    def finish(self) -> bytes:
        if self._stage is not None:
            return self._stage.finish()
        stage = self._decided()
        return stage.feed(self._first) + stage.finish()

    def _decided(self) -> Stage:
        secret = self._rule.covers(self._first.decode("utf-8", "surrogateescape"))
        self._stage = part_stage(
            replace(self._rule, certain=True) if secret else None, self._media_type, self._notes, self._base
        )
        return self._stage


class MultipartStage:
    """Finds the parts, and has each redacted by what its head says. A part has no stage while its head is read."""

    def __init__(self, boundary: bytes, notes: Notes, base: int) -> None:
        self._mark = b"\r\n--" + boundary
        self._notes, self._position = notes, base
        self._held = b""
        self._part: Stage | None = PlainStage()
        self._begun = False

    def feed(self, data: bytes) -> bytes:
        self._held += data
        if not self._begun:
            if len(self._held) < len(self._mark):
                return b""
            self._begin()
        pieces: list[bytes] = []
        while (piece := self._step()) is not None:
            pieces.append(piece)
        return b"".join(pieces)

    def finish(self) -> bytes:
        if not self._begun:
            self._begin()
        if self._part is None:
            return self._held
        return self._part.feed(self._held) + self._part.finish()

    def _begin(self) -> None:
        """The first delimiter needs no line before it."""
        self._begun = True
        if self._held.startswith(self._mark[2:]):
            self._part = None

    def _step(self) -> bytes | None:
        """Return what the next part or head gives, or `None` if more has to come first."""
        if self._part is None:
            return self._head()
        end = self._held.find(self._mark)
        if end < 0:
            sure = len(self._held) - len(self._mark) + 1
            return self._part.feed(self._take(sure)) if sure > 0 else None
        content = self._part.feed(self._take(end)) + self._part.finish()
        self._part = None
        return content

    def _head(self) -> bytes | None:
        blank = self._held.find(b"\r\n\r\n")
        following = self._held.find(self._mark, 2)
        if following >= 0 and not 0 <= blank <= following - 4:
            return self._take(following)
        if blank < 0:
            if len(self._held) < HELD_BYTES:
                return None
            self._part = PlainStage()
            return b""
        head = self._take(blank + 4)
        rule, media_type = read_part_head(head, self._notes.rules)
        self._part = part_stage(rule, media_type, self._notes, self._position)
        return head

    def _take(self, size: int) -> bytes:
        taken, self._held = self._held[:size], self._held[size:]
        self._position += size
        return taken
