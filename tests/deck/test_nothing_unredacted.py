"""Nothing unredacted is on disk at any time of a recording, however it ends, and what a killed one leaves goes."""

from __future__ import annotations

import errno
import json
import os
import signal
import stat
import subprocess
import sys
import warnings
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import httpx
import pytest

import playhead
from playhead.store import orphans, read_body, recover
from playhead.store.disk import RealDisk
from tests.support import wire as wires
from tests.support.wire import Request, Wire

CANARY = "kR7vQ2mXw9TzL4pB"
SIZE = 9 * 1024 * 1024
TEXT = {"content-type": "text/plain"}


def _found_below(folder: Path, canary: str = CANARY) -> list[str]:
    """The files below the folder in which the canary stands, by the name that they have at this moment."""
    found = []
    for each in folder.rglob("*"):
        with suppress(OSError):
            if each.is_file() and canary.encode() in each.read_bytes():
                found.append(each.name)
    return found


@pytest.fixture
def looks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """Return what a server saw on disk that looks at the files of its client in the middle of each answer."""
    seen: list[str] = []

    def secret_stream(request: Request) -> bool:
        request.start_chunked([("Content-Type", "application/json")])
        request.chunk(b'{"password": "%s", "rest": "' % CANARY.encode())
        for _ in range(9):
            request.chunk(b"x" * 1024 * 1024)
            seen.extend(_found_below(tmp_path))
        request.chunk(b'"}')
        request.chunk(b"")
        return True

    def upload(request: Request) -> bool:
        seen.extend(_found_below(tmp_path))
        return request.send("200 OK", [("Content-Type", "text/plain")], b"%d" % len(request.body))

    def look(request: Request) -> bool:
        seen.extend(_found_below(tmp_path))
        return request.send("200 OK", [("Content-Type", "text/plain")], b"looked")

    for name, behaviour in (("secret-stream", secret_stream), ("upload", upload), ("look", look)):
        monkeypatch.setitem(wires.BEHAVIOURS, name, behaviour)
    monkeypatch.setenv("TMPDIR", str(tmp_path / "tmp"))
    yield seen
    assert seen == []
    assert _found_below(tmp_path) == []


def _bodies(folder: Path) -> list[Path]:
    return sorted((folder / "bodies").iterdir()) if (folder / "bodies").is_dir() else []


def test_a_large_answer_has_no_name_until_it_is_redacted(looks: list[str], tmp_path: Path, server: Wire) -> None:
    with playhead.use_cassette(tmp_path / "a.json", record="missing"):
        answer = httpx.get(f"{server.url}/secret-stream").json()
        assert looks == []
        (body,) = _bodies(tmp_path)
        assert stat.S_IMODE(body.stat().st_mode) == 0o600
    assert answer["password"] == CANARY
    (body,) = _bodies(tmp_path)
    assert stat.S_IMODE(body.stat().st_mode) == stat.S_IMODE((tmp_path / "a.json").stat().st_mode)
    with playhead.use_cassette(tmp_path / "a.json"):
        replayed = httpx.get(f"{server.url}/secret-stream").json()
    assert replayed["password"].startswith("REDACTED-password-")
    assert replayed["rest"] == answer["rest"]


@pytest.mark.usefixtures("looks")
def test_a_large_upload_has_no_name_until_it_is_redacted(tmp_path: Path, server: Wire) -> None:
    whole = json.dumps({"password": CANARY, "rest": "y" * SIZE}).encode()

    def pieces() -> Iterator[bytes]:
        yield from (whole[start : start + 100_000] for start in range(0, len(whole), 100_000))

    headers = {"content-type": "application/json"}
    with playhead.use_cassette(tmp_path / "a.json", record="missing"):
        sent = httpx.post(f"{server.url}/upload", content=pieces(), headers=headers).text
    assert int(sent) == len(whole)
    assert server.bodies[-1] == whole
    with playhead.use_cassette(tmp_path / "a.json"):
        assert httpx.post(f"{server.url}/upload", content=pieces(), headers=headers).text == sent


