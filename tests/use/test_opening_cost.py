"""Opening a deck loads what it needs, and no more."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

PROGRAM = """
import sys
{first}
import playhead
with playhead.use_cassette("a.json", intercept={intercept}):
    print(sorted({names} & set(sys.modules)))
"""


@pytest.mark.parametrize(
    ("first", "intercept", "names", "loaded"),
    [
        # The mocks of the standard library take longer to load than all else: only overrides and doubles need them.
        ("", True, {"unittest.mock", "playhead.doubles.build", "httpx", "msgpack"}, []),
        # The first request may come in an event loop, where nothing should be loaded any more.
        ("import httpx", True, {"playhead.clients.handling"}, ["playhead.clients.handling"]),
    ],
)
def test_what_an_open_deck_has_loaded(
    tmp_path: Path, first: str, intercept: bool, names: set[str], loaded: list[str]
) -> None:
    program = PROGRAM.format(first=first, intercept=intercept, names=names)
    run = subprocess.run([sys.executable, "-c", program], cwd=tmp_path, capture_output=True, text=True, check=True)
    assert run.stdout.strip() == str(loaded)
