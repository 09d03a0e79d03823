"""Programs that are recorded while a server runs, and replayed when it is gone.

A program is a coroutine function of a deck and an address. It makes its doubles, uses them, checks what it sees and
returns it: in both modes the same.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import playhead

__all__ = ["Program", "Tapes"]

Program = Callable[[playhead.Deck, str], Awaitable[Any]]


@dataclass(frozen=True, slots=True)
class Tapes:
    """The cassettes of some programs, in `folder`. `address` is where the server was: nothing answers there now."""

    folder: Path
    address: str
    _seen: dict[str, Any] = field(default_factory=dict)

    def record(self, programs: Iterable[Program]) -> Tapes:
        """Record each program, in an event loop of its own. What one raises is raised where it is replayed."""
        for program in programs:
            try:
                self._seen[program.__name__] = asyncio.run(self._run(program, "all"))
            except Exception as error:  # noqa: BLE001  # of whatever kind
                self._seen[program.__name__] = error
        return self

    async def replay(self, program: Program) -> playhead.Cassette:
        """Replay a program, and expect that it sees what it saw when it was recorded. Everything is played."""
        seen = self._seen[program.__name__]
        if isinstance(seen, Exception):
            raise seen
        assert await self._run(program, "none") == seen
        return playhead.load(self._path(program))

    async def _run(self, program: Program, record: str) -> Any:
        async with playhead.use_cassette(self._path(program), record=record) as deck:
            seen = await program(deck, self.address)
        assert deck.unplayed == (), [each.call.path for each in deck.unplayed]
        return seen

    def _path(self, program: Program) -> Path:
        return self.folder / f"{program.__name__}.json"
