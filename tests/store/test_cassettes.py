"""Cassettes as files: replaced at once or not at all, and errors that say what to do next."""

from __future__ import annotations

import errno
import os
import stat
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest
from hypothesis import given

from playhead.errors import CassetteCorrupt, CassetteMissing, PlayheadError, UnsupportedVersion, UsageError
from playhead.model.cassette import Cassette
from playhead.model.http import BodyFile
from playhead.store import load, save
from playhead.store.disk import Disk
from tests.codecs.strategies import cassettes
from tests.store.disks import FailingDisk, FullDisk, ReadOnlyDisk, SlowDisk
from tests.store.samples import sample

CASSETTE = Cassette((sample("one"),))
formats = pytest.mark.parametrize("suffix", [".json", ".msgpack"])


def _is_own(cassette: Cassette) -> bool:
    messages = [message for each in cassette.interactions for message in (each.request, each.response) if message]
    return not any(isinstance(message.body, BodyFile) for message in messages)


@formats
@given(cassette=cassettes.filter(_is_own))
def test_what_is_saved_is_loaded(suffix: str, cassette: Cassette, tmp_path_factory: pytest.TempPathFactory) -> None:
    path = tmp_path_factory.getbasetemp() / f"law{suffix}"
    save(cassette, path)
    assert load(path) == cassette
    assert load(str(path)).recorded == cassette.recorded


def test_folders_are_made(tmp_path: Path) -> None:
    save(CASSETTE, tmp_path / "a" / "b" / "c.json")
    assert load(tmp_path / "a" / "b" / "c.json") == CASSETTE


def test_nothing_but_the_cassette_is_left(tmp_path: Path) -> None:
    save(CASSETTE, tmp_path / "a.json")
    save(CASSETTE, tmp_path / "a.json")
    assert [each.name for each in tmp_path.iterdir()] == ["a.json"]


@pytest.mark.skipif(sys.platform == "win32", reason="no modes")
def test_a_cassette_has_the_mode_of_any_new_file_and_keeps_the_one_it_is_given(tmp_path: Path) -> None:
    path, other = tmp_path / "a.json", tmp_path / "other"
    save(CASSETTE, path)
    other.touch()
    assert path.stat().st_mode == other.stat().st_mode
    path.chmod(0o640)
    save(CASSETTE, path)
    assert stat.S_IMODE(path.stat().st_mode) == 0o640


@formats
@pytest.mark.parametrize(
    "disk", [FullDisk(100), FullDisk(0), ReadOnlyDisk(), FailingDisk("flush"), FailingDisk("replace")]
)
def test_whatever_fails_the_old_cassette_stays(suffix: str, disk: Disk, tmp_path: Path) -> None:
    path = tmp_path / f"a{suffix}"
    save(CASSETTE, path)
    before = path.read_bytes()
    with pytest.raises(PlayheadError, match=r"cannot be written .*, then try again") as caught:
        save(Cassette((sample("two", body=b"x" * 500),)), path, disk=disk)
    assert str(path) in str(caught.value)
    assert path.read_bytes() == before
    assert [each.name for each in tmp_path.iterdir()] == [path.name]


