"""Errors of usage in test reports: the user's own line and one sentence, without frames of playhead.

Other errors of playhead are shown that way if no line of the user led to them, say for a cassette that cannot be read.
"""

from __future__ import annotations

import contextlib
import inspect
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType

import pluggy
import pytest

import playhead
from playhead.errors import UsageError
from playhead.pytest_plugin.internals import fixture_function

__all__ = ["shortened"]

_NOT_THEIRS = tuple(
    str(Path(inspect.getfile(each)).parent) for each in (playhead, pytest, pytest.Item, pluggy, contextlib.ExitStack)
)
"""Folders of playhead, pytest, pluggy and the standard library."""


def shortened(item: pytest.Item, excinfo: pytest.ExceptionInfo[BaseException]) -> pytest.ExceptionInfo[BaseException]:
    """Return an error with the frames of the user's own code, or with the line of the marker if there are none."""
    error = excinfo.value
    theirs = [
        each for each in _frames(error.__traceback__) if not each.tb_frame.f_code.co_filename.startswith(_NOT_THEIRS)
    ]
    if not theirs:
        line = _line_of_marker(item, str(error)) if isinstance(error, UsageError) else ""
        said = [f"{type(error).__module__}.{type(error).__qualname__}: {error}", *getattr(error, "__notes__", ())]
        failure = pytest.fail.Exception(line + "\n".join(f"E   {each}" for each in said), pytrace=False)
        return pytest.ExceptionInfo.from_exception(failure.with_traceback(error.__traceback__))
    if not isinstance(error, UsageError):
        return excinfo
    traceback: TracebackType | None = None
    for each in reversed(theirs):
        traceback = TracebackType(traceback, each.tb_frame, each.tb_lasti, each.tb_lineno)
    return pytest.ExceptionInfo.from_exception(error.with_traceback(traceback))


def _frames(traceback: TracebackType | None) -> Iterator[TracebackType]:
    while traceback is not None:
        yield traceback
        traceback = traceback.tb_next


def _line_of_marker(item: pytest.Item, said: str) -> str:
    """Return the likeliest line of the source: `tests/test_a.py:3: @pytest.mark.cassette(timng="instant")`.

    pytest does not keep the place of a marker. A line with a word that the error quotes comes first, in the nearest of
    function, class and module that has a marker `cassette`.
    """
    marked = (each for each in reversed(item.listchain()) if any(mark.name == "cassette" for mark in each.own_markers))
    sources = [getattr(each, "obj", None) for each in marked]
    if said.startswith("playhead_config"):
        sources = [fixture_function(item, "playhead_config")]
    for source in sources:
        found = _line_in(source, said)
        if found is not None:
            path, number, text = found
            return f"{path}:{number}: {text}\n"
    return ""


def _line_in(source: object, said: str) -> tuple[str, int, str] | None:
    try:
        lines, first = inspect.getsourcelines(inspect.unwrap(source))  # type: ignore[arg-type]  # None has no source
        path = Path(inspect.getfile(source))  # type: ignore[arg-type]
    except (TypeError, OSError, ValueError):
        return None
    numbered = [(max(first, 1) + number, line.strip()) for number, line in enumerate(lines)]
    named = [each for each in numbered if any(f'"{name}"' in said for name in _names(each[1]))]
    marked = [each for each in numbered if "cassette" in each[1]]
    number, text = (named or marked or numbered)[0]
    return _short(path), number, text


def _names(line: str) -> Iterator[str]:
    """Yield the words of a line that an error may put in quotes."""
    for quote in ('"', "'"):
        yield from line.split(quote)[1::2]
    for word in line.replace("(", " ").replace(",", " ").split():
        name, equals, _ = word.partition("=")
        if equals:
            yield name


def _short(path: Path) -> str:
    start = Path.cwd()
    return str(path.relative_to(start)) if path.is_relative_to(start) else str(path)
