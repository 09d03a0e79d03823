"""Reaching the clock of the running loop, and being told clearly where there can be none."""

from __future__ import annotations

import asyncio
import subprocess
import sys
import time

import pytest
import trio

from playhead.clocks.loop import VirtualClock
from playhead.clocks.running import clock, virtual_clock
from playhead.clocks.trio import TrioVirtualClock
from playhead.errors import UsageError
from tests.clocks.support import run


def test_the_running_virtual_clock_is_found() -> None:
    async def main() -> None:
        loop = asyncio.get_running_loop()
        assert isinstance(loop, VirtualClock)
        assert virtual_clock() is loop.clock
        assert clock.virtual
        await asyncio.sleep(2)
        assert clock.now_us() == 2_000_000
        assert clock.jumps == 1

    run(main)


def test_in_real_time_the_clock_can_be_read_and_held_all_the_same() -> None:
    async def main() -> None:
        before = clock.now_us()
        with clock.hold():
            await asyncio.sleep(0.01)
        assert clock.now_us() - before >= 10_000
        assert clock.jumps == 0
        assert not clock.virtual

    asyncio.run(main())
    before_us = time.monotonic_ns() // 1000
    assert before_us - 1 <= clock.now_us() <= time.monotonic_ns() // 1000 + 1


@pytest.mark.parametrize("first", ["", "import playhead.clocks.loop; "])
def test_the_public_clock_is_there_whatever_was_imported_first(first: str) -> None:
    program = f"{first}import playhead; print(playhead.clock.virtual, playhead.clock.now_us() > 0)"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert (done.stdout, done.stderr) == ("False True\n", "")


def test_a_loop_in_real_time_is_refused_with_what_to_do() -> None:
    async def main() -> None:
        with pytest.raises(UsageError, match="VirtualClock"):
            virtual_clock()

    asyncio.run(main())
    with pytest.raises(UsageError, match="no event loop"):
        virtual_clock()


def test_uvloop_is_refused_as_impossible() -> None:
    uvloop = pytest.importorskip("uvloop")

    async def main() -> None:
        with pytest.raises(UsageError, match="impossible on uvloop"):
            virtual_clock()

    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(main())


def test_trio_without_the_clock_is_refused_with_what_to_do() -> None:
    async def main() -> None:
        with pytest.raises(UsageError, match="TrioVirtualClock"):
            virtual_clock()

    trio.run(main)


def test_trio_with_the_clock() -> None:
    async def main() -> None:
        await trio.sleep(3)
        assert virtual_clock().now_us() == 3_000_000

    trio.run(main, clock=TrioVirtualClock())