@pytest.mark.parametrize("large", [False, True], ids=["small", "large"])
@pytest.mark.parametrize(
    "spelled",
    [CANARY, f"token {CANARY}!", json.dumps({"note": CANARY}), "a1I3dlEybVh3OVR6TDRwQg"],
    ids=["plain", "in text", "json", "base64"],
)
def test_what_becomes_known_as_secret_is_taken_out_of_all_that_is_written_already(
    spelled: str, large: bool, looks: list[str], tmp_path: Path, server: Wire, monkeypatch: pytest.MonkeyPatch
) -> None:
    path, text = tmp_path / "a.json", spelled + (" filling" * (SIZE // 8) if large else "")
    monkeypatch.setitem(wires.BEHAVIOURS, "told", lambda each: each.send("200 OK", [*TEXT.items()], text.encode()))
    with playhead.use_cassette(path, record="missing"), httpx.Client(base_url=server.url) as client:
        assert client.get("/told").text == text
        client.get("/json/unsuspecting")
        client.get("/json/telling", headers={"authorization": f"Bearer {CANARY}"})
        journal = (tmp_path / "a.json.journal").read_bytes()
        assert CANARY.encode() not in journal
        assert b"unsuspecting" in journal
        assert b"telling" in journal
        assert stat.S_IMODE((tmp_path / "a.json.journal").stat().st_mode) == 0o600
        client.get("/look")
        assert looks == []
    assert len(_bodies(tmp_path)) == large
    with playhead.use_cassette(path), httpx.Client(base_url=server.url) as client:
        replayed = client.get("/told").text
    assert spelled not in replayed
    assert replayed.endswith(text[len(spelled) :])


def test_a_journal_that_cannot_be_rewritten_keeps_nothing(
    tmp_path: Path, server: Wire, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(wires.BEHAVIOURS, "told", lambda each: each.send("200 OK", [*TEXT.items()], CANARY.encode()))
    path = tmp_path / "a.json"
    with warnings.catch_warnings(record=True) as told:
        warnings.simplefilter("always")
        with playhead.use_cassette(path, record="missing"), httpx.Client(base_url=server.url) as client:
            client.get("/told")
            with monkeypatch.context() as patched:
                patched.setattr(RealDisk, "replace", _refuse)
                client.get("/json/telling", headers={"authorization": f"Bearer {CANARY}"})
            assert _found_below(tmp_path) == []
            client.get("/json/after")
            assert b"after" in (tmp_path / "a.json.journal").read_bytes()
    assert ["Nothing is lost: the cassette was written" in str(each.message) for each in told] == [True]
    assert len(playhead.load(path).interactions) == 3
    assert _found_below(tmp_path) == []


def _refuse(*_: object) -> None:
    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


_KILLED = """
import os, signal, sys
import httpx
import playhead

url, path, how = sys.argv[1:]
with playhead.use_cassette(path, record="missing"), httpx.Client(base_url=url, timeout=60) as client:
    client.get("/binary?size=9437184")
    client.get("/json/a")
    if how == "waits":
        print("recorded", flush=True)
        sys.stdin.readline()
    else:
        with client.stream("GET", "/secret-stream") as response:
            for size, chunk in enumerate(response.iter_raw(1024 * 1024)):
                if size == 8:
                    os.kill(os.getpid(), signal.SIGKILL)
"""


def _record_other(folder: Path, server: Wire) -> None:
    orphans._swept.clear()  # each run is a process of its own
    with playhead.use_cassette(folder / "other.json", record="all"):
        httpx.get(f"{server.url}/json/other")


@pytest.mark.usefixtures("looks")
def test_a_kill_leaves_nothing_unredacted_and_the_next_run_cleans_up(tmp_path: Path, server: Wire) -> None:
    killed = subprocess.run([sys.executable, "-c", _KILLED, server.url, tmp_path / "a.json", "dies"], check=False)
    assert killed.returncode == -signal.SIGKILL
    assert _found_below(tmp_path) == []
    (named,) = _bodies(tmp_path)
    dead = killed_process()
    left = [
        tmp_path / f".a.json.{dead}-1.tmp",
        tmp_path / "bodies" / f".body.{dead}-1.part",
        tmp_path / "bodies" / f"{'0' * 64}.bin",
        tmp_path / "gone.json.lock",
    ]
    for each in left:
        each.touch(0o600)
    committed = tmp_path / "bodies" / f"{'1' * 64}.bin"
    committed.touch(0o644)
    _record_other(tmp_path, server)
    assert sorted(each.name for each in tmp_path.iterdir()) == ["a.json.journal", "bodies", "other.json"]
    assert _bodies(tmp_path) == sorted([named, committed])
    recovered = playhead.load(recover(tmp_path / "a.json.journal"))
    large, _ = recovered.interactions
    assert isinstance(large, playhead.Exchange)
    assert large.response is not None
    assert len(read_body(large.response.body)) == SIZE
    (tmp_path / "a.json.journal").unlink()
    (tmp_path / "a.recovered.json").unlink()
    named.chmod(0o600)
    _record_other(tmp_path, server)
    assert _bodies(tmp_path) == [committed]


def killed_process() -> int:
    """The number of a process that is no more."""
    process = subprocess.Popen([sys.executable, "-c", ""])
    process.wait()
    return process.pid


def test_the_files_of_a_writer_that_lives_are_left_alone(tmp_path: Path, server: Wire) -> None:
    path = tmp_path / "a.json"
    command = [sys.executable, "-c", _KILLED, server.url, path, "waits"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as alive:
        assert alive.stdout is not None
        assert alive.stdout.readline() == "recorded\n"
        (body,) = _bodies(tmp_path)
        temporary = tmp_path / f".a.json.{alive.pid}-7.tmp"
        temporary.touch()
        _record_other(tmp_path, server)
        assert _bodies(tmp_path) == [body]
        assert temporary.exists()
        alive.communicate("go on\n", timeout=60)
    assert alive.returncode == 0
    assert len(playhead.load(path).interactions) == 2
    with playhead.use_cassette(path):
        assert len(httpx.get(f"{server.url}/binary?size={SIZE}").content) == SIZE


def test_a_body_that_no_journal_names_yet_is_claimed_by_its_writer(tmp_path: Path, server: Wire) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", _CLAIM, tmp_path], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as alive:
        assert alive.stdout is not None
        assert alive.stdout.readline() == b"kept\n"
        _record_other(tmp_path, server)
        assert len(_bodies(tmp_path)) == 1
        alive.kill()
    _record_other(tmp_path, server)
    assert _bodies(tmp_path) == []


_CLAIM = """
import sys
from pathlib import Path
from playhead.store.spools import Spool

body = Spool(Path(sys.argv[1]), large_bytes=1, final=False)
body.write(b"redacted")
body.finish()
print("kept", flush=True)
sys.stdin.read()
"""
