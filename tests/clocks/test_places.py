"""Our own waits are known by object, wherever they are."""

from __future__ import annotations

import asyncio
from pathlib import Path
from types import CodeType, ModuleType
from typing import Any

import pytest

from playhead.clocks.world.places import Place, own_wait, place_of
from playhead.deck import waiting as pace


def coroutines(module: ModuleType) -> list[CodeType]:
    """The coroutine functions that an event of an asyncio program may wait in."""
    functions = [*vars(module).values(), *vars(module._AsyncioBell).values()]
    return [each.__code__ for each in functions if asyncio.iscoroutinefunction(each)]


def test_the_waits_of_the_gate_are_between_tasks() -> None:
    assert len(coroutines(pace)) >= 5
    assert {place_of(code) for code in coroutines(pace)} == {Place.PRIMITIVE}


@pytest.mark.parametrize("where", ["/somewhere/else/waiting.py", asyncio.__file__])
def test_the_gate_can_be_moved(where: str) -> None:
    moved = ModuleType("moved")
    exec(compile(Path(pace.__file__).read_text(), where, "exec"), vars(moved))
    assert {place_of(code) for code in coroutines(moved)} == {Place.PRIMITIVE}


def test_code_that_is_equal_and_not_ours_is_not_taken_for_it() -> None:
    ours: dict[str, Any] = {}
    theirs: dict[str, Any] = {}
    for space in (ours, theirs):
        exec(compile("async def wait(): ...", "a.py", "exec"), space)
    assert place_of(own_wait(ours["wait"]).__code__) is Place.PRIMITIVE
    assert place_of(theirs["wait"].__code__) is Place.NEUTRAL
