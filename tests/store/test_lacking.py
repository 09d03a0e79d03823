"""File systems that lack something: recording goes on, one warning says what is missing, and nothing is left open."""

from __future__ import annotations

import errno
import fcntl
import os
import subprocess
import sys
import warnings
from collections.abc import Callable
from pathlib import Path

import httpx
import pytest

import playhead
from playhead.errors import PlayheadError, PlayheadWarning
from playhead.store.locks import locked
from tests.support.wire import Wire

LARGE = 9 * 1024 * 1024
Lack = tuple[str, int, str]


def _failing(code: int) -> Callable[..., object]:
    def fail(*_: object, **__: object) -> object:
        raise OSError(code, os.strerror(code))

    return fail


def _lacks(monkeypatch: pytest.MonkeyPatch, *lacks: Lack) -> None:
    for call, code, _ in lacks:
        module = fcntl if call == "flock" else os
        monkeypatch.setattr(module, call, _failing(code))


def _open_below(folder: Path) -> list[str]:
    """The files below the folder that this process has open (the server runs in it too, and has sockets)."""
    links = Path("/proc/self/fd")
    found = [os.path.realpath(each) for each in links.iterdir()] if links.is_dir() else []
    return [each for each in found if each.startswith(os.path.realpath(folder))]


LACKS = [
    *[("flock", code, "has no file locks") for code in (errno.ENOLCK, errno.EOPNOTSUPP, errno.ENOSYS, errno.EINVAL)],
    *[("fsync", code, "does not flush files") for code in (errno.EINVAL, errno.EOPNOTSUPP)],
    *[("chmod", code, "changes no permissions") for code in (errno.EPERM, errno.EOPNOTSUPP)],
    ("unlink", errno.EBUSY, "does not let go of a file"),
]


