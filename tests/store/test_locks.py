"""The lock of a cassette: one holder at a time, nothing left behind."""

from __future__ import annotations

import subprocess
import sys
import threading
from pathlib import Path

import pytest

from playhead.errors import PlayheadError
from playhead.store.locks import locked


def test_the_lock_leaves_nothing_behind(tmp_path: Path) -> None:
    with locked(tmp_path / "new" / "a.json"):
        assert [each.name for each in (tmp_path / "new").iterdir()] == ["a.json.lock"]
    assert list((tmp_path / "new").iterdir()) == []


def test_a_lock_that_a_crash_left_does_not_hold(tmp_path: Path) -> None:
    (tmp_path / "a.json.lock").touch()
    with locked(tmp_path / "a.json", patience_seconds=0):
        pass


def test_a_lock_that_is_held_is_named_when_patience_ends(tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    with (
        locked(path),
        pytest.raises(PlayheadError, match=r"a\.json\.lock is held by another program"),
        locked(path, patience_seconds=0.05),
    ):
        pass
    with locked(path, patience_seconds=0):
        pass


def test_the_lock_is_released_by_an_error(tmp_path: Path) -> None:
    with pytest.raises(KeyError), locked(tmp_path / "a.json"):
        raise KeyError
    with locked(tmp_path / "a.json", patience_seconds=0):
        pass


def test_never_two_holders(tmp_path: Path) -> None:
    inside, most = 0, 0

    def enter() -> None:
        nonlocal inside, most
        for _ in range(20):
            with locked(tmp_path / "a.json"):
                inside += 1
                most = max(most, inside)
                inside -= 1

    threads = [threading.Thread(target=enter) for _ in range(5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert most == 1


def test_a_killed_holder_holds_no_more(tmp_path: Path) -> None:
    process = subprocess.Popen([sys.executable, "-c", _HOLD, tmp_path / "a.json"], stdout=subprocess.PIPE)
    assert process.stdout is not None
    with process.stdout:
        assert process.stdout.readline() == b"held\n"
        with pytest.raises(PlayheadError), locked(tmp_path / "a.json", patience_seconds=0):
            pass
        process.kill()
        process.wait()
    with locked(tmp_path / "a.json", patience_seconds=0):
        pass


_HOLD = """
import sys, time
from pathlib import Path
from playhead.store.locks import locked
with locked(Path(sys.argv[1])):
    print("held", flush=True)
    time.sleep(60)
"""


def test_a_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "a").touch()
    with pytest.raises(PlayheadError, match="cannot be written"), locked(tmp_path / "a" / "b.json"):
        pass
    (tmp_path / "c.json.lock").mkdir()
    with pytest.raises(PlayheadError, match="cannot be written"), locked(tmp_path / "c.json"):
        pass
