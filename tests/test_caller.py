"""The line that a warning names, and an error's details."""

from __future__ import annotations

import asyncio
import inspect
import json
import warnings
from collections.abc import Callable
from pathlib import Path
from types import TracebackType

import httpx
import pytest

import playhead
import playhead.httpx
from playhead.caller import line_in
from tests.support.wire import Wire


def ask(url: str) -> int:
    httpx.get(url)
    return _line_before()


async def ask_async(url: str) -> int:
    async with httpx.AsyncClient() as client:
        await client.get(url)
        return _line_before()


def _line_before() -> int:
    frame = inspect.currentframe()
    assert frame is not None
    assert frame.f_back is not None
    return frame.f_back.f_lineno - 1


def ask_in_a_loop(url: str) -> int:
    return asyncio.run(ask_async(url))


def ask_explicitly(url: str) -> int:
    deck = playhead.current_deck()
    assert deck is not None
    with httpx.Client(transport=playhead.httpx.Transport(deck)) as client:
        client.get(url)
        return _line_before()


@pytest.mark.parametrize("asking", [ask, ask_in_a_loop, ask_explicitly], ids=lambda each: each.__name__)
def test_the_warning_of_drift_is_at_the_line_that_asked(
    tmp_path: Path, server: Wire, asking: Callable[[str], int]
) -> None:
    with playhead.use_cassette(tmp_path / "a.json", record="all"):
        asking(f"{server.url}/json/a?page=1")
    with (
        playhead.use_cassette(tmp_path / "a.json", on_request_drift="warn"),
        pytest.warns(playhead.PlayheadWarning, match="is no longer the request") as caught,
    ):
        line = asking(f"{server.url}/json/a?page=2")
    assert [(each.filename, each.lineno) for each in caught] == [(__file__, line)]


async def test_a_request_in_a_task_of_its_own_warns_all_the_same(tmp_path: Path, server: Wire) -> None:
    async with httpx.AsyncClient() as client:
        for number, record in enumerate(("all", "none")):
            with playhead.use_cassette(tmp_path / "a.json", record=record, on_request_drift="warn"):
                with warnings.catch_warnings(record=True) as caught:
                    warnings.simplefilter("always")
                    await asyncio.create_task(client.get(f"{server.url}/json/a?page={number}"))
                assert len(caught) == number


def _raises(filename: str) -> TracebackType | None:
    """Return the traceback of an error that was raised in code of this file, called from here."""
    code = compile("def fail():\n    raise ValueError\nfail()", filename, "exec")
    try:
        exec(code, {})
    except ValueError as error:
        return error.__traceback__
    return None


@pytest.mark.parametrize(
    "library",
    [
        json.__file__,
        httpx.__file__,
        playhead.__file__,
        "/opt/venv/lib/python3.12/site-packages/other/client.py",
        "<string>",
    ],
)
def test_libraries_are_passed_over(library: str) -> None:
    line = line_in(_raises(library))
    assert line is not None
    assert line.startswith(("tests/test_caller.py:", __file__))
    assert line.endswith(" in _raises")


def test_a_folder_whose_name_begins_like_ours_is_the_users(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    beside = Path(playhead.__file__).parent.with_name("playhead_of_mine") / "users.py"
    assert line_in(_raises(str(beside))) == f"{beside}:2 in fail"
    assert line_in(_raises(str(tmp_path / "app" / "users.py"))) == f"{Path('app', 'users.py')}:2 in fail"