def test_a_disk_that_may_only_be_read_is_named_though_it_refuses_to_clean_up(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(self: Path, missing_ok: bool = False) -> None:
        raise OSError(errno.EROFS, os.strerror(errno.EROFS), self)

    monkeypatch.setattr(Path, "unlink", refuse)
    with pytest.raises(PlayheadError, match=r"a\.json cannot be written \(Read-only file system\)"):
        save(CASSETTE, tmp_path / "a.json", disk=ReadOnlyDisk())


def test_a_disk_may_write_a_little_at_a_time(tmp_path: Path) -> None:
    save(CASSETTE, tmp_path / "a.json", disk=SlowDisk())
    assert load(tmp_path / "a.json") == CASSETTE


def test_what_cannot_be_encoded_leaves_no_trace(tmp_path: Path) -> None:
    with pytest.raises(UsageError):
        save(Cassette((sample("\ud800"),)), tmp_path / "a.json")
    assert list(tmp_path.iterdir()) == []


def test_a_missing_cassette_says_how_to_record_it(tmp_path: Path) -> None:
    with pytest.raises(CassetteMissing, match="pytest --record") as caught:
        load(tmp_path / "a.json")
    assert caught.value.path == str(tmp_path / "a.json")


def test_a_path_through_a_file_is_no_missing_cassette(tmp_path: Path) -> None:
    (tmp_path / "a").touch()
    with pytest.raises(PlayheadError, match="a file, not a folder"):
        load(tmp_path / "a" / "b.json")
    with pytest.raises(PlayheadError):
        save(CASSETTE, tmp_path / "a" / "b.json")


def test_a_folder_in_its_place_is_named(tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    path.mkdir()
    with pytest.raises(CassetteCorrupt, match="it is a folder"):
        load(path)
    with pytest.raises(CassetteCorrupt, match="it is a folder"):
        save(CASSETTE, path)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no pipes")
def test_a_pipe_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "a.json")
    with pytest.raises(CassetteCorrupt, match="not a regular file"):
        load(tmp_path / "a.json")


@formats
@pytest.mark.parametrize("data", [b"", b"{", b"\xff\xfe", b"<<<<<<< HEAD\n", b"[" * 100_000])
def test_a_damaged_file_is_named_and_not_touched(suffix: str, data: bytes, tmp_path: Path) -> None:
    path = tmp_path / f"a{suffix}"
    path.write_bytes(data)
    with pytest.raises(CassetteCorrupt) as caught:
        load(path)
    assert caught.value.path == str(path)
    assert path.read_bytes() == data


def test_a_later_version_asks_for_an_upgrade(tmp_path: Path) -> None:
    (tmp_path / "a.json").write_text('{"playhead": 2}')
    with pytest.raises(UnsupportedVersion, match="upgrade"):
        load(tmp_path / "a.json")


def test_a_file_beyond_the_cap_is_not_even_read(tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    with path.open("wb") as file:
        file.truncate(1024**3 + 1)
    with pytest.raises(CassetteCorrupt, match="larger"):
        load(path)


@pytest.mark.parametrize("name", ["a.txt", "a", "a.JSON"])
def test_a_suffix_without_a_format_is_a_usage_error(name: str, tmp_path: Path) -> None:
    with pytest.raises(CassetteMissing):
        load(tmp_path / name)
    with pytest.raises(UsageError, match=r"name it \.json or \.msgpack"):
        save(CASSETTE, tmp_path / name)


def test_a_journal_is_recovered_not_loaded(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="playhead recover"):
        load(tmp_path / "a.json.journal")


def test_a_link_out_of_its_folder_is_refused(tmp_path: Path) -> None:
    (tmp_path / "cassettes").mkdir()
    (tmp_path / "secret.json").write_text("{}")
    link = tmp_path / "cassettes" / "a.json"
    link.symlink_to(tmp_path / "secret.json")
    with pytest.raises(CassetteCorrupt, match="symbolic link"):
        load(link)
    with pytest.raises(CassetteCorrupt, match="symbolic link"):
        save(CASSETTE, link)
    assert (tmp_path / "secret.json").read_text() == "{}"


def test_a_link_within_its_folder_is_followed(tmp_path: Path) -> None:
    save(CASSETTE, tmp_path / "a.json")
    (tmp_path / "b.json").symlink_to("a.json")
    assert load(tmp_path / "b.json") == CASSETTE


@pytest.mark.skipif(sys.platform == "win32", reason="no modes")
def test_a_file_or_folder_without_permission_is_named() -> None:
    with tempfile.TemporaryDirectory() as name:  # not tmp_path, whose parents are for their owner only
        folder, path = Path(name), Path(name, "a.json")
        save(CASSETTE, path)
        path.chmod(0o000)
        folder.chmod(0o555)
        try:
            done = subprocess.run([sys.executable, "-c", _AS_ANYONE, path], capture_output=True, text=True, check=True)
        finally:
            folder.chmod(0o755)
    read, written = done.stdout.splitlines()
    assert "a.json cannot be read (Permission denied): check its permissions" in read
    assert "a.json cannot be written (Permission denied): check its permissions" in written


_AS_ANYONE = """
import os, sys
from playhead.errors import PlayheadError
from playhead.model.cassette import Cassette
from playhead.store import commit, load, save
import playhead.codecs.json
if os.geteuid() == 0:
    os.setuid(65534)
try:
    load(sys.argv[1])
except PlayheadError as error:
    print(error)
try:
    save(Cassette(), sys.argv[1])
except PlayheadError as error:
    print(error)
"""


def test_relative_paths_find_their_bodies_wherever_one_goes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    save(Cassette((sample("large", body=b"x" * 9_000_000),)), "a.json")
    cassette = load("a.json")
    monkeypatch.chdir("/")
    body = cassette.interactions[0].response
    assert body is not None
    assert getattr(body.body, "folder", None) == str(tmp_path)


def test_an_error_of_the_disk_keeps_its_cause(tmp_path: Path) -> None:
    with pytest.raises(PlayheadError) as caught:
        save(CASSETTE, tmp_path / "a.json", disk=FullDisk(0))
    assert isinstance(caught.value.__cause__, OSError)
    assert caught.value.__cause__.errno == errno.ENOSPC
