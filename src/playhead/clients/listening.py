"""A reader that waits for more than was recorded: a listener, an SSE session, a long poll.

When it was recorded, its program cancelled it while it waited, or closed what it read from. So on replay nothing comes
any more: it waits, in the time that the program lives in, until it is cancelled or closed again, or until its own read
timeout comes. The gate waits for none of this.
"""

from __future__ import annotations

import threading
from collections.abc import Callable

from playhead.clients.playback import Playback
from playhead.clocks.running import running_clock
from playhead.deck.context import left_behind
from playhead.deck.waiting import wait_async
from playhead.model.http import Failure

__all__ = ["wait_for_more", "wait_for_more_sync"]

_CLOSED = Failure("ReadError", "The stream was closed while its reader waited for more.", after="chunk")
_LATE = Failure("ReadTimeout", after="chunk")


async def wait_for_more(playback: Playback) -> Exception:
    """Wait in a task. Returns the error that ends the wait: the client's read timeout, or that the body was closed.

    A body that is read on after its deck has closed is as good as one of a service that says no more. Whoever still
    waits for an answer then is told: it is awaited, and would be for good.
    """
    playback.stand_back()
    deck = playback.deck

    def on_close(ring: Callable[[], None]) -> None:
        playback.on_close(ring)
        if playback.exchange.abandoned:
            deck.on_close(ring)

    await wait_async(playback.patience_s, on_close)
    if playback.exchange.abandoned and not deck.is_open:
        return left_behind(deck.name)
    return playback.error(_CLOSED if playback.closed else _LATE)


def wait_for_more_sync(playback: Playback) -> Exception:
    """Wait in a thread. The deck closes what another thread has not closed, so that no thread stays behind.

    A thread that is alone and has no read timeout would wait for good: it gets `Exhausted`, which is kept as a miss.
    """
    playback.stand_back()
    clock, patience_s = running_clock(), playback.patience_s
    if patience_s is None and threading.active_count() == 1:
        return playback.deck.cut(playback.exchange.request)
    if clock is not None and patience_s is not None:
        clock.block(clock.time() + patience_s)
        return playback.error(_LATE)
    rung = threading.Event()
    playback.on_close(rung.set)
    playback.deck.on_close(rung.set, in_children=True)
    late = not rung.wait(patience_s)
    return playback.error(_LATE if late else _CLOSED)
