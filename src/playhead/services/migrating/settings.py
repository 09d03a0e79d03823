"""Options of pytest-recording in the settings of pytest, and `[tool.playhead]`. Only pyproject.toml is rewritten."""

from __future__ import annotations

import re
from pathlib import Path

from playhead.services.migrating.left import Left

__all__ = ["OTHERS", "listed", "rewritten", "with_match"]

OTHERS = ("pytest.ini", "tox.ini", "setup.cfg")
_FLAGS = (
    r"--(?:record-mode|vcr-record)(?:=|\s+|[\"']\s*,\s*[\"'])[\w-]+|--block-network|--disable-recording|--disable-vcr"
)
_IN_LIST = re.compile(rf"[\"'](?:{_FLAGS})[\"']\s*,?[ \t]*")
_IN_TEXT = re.compile(rf"\s*(?:{_FLAGS})")
_ADDOPTS = re.compile(r"^addopts\s*=\s*(?:\[.*?\]|\"\"\".*?\"\"\"|[^\n]*)", re.MULTILINE | re.DOTALL)
_HAND = "take it out: a test on a cassette replays offline, and `pytest --record` records"


def rewritten(text: str) -> str:
    """Return a pyproject.toml without the options of pytest-recording in `addopts`."""
    return _ADDOPTS.sub(_without, text)


def _without(found: re.Match[str]) -> str:
    addopts = found[0]
    if re.search(r"=\s*\[", addopts):
        return re.sub(r",\s*\]$", "]", _IN_LIST.sub("", addopts)) if _IN_LIST.search(addopts) else addopts
    return re.sub(r'(=\s*["\'])\s+', r"\1", _IN_TEXT.sub("", addopts))


def with_match(text: str) -> str:
    """Return a pyproject.toml whose recordings are found as vcrpy finds them."""
    if re.search(r"^\[tool\.playhead\]\s*$", text, re.MULTILINE) is None:
        return f'{text.rstrip()}\n\n[tool.playhead]\nmatch = "vcrpy"\n'.lstrip("\n")
    if re.search(r"^match\s*=", text.partition("[tool.playhead]")[2].partition("\n[")[0], re.MULTILINE):
        return text
    return text.replace("[tool.playhead]", '[tool.playhead]\nmatch = "vcrpy"', 1)


def listed(path: Path, text: str) -> list[Left]:
    """Return the options of pytest-recording in a file that is not rewritten, and its packages in any."""
    left = []
    for number, line in enumerate(text.splitlines(), 1):
        if path.name in OTHERS and (found := re.search(_FLAGS, line)):
            left.append(Left(path, number, found[0], "only pyproject.toml is rewritten", _HAND))
        if found := re.search(r"\bpytest-(recording|vcr)\b|(?<!\w)vcrpy\b", line.partition("match = ")[0]):
            hand = "replace it by playhead once nothing else is in this list"
            left.append(Left(path, number, found[0], "a dependency may serve other things too", hand))
    return left
