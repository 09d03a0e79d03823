"""playhead: record the dependencies of async Python once, replay them offline, see what changed.

The names are handed on when they are first used, so that importing the package costs next to nothing.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from playhead.clocks.loop import VirtualClock
    from playhead.clocks.running import clock
    from playhead.clocks.trio import TrioVirtualClock
    from playhead.deck.deck import Deck, current_deck
    from playhead.deck.routes.route import Route
    from playhead.doubles.accessor import mock_of
    from playhead.doubles.member import PLAY
    from playhead.errors import (
        CassetteCorrupt,
        CassetteMissing,
        Exhausted,
        NetworkBlocked,
        NoMatch,
        NothingCanHappen,
        PlayheadError,
        PlayheadWarning,
        RecordedError,
        RequestDrift,
        SecretFound,
        SpecDrift,
        Unrecordable,
        UnsupportedVersion,
        UsageError,
    )
    from playhead.model.call import Invocation
    from playhead.model.cassette import Cassette, Exchange, Interaction
    from playhead.pytest_plugin.double_fixture import double_fixture
    from playhead.services.comparing.compare import diff
    from playhead.store.cassettes import load, save
    from playhead.use.cassette import use_cassette
    from playhead.values.registry import register

_HOMES = {
    "PLAY": "playhead.doubles.member",
    "Cassette": "playhead.model.cassette",
    "CassetteCorrupt": "playhead.errors",
    "CassetteMissing": "playhead.errors",
    "Deck": "playhead.deck.deck",
    "Exchange": "playhead.model.cassette",
    "Exhausted": "playhead.errors",
    "Interaction": "playhead.model.cassette",
    "Invocation": "playhead.model.call",
    "NetworkBlocked": "playhead.errors",
    "NoMatch": "playhead.errors",
    "NothingCanHappen": "playhead.errors",
    "PlayheadError": "playhead.errors",
    "PlayheadWarning": "playhead.errors",
    "RecordedError": "playhead.errors",
    "RequestDrift": "playhead.errors",
    "Route": "playhead.deck.routes.route",
    "SecretFound": "playhead.errors",
    "SpecDrift": "playhead.errors",
    "TrioVirtualClock": "playhead.clocks.trio",
    "Unrecordable": "playhead.errors",
    "UnsupportedVersion": "playhead.errors",
    "UsageError": "playhead.errors",
    "VirtualClock": "playhead.clocks.loop",
    "clock": "playhead.clocks.running",
    "current_deck": "playhead.deck.deck",
    "diff": "playhead.services.comparing.compare",
    "double_fixture": "playhead.pytest_plugin.double_fixture",
    "load": "playhead.store.cassettes",
    "mock_of": "playhead.doubles.accessor",
    "register": "playhead.values.registry",
    "save": "playhead.store.cassettes",
    "use_cassette": "playhead.use.cassette",
}

__version__ = "0.1.0"
__all__ = [
    "PLAY",
    "Cassette",
    "CassetteCorrupt",
    "CassetteMissing",
    "Deck",
    "Exchange",
    "Exhausted",
    "Interaction",
    "Invocation",
    "NetworkBlocked",
    "NoMatch",
    "NothingCanHappen",
    "PlayheadError",
    "PlayheadWarning",
    "RecordedError",
    "RequestDrift",
    "Route",
    "SecretFound",
    "SpecDrift",
    "TrioVirtualClock",
    "Unrecordable",
    "UnsupportedVersion",
    "UsageError",
    "VirtualClock",
    "clock",
    "current_deck",
    "diff",
    "double_fixture",
    "load",
    "mock_of",
    "register",
    "save",
    "use_cassette",
]


def __getattr__(name: str) -> Any:  # noqa: ANN401  # any of the names
    home = _HOMES.get(name)
    if home is None:
        raise AttributeError(f"module 'playhead' has no attribute {name!r}")
    from playhead.apart import apart

    value = getattr(apart(lambda: import_module(home)), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted([*globals(), *_HOMES])
