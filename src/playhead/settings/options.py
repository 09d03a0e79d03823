"""The options of a deck, as a value. `grammar` has the values that each option takes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from playhead.model.mode import Mode

__all__ = ["Options"]


@dataclass(frozen=True, slots=True)
class Options:
    """One field per option of `use_cassette`, validated; docs/reference/options.md says what each does.

    `timing` is `"instant"`, `"recorded"`, `"virtual"`, or how many times faster than recorded; `wall_clock` is `"now"`
    or `"recorded"`; `match` is `"exact"` or `"vcrpy"`, and `format` `"playhead"` or `"vcrpy"`. `ceiling` is not an
    option: it names the setting that forbids recording, if there is one.
    """

    record: Mode = Mode.NONE
    timing: str | float = "instant"
    wall_clock: str = "now"
    ignore: tuple[str, ...] = ()
    check: tuple[str, ...] = ()
    on_request_drift: str = "error"
    repeat: bool | tuple[str, ...] = False
    passthrough: tuple[str, ...] = ()
    discard: tuple[str, ...] = ()
    origins: Mapping[str, str] = field(default_factory=dict)
    intercept: bool = True
    redact: tuple[str, ...] = ()
    keep_on_error: bool = False
    match: str = "exact"
    format: str = "playhead"
    ceiling: str = ""

    @property
    def speed(self) -> float | None:
        """The factor by which a deck replays faster than recorded; None for no waiting at all."""
        if isinstance(self.timing, str):
            return None if self.timing == "instant" else 1.0
        return self.timing

    @property
    def virtual(self) -> bool:
        """True if a deck replays in virtual time."""
        return self.timing == "virtual"
