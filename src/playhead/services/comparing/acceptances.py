"""The file of accepted findings, `playhead-accepted.toml`.

It is read as TOML. Writing changes one entry and keeps the rest of the text, comments included.
"""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Callable, Iterator, Mapping
from datetime import date
from functools import partial
from pathlib import Path

from playhead.contract.findings import Acceptance
from playhead.errors import FileUnreadable
from playhead.store.files import file_error, replace_file

__all__ = ["read_acceptances", "write_acceptance"]

_FINGERPRINT = re.compile(r"[0-9a-f]{16}")
_HEAD = """\
# Findings of `playhead diff` that this project has accepted: they do not count in its exit code.
# `playhead accept FINGERPRINT --reason "..." [--until DATE]` adds one.
"""
_ENTRY = re.compile(r"^[ \t]*\[\[[ \t]*accepted[ \t]*\]\]", re.MULTILINE)
_Refuse = Callable[[str], FileUnreadable]
_KEYS = ("fingerprint", "rule", "endpoint", "place", "reason", "until")


def read_acceptances(path: Path) -> tuple[Acceptance, ...]:
    """Read the entries of the file; a file that does not exist has none.

    Raises:
        FileUnreadable: The file is not TOML, or an entry is not an acceptance; the message says which.
    """
    text = _text_of(path)
    try:
        document = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise FileUnreadable(str(path), f"is not readable as TOML: {error}.") from None
    except RecursionError:
        raise FileUnreadable(str(path), "is not readable as TOML: it is nested too deeply.") from None
    rows = document.pop("accepted", [])
    if document or not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise FileUnreadable(str(path), "has something other than [[accepted]] entries: remove it.")
    return tuple(_entry(row, number, path) for number, row in enumerate(rows, 1))


def write_acceptance(path: Path, entry: Acceptance) -> None:
    """Write an entry in place of the one with its fingerprint, or at the end of the file.

    Raises FileUnreadable as `read_acceptances` does, and for entries in an inline list, which TOML lets nobody extend.
    """
    known = read_acceptances(path)
    text = _text_of(path) or _HEAD
    starts = [found.start() for found in _ENTRY.finditer(text)]
    if known and not starts:
        raise FileUnreadable(str(path), "has its entries in an inline list: write each of them as [[accepted]].")
    position = next((number for number, each in enumerate(known) if each.fingerprint == entry.fingerprint), None)
    if position is None or len(starts) != len(known):
        changed = f"{text.rstrip()}\n\n{_block(entry)}"
    else:
        end = starts[position + 1] if position + 1 < len(starts) else len(text)
        changed = text[: starts[position]] + _block(entry) + _tail(text[starts[position] : end]) + text[end:]
    replace_file(path, changed.encode())


def _tail(segment: str) -> str:
    """Return the blank lines and comments that follow an entry."""
    lines = segment.splitlines(keepends=True)
    last = max(number for number, line in enumerate(lines) if line.strip() and not line.lstrip().startswith("#"))
    return "".join(lines[last + 1 :])


def _text_of(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except FileNotFoundError:
        return ""
    except UnicodeDecodeError:
        raise FileUnreadable(str(path), "is not readable as TOML: it is not UTF-8.") from None
    except OSError as error:
        raise file_error(path, "read", error) from error


def _entry(row: Mapping[str, object], number: int, path: Path) -> Acceptance:
    refuse = partial(_refusal, path, number)
    texts = dict(_texts(row, refuse))
    if not _FINGERPRINT.fullmatch(texts.get("fingerprint", "")):
        raise refuse("has no fingerprint of sixteen hex digits: copy it from a report of `playhead diff`.")
    if not texts.get("reason", "").strip():
        raise refuse("has no reason: say why the finding is accepted.")
    return Acceptance(**texts)


def _refusal(path: Path, number: int, reason: str) -> FileUnreadable:
    return FileUnreadable(str(path), f"entry {number} {reason}")


def _texts(row: Mapping[str, object], refuse: _Refuse) -> Iterator[tuple[str, str]]:
    for key, value in row.items():
        if key not in _KEYS:
            raise refuse(f"has the key {repr(key)[:40]}: there is {', '.join(_KEYS)}.")
        if key == "until":
            yield key, _day(value, refuse)
        elif isinstance(value, str):
            yield key, value
        else:
            raise refuse(f"has a {key} which is not a text.")


def _day(value: object, refuse: _Refuse) -> str:
    # A datetime is a date too, and TOML has both.
    if type(value) is date:
        return value.isoformat()
    try:
        return date.fromisoformat(str(value)).isoformat()
    except ValueError:
        raise refuse("has an `until` which is not a day: write it as 2027-01-31.") from None


def _block(entry: Acceptance) -> str:
    lines = ["[[accepted]]", f"fingerprint = {_quoted(entry.fingerprint)}"]
    told = {key: getattr(entry, key) for key in ("rule", "endpoint", "place", "reason")}
    lines += [f"{key} = {_quoted(text)}" for key, text in told.items() if text]
    if entry.until:
        lines.append(f"until = {entry.until}")
    return "\n".join(lines) + "\n"


def _quoted(text: str) -> str:
    # TOML's basic strings are those of JSON, except that DEL is escaped, and half of a surrogate pair impossible.
    quoted = json.dumps(text.encode("utf-8", "replace").decode(), ensure_ascii=False)
    return quoted.replace("\x7f", "\\u007F")
