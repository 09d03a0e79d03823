"""Names of modules and tests as names of files that every system takes."""

from __future__ import annotations

import hashlib
import re

__all__ = ["module_folders", "safe_name"]

LONGEST = 120
"""File names have up to 255 bytes on common systems; journals, locks and temporary files add to the cassette's."""

_UNSAFE = re.compile(r"[^\w.,=+@()\[\]{}-]", re.ASCII)
_RESERVED = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\..*)?", re.IGNORECASE)


def module_folders(module: str) -> list[str]:
    """Return the names of the folders of a module's cassettes, less one leading `tests` or `test`."""
    folders = module.removesuffix(".py").split("/")
    return folders[1:] if folders[0] in ("tests", "test") and len(folders) > 1 else folders


def safe_name(name: str, *, distinct: str | None = None) -> str:
    """Return a name as a file name. If it had to be changed, it ends in a hash of the original."""
    safe = _UNSAFE.sub("_", name)[:LONGEST]
    if _RESERVED.fullmatch(safe) or safe.endswith(".") or safe.startswith("."):
        safe = f"_{safe.strip('.')}"
    if safe == name and distinct is None:
        return safe
    return f"{safe}-{hashlib.sha256((distinct or name).encode()).hexdigest()[:8]}"
