"""Commits: several processes lose nothing, and what fails leaves the cassette and the journal."""

from __future__ import annotations

import subprocess
import sys
import threading
from pathlib import Path

import pytest

from playhead.errors import CassetteCorrupt, PlayheadError, UsageError
from playhead.model.cassette import Cassette
from playhead.store import Journal, commit, load, recover, save
from tests.store.disks import FullDisk, ReadOnlyDisk
from tests.store.samples import names, sample


def _journal(path: Path) -> Journal:
    journal = Journal(path)
    journal.append(sample("one"))
    return journal


def test_a_commit_writes_the_cassette_and_discards_the_journal(tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    cassette = commit(path, [sample("one")], origin=None, replaces=False, journal=_journal(path))
    assert names(cassette.interactions) == ["one"]
    assert load(path) == cassette
    assert cassette.recorded.at.endswith("Z")
    assert cassette.recorded.by.startswith("playhead")
    assert [each.name for each in tmp_path.iterdir()] == ["a.json"]


@pytest.mark.parametrize("suffix", [".json", ".msgpack"])
def test_recording_again_replaces_only_the_same_origin(suffix: str, tmp_path: Path) -> None:
    path = tmp_path / f"a{suffix}"
    commit(path, [sample("a1", origin="a")], origin="a", replaces=True)
    commit(path, [sample("b1", origin="b")], origin="b", replaces=True)
    cassette = commit(path, [sample("a2", origin="a")], origin="a", replaces=True)
    assert names(cassette.interactions) == ["a2", "b1"]
    assert load(path) == cassette
    commit(path, [sample("c1", origin="c")], origin="c", replaces=False)
    assert names(load(path).interactions) == ["a2", "b1", "c1"]
    commit(path, [sample("only")], origin=None, replaces=True)
    assert names(load(path).interactions) == ["only"]


def test_recording_again_without_change_leaves_the_interactions_as_they_were(tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    for origin in ("a", "b"):
        commit(path, [sample(f"{origin}{n}", start_us=n, origin=origin) for n in (1, 2)], origin=origin, replaces=True)
    before = path.read_text().partition('"timeline"')[0].splitlines()[3:]
    commit(path, [sample(f"a{n}", start_us=n + 5, origin="a") for n in (1, 2)], origin="a", replaces=True)
    assert path.read_text().partition('"timeline"')[0].splitlines()[3:] == before


def test_a_recording_of_nothing_makes_no_file(tmp_path: Path) -> None:
    assert commit(tmp_path / "a.json", [], origin=None, replaces=True) == Cassette()
    assert list(tmp_path.iterdir()) == []


def test_a_recording_of_nothing_adds_nothing(tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    commit(path, [sample("one", origin="a")], origin="a", replaces=True)
    before = path.read_bytes(), path.stat().st_mtime_ns
    assert names(commit(path, [], origin="b", replaces=True).interactions) == ["one"]
    assert (path.read_bytes(), path.stat().st_mtime_ns) == before
    assert names(commit(path, [], origin="a", replaces=True).interactions) == []


@pytest.mark.parametrize("data", [b"{", b"", b"<<<<<<< HEAD\n"])
def test_a_damaged_cassette_is_not_overwritten_and_the_error_names_the_journal(data: bytes, tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    path.write_bytes(data)
    journal = _journal(path)
    with pytest.raises(CassetteCorrupt) as caught:
        commit(path, [sample("one")], origin=None, replaces=True, journal=journal)
    journal.close()
    assert path.read_bytes() == data
    assert str(caught.value).endswith(f"The recording is kept: `playhead recover {journal.path}`.")
    assert caught.value.path == str(path)
    assert names(load(recover(journal.path)).interactions) == ["one"]


def test_damage_inside_an_interaction_is_not_overwritten_either(tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    save(Cassette((sample("one", origin="a"),)), path)
    path.write_text(path.read_text().replace('"text": ["hi"]', '"base64": "hi"'))
    before = path.read_bytes()
    with pytest.raises(CassetteCorrupt, match=r"interactions\[0\]\.response\.body\.base64"):
        commit(path, [sample("two", origin="b")], origin="b", replaces=True)
    assert path.read_bytes() == before


@pytest.mark.parametrize("disk", [FullDisk(200), ReadOnlyDisk()])
def test_a_disk_that_refuses_leaves_cassette_and_journal(disk: FullDisk | ReadOnlyDisk, tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    commit(path, [sample("old")], origin=None, replaces=True)
    before = path.read_bytes()
    journal = _journal(path)
    with pytest.raises(PlayheadError, match="playhead recover"):
        commit(path, [sample("one")], origin=None, replaces=True, journal=journal, disk=disk)
    journal.close()
    assert path.read_bytes() == before
    assert sorted(each.name for each in tmp_path.iterdir()) == ["a.json", "a.json.journal"]


def test_a_journal_that_was_refused_something_too_does_not_promise_it(tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    disk = FullDisk(1000)
    journal = Journal(path, disk=disk)
    journal.append(sample("one"))
    disk.room_bytes = 10
    with pytest.raises(PlayheadError, match="cannot be written"):
        journal.append(sample("two"))
    with pytest.raises(PlayheadError, match=r"What there was room for of the recording is kept: `playhead recover"):
        commit(path, [sample("one"), sample("two")], origin=None, replaces=True, journal=journal, disk=disk)
    journal.close()
    assert names(load(recover(journal.path)).interactions) == ["one"]


def test_what_cannot_be_written_keeps_its_journal(tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    journal = _journal(path)
    with pytest.raises(UsageError, match="playhead recover"):
        commit(path, [sample("\ud800")], origin=None, replaces=True, journal=journal)
    journal.discard()


def test_without_a_journal_no_recording_is_promised(tmp_path: Path) -> None:
    (tmp_path / "a.json").mkdir()
    unused = Journal(tmp_path / "b.json")
    with pytest.raises(CassetteCorrupt) as caught:
        commit(tmp_path / "a.json", [sample("one")], origin=None, replaces=True, journal=unused)
    assert "playhead recover" not in str(caught.value)


def test_threads_that_commit_at_once_lose_nothing(tmp_path: Path) -> None:
    path = tmp_path / "a.json"

    def record(origin: str) -> None:
        for number in range(3):
            commit(path, [sample(f"{origin}{number}", origin=origin)], origin=origin, replaces=False)

    threads = [threading.Thread(target=record, args=(origin,)) for origin in "abcd"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(names(load(path).interactions)) == [f"{origin}{number}" for origin in "abcd" for number in range(3)]


def test_processes_that_commit_at_once_lose_nothing(tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    processes = [subprocess.Popen([sys.executable, "-c", _COMMIT, path, origin]) for origin in "abcd"]
    assert [process.wait() for process in processes] == [0, 0, 0, 0]
    interactions = load(path).interactions
    assert sorted(names(interactions)) == sorted(f"{origin}{number}" for origin in "abcd" for number in range(15))
    assert sorted(each.id for each in interactions) == list(range(1, 61))
    for origin in "abcd":
        mine = [each for each in interactions if each.origin == origin]
        assert names(mine) == [f"{origin}{number}" for number in range(15)]
        assert [each.timing.session for each in mine] == sorted(each.timing.session for each in mine)
    assert [each.name for each in tmp_path.iterdir()] == ["a.json"]


_COMMIT = """
import sys
from playhead.model.cassette import Exchange
from playhead.model.http import Request, Response
from playhead.store import Journal, commit
path, origin = sys.argv[1:]
for number in range(15):
    exchange = Exchange(1, Request("GET", f"http://a/{origin}{number}"), Response(200), origin=origin)
    journal = Journal(path)
    journal.append(exchange)
    commit(path, [exchange], origin=origin, replaces=False, journal=journal)
"""


def test_what_another_has_put_there_meanwhile_is_not_replaced(tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    commit(path, [sample("a1", origin="a"), sample("b1", origin="b")], origin=None, replaces=True)
    before = [each for each in load(path).interactions if each.origin == "a"]
    commit(path, [sample("b2", origin="b")], origin="b", replaces=True, expected=load(path).interactions[1:])
    commit(path, [sample("a2", origin="a")], origin="a", replaces=True, expected=before)
    journal = _journal(path)
    with pytest.raises(PlayheadError, match=r"of a was changed by another program .* `playhead recover"):
        commit(path, [sample("a3", origin="a")], origin="a", replaces=True, expected=before, journal=journal)
    journal.close()
    assert names(load(path).interactions) == ["a2", "b2"]
    with pytest.raises(PlayheadError, match="changed by another program"):
        commit(path, [sample("a3", origin="c")], origin="a", replaces=True, expected=[])


def test_two_recordings_that_differ_in_their_times_alone_are_one(tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    commit(path, [sample("one", start_us=1)], origin=None, replaces=True, expected=[])
    before = path.read_bytes()
    journal = _journal(path)
    commit(path, [sample("one", start_us=2)], origin=None, replaces=True, expected=[], journal=journal)
    assert path.read_bytes() == before
    assert [each.name for each in tmp_path.iterdir()] == ["a.json"]


def test_what_two_have_added_that_differs_in_its_times_alone_is_one(tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    commit(path, [sample("one")], origin=None, replaces=True)
    seen = load(path).interactions
    for start_us in (1, 2):
        commit(path, [sample("two", start_us=start_us)], origin=None, replaces=False, seen=seen)
    assert names(load(path).interactions) == ["one", "two"]
    commit(path, [sample("three")], origin=None, replaces=False, seen=seen)
    commit(path, [sample("one", start_us=9)], origin=None, replaces=False, seen=seen)
    commit(path, [sample("two", start_us=9)], origin=None, replaces=False, seen=load(path).interactions)
    assert names(load(path).interactions) == ["one", "two", "three", "one", "two"]
