"""The cost of an import, and of the pytest plugin in a run that does not use it.

python -m benchmarks importing
"""

from __future__ import annotations

import os
import resource
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

from benchmarks.measure import Row, print_table, scaled

__all__ = ["main"]

ROUNDS = scaled(25, 2)
HEAVY = ("httpx", "msgpack", "yaml", "rich", "vcr")
PLUGIN = "playhead.pytest_plugin.plugin"


def _seconds(folder: Path, *arguments: str) -> float:
    """Seconds of the processor that a child takes; pytest loads no plugins but those that are named.

    Bytecode is kept, as it usually is: to compile the plugin takes longer than to load it.
    """
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    environment = os.environ | {"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1", "PYTHONDONTWRITEBYTECODE": ""}
    subprocess.run([sys.executable, *arguments], check=True, capture_output=True, cwd=folder, env=environment)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def _difference_ms(folder: Path, without: list[str], having: list[str]) -> float:
    """The median of the differences of runs in pairs."""
    pairs = [(_seconds(folder, *without), _seconds(folder, *having)) for _ in range(ROUNDS)]
    return statistics.median(longer - shorter for shorter, longer in pairs[1:]) * 1e3


def _imported(folder: Path, statement: str) -> str:
    code = f"import sys; {statement}; print(*[name for name in {HEAVY!r} if name in sys.modules])"
    found = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True, cwd=folder)
    return found.stdout.strip() or "none"


def main() -> None:
    """Print the table."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "test_nothing.py").write_text("def test_nothing():\n    assert True\n")
        (folder / "empty_plugin.py").touch()  # with any plugin that is named, pytest searches what is installed
        pytest = ["-m", "pytest", "-q", "-p", "no:cacheprovider", "-p"]
        rows: list[Row] = [
            (
                "import playhead",
                f"{_difference_ms(folder, ['-c', 'pass'], ['-c', 'import playhead']):.1f} ms",
                _imported(folder, "import playhead"),
            ),
            (
                "the plugin, unused",
                f"{_difference_ms(folder, [*pytest, 'empty_plugin'], [*pytest, PLUGIN]):.1f} ms",
                _imported(folder, f"import {PLUGIN}"),
            ),
        ]
    print_table("Importing", ("", "median of the processor's time", "heavy modules imported"), rows)
