"""Requirements on every HTML page that is written."""

from __future__ import annotations

import re
from base64 import b64encode
from hashlib import sha256

__all__ = ["expect_only_own_code"]


def expect_only_own_code(page: str, style: str, script: str) -> None:
    """Check that the page's Content-Security-Policy lets in its own style and script, by hash, and nothing else."""
    found = re.search(r'Content-Security-Policy" content="([^"]+)"', page)
    assert found is not None
    policy = found[1]
    hashes = [b64encode(sha256(text.encode()).digest()).decode() for text in (style, script)]
    assert policy.startswith("default-src 'none'; ")
    assert re.findall(r"sha256-([^']+)'", policy) == hashes
    assert "unsafe" not in policy
