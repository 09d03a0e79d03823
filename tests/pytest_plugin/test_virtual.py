"""Tests in virtual time, run by the plugins for asynchronous tests."""

from __future__ import annotations

import re

import pytest

from tests.pytest_plugin.conftest import Project

SLEEPER = """
import asyncio, time, httpx, pytest

async def sleeps():
    real, loop = time.monotonic(), asyncio.get_running_loop()
    began = loop.time()
    await asyncio.sleep(3600)
    assert loop.time() - began == 3600
    assert time.monotonic() - real < 3600
"""

PLUGINS = {
    "auto": "@pytest.mark.cassette(timing='virtual')\nasync def test_sleep(): await sleeps()",
    "strict": "@pytest.mark.asyncio\n@pytest.mark.cassette(timing='virtual')\nasync def test_sleep(): await sleeps()",
    "anyio": (
        "@pytest.fixture\ndef anyio_backend(): return 'asyncio'\n\n"
        "@pytest.mark.anyio\n@pytest.mark.cassette(timing='virtual')\nasync def test_sleep(): await sleeps()"
    ),
}


@pytest.mark.parametrize("kind", PLUGINS)
def test_a_marked_test_sleeps_an_hour_in_no_time(project: Project, kind: str) -> None:
    project.write(test_slow=SLEEPER + PLUGINS[kind])
    mode = "strict" if kind != "auto" else "auto"
    project.plugins += ("anyio",)
    project.run_apart("-o", f"asyncio_mode={mode}").assert_outcomes(passed=1)


def test_the_option_is_for_every_async_test(project: Project) -> None:
    project.write(test_slow=SLEEPER + "async def test_a(): await sleeps()\n\nasync def test_b(deck): await sleeps()")
    project.run_apart("--timing=virtual").assert_outcomes(passed=2)


def test_others_keep_their_real_loop(project: Project) -> None:
    real = """
async def test_before(): assert type(asyncio.get_running_loop()).__name__ != "VirtualClock"

@pytest.mark.cassette(timing="virtual")
async def test_virtual(): await sleeps()

async def test_after(): assert type(asyncio.get_running_loop()).__name__ != "VirtualClock"
"""
    project.write(test_mixed=SLEEPER + real)
    project.run_apart().assert_outcomes(passed=3)


ANYIO_MIXED = """
import asyncio, pytest, anyio, time

@pytest.fixture(scope="module", params=["asyncio", "trio"])
def anyio_backend(request): return request.param

@pytest.mark.anyio
@pytest.mark.cassette(timing="virtual")
async def test_virtual():
    real = time.monotonic()
    with anyio.move_on_after(7200):
        await anyio.sleep(3600)
        assert time.monotonic() - real < 3600
        return
    raise AssertionError
"""


def test_anyio_on_both_backends(project: Project) -> None:
    project.write(test_anyio=ANYIO_MIXED)
    project.plugins += ("anyio",)
    project.run_apart("-o", "asyncio_mode=strict").assert_outcomes(passed=2)


REPLAYED = """
import asyncio, httpx, pytest

@pytest.mark.cassette(timing="virtual")
async def test_get(deck):
    loop = asyncio.get_running_loop()
    async with httpx.AsyncClient() as client:
        began = loop.time()
        response = await client.get(SERVICE + "/users/1")
        if not deck.recording:
            assert abs(loop.time() - began - response.elapsed.total_seconds()) < 1e-6
"""


def test_responses_take_their_recorded_time(project: Project) -> None:
    project.write(test_users=REPLAYED)
    project.run_apart("--record").assert_outcomes(passed=1)
    project.service.stop()
    project.run_apart().assert_outcomes(passed=1)


def test_what_a_marker_keeps_from_recording_stays_virtual(project: Project) -> None:
    marker = "@pytest.mark.cassette(timing='virtual', record='none')\nasync def test_sleep(deck): await sleeps()"
    project.write(test_slow=SLEEPER + marker)
    project.run_apart("--record").assert_outcomes(passed=1)


