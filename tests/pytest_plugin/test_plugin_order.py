"""Plugins are loaded in the order of the installed packages, which nobody chooses."""

from __future__ import annotations

import pytest

from tests.pytest_plugin.conftest import Project

VIRTUAL = """
import playhead, pytest

@pytest.mark.asyncio
@pytest.mark.cassette(timing="virtual")
async def test_clock():
    assert playhead.clock.virtual
"""


@pytest.mark.parametrize("order", [("playhead", "asyncio"), ("asyncio", "playhead")])
def test_virtual_time_is_there_whichever_plugin_was_loaded_first(project: Project, order: tuple[str, str]) -> None:
    project.plugins = ()
    project.write(test_virtual=VIRTUAL)
    project.run_apart(*(argument for name in order for argument in ("-p", name))).assert_outcomes(passed=1)
