"""Redaction of bodies that are too large to hold: bytes go in piece by piece, and come out once they are certain.

The pieces that come out, joined, are what `bodies` makes of the whole body, with these exceptions: two secrets of more
than 64 KiB with the same beginning count as one; a `key` whose object goes on for more than 64 KiB is taken for a
secret; a `value` whose name comes more than 64 KiB later is not; a JSON string of more than 64 KiB is not searched.
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
"""The number of bytes that tell whether a body is JSON: see `told_kind`."""

_LINE_OR_END = re.compile(rb"[^\r\n]+|[\r\n]+")


class BodyStream:
    """The redaction of one large body. `feed` and `finish` return what can be written."""

    def __init__(self, media_type: str, rules: RedactionRules, ledger: Ledger) -> None:
        self._loose, self._notes = Notes(rules, ledger, []), Notes(rules, ledger, [])
        self._first = LooseStage(self._loose)
        self._stage = stage_for(media_type, self._notes, 0)

    def feed(self, data: bytes) -> bytes:
        """Take a piece of the body, and return what is certain by now."""
        return self._stage.feed(self._first.feed(data))

    def finish(self) -> bytes:
        """Return the rest of the body."""
        return self._stage.feed(self._first.finish()) + self._stage.finish()

    def sizes(self, sizes: Sequence[int]) -> list[int]:
        """Return the sizes of the body's chunks after redaction. Call it after `finish`."""
        return remapped(remapped(sizes, self._loose.edits), self._notes.edits)


def stage_for(media_type: str, notes: Notes, base: int) -> Stage:
    """Return the stage that redacts content of this type, which begins at `base`."""
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
    """Decides by the first bytes whether the body is JSON, XML, another text, or binary."""

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
    """One line of a body of JSON lines or of events."""

    def _stage_for(self, first: bytes) -> Stage:
        kind = JsonStage if begins_as_json_line(first) else PageStage
        return kind(self._notes, self._base)


class LinesStage:
    """Redacts each line by itself, but passes on blocks of lines that hold no secret."""

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
        """Return the next whole lines."""
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
    """Collects forms and XML as a whole, since those of many megabytes are rare."""

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
    """Replaces a part that is secret as a whole."""

    def __init__(self, rule: Rule, notes: Notes, base: int) -> None:
        self._rule, self._notes, self._base = rule, notes, base
        self._beginning, self._size = b"", 0

    def feed(self, data: bytes) -> bytes:
        self._beginning += data[: HELD_BYTES - len(self._beginning)]
        self._size += len(data)
        return b""

    def finish(self) -> bytes:
        new = self._notes.ledger.replace(self._beginning.decode("utf-8", "surrogateescape"), self._rule).encode()
        self._notes.edits.append(Edit(self._base, self._base + self._size, new))
        return new


def part_stage(rule: Rule | None, media_type: str, notes: Notes, base: int) -> Stage:
    """Return the stage for a part, given the rule for its name."""
    if rule is None:
        return stage_for(media_type, notes, base)
    return SecretStage(rule, notes, base) if rule.certain else SometimesStage(rule, media_type, notes, base)


class SometimesStage:
    """Replaces a part as a whole if its beginning looks like a secret."""

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
    """Finds the parts, and redacts each by the content type in its head.

    `_part` is `None` while a head is read.
    """

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
        """Look for a delimiter at the very beginning, where no line break precedes it."""
        self._begun = True
        if self._held.startswith(self._mark[2:]):
            self._part = None

    def _step(self) -> bytes | None:
        """Return what the next part or head gives, `None` if more bytes have to come first."""
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
