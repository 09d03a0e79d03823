"""A page in one file: its own style and script are allowed by their hashes, and text from cassettes is escaped.

The content security policy lets nothing else run or be fetched, which also holds for text that was not escaped by
mistake.
"""

from __future__ import annotations

from base64 import b64encode
from hashlib import sha256
from html import escape
from string import Template
from typing import NamedTuple

from playhead.text.words import printable

__all__ = ["Parts", "safe", "sealed"]


class Parts(NamedTuple):
    """The markup of a page, with `$name` for its contents, its CSS, and its JavaScript."""

    markup: str
    style: str
    script: str


def sealed(parts: Parts, contents: dict[str, str]) -> str:
    """Return the page with `contents` filled in and a policy that allows its own style and script only.

    Args:
        parts: The page without contents.
        contents: Escaped markup for each name in `parts.markup`.
    """
    allowed = f"style-src '{_hash(parts.style)}'; script-src '{_hash(parts.script)}'"
    policy = f"default-src 'none'; {allowed}; base-uri 'none'; form-action 'none'"
    return Template(parts.markup).substitute(contents, policy=policy, style=parts.style, script=parts.script)


def _hash(text: str) -> str:
    return f"sha256-{b64encode(sha256(text.encode()).digest()).decode()}"


def safe(text: str, most: int = 4000) -> str:
    """Escape text from a cassette for elements and quoted attributes; more than `most` characters are truncated."""
    return escape(printable(text if len(text) <= most else text[:most] + "…"))
