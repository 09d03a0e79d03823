"""Reads off a command whether it connects. The connections of a subprocess are not seen, but most commands show it."""

from __future__ import annotations

import os
import re
import shlex
from pathlib import Path

from playhead.apart import apart

__all__ = ["connecting"]

_PROGRAMS = frozenset({"curl", "wget", "http", "https", "xh", "aws", "gh"})
_SHELLS = frozenset({"sh", "bash", "dash", "zsh"})
_CODE = re.compile(
    r"://|\b(?:aiohttp|boto3|botocore|ftplib|grpc|http\.client|httpx2?|requests|smtplib|socket|urllib3?|websockets?)\b"
    r"|\bfetch\("
)
"""A script that connects has a URL in it, or a library for it."""
_SCRIPTS = frozenset({".py", ".js", ".mjs", ".cjs", ".ts", ".rb", ".sh", ".pl"})
_LONGEST_SCRIPT = 256 * 1024
_DEEPEST = 3


def connecting(command: object) -> str:
    """Return the program that a command starts if it says that it connects; else nothing.

    It says so by its name, by a URL among its words, or by what stands in the script or code that it runs.
    """
    words = _words(command)
    program = Path(words[0]).name if words else ""
    return program if _connects(words, 0) else ""


def _words(command: object) -> list[str]:
    if isinstance(command, (list, tuple)):
        return [os.fsdecode(each) if isinstance(each, (str, bytes, os.PathLike)) else str(each) for each in command]
    text = os.fsdecode(command) if isinstance(command, (str, bytes, os.PathLike)) else str(command)
    try:
        return shlex.split(text, comments=True)
    except ValueError:  # a quotation mark is not closed
        return text.split()


def _connects(words: list[str], depth: int) -> bool:
    if not words:
        return False
    if Path(words[0]).name in _SHELLS and "-c" in words[:-1] and depth < _DEEPEST:
        return _connects(_words(words[words.index("-c") + 1]), depth + 1)
    return any("://" in word or Path(word).name in _PROGRAMS for word in words) or any(map(_runs, words[1:]))


def _runs(word: str) -> bool:
    """Return True if a word is code or a script that connects."""
    if _CODE.search(word) and not word.startswith("-"):
        return True
    return Path(word).suffix in _SCRIPTS and _CODE.search(apart(lambda: _script(Path(word)))) is not None


def _script(path: Path) -> str:
    try:
        return path.read_text("utf-8", "replace") if path.stat().st_size <= _LONGEST_SCRIPT else ""
    except (OSError, ValueError):
        return ""
