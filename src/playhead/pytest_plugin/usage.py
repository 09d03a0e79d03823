"""Errors of usage as the reports of tests show them: the person's own line and one sentence, none of our frames.

Other errors of ours are shown so where no line of the person led to them, as for a cassette that cannot be read.
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
"""Folders of ours, pytest's, pluggy's, and the standard library's."""


def shortened(item: pytest.Item, excinfo: pytest.ExceptionInfo[BaseException]) -> pytest.ExceptionInfo[BaseException]:
    """The same error with the frames of the person's own code; with the line of the marker where there are none."""
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
    """`tests/test_a.py:3: @pytest.mark.cassette(timng="instant")` and a line break: the likeliest line of the source.

    pytest does not keep where a marker was written. The line that names what the error names comes first, in the
    nearest of function, class and module that has a marker of ours.
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
    """The words of a line that may be what an error puts in quotes."""
    for quote in ('"', "'"):
        yield from line.split(quote)[1::2]
    for word in line.replace("(", " ").replace(",", " ").split():
        name, equals, _ = word.partition("=")
        if equals:
            yield name


def _short(path: Path) -> str:
    start = Path.cwd()
    return str(path.relative_to(start)) if path.is_relative_to(start) else str(path)
