"""A request taken apart, so that it can be compared place by place."""

from __future__ import annotations

from dataclasses import dataclass

from playhead.matching.content import Content, read_content
from playhead.matching.key import Bucket, checked_headers, portless_bucket, scope_of
from playhead.matching.rules import Rules
from playhead.model.http import Request
from playhead.text.media_types import content_type

__all__ = ["Reading", "read"]


@dataclass(frozen=True, slots=True)
class Reading:
    """A request taken apart for comparison."""

    bucket: Bucket
    headers: tuple[tuple[str, tuple[str, ...]], ...]
    content: Content
    media_type: str


def read(request: Request, rules: Rules) -> Reading:
    """Take a request apart, without what the rules ignore."""
    scope = scope_of(request.method, request.url, rules)
    return Reading(
        portless_bucket(request.method, request.url, rules),
        checked_headers(request, scope, rules),
        read_content(request, scope, rules.same_kind),
        content_type(request.headers),
    )
