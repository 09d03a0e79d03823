"""A pytest plugin that puts `playhead.compat.vcr` in the place of `vcr`: for the suites of `suites.py` alone."""

from __future__ import annotations

import sys

from playhead.compat import vcr as ours

for _name in ("cassette", "config", "unittest"):
    sys.modules[f"vcr.{_name}"] = getattr(ours, _name)
sys.modules["vcr"] = ours