@pytest.mark.parametrize("suffix", ["json", "msgpack"])
@pytest.mark.parametrize("lack", LACKS, ids=lambda lack: f"{lack[0]}-{errno.errorcode[lack[1]]}")
def test_recording_goes_on_and_one_warning_tells(
    lack: Lack, suffix: str, tmp_path: Path, server: Wire, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / f"a.{suffix}"
    for record in ("missing", "all"):  # the second time there is a cassette, whose permissions are kept
        if path.exists():
            path.chmod(0o640)
        with monkeypatch.context() as patched, warnings.catch_warnings(record=True) as told:
            warnings.simplefilter("always")
            _lacks(patched, lack)
            with playhead.use_cassette(path, record=record), httpx.Client() as client:
                client.get(f"{server.url}/json/a")
                assert len(client.get(f"{server.url}/binary?size={LARGE}").content) == LARGE
            assert _open_below(tmp_path) == []
        about = [str(each.message) for each in told if issubclass(each.category, PlayheadWarning)]
        if record == "missing":
            assert len(about) == 1
            assert lack[2] in about[0]
            assert str(path) in about[0]
        else:
            assert about == []
    with playhead.use_cassette(path):
        assert httpx.get(f"{server.url}/json/a").json()["turn"] == 2
    if lack[0] != "unlink":
        assert sorted(each.name for each in tmp_path.iterdir()) == [path.name, "bodies"]


def test_all_that_is_lacking_is_one_warning(tmp_path: Path, server: Wire, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patched, warnings.catch_warnings(record=True) as told:
        warnings.simplefilter("always")
        _lacks(patched, LACKS[0], LACKS[4])
        with playhead.use_cassette(tmp_path / "a.json", record="missing"):
            httpx.get(f"{server.url}/json/a")
    (warning,) = told
    assert "has no file locks" in str(warning.message)
    assert "does not flush files" in str(warning.message)


def test_other_errors_are_raised_and_leave_no_lock_file_and_no_descriptor(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patched:
        _lacks(patched, ("flock", errno.EIO, ""))
        with pytest.raises(PlayheadError, match="cannot be written"), locked(tmp_path / "a.json"):
            pass
    assert _open_below(tmp_path) == []
    assert list(tmp_path.iterdir()) == []


def test_without_locks_there_is_still_one_writer_at_a_time(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "a.json"
    _lacks(monkeypatch, LACKS[0])
    with locked(path), pytest.raises(PlayheadError, match="held by another"), locked(path, patience_seconds=0.05):
        pass
    with locked(path, patience_seconds=0):
        pass
    assert list(tmp_path.iterdir()) == []
    with pytest.warns(PlayheadWarning):
        playhead.save(playhead.Cassette(), path)


def test_without_locks_a_killed_writer_holds_up_nobody(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "a.json"
    process = subprocess.Popen([sys.executable, "-c", _HOLD, path], stdout=subprocess.PIPE)
    assert process.stdout is not None
    with process.stdout:
        assert process.stdout.readline() == b"held\n"
        process.kill()
        process.wait()
    _lacks(monkeypatch, LACKS[0])
    with locked(path, patience_seconds=5):
        pass
    assert list(tmp_path.iterdir()) == []
    with pytest.warns(PlayheadWarning):
        playhead.save(playhead.Cassette(), path)


_HOLD = """
import errno, fcntl, sys, time
from pathlib import Path
from playhead.store.locks import locked

def fail(*_):
    raise OSError(errno.ENOLCK, "No locks")

fcntl.flock = fail
with locked(Path(sys.argv[1])):
    print("held", flush=True)
    time.sleep(60)
"""


def test_without_locks_a_claim_that_cannot_be_removed_holds_up_nobody(tmp_path: Path, server: Wire) -> None:
    path = tmp_path / "a.json"
    for _ in range(2):
        command = [sys.executable, "-c", _STUCK, path, f"{server.url}/json/a"]
        run = subprocess.run(command, check=False, capture_output=True, text=True, timeout=50)
        assert run.stdout.splitlines() == ["written"] * 3, run.stderr
    with playhead.use_cassette(path):
        assert httpx.get(f"{server.url}/json/a").json()["turn"] == 6


_STUCK = """
import errno, fcntl, os, sys, warnings
from pathlib import Path
import httpx, playhead
from playhead.store.locks import locked

def refuse(code):
    def fail(*_, **__):
        raise OSError(code, os.strerror(code))
    return fail

warnings.simplefilter("ignore")
fcntl.flock = refuse(errno.ENOLCK)
os.unlink = os.remove = refuse(errno.EBUSY)
path = Path(sys.argv[1])
for _ in range(3):
    with locked(path, patience_seconds=0.1):
        try:
            with locked(path, patience_seconds=0.1):
                print("held by two")
        except playhead.PlayheadError:
            pass
    with playhead.use_cassette(path, record="all"):
        httpx.get(sys.argv[2])
    print("written", flush=True)
"""


def test_where_no_times_can_be_set_recording_goes_on(
    tmp_path: Path, server: Wire, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "a.json"
    with monkeypatch.context() as patched:
        _lacks(patched, ("utime", errno.EPERM, ""))
        for _ in range(2):
            with playhead.use_cassette(path, record="all"):
                httpx.get(f"{server.url}/json/a")
    with playhead.use_cassette(path):
        assert httpx.get(f"{server.url}/json/a").json()["turn"] == 2
    assert [each.name for each in tmp_path.iterdir()] == ["a.json"]


def test_a_claim_that_cannot_say_whose_it_is_holds_up_nobody(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patched:
        _lacks(patched, LACKS[0], ("write", errno.ENOSPC, ""))
        with pytest.raises(PlayheadError, match="make room"), locked(tmp_path / "a.json"):
            pass
    assert _open_below(tmp_path) == []
    assert list(tmp_path.iterdir()) == []
    with pytest.warns(PlayheadWarning):
        playhead.save(playhead.Cassette(), tmp_path / "a.json")
