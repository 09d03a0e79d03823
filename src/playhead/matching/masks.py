"""Keys that leave out whole places: those where placeholders were stored.

Recordings with placeholders in the same places have one mask, so a cassette has few masks, however many recordings it
has. A request is looked up once for each mask, whatever its live values are.
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from typing import NamedTuple, cast

from playhead.matching.content import Content, Part
from playhead.matching.json_value import canonical
from playhead.matching.key import Bucket
from playhead.matching.placeholders import MarksIn

__all__ = ["Mask", "content_mask", "json_mask", "json_without", "mask_of", "masked", "masked_content", "shape_of"]

ANYTHING = "\0"

Steps = tuple[str | int, ...]


class Mask(NamedTuple):
    """The places of a URL that are left out: the host, path segments by position, parameters by name."""

    host: bool
    segments: tuple[int, ...]
    names: frozenset[str]


def shape_of(bucket: Bucket) -> Hashable:
    """Return what a request shares with each recording that placeholders could make equal to it."""
    return bucket.method, bucket.path.count("/"), tuple(sorted(name for name, _ in bucket.query))


def mask_of(bucket: Bucket, marks_in: MarksIn) -> Mask | None:
    """Return the mask of a stored request's URL, `None` if it has no placeholders."""
    segments = tuple(at for at, segment in enumerate(bucket.path.split("/")) if marks_in(segment))
    names = frozenset(name for name, value in bucket.query if marks_in(value))
    host = bool(marks_in(bucket.host))
    return Mask(host, segments, names) if segments or names or host else None


def masked(bucket: Bucket, mask: Mask) -> Bucket:
    """Return the part of a key that method and URL give, without the places of the mask."""
    segments = bucket.path.split("/")
    for at in mask.segments:
        if at < len(segments):
            segments[at] = ANYTHING
    query = [(name, ANYTHING if name in mask.names else value) for name, value in bucket.query]
    host, port = (ANYTHING, "") if mask.host else (bucket.host, bucket.port)
    return Bucket(bucket.method, bucket.scheme, host, port, "/".join(segments), tuple(sorted(query)))


def content_mask(content: Content, marks_in: MarksIn) -> Hashable:
    """Return the mask of stored content, `None` if it has no placeholders."""
    match content.kind:
        case "json":
            return tuple(_marked_paths(content.value, (), marks_in)) or None
        case "form":
            pairs = cast(Sequence[tuple[str, str]], content.value)
            return frozenset(name for name, value in pairs if marks_in(value)) or None
        case "multipart":
            masks = tuple(content_mask(part.content, marks_in) for part in cast(Sequence[Part], content.value))
            return masks if any(masks) else None
        case "bytes":
            return bool(marks_in(cast(bytes, content.value).decode("latin-1"))) or None
    return None


def masked_content(content: Content, mask: Hashable) -> Hashable:
    """Return the key of content without the places of a mask of its kind."""
    if mask is None or mask is True:
        return content.kind if mask else content.key()
    match content.kind:
        case "json" if isinstance(mask, tuple):
            return "json", json_without(content.value, mask)
        case "form" if isinstance(mask, frozenset):
            pairs = cast(Sequence[tuple[str, str]], content.value)
            return "form", tuple(sorted((name, ANYTHING if name in mask else value) for name, value in pairs))
        case "multipart" if isinstance(mask, tuple):
            parts = cast(Sequence[Part], content.value)
            if len(parts) == len(mask):
                inner = zip(parts, mask, strict=True)
                return "multipart", tuple((part.headers, masked_content(part.content, each)) for part, each in inner)
    return content.key()


def json_without(value: object, paths: Sequence[Steps]) -> str:
    """Return the canonical text of a JSON value with the same stand-in in each place that the paths lead to."""
    return canonical(_covered(value, (), frozenset(paths)))


def json_mask(value: object, marks_in: MarksIn) -> tuple[Steps, ...]:
    """Return the paths to the strings of a JSON value that have placeholders in them."""
    return tuple(_marked_paths(value, (), marks_in))


def _marked_paths(value: object, path: Steps, marks_in: MarksIn) -> list[Steps]:
    if isinstance(value, str):
        return [path] if marks_in(value) else []
    if isinstance(value, dict):
        return [each for name in sorted(value) for each in _marked_paths(value[name], (*path, name), marks_in)]
    if isinstance(value, list | tuple):
        return [each for at, item in enumerate(value) for each in _marked_paths(item, (*path, at), marks_in)]
    return []


def _covered(value: object, path: Steps, paths: frozenset[Steps]) -> object:
    """Return a copy with a stand-in in the place of each path."""
    if path in paths:
        return ANYTHING
    if isinstance(value, dict):
        return {name: _covered(item, (*path, name), paths) for name, item in value.items()}
    if isinstance(value, list | tuple):
        return [_covered(item, (*path, at), paths) for at, item in enumerate(value)]
    return value
