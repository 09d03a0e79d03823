"""Real time, whatever a test has done to the clocks of its program.

freezegun replaces `time.monotonic`, `time.time` and others in the module `time` and in every module that has imported
them; tests patch `time.time` by hand; time-machine exchanges what the C functions do. By a frozen clock everything in a
recording would happen at once, and the gate would wait for ever.

So this module has a copy of the built-in module `time`, made by the import system and not listed in `sys.modules`. Its
functions are objects that nobody else knows, and so cannot patch. This works even if the clocks were frozen before
playhead was imported.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime
from importlib.machinery import BuiltinImporter
from importlib.util import module_from_spec
from types import ModuleType

__all__ = ["clock_gettime", "monotonic", "monotonic_ns", "pause", "tampered", "utc_now", "utc_text", "wall"]


def _own_time() -> ModuleType:
    spec = BuiltinImporter.find_spec("time")
    if spec is None or spec.loader is None:  # not built in: then there is no second copy to be had
        return time
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


_time = _own_time()

# Not `monotonic`, which time-machine moved before version 3. The performance counter only goes forward as well.
monotonic: Callable[[], float] = _time.perf_counter
"""Return the seconds on a clock that only goes forward; only differences mean something."""
monotonic_ns: Callable[[], int] = _time.perf_counter_ns
"""Return the nanoseconds on that clock."""
pause: Callable[[float], None] = _time.sleep
"""Sleep for so many seconds, also in a test that has replaced `time.sleep`."""


def clock_gettime(number: int) -> float:
    """Return the seconds on a clock of the system, by its number; raise `OSError` if there is no such clock."""
    seconds: float = _time.clock_gettime(number)
    return seconds


def wall() -> float:
    """Return the seconds since 1970."""
    hatch = getattr(sys.modules.get("time_machine"), "escape_hatch", None)
    if hatch is not None and hatch.is_travelling():  # time-machine changes the C functions, and so our copy too
        return float(hatch.time.time())
    return float(_time.time())


def utc_now() -> datetime:
    """Return the date and time of day in UTC."""
    return datetime.fromtimestamp(wall(), UTC)


def utc_text() -> str:
    """Return the date and time of day in UTC, to the second: `"2026-11-23T05:00:00Z"`."""
    return str(_time.strftime("%Y-%m-%dT%H:%M:%SZ", _time.gmtime(wall())))


def tampered() -> bool:
    """Return True while a test has replaced a clock by which event loops set their timers."""
    own = type(_time.monotonic)
    return type(time.monotonic) is not own or type(time.perf_counter) is not own