def test_recording_in_virtual_time_is_refused(project: Project) -> None:
    project.write(test_users=REPLAYED)
    result = project.run_apart("--record", "--timing=virtual")
    result.stderr.fnmatch_lines(["*--timing=virtual cannot be recorded in*"])
    assert result.ret == pytest.ExitCode.USAGE_ERROR


LAST_YEAR = """
import asyncio, datetime, json, pathlib, time, httpx, pytest

@pytest.fixture
def opened_at(deck):
    return time.time()

@pytest.mark.cassette(timing="virtual", wall_clock="recorded")
async def test_get(deck, opened_at):
    await asyncio.sleep(3600)
    async with httpx.AsyncClient() as client:
        await client.get(SERVICE + "/users/1")
    now = datetime.datetime.now(datetime.timezone.utc)
    if not deck.recording:
        assert (now.year, now.month, now.day) == (2020, 2, 29)
        assert 3600 <= time.time() - opened_at < 2 * 3600

def test_afterwards():
    assert datetime.datetime.now().year > 2020
"""


def test_a_marked_test_runs_at_the_time_of_its_recording(project: Project) -> None:
    pytest.importorskip("time_machine")
    project.write(test_then=LAST_YEAR.replace("asyncio.sleep(3600)", "asyncio.sleep(0)"))
    project.run_apart("--record").assert_outcomes(passed=2)
    project.service.stop()
    (path,) = project.path.rglob("test_get.json")
    path.write_text(re.sub(r'"at": "[^"]+"', '"at": "2020-02-29T12:00:00Z"', path.read_text()))
    project.write(test_then=LAST_YEAR)
    project.run_apart().assert_outcomes(passed=2)


@pytest.mark.parametrize("timing", ["0", "-1", "0x", "fast"])
def test_a_speed_that_is_none_ends_the_run(project: Project, timing: str) -> None:
    project.write(test_users="def test_a(deck): pass")
    result = project.run_apart(f"--timing={timing}")
    result.stderr.fnmatch_lines(["*--timing cannot be*or a number above 0*"])
    assert result.ret == pytest.ExitCode.USAGE_ERROR


UVLOOP = """
import pytest, uvloop

@pytest.fixture
def anyio_backend(): return "asyncio", {"use_uvloop": True}

@pytest.mark.anyio
@pytest.mark.cassette(timing="virtual")
async def test_it(): pass
"""


def test_uvloop_is_refused(project: Project) -> None:
    pytest.importorskip("uvloop")
    project.write(test_uvloop=UVLOOP)
    project.plugins += ("anyio",)
    result = project.run_apart("-o", "asyncio_mode=strict")
    result.stdout.fnmatch_lines(["*Virtual time is impossible on uvloop*"])
    result.assert_outcomes(errors=1)


SYNCHRONOUS = """
import asyncio, httpx, pytest

@pytest.fixture(scope="module")
def name():
    return httpx.get(SERVICE + "/users/1").json()["path"]

def test_sync(deck, name):
    assert httpx.get(SERVICE + "/users/1").json()["path"] == name

@pytest.mark.cassette
async def test_in_a_thread(deck):
    assert (await asyncio.to_thread(httpx.get, SERVICE + "/users/1")).status_code == 200

@pytest.mark.cassette
async def test_in_the_loop(deck):
    with deck.clock.elapsed() as took:
        response = httpx.get(SERVICE + "/users/1")
    if not deck.recording:
        assert took.seconds == response.elapsed.total_seconds() > 0
"""


def test_the_option_leaves_synchronous_tests_as_they_are(project: Project) -> None:
    project.write(test_users=SYNCHRONOUS)
    project.run_apart("--record").assert_outcomes(passed=3)
    project.service.stop()
    project.run_apart("--timing=virtual").assert_outcomes(passed=3)


def test_a_marker_on_a_synchronous_test_is_told_that_it_cannot_be(project: Project) -> None:
    project.write(test_users=SYNCHRONOUS)
    project.run_apart("--record", "-k", "test_sync").assert_outcomes(passed=1)
    project.write(
        test_users=SYNCHRONOUS.replace("def test_sync", "@pytest.mark.cassette(timing='virtual')\ndef test_sync")
    )
    result = project.run_apart("-k", "test_sync")
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["*UsageError: Virtual time needs*this is no event loop*"])
