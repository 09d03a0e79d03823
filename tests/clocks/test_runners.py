"""The clock in other people's hands: pytest-asyncio, anyio's plugin and runner, tenacity's retries."""

from __future__ import annotations

import asyncio

import anyio
import pytest

from playhead.clocks.loop import VirtualClock
from playhead.clocks.trio import TrioVirtualClock
from tests.clocks.support import no_time
from tests.support.inner import run_inside

STUCK_THEN_FINE = """
async def test_stuck():
    await anyio.Event().wait()

async def test_sleeps():
    began = time.monotonic()
    await anyio.sleep(3600)
    assert time.monotonic() - began < 3600

async def test_threads():
    with anyio.fail_after(60):
        await anyio.to_thread.run_sync(time.sleep, 0.1)
"""
IMPORTS = """
import time
import anyio, anyio.to_thread, pytest
from playhead.clocks.loop import VirtualClock
"""


def test_anyios_runner() -> None:
    async def main() -> float:
        async with anyio.create_task_group() as group:
            group.start_soon(anyio.sleep, 7200)
        return anyio.current_time()

    with no_time():
        assert anyio.run(main, backend_options={"loop_factory": VirtualClock}) == 7200
        assert anyio.run(main, backend="trio", backend_options={"clock": TrioVirtualClock()}) == 7200


def test_under_pytest_asyncio(pytester: pytest.Pytester) -> None:
    pytester.makeconftest(
        "from playhead.clocks.loop import VirtualClock\n"
        "def pytest_asyncio_loop_factories(config, item):\n    return {'virtual': VirtualClock}\n"
        if _has_loop_factories()
        else ""
    )
    if not _has_loop_factories():
        pytest.skip("this pytest-asyncio has no loop factories")
    pytester.makepyfile(IMPORTS + STUCK_THEN_FINE)
    result = run_inside(pytester, "-o", "asyncio_mode=auto", apart=True)
    result.assert_outcomes(passed=2, failed=1)
    result.stdout.fnmatch_lines(["*NothingCanHappen*"])


@pytest.mark.parametrize(
    ("backend", "more"),
    [
        ('("asyncio", {"loop_factory": VirtualClock})', ""),
        ('("trio", {"clock": TrioVirtualClock()})', "from playhead.clocks.trio import TrioVirtualClock\n"),
    ],
    ids=["asyncio", "trio"],
)
def test_under_anyios_plugin(pytester: pytest.Pytester, backend: str, more: str) -> None:
    fixture = f"\npytestmark = pytest.mark.anyio\n@pytest.fixture\ndef anyio_backend():\n    return {backend}\n"
    pytester.makepyfile(IMPORTS + more + fixture + STUCK_THEN_FINE)
    result = run_inside(pytester, apart=True, plugins=("playhead", "anyio"))
    result.assert_outcomes(passed=2, failed=1)
    result.stdout.fnmatch_lines(["*NothingCanHappen*"])


def _has_loop_factories() -> bool:
    import pytest_asyncio.plugin as plugin

    return hasattr(getattr(plugin, "PytestAsyncioSpecs", None), "pytest_asyncio_loop_factories")


def test_tenacitys_retries_wait_in_virtual_time() -> None:
    tenacity = pytest.importorskip("tenacity")
    tries: list[float] = []

    async def main() -> None:
        @tenacity.retry(
            wait=tenacity.wait_exponential(multiplier=100), stop=tenacity.stop_after_attempt(6), reraise=True
        )
        async def failing() -> None:
            tries.append(asyncio.get_running_loop().time())
            raise ValueError

        with pytest.raises(ValueError):  # noqa: PT011  # the one above
            await failing()

    with no_time(), asyncio.Runner(loop_factory=VirtualClock) as runner:
        runner.run(main())
    assert tries == [0, 100, 300, 700, 1500, 3100]
