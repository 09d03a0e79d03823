"""The time of the world, whatever a test has done to the clocks of its program.

freezegun replaces `time.monotonic`, `time.time` and their kin in the module `time`, and wherever a module holds a
reference to one; tests patch `time.time` by hand; time-machine exchanges what the C functions do. A recording that
asked any of these would believe that everything happened at once, and a gate that waits by them would wait for ever.

So this module has a copy of the built-in module `time` of its own. The import system makes it, `sys.modules` does not
have it, and its functions are other objects than those that anybody looks for or patches. That holds too where the
clocks were frozen before this package was imported.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime
from importlib.machinery import BuiltinImporter
from importlib.util import module_from_spec
from typing import Any

__all__ = ["clock_gettime", "monotonic", "monotonic_ns", "pause", "tampered", "utc_now", "utc_text", "wall"]


def _own_time() -> Any:
    spec = BuiltinImporter.find_spec("time")
    if spec is None or spec.loader is None:  # an interpreter that has it in a file
        return time
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


_time = _own_time()

# The performance counter only goes forward too, and time-machine has left it alone in all its versions.
monotonic: Callable[[], float] = _time.perf_counter
"""Seconds on a clock that only goes forward; only differences mean something."""
monotonic_ns: Callable[[], int] = _time.perf_counter_ns
"""The same in nanoseconds."""
pause: Callable[[float], None] = _time.sleep
"""Sleep for so many seconds, also in a test that has replaced `time.sleep`."""


def clock_gettime(number: int) -> float:
    """Read a clock of the system by its number, in seconds. Raises `OSError` if there is none."""
    seconds: float = _time.clock_gettime(number)
    return seconds


def wall() -> float:
    """Seconds since 1970."""
    hatch = getattr(sys.modules.get("time_machine"), "escape_hatch", None)
    if hatch is not None and hatch.is_travelling():  # which our copy would show as well
        return float(hatch.time.time())
    return float(_time.time())


def utc_now() -> datetime:
    """The date and time of day, in UTC."""
    return datetime.fromtimestamp(wall(), UTC)


def utc_text() -> str:
    """The same to the second, as `"2026-11-23T05:00:00Z"`."""
    return str(_time.strftime("%Y-%m-%dT%H:%M:%SZ", _time.gmtime(wall())))


def tampered() -> bool:
    """Return True while a clock by which event loops set their timers is not the interpreter's own."""
    own = type(_time.monotonic)
    return type(time.monotonic) is not own or type(time.perf_counter) is not own
