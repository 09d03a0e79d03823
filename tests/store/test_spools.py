"""Bodies while they are recorded: small ones in memory, large ones in a file, the disk's refusals told."""

from __future__ import annotations

import hashlib
import stat
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from playhead.errors import CassetteCorrupt, PlayheadError, UsageError
from playhead.model.http import BodyFile
from playhead.store import LARGE_BODY_BYTES, iter_body, read_body, spool
from playhead.store.spools import Spool
from tests.store.disks import FailingDisk, FullDisk, ReadOnlyDisk, SlowDisk


@given(chunks=st.lists(st.binary(max_size=20), max_size=12), large_bytes=st.integers(0, 60))
def test_what_is_written_is_what_is_read(
    chunks: list[bytes], large_bytes: int, tmp_path_factory: pytest.TempPathFactory
) -> None:
    body = Spool(tmp_path_factory.getbasetemp() / "spool", large_bytes=large_bytes)
    for chunk in chunks:
        body.write(chunk)
    sizes = [len(chunk) for chunk in chunks]
    assert body.size_bytes == sum(sizes)
    finished = body.finish()
    assert isinstance(finished, BodyFile) is (body.size_bytes >= large_bytes and bool(chunks))
    assert read_body(finished) == b"".join(chunks)
    assert list(iter_body(finished, sizes)) == (chunks or [b""][:0])
    assert body.finish() is finished


def test_a_small_body_makes_no_file(tmp_path: Path) -> None:
    body = spool(tmp_path)
    body.write(b"x" * (LARGE_BODY_BYTES - 1))
    assert body.finish() == b"x" * (LARGE_BODY_BYTES - 1)
    assert list(tmp_path.iterdir()) == []


def test_a_large_body_is_a_file_named_by_its_hash(tmp_path: Path) -> None:
    body = spool(str(tmp_path))
    for _ in range(8):
        body.write(b"x" * (LARGE_BODY_BYTES // 8))
    sha256 = hashlib.sha256(b"x" * LARGE_BODY_BYTES).hexdigest()
    assert body.finish() == BodyFile(f"bodies/{sha256}.bin", sha256, LARGE_BODY_BYTES)
    assert [each.name for each in (tmp_path / "bodies").iterdir()] == [f"{sha256}.bin"]


@pytest.mark.skipif(sys.platform == "win32", reason="no modes")
def test_only_what_is_finished_is_for_others_to_read(tmp_path: Path) -> None:
    body = Spool(tmp_path, large_bytes=1)
    body.write(b"secret")
    (part,) = (tmp_path / "bodies").iterdir()
    assert stat.S_IMODE(part.stat().st_mode) == 0o600
    assert part.name.startswith(".")
    body.finish()
    (kept,) = (tmp_path / "bodies").iterdir()
    other = tmp_path / "other"
    other.touch()
    assert kept.stat().st_mode == other.stat().st_mode


def test_the_same_body_twice_is_one_file(tmp_path: Path) -> None:
    bodies = []
    for _ in range(2):
        body = Spool(tmp_path, large_bytes=1)
        body.write(b"same")
        bodies.append(body.finish())
    assert bodies[0] == bodies[1]
    assert len(list((tmp_path / "bodies").iterdir())) == 1


@pytest.mark.parametrize("large_bytes", [1, 100])
def test_a_discarded_body_leaves_no_file(large_bytes: int, tmp_path: Path) -> None:
    body = Spool(tmp_path, large_bytes=large_bytes)
    body.write(b"left early")
    body.discard()
    body.discard()
    assert not list(tmp_path.rglob("*.*"))


def test_a_finished_body_survives_being_discarded(tmp_path: Path) -> None:
    body = Spool(tmp_path, large_bytes=1)
    body.write(b"kept")
    finished = body.finish()
    body.discard()
    assert read_body(finished) == b"kept"


def test_a_finished_body_takes_no_more(tmp_path: Path) -> None:
    body = spool(tmp_path)
    body.finish()
    with pytest.raises(UsageError, match="finished"):
        body.write(b"late")


@pytest.mark.parametrize("disk", [FullDisk(10), ReadOnlyDisk()])
def test_a_disk_that_refuses_is_named(disk: FullDisk | ReadOnlyDisk, tmp_path: Path) -> None:
    body = Spool(tmp_path, large_bytes=8, disk=disk)
    body.write(b"small")
    with pytest.raises(PlayheadError, match="bodies cannot be written"):
        body.write(b"too much for it")
    assert not list(tmp_path.rglob("*.*"))
    with pytest.raises(PlayheadError, match="bodies cannot be written"):
        body.write(b"more")
    with pytest.raises(PlayheadError, match="bodies cannot be written"):
        body.finish()


def test_nothing_is_written_where_a_link_leads_out_of_the_folder(tmp_path: Path) -> None:
    inside, outside = tmp_path / "inside", tmp_path / "outside"
    inside.mkdir()
    outside.mkdir()
    (inside / "bodies").symlink_to(outside)
    with pytest.raises(CassetteCorrupt, match="symbolic link out of its folder"):
        Spool(inside, large_bytes=1).write(b"large")
    assert not list(outside.iterdir())


@pytest.mark.parametrize("call", ["flush", "replace"])
def test_a_body_that_cannot_be_kept_is_no_body(call: str, tmp_path: Path) -> None:
    body = Spool(tmp_path, large_bytes=1, disk=FailingDisk(call))
    body.write(b"lost")
    with pytest.raises(PlayheadError, match="cannot be written"):
        body.finish()
    body.discard()
    assert not list(tmp_path.rglob("*.*"))


def test_a_disk_may_write_a_little_at_a_time(tmp_path: Path) -> None:
    body = Spool(tmp_path, large_bytes=1, disk=SlowDisk())
    body.write(b"a little at a time")
    assert read_body(body.finish()) == b"a little at a time"


@pytest.mark.skipif(sys.platform != "linux", reason="counts memory as Linux does")
def test_memory_does_not_grow_with_the_body(tmp_path: Path) -> None:
    done = subprocess.run([sys.executable, "-c", _SPOOL, tmp_path], capture_output=True, text=True, check=True)
    assert int(done.stdout) < 40_000_000


_SPOOL = """
import resource, sys
from playhead.store import iter_body, spool
def peak_bytes():
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
chunk = bytes(65536)
before = peak_bytes()
body = spool(sys.argv[1])
for _ in range(4096):
    body.write(chunk)
assert sum(len(piece) for piece in iter_body(body.finish(), [65536] * 4096)) == 4096 * 65536
print(peak_bytes() - before)
"""
