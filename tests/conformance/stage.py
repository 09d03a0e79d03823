"""The stage on which a scenario is played twice: recorded from a real server, and replayed with the server gone."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import playhead
from tests.conformance.fronts import Front, Session
from tests.support.wire import Wire, wire

Scenario = Callable[[Session, str], Awaitable[Any]]


class Stage:
    """Records a scenario from a server, closes the server, and replays it."""

    def __init__(self, front: Front, folder: Path) -> None:
        self.front = front
        self.path = folder / "cassette.json"
        self.server: Wire | None = None

    def record(self, scenario: Scenario) -> Any:
        with wire() as self.server:
            return self._run(scenario, record="all")

    def replay(self, scenario: Scenario, **options: Any) -> Any:
        return self._run(scenario, **options)

    def change(self, **events: Any) -> None:
        """Have the first interaction happen at other instants than it did."""
        cassette = playhead.load(self.path)
        first, *others = cassette.interactions
        changed = replace(first, timing=replace(first.timing, **events))
        playhead.save(cassette.with_interactions([changed, *others]), self.path)

    def both(self, scenario: Scenario) -> Any:
        """The result of a scenario, which is the same recorded and replayed, from both formats."""
        recorded = self.record(scenario)
        assert self.replay(scenario) == recorded
        playhead.save(playhead.load(self.path), self.path.with_suffix(".msgpack"))
        self.path = self.path.with_suffix(".msgpack")
        assert self.replay(scenario) == recorded
        return recorded

    def _run(self, scenario: Scenario, **options: Any) -> Any:
        assert self.server is not None
        url, results = self.server.url, []

        async def main() -> None:
            async with self.front.deck(self.path, **options) as session:
                results.append(await scenario(session, url))

        self.front.run(main, virtual=options.get("timing") == "virtual")
        return results[0]
