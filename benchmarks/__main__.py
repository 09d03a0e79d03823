"""`python -m benchmarks [--smoke] [NAME ...]`: measure, and print Markdown tables. Without names, all of them.

`--smoke` runs each on next to nothing, to see that it works: CI does. `drift` alone takes folders after its name.
"""

from __future__ import annotations

import os
import sys
from importlib import import_module

from benchmarks.measure import SMOKE

NAMES = (
    "replay",
    "opening",
    "recording",
    "order",
    "folding",
    "comparing",
    "importing",
    "clocks",
    "doubles",
    "doctoring",
    "drift",
)


def main() -> None:
    """Run the benchmarks that are named."""
    names = [name for name in sys.argv[1:] if name != "--smoke"] or list(NAMES)
    folders: list[str] = []
    if "--smoke" in sys.argv:
        os.environ[SMOKE] = "1"
    if names[0] == "drift":
        names, folders = names[:1], names[1:]
    if unknown := set(names) - set(NAMES):
        sys.exit(f"Unknown: {', '.join(sorted(unknown))}. Known are {', '.join(NAMES)}.")
    for name in names:
        import_module(f"benchmarks.{name}").main(*([folders] if folders else []))


if __name__ == "__main__":
    main()
