"""A page of its own: one file, whose content security policy lets in its own style and script by their hashes.

Nothing else may run or be fetched, so that even text which slipped through unescaped could do neither.
"""

from __future__ import annotations

from base64 import b64encode
from hashlib import sha256
from string import Template
from typing import NamedTuple

__all__ = ["Parts", "sealed"]


class Parts(NamedTuple):
    """What a page is made of besides its contents: the markup with its gaps, CSS, and JavaScript."""

    markup: str
    style: str
    script: str


def sealed(parts: Parts, contents: dict[str, str]) -> str:
    """The page with `contents`, which is markup, in the gaps of the same names."""
    allowed = f"style-src '{_hash(parts.style)}'; script-src '{_hash(parts.script)}'"
    policy = f"default-src 'none'; {allowed}; base-uri 'none'; form-action 'none'"
    return Template(parts.markup).substitute(contents, policy=policy, style=parts.style, script=parts.script)


def _hash(text: str) -> str:
    return f"sha256-{b64encode(sha256(text.encode()).digest()).decode()}"
