"""playhead: record the dependencies of async Python once, replay them offline, see what changed.

The names are handed on when they are first used, so that importing the package costs next to nothing.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from playhead.errors import (
        CassetteCorrupt,
        CassetteMissing,
        Exhausted,
        NetworkBlocked,
        NoMatch,
        NothingCanHappen,
        PlayheadError,
        PlayheadWarning,
        RequestDrift,
        SecretFound,
        UnsupportedVersion,
        UsageError,
    )
    from playhead.fronts.cassette import use_cassette
    from playhead.fronts.clock.loop import VirtualClock
    from playhead.fronts.clock.running import clock
    from playhead.fronts.clock.trio import TrioVirtualClock
    from playhead.fronts.compare import diff
    from playhead.fronts.deck import Deck
    from playhead.fronts.registry import current_deck
    from playhead.fronts.route import Route
    from playhead.model.cassette import Cassette, Interaction
    from playhead.store.cassettes import load, save

_HOMES = {
    "Cassette": "playhead.model.cassette",
    "CassetteCorrupt": "playhead.errors",
    "CassetteMissing": "playhead.errors",
    "Deck": "playhead.fronts.deck",
    "Exhausted": "playhead.errors",
    "Interaction": "playhead.model.cassette",
    "NetworkBlocked": "playhead.errors",
    "NoMatch": "playhead.errors",
    "NothingCanHappen": "playhead.errors",
    "PlayheadError": "playhead.errors",
    "PlayheadWarning": "playhead.errors",
    "RequestDrift": "playhead.errors",
    "Route": "playhead.fronts.route",
    "SecretFound": "playhead.errors",
    "TrioVirtualClock": "playhead.fronts.clock.trio",
    "UnsupportedVersion": "playhead.errors",
    "UsageError": "playhead.errors",
    "VirtualClock": "playhead.fronts.clock.loop",
    "clock": "playhead.fronts.clock.running",
    "current_deck": "playhead.fronts.registry",
    "diff": "playhead.fronts.compare",
    "load": "playhead.store.cassettes",
    "save": "playhead.store.cassettes",
    "use_cassette": "playhead.fronts.cassette",
}

__version__ = "0.1.0"
__all__ = [
    "Cassette",
    "CassetteCorrupt",
    "CassetteMissing",
    "Deck",
    "Exhausted",
    "Interaction",
    "NetworkBlocked",
    "NoMatch",
    "NothingCanHappen",
    "PlayheadError",
    "PlayheadWarning",
    "RequestDrift",
    "Route",
    "SecretFound",
    "TrioVirtualClock",
    "UnsupportedVersion",
    "UsageError",
    "VirtualClock",
    "clock",
    "current_deck",
    "diff",
    "load",
    "save",
    "use_cassette",
]


def __getattr__(name: str) -> Any:
    home = _HOMES.get(name)
    if home is None:
        raise AttributeError(f"module 'playhead' has no attribute {name!r}")
    value = getattr(import_module(home), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted([*globals(), *_HOMES])
