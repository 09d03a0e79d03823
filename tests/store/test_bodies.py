"""Large bodies when they are read: checked, confined to their folder, and moved with their cassette."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from playhead.errors import CassetteCorrupt, PlayheadError
from playhead.model.cassette import Cassette, Exchange
from playhead.model.http import BodyFile, Request, Response
from playhead.store import LARGE_BODY_BYTES, Journal, commit, iter_body, load, read_body, recover, save
from playhead.store.merging import Batch
from playhead.store.spools import Spool
from tests.store.disks import FullDisk
from tests.store.samples import sample

LARGE = b"large " * (LARGE_BODY_BYTES // 6 + 1)


def _file(folder: Path, data: bytes = b"0123456789") -> BodyFile:
    body = Spool(folder, large_bytes=0)
    body.write(data)
    finished = body.finish()
    assert isinstance(finished, BodyFile)
    return finished


def _body(cassette: Cassette) -> bytes | BodyFile:
    response = cassette.interactions[0].response
    assert response is not None
    return response.body


@given(data=st.binary(min_size=1, max_size=50), sizes=st.lists(st.integers(0, 20), max_size=8))
def test_a_body_is_cut_as_it_was_recorded(
    data: bytes, sizes: list[int], tmp_path_factory: pytest.TempPathFactory
) -> None:
    body = _file(tmp_path_factory.getbasetemp() / "cut", data)
    for form in (data, body):
        pieces = list(iter_body(form, sizes))
        assert b"".join(pieces) == data
        assert len(pieces) == (len(sizes) or 1)
        left = len(data)
        for piece, size in zip(pieces[:-1], sizes, strict=False):
            assert len(piece) == min(size, left)
            left -= len(piece)


def test_an_empty_body_has_no_pieces() -> None:
    assert list(iter_body(b"", ())) == []
    assert list(iter_body(b"", (0, 0))) == [b"", b""]


def test_a_changed_body_is_refused_before_its_first_byte(tmp_path: Path) -> None:
    body = _file(tmp_path)
    assert read_body(body) == b"0123456789"
    (tmp_path / body.name).write_bytes(b"9876543210")
    os.utime(tmp_path / body.name, ns=(1, 1))
    with pytest.raises(CassetteCorrupt, match="not the one that was recorded"):
        next(iter_body(body, (1,)))


def test_a_shortened_body_is_refused(tmp_path: Path) -> None:
    body = _file(tmp_path)
    os.truncate(tmp_path / body.name, 5)
    with pytest.raises(CassetteCorrupt, match="not the one"):
        read_body(body)


def test_a_missing_body_is_named(tmp_path: Path) -> None:
    body = _file(tmp_path)
    (tmp_path / body.name).unlink()
    with pytest.raises(CassetteCorrupt, match=rf"{body.sha256}\.bin .* is missing") as caught:
        read_body(body)
    assert str(caught.value).endswith("restore it from version control, or record the cassette again.")
    assert "delete" not in str(caught.value)
    assert caught.value.path == str(tmp_path / body.name)


def test_a_folder_in_place_of_a_body_is_refused(tmp_path: Path) -> None:
    body = _file(tmp_path)
    (tmp_path / body.name).unlink()
    (tmp_path / body.name).mkdir()
    with pytest.raises(CassetteCorrupt, match="not a regular file"):
        read_body(body)


def test_a_body_never_lies_outside_the_folder_of_its_cassette(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_bytes(b"secret")
    sha256 = hashlib.sha256(b"secret").hexdigest()
    (tmp_path / "cassettes" / "bodies").mkdir(parents=True)
    (tmp_path / "cassettes" / "bodies" / f"{sha256}.bin").symlink_to(secret)
    for name in (f"bodies/{sha256}.bin", "../secret", str(secret)):
        with pytest.raises(CassetteCorrupt, match="outside"):
            read_body(BodyFile(name, sha256, 6, str(tmp_path / "cassettes")))


@pytest.mark.parametrize("suffix", [".json", ".msgpack"])
def test_a_large_body_lies_beside_the_cassette(suffix: str, tmp_path: Path) -> None:
    path = tmp_path / f"a{suffix}"
    request = Request("PUT", "http://a/", body=LARGE)
    save(Cassette((Exchange(1, request, Response(200, body=LARGE)),)), path)
    assert path.stat().st_size < 1000
    assert len(list((tmp_path / "bodies").iterdir())) == 1
    (read,) = load(path).interactions
    assert isinstance(read.request.body, BodyFile)
    assert read_body(read.request.body) == LARGE
    assert read.response is not None
    assert read_body(read.response.body) == LARGE


def test_a_saved_cassette_takes_its_bodies_along(tmp_path: Path) -> None:
    save(Cassette((sample("one", body=LARGE),)), tmp_path / "here" / "a.json")
    save(load(tmp_path / "here" / "a.json"), tmp_path / "there" / "a.msgpack")
    (tmp_path / "here").rename(tmp_path / "gone")
    assert read_body(_body(load(tmp_path / "there" / "a.msgpack"))) == LARGE


def test_saving_in_the_same_folder_copies_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    save(Cassette((sample("one", body=LARGE),)), tmp_path / "a.json")
    (body,) = (tmp_path / "bodies").iterdir()
    before = body.stat()
    monkeypatch.chdir(tmp_path)
    save(load("a.json"), "b.msgpack")
    assert os.path.samestat(body.stat(), before)
    assert body.stat().st_mtime_ns == before.st_mtime_ns


def test_a_cassette_whose_body_is_missing_is_not_saved_elsewhere(tmp_path: Path) -> None:
    save(Cassette((sample("one", body=LARGE),)), tmp_path / "a.json")
    for body in (tmp_path / "bodies").iterdir():
        body.unlink()
    with pytest.raises(CassetteCorrupt, match="missing"):
        save(load(tmp_path / "a.json"), tmp_path / "there" / "a.json")
    assert not (tmp_path / "there" / "a.json").exists()


def test_a_large_body_that_does_not_fit_on_the_disk_leaves_nothing(tmp_path: Path) -> None:
    with pytest.raises(PlayheadError, match="make room"):
        save(Cassette((sample("one", body=LARGE),)), tmp_path / "a.json", disk=FullDisk(1_000_000))
    assert not [each for each in tmp_path.rglob("*") if each.is_file()]


def test_a_spooled_body_goes_through_journal_and_commit(tmp_path: Path) -> None:
    body = _file(tmp_path)
    exchange = Exchange(1, Request("GET", "http://a/"), Response(200, body=body))
    journal = Journal(tmp_path / "a.json")
    journal.append(exchange)
    assert read_body(_body(load(recover(journal.path)))) == b"0123456789"
    commit(tmp_path / "a.json", Batch(None, True, [exchange]), journal=journal)
    assert read_body(_body(load(tmp_path / "a.json"))) == b"0123456789"
