"""A pytest plugin that puts `playhead.compat.vcr` in the place of `vcr`: for the suites of `suites.py` alone."""

from __future__ import annotations

import importlib
import sys

from playhead.compat import vcr as ours

for _name in ("migration", "patch", "stubs.httpx_stubs"):
    importlib.import_module(f"vcr.{_name}")  # of vcrpy itself, and found under its name from now on
for _name in ("cassette", "config", "unittest"):
    sys.modules[f"vcr.{_name}"] = getattr(ours, _name)
sys.modules["vcr"] = ours
