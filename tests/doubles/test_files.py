"""Calls on cassettes: written by hand, shown, merged by origin, and left by a killed process."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

import playhead
from playhead.cli.main import main
from tests.doubles.support import recorded, replayed
from tests.doubles.things import Database

BY_HAND = """{
  "playhead": 1,
  "recorded": {"at": "2026-11-23T05:00:00Z", "by": "playhead 0.1.0"},
  "interactions": [
    {"id": 1, "request": {"method": "GET", "url": "http://api.test/users"},
     "response": {"status": 200, "body": {"json": [], "style": "compact"}}},
    {"id": 3, "call": {"double": "db", "method": "create_user", "args": [{"name": "Ada"}], "kwargs": {}},
     "returned": {"id": 1}}
  ]
}
"""


@pytest.mark.asyncio
async def test_a_call_written_by_hand_is_replayed(tmp_path: Path) -> None:
    path = tmp_path / "c.json"
    path.write_text(BY_HAND)

    async def use(db: Any) -> Any:
        return await db.create_user({"name": "Ada"})

    assert await replayed(path, Database, use) == {"id": 1}
    assert await replayed(path, None, use) == {"id": 1}


@pytest.mark.parametrize(
    ("outcome", "said"),
    [
        ('"returned": {"$": "nonsense", "v": 1}', "nonsense"),
        ("", "returned, raised, yielded or abandoned"),
        ('"returned": 1, "raised": {"type": "builtins.ValueError"}', "more than one outcome"),
        ('"returned": 1, "extra": 2', "extra"),
    ],
)
@pytest.mark.asyncio
async def test_a_broken_call_is_a_corrupt_cassette(tmp_path: Path, outcome: str, said: str) -> None:
    path = tmp_path / "c.json"
    call = '{"id": 1, "call": {"double": "db", "method": "find", "args": ["x"], "kwargs": {}}'
    path.write_text(f'{{"playhead": 1, "interactions": [{call}{"," if outcome else ""} {outcome}}}]}}')
    with pytest.raises(playhead.PlayheadError, match=said) as caught:
        await replayed(path, Database, lambda db: db.find("x"))
    assert "c.json" in str(caught.value) or "nonsense" in said


@pytest.mark.asyncio
async def test_a_recorded_file_reads_as_the_design_says(tmp_path: Path) -> None:
    path = tmp_path / "c.json"

    async def use(db: Any) -> None:
        await db.find("x", {"id": 1})

    await recorded(path, Database, Database, use)
    document = json.loads(path.read_text())
    call = {"double": "db", "method": "find", "args": ["x", {"id": 1}], "kwargs": {}}
    (interaction,) = document["interactions"]
    assert interaction.pop("origin").endswith("test_a_recorded_file_reads_as_the_design_says")
    assert interaction == {"id": 1, "call": call, "returned": {"id": 1}}
    assert document["timeline"][0]["id"] == 1


@pytest.mark.parametrize("arguments", [[], ["--json"], ["--timeline"]])
def test_calls_are_shown(tmp_path: Path, arguments: list[str]) -> None:
    path = tmp_path / "c.json"
    path.write_text(BY_HAND)
    result = CliRunner().invoke(main, ["show", str(path), *arguments])
    assert result.exit_code == 0, result.output
    assert "create_user" in result.output
    if arguments == ["--json"]:
        assert json.loads(result.output)


def test_calls_are_on_the_page(tmp_path: Path) -> None:
    path, page = tmp_path / "c.json", tmp_path / "c.html"
    path.write_text(BY_HAND)
    result = CliRunner().invoke(main, ["show", str(path), "--html", str(page)])
    assert result.exit_code == 0, result.output
    assert "db.create_user" in page.read_text()


@pytest.mark.asyncio
async def test_both_encodings_are_equal(tmp_path: Path) -> None:
    async def use(db: Any) -> None:
        await db.create_user({"name": "Ada"})
        _ = [each async for each in db.stream(2)]
        with pytest.raises(KeyError):
            db["nobody"]

    await recorded(tmp_path / "c.json", Database, Database, use)
    result = CliRunner().invoke(main, ["convert", str(tmp_path / "c.json"), str(tmp_path / "c.msgpack")])
    assert result.exit_code == 0, result.output
    assert playhead.load(tmp_path / "c.msgpack") == playhead.load(tmp_path / "c.json")
    await replayed(tmp_path / "c.msgpack", Database, use)


KILLED = """
import asyncio, sys
import playhead
from tests.doubles.things import Database

async def main():
    async with playhead.use_cassette(sys.argv[1], record="all") as deck:
        db = deck.double("db", Database, real=Database)
        await db.create_user({"name": "Ada"})
        await db.find("Ada")
        print("ready", flush=True)
        await asyncio.sleep(60)

asyncio.run(main())
"""


@pytest.mark.skipif(sys.platform == "win32", reason="no SIGKILL")
def test_what_a_killed_recording_leaves_is_recovered(tmp_path: Path) -> None:
    root = Path(__file__).parents[2]
    path = os.pathsep.join([str(root / "src"), str(root)])
    with subprocess.Popen(
        [sys.executable, "-c", KILLED, str(tmp_path / "c.json")],
        stdout=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": path},
        text=True,
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        process.send_signal(signal.SIGKILL)
    result = CliRunner().invoke(main, ["recover", str(tmp_path / "c.json.journal")])
    assert result.exit_code == 0, result.output
    found = playhead.load(tmp_path / "c.recovered.json").interactions
    assert [each.call.path for each in found] == ["db.create_user", "db.find"]


@pytest.mark.asyncio
async def test_places_of_calls_may_be_ignored(tmp_path: Path) -> None:
    path = tmp_path / "c.json"

    async def use(db: Any, at: str = "2026-01-01T00:00:00Z", number: str = "1") -> None:
        await db.create_user({"name": "Ada", "at": at})
        await db.find(f"user 00000000-0000-0000-0000-00000000000{number}", default={"at": at})

    await recorded(path, Database, Database, use)

    async def later(db: Any) -> None:
        await use(db, "2027-01-01T00:00:00Z", "2")

    for ignore in (
        ["call.db.create_user.args[0].at", "call.db.find.args[1].at", "call.db.find.args[0]"],
        ["call.db.create_user.args[0].at", "call.*.find.args"],
        ["@datetime", "@uuid"],
    ):
        await replayed(path, Database, later, ignore=ignore)
    with pytest.raises(playhead.RequestDrift):
        await replayed(path, Database, later, ignore=["@uuid"])
    for wrong in ("call.db", "call.db.create_user", "call.db.create_user.result", "call.db.create_user.args["):
        with pytest.raises(playhead.UsageError):
            playhead.use_cassette(path, ignore=[wrong]).__enter__()


@pytest.mark.asyncio
async def test_positional_and_named_arguments_are_one_call(tmp_path: Path) -> None:
    async def use(db: Any) -> None:
        await db.find("x", 1)

    await recorded(tmp_path / "c.json", Database, Database, use)

    async def named(db: Any) -> None:
        assert await db.find(default=1, name="x") == 1

    await replayed(tmp_path / "c.json", Database, named)
