"""`python -m benchmarks [NAME ...]`: measure, and print Markdown tables. Without names, all of them."""

from __future__ import annotations

import sys
from importlib import import_module

NAMES = ("replay", "opening", "recording", "order", "folding", "comparing", "importing", "clocks", "doubles")


def main() -> None:
    """Run the benchmarks that are named."""
    names = sys.argv[1:] or NAMES
    if unknown := set(names) - set(NAMES):
        sys.exit(f"Unknown: {', '.join(sorted(unknown))}. Known are {', '.join(NAMES)}.")
    for name in names:
        import_module(f"benchmarks.{name}").main()


if __name__ == "__main__":
    main()
