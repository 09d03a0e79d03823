"""Warns of other recorders inside of a deck: they answer first, and the deck gets nothing."""

from __future__ import annotations

from collections.abc import Callable

from playhead.caller import warn_caller
from playhead.deck.context import current_session
from playhead.errors import PlayheadWarning

__all__ = ["telling_of_vcrpy"]


def telling_of_vcrpy(original: Callable[[object, object], object]) -> Callable[[object, object], object]:
    """Wrap the function by which vcrpy makes a cassette take effect: warn if that is inside of a deck."""

    def patch_generator(self: object, cassette: object) -> object:
        deck = current_session()
        if deck is not None:
            path = getattr(cassette, "_path", "a cassette")
            said = (
                f"vcrpy's cassette {path} is active inside of {deck.name}, and answers first: the deck gets nothing. "
                "Use one of the two; `playhead convert` makes a cassette of vcrpy's file."
            )
            warn_caller(PlayheadWarning(said))
        return original(self, cassette)

    return patch_generator
