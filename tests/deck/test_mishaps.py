"""A mishap around a deck reaches the person, and nothing is lost or left behind."""

from __future__ import annotations

import asyncio
import contextlib
import subprocess
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import httpx2
import pytest

import playhead
import playhead.httpx
from playhead import use_cassette
from playhead.deck import files
from playhead.errors import PlayheadError
from playhead.store.journals import Journal, recover
from playhead.store.spools import HeldSpool
from tests.store.disks import FullDisk
from tests.support.wire import Wire, closed_port

BIG = 9 * 1024 * 1024


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "cassette.json"


def test_a_journal_that_cannot_be_written_loses_nothing(
    server: Wire, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(self: Journal, exchange: object) -> None:
        raise PlayheadError("the disk is full.")

    with pytest.warns(playhead.PlayheadWarning, match="Nothing is lost"), use_cassette(path, record="all"):  # noqa: PT031
        httpx.get(f"{server.url}/json/a")
        with monkeypatch.context() as patch:
            patch.setattr(Journal, "append", full)
            httpx.get(f"{server.url}/json/b")
    assert len(playhead.load(path).interactions) == 2


@pytest.fixture
def full_disk(monkeypatch: pytest.MonkeyPatch) -> None:
    """Has no room for large bodies."""
    monkeypatch.setattr(files, "HeldSpool", lambda folder: HeldSpool(folder, disk=FullDisk(BIG // 3)))


@pytest.mark.usefixtures("full_disk")
def test_a_disk_that_fills_up_in_a_body_is_named(server: Wire, path: Path) -> None:
    with pytest.raises(PlayheadError, match=r"bodies cannot be written .*: make room on the disk"):  # noqa: SIM117
        with use_cassette(path, record="all"):
            httpx.get(f"{server.url}/binary?size={BIG}")
    assert not any(path.parent.rglob("*.*"))


@pytest.mark.usefixtures("full_disk")
async def test_a_body_that_could_not_be_kept_is_told_even_if_the_code_swallows_it(server: Wire, path: Path) -> None:
    with pytest.raises(PlayheadError, match="make room on the disk"):  # noqa: PT012
        async with use_cassette(path, record="all"), httpx.AsyncClient() as client:
            await client.get(f"{server.url}/json/a")
            with contextlib.suppress(Exception):
                await client.get(f"{server.url}/binary?size={BIG}")
    (kept,) = playhead.load(path).interactions
    assert kept.request.url.endswith("/json/a")
    assert not any(path.parent.glob("bodies/*"))


@pytest.mark.skipif(not Path("/proc/self/fd").exists(), reason="tells open files by /proc")
def test_a_failed_save_leaves_no_file_open(server: Wire, path: Path) -> None:
    with contextlib.suppress(PlayheadError), use_cassette(path, record="all"):
        httpx.get(f"{server.url}/json/a")
        path.mkdir()
    journal = path.with_name(path.name + ".journal").resolve()
    assert journal.exists()
    assert journal not in [each.resolve() for each in Path("/proc/self/fd").iterdir()]


def test_a_discarded_recording_leaves_no_large_body(server: Wire, path: Path) -> None:
    with pytest.raises(ZeroDivisionError), use_cassette(path, record="all"):  # noqa: PT012
        httpx.get(f"{server.url}/binary?size={BIG}")
        raise ZeroDivisionError
    assert not any(path.parent.glob("bodies/*"))


def test_a_replaced_recording_takes_its_large_bodies_along_unless_others_need_them(server: Wire, path: Path) -> None:
    for size in (BIG, BIG + 1):
        with use_cassette(path, record="all"):
            httpx.get(f"{server.url}/binary?size={size}")
        assert [each.stat().st_size for each in path.parent.glob("bodies/*")] == [size]
    playhead.save(playhead.load(path), path.with_name("other.json"))
    with use_cassette(path, record="all"):
        httpx.get(f"{server.url}/json/a")
    assert len(list(path.parent.glob("bodies/*"))) == 1


def test_nothing_is_made_where_nothing_was_recorded(tmp_path: Path) -> None:
    with use_cassette(tmp_path / "sub" / "empty.json", record="all"):
        pass
    assert list(tmp_path.iterdir()) == []


def test_a_broken_body_that_was_swallowed_is_raised_at_the_end(server: Wire, path: Path) -> None:
    with use_cassette(path, record="all"):
        httpx.get(f"{server.url}/binary?size={BIG}")
    next(path.parent.glob("bodies/*")).write_bytes(b"short")
    with (
        pytest.raises(playhead.CassetteCorrupt),
        use_cassette(path),
        contextlib.suppress(Exception),
    ):
        httpx.get(f"{server.url}/binary?size={BIG}")


async def test_passthrough_sends_large_one_shot_bodies_on(server: Wire, path: Path) -> None:
    async def pieces() -> AsyncIterator[bytes]:
        for _ in range(9):
            yield b"x" * (BIG // 9)

    with use_cassette(path, passthrough=[server.url]):
        async with httpx.AsyncClient() as client:
            response = await client.post(f"{server.url}/echo", content=pieces())
    assert len(response.content) == BIG


async def test_an_abandoned_request_is_a_timeout_for_a_client_of_less_patience(server: Wire, path: Path) -> None:
    async with use_cassette(path, record="all"), httpx.AsyncClient() as client:
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(0.3):
                await client.get(f"{server.url}/slow-head?delay=2", timeout=5)
    async with use_cassette(path), httpx.AsyncClient() as client:
        with pytest.raises(httpx.ReadTimeout):
            await client.get(f"{server.url}/slow-head?delay=2", timeout=0.1)
    async with use_cassette(path), httpx.AsyncClient() as client:
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.05):
                await client.get(f"{server.url}/slow-head?delay=2", timeout=5)


async def test_tasks_that_share_one_value_leave_their_own_deck(server: Wire, path: Path) -> None:
    async with use_cassette(path, record="all"), httpx.AsyncClient() as client:
        await client.get(f"{server.url}/json/a")
    shared, first_left, second_in = use_cassette(path), asyncio.Event(), asyncio.Event()

    async def first() -> None:
        async with shared:
            await second_in.wait()
        first_left.set()

    async def second() -> int:
        async with shared, httpx.AsyncClient() as client:
            second_in.set()
            await first_left.wait()
            return (await client.get(f"{server.url}/json/a")).status_code

    assert (await asyncio.gather(first(), second()))[1] == 200


def test_the_wrong_door_is_named(path: Path) -> None:
    with use_cassette(path, record="all", intercept=False) as deck:
        client = httpx2.Client(transport=playhead.httpx.Transport(deck))  # type: ignore[arg-type]
        with pytest.raises(playhead.UsageError, match=r"use the one of playhead\.httpx2"):
            client.get(f"http://127.0.0.1:{closed_port()}/")


def test_an_argument_overrides_the_settings(server: Wire, path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with use_cassette(path, record="all"):
        httpx.get(f"{server.url}/json/a")
    monkeypatch.setenv("PLAYHEAD_REPEAT", "true")
    with use_cassette(path):
        httpx.get(f"{server.url}/json/a")
        httpx.get(f"{server.url}/json/a")
    with pytest.raises(playhead.Exhausted), use_cassette(path, repeat=False):  # noqa: PT012
        httpx.get(f"{server.url}/json/a")
        httpx.get(f"{server.url}/json/a")


def test_request_drift_offers_to_ignore_every_place(server: Wire, path: Path) -> None:
    with use_cassette(path, record="all"):
        httpx.get(f"{server.url}/json/a?x=1&y=1")
    with pytest.raises(playhead.RequestDrift) as info, use_cassette(path):
        httpx.get(f"{server.url}/json/a?x=2&y=2")
    assert any('ignore=["query.x", "query.y"]' in note for note in info.value.__notes__)


_RERECORD = """
import sys
import httpx
import playhead

url, path = sys.argv[1:]
try:
    with playhead.use_cassette(path, record="all"):
        print(httpx.get(url).json()["turn"], flush=True)
        sys.stdin.readline()
except playhead.PlayheadError as error:
    print(error, flush=True)
"""


@pytest.mark.parametrize("exists", [False, True])
def test_of_two_processes_that_record_one_cassette_afresh_the_loser_is_told(
    exists: bool, server: Wire, path: Path
) -> None:
    if exists:
        with use_cassette(path, record="missing"):
            httpx.get(f"{server.url}/json/a")
    with contextlib.ExitStack() as stack:
        first, second = (
            stack.enter_context(
                subprocess.Popen(
                    [sys.executable, "-c", _RERECORD, f"{server.url}/json/a", path],
                    stdin=subprocess.PIPE,
                    stdout=subprocess.PIPE,
                    text=True,
                )
            )
            for _ in range(2)
        )
        turns = [int(each.stdout.readline()) for each in (first, second) if each.stdout]
        said = [each.communicate("go\n", timeout=60)[0] for each in (first, second)]
    assert said[0] == ""
    assert "was changed by another program while this recorded it" in said[1]
    assert f"playhead recover {path.parent}" in said[1]
    (kept,) = playhead.load(path).interactions
    assert isinstance(kept, playhead.Exchange)
    assert kept.response is not None
    assert f'"turn": {turns[0]}'.encode() in kept.response.body  # type: ignore[operator]
    (journal,) = path.parent.glob("*.journal")
    assert f"playhead recover {journal}" in said[1]
    assert len(playhead.load(recover(journal)).interactions) == 1
