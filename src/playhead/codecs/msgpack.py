"""The `.msgpack` encoding of cassettes, for size and speed, and of journals, which have no end frame."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator

from playhead.codecs.document import expect_few, expect_unique, folder_of
from playhead.codecs.faults import corrupt, reading, writing
from playhead.codecs.frames import (
    Checksum,
    End,
    Frame,
    Passed,
    end_frame,
    frame_of,
    header_frame,
    passed_frame,
    passed_of,
    recorded_of_header,
)
from playhead.codecs.frames import interaction_frame as frame_for
from playhead.codecs.interactions import printable
from playhead.codecs.limits import DEFAULT, Limits
from playhead.codecs.malformed import Malformed
from playhead.codecs.packing import unpacked, values_in
from playhead.errors import UnsupportedVersion
from playhead.model.cassette import Cassette, Interaction, LazyInteractions, Recorded
from playhead.model.collector import collector_paused

__all__ = [
    "Passed",
    "decode",
    "decode_journal",
    "decode_passed",
    "encode",
    "header_frame",
    "interaction_frame",
    "passed_frame",
    "passing",
]

_CHANGED = "its checksum is not that of its content: some of it has changed since it was written"


def encode(cassette: Cassette, *, limits: Limits = DEFAULT) -> bytes:
    """Return the file of a cassette. Raises UsageError if it holds what could not be read again."""
    with writing("recorded"):
        frames = bytearray(header_frame(cassette.recorded))
    with writing("interactions"):
        expect_few(len(cassette.interactions), limits)
        expect_unique(exchange.id for exchange in cassette.interactions)
    for position, exchange in enumerate(cassette.interactions):
        with writing(f"interactions[{position}]"):
            frames += _checked_frame(printable(exchange), limits)
    with writing("file"):
        frames += end_frame(len(cassette.interactions), frames)
        _expect_small(frames, limits)
    return bytes(frames)


def decode(data: bytes, path: str = "", *, folder: str | None = None, limits: Limits = DEFAULT) -> Cassette:
    """Return the cassette in a file's bytes.

    Interactions are built, and fully checked, when they are looked at; that may raise CassetteCorrupt too.

    Args:
        data: The bytes of the file.
        path: The file, for errors: CassetteCorrupt or UnsupportedVersion.
        folder: The folder that files of bodies are below; that of `path` by default.
        limits: The caps on what is read.
    """
    with reading(path), collector_paused():
        _expect_small(data, limits)
        frames, recorded = _whole_file(data, limits, path)
        expect_unique(frame.id for frame in frames)
    below = folder_of(path) if folder is None else folder

    def build(position: int) -> Interaction:
        try:
            return frames[position].interaction(below, limits)
        except Malformed as malformed:
            raise corrupt(malformed, path, f"interactions[{position}]") from None

    return Cassette(LazyInteractions([frame.outline for frame in frames], build), recorded)


def passing(pieces: Iterable[bytes], path: str, folder: str, *, limits: Limits = DEFAULT) -> Iterator[Interaction]:
    """Yield the interactions of a file that is read piece by piece, and keep none of them.

    It raises the errors of `decode`, but only where it reaches the fault. The caller may have to discard what came
    before.
    """
    fed, checksum = 0, Checksum()

    def counted() -> Iterator[bytes]:
        nonlocal fed
        for piece in pieces:
            fed += len(piece)
            checksum.feed(piece)
            yield piece

    with reading(path):
        rest = counted()
        values = values_in(rest)
        try:
            recorded_of_header(next(values, (None, 0))[0], path)
        except UnsupportedVersion:
            deque(rest, maxlen=0)
            _expect_unbroken(checksum)
            raise
        for count, (value, offset) in enumerate(values):
            frame = frame_of(value)
            if isinstance(frame, End):
                _expect_end(frame, count, sum(1 for _ in values) + fed - offset, checksum)
                return
            yield frame.interaction(folder, limits)
        raise Malformed(f"it has no end (if it is a journal, `playhead recover {path}` reads it)")


def interaction_frame(exchange: Interaction) -> bytes:
    """Return the frame that a journal appends for a finished exchange.

    Raises UsageError if it could not be read again.
    """
    with writing("interaction"):
        return frame_for(printable(exchange))


def decode_journal(data: bytes, path: str = "", *, limits: Limits = DEFAULT) -> list[Interaction]:
    """Return all whole interactions of a journal, which may have been cut anywhere.

    What follows a cut is ignored. Raises CassetteCorrupt if the bytes do not begin like a journal, and
    UnsupportedVersion if a later playhead wrote it.
    """
    return [each for each in _journalled(data, path, limits) if not isinstance(each, Passed)]


def decode_passed(
    data: bytes, path: str = "", *, limits: Limits = DEFAULT
) -> list[tuple[Passed, list[Interaction]]] | None:
    """Return what passed tests have recorded in the journal of a run, `None` if it notes no test at all.

    What follows the last note belongs to a test that has not passed. Raises the errors of `decode_journal`.
    """
    passed: list[tuple[Passed, list[Interaction]]] = []
    since: list[Interaction] = []
    for each in _journalled(data, path, limits):
        if isinstance(each, Passed):
            passed.append((each, since))
            since = []
        else:
            since.append(each)
    return passed or None


def _journalled(data: bytes, path: str, limits: Limits) -> list[Interaction | Passed]:
    with reading(path), collector_paused():
        _expect_small(data, limits)
        values = (value for value, _ in values_in(data))
        for header in values:
            recorded_of_header(header, path)
            break
        return list(_before_a_cut(values, folder_of(path), limits))


def _checked_frame(exchange: Interaction, limits: Limits) -> bytes:
    frame = frame_for(exchange)
    read = frame_of(unpacked(frame))
    if isinstance(read, End) or read.interaction("", limits) != exchange:
        raise Malformed("it would not read back as it is")
    return frame


def _expect_small(data: bytes | bytearray, limits: Limits) -> None:
    if len(data) > limits.size_bytes:
        raise Malformed(f"larger than {limits.size_bytes} bytes")


def _whole_file(data: bytes, limits: Limits, path: str) -> tuple[list[Frame], Recorded]:
    values = values_in(data)
    checksum = Checksum()
    checksum.feed(data)
    try:
        recorded = recorded_of_header(next(values, (None, 0))[0], path)
    except UnsupportedVersion:
        _expect_unbroken(checksum)
        raise
    frames: list[Frame] = []
    for value, offset in values:
        frame = frame_of(value)
        if isinstance(frame, End):
            _expect_end(frame, len(frames), len(data) - offset, checksum)
            return frames, recorded
        frames.append(frame)
        expect_few(len(frames), limits)
    raise Malformed(f"it has no end (if it is a journal, `playhead recover {path}` reads it)")


def _expect_end(end: End, found: int, left_bytes: int, checksum: Checksum) -> None:
    if end.interactions != found:
        raise Malformed(f"its end speaks of {end.interactions} interactions, and there are {found}")
    if left_bytes:
        raise Malformed(f"there are {left_bytes} bytes behind its end")
    if end.checksum is not None and not (checksum.sealed and checksum.fits):
        raise Malformed(_CHANGED)


def _expect_unbroken(checksum: Checksum) -> None:
    # The version counts only in a sound file: in a broken one it may be the bit that flipped.
    if checksum.sealed and not checksum.fits:
        raise Malformed(_CHANGED)


def _before_a_cut(values: Iterator[object], folder: str, limits: Limits) -> Iterator[Interaction | Passed]:
    try:
        for value in values:
            passed = passed_of(value)
            if passed is not None:
                yield passed
                continue
            frame = frame_of(value)
            if isinstance(frame, End):
                return
            yield frame.interaction(folder, limits)
    except Malformed:
        # Other bytes come after the cut: blocks that a crash left empty, or half of a write.
        return
