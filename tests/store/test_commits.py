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
from playhead.store.merging import Batch
from tests.store.disks import FullDisk, ReadOnlyDisk
from tests.store.samples import names, sample


def _journal(path: Path) -> Journal:
    journal = Journal(path)
    journal.append(sample("one"))
    return journal


def test_a_commit_writes_the_cassette_and_discards_the_journal(tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    cassette = commit(path, Batch(None, False, [sample("one")]), journal=_journal(path))
    assert names(cassette.interactions) == ["one"]
    assert load(path) == cassette
    assert cassette.recorded.at.endswith("Z")
    assert cassette.recorded.by.startswith("playhead")
    assert [each.name for each in tmp_path.iterdir()] == ["a.json"]


@pytest.mark.parametrize("suffix", [".json", ".msgpack"])
def test_recording_again_replaces_only_the_same_origin(suffix: str, tmp_path: Path) -> None:
    path = tmp_path / f"a{suffix}"
    commit(path, Batch("a", True, [sample("a1", origin="a")]))
    commit(path, Batch("b", True, [sample("b1", origin="b")]))
    cassette = commit(path, Batch("a", True, [sample("a2", origin="a")]))
    assert names(cassette.interactions) == ["a2", "b1"]
    assert load(path) == cassette
    commit(path, Batch("c", False, [sample("c1", origin="c")]))
    assert names(load(path).interactions) == ["a2", "b1", "c1"]
    commit(path, Batch(None, True, [sample("only")]))
    assert names(load(path).interactions) == ["only"]


def test_recording_again_without_change_leaves_the_interactions_as_they_were(tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    for origin in ("a", "b"):
        commit(path, Batch(origin, True, [sample(f"{origin}{n}", start_us=n, origin=origin) for n in (1, 2)]))
    before = path.read_text().partition('"timeline"')[0].splitlines()[3:]
    commit(path, Batch("a", True, [sample(f"a{n}", start_us=n + 5, origin="a") for n in (1, 2)]))
    assert path.read_text().partition('"timeline"')[0].splitlines()[3:] == before


def test_a_recording_of_nothing_makes_no_file(tmp_path: Path) -> None:
    assert commit(tmp_path / "a.json", Batch(None, True, [])) == Cassette()
    assert list(tmp_path.iterdir()) == []


def test_a_recording_of_nothing_adds_nothing(tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    commit(path, Batch("a", True, [sample("one", origin="a")]))
    before = path.read_bytes(), path.stat().st_mtime_ns
    assert names(commit(path, Batch("b", True, [])).interactions) == ["one"]
    assert (path.read_bytes(), path.stat().st_mtime_ns) == before
    assert names(commit(path, Batch("a", True, [])).interactions) == []


@pytest.mark.parametrize("data", [b"{", b"", b"<<<<<<< HEAD\n"])
def test_a_damaged_cassette_is_not_overwritten_and_the_error_names_the_journal(data: bytes, tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    path.write_bytes(data)
    journal = _journal(path)
    with pytest.raises(CassetteCorrupt) as caught:
        commit(path, Batch(None, True, [sample("one")]), journal=journal)
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
        commit(path, Batch("b", True, [sample("two", origin="b")]))
    assert path.read_bytes() == before


@pytest.mark.parametrize("disk", [FullDisk(200), ReadOnlyDisk()])
def test_a_disk_that_refuses_leaves_cassette_and_journal(disk: FullDisk | ReadOnlyDisk, tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    commit(path, Batch(None, True, [sample("old")]))
    before = path.read_bytes()
    journal = _journal(path)
    with pytest.raises(PlayheadError, match="playhead recover"):
        commit(path, Batch(None, True, [sample("one")]), journal=journal, disk=disk)
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
        commit(path, Batch(None, True, [sample("one"), sample("two")]), journal=journal, disk=disk)
    journal.close()
    assert names(load(recover(journal.path)).interactions) == ["one"]


def test_what_cannot_be_written_keeps_its_journal(tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    journal = _journal(path)
    with pytest.raises(UsageError, match="playhead recover"):
        commit(path, Batch(None, True, [sample("\ud800")]), journal=journal)
    journal.discard()


def test_without_a_journal_no_recording_is_promised(tmp_path: Path) -> None:
    (tmp_path / "a.json").mkdir()
    unused = Journal(tmp_path / "b.json")
    with pytest.raises(CassetteCorrupt) as caught:
        commit(tmp_path / "a.json", Batch(None, True, [sample("one")]), journal=unused)
    assert "playhead recover" not in str(caught.value)


def test_threads_that_commit_at_once_lose_nothing(tmp_path: Path) -> None:
    path = tmp_path / "a.json"

    def record(origin: str) -> None:
        for number in range(3):
            commit(path, Batch(origin, False, [sample(f"{origin}{number}", origin=origin)]))

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
from playhead.store.merging import Batch
path, origin = sys.argv[1:]
for number in range(15):
    exchange = Exchange(1, Request("GET", f"http://a/{origin}{number}"), Response(200), origin=origin)
    journal = Journal(path)
    journal.append(exchange)
    commit(path, Batch(origin, False, [exchange]), journal=journal)
"""


def test_what_another_has_put_there_meanwhile_is_not_replaced(tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    commit(path, Batch(None, True, [sample("a1", origin="a"), sample("b1", origin="b")]))
    before = [each for each in load(path).interactions if each.origin == "a"]
    commit(path, Batch("b", True, [sample("b2", origin="b")]), expected=load(path).interactions[1:])
    commit(path, Batch("a", True, [sample("a2", origin="a")]), expected=before)
    journal = _journal(path)
    with pytest.raises(PlayheadError, match=r"of a was changed by another program .* `playhead recover"):
        commit(path, Batch("a", True, [sample("a3", origin="a")]), expected=before, journal=journal)
    journal.close()
    assert names(load(path).interactions) == ["a2", "b2"]
    with pytest.raises(PlayheadError, match="changed by another program"):
        commit(path, Batch("a", True, [sample("a3", origin="c")]), expected=[])


def test_two_recordings_that_differ_in_their_times_alone_are_one(tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    commit(path, Batch(None, True, [sample("one", start_us=1)]), expected=[])
    before = path.read_bytes()
    journal = _journal(path)
    commit(path, Batch(None, True, [sample("one", start_us=2)]), expected=[], journal=journal)
    assert path.read_bytes() == before
    assert [each.name for each in tmp_path.iterdir()] == ["a.json"]


def test_what_two_have_added_that_differs_in_its_times_alone_is_one(tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    commit(path, Batch(None, True, [sample("one")]))
    seen = load(path).interactions
    for start_us in (1, 2):
        commit(path, Batch(None, False, [sample("two", start_us=start_us)]), seen=seen)
    assert names(load(path).interactions) == ["one", "two"]
    commit(path, Batch(None, False, [sample("three")]), seen=seen)
    commit(path, Batch(None, False, [sample("one", start_us=9)]), seen=seen)
    commit(path, Batch(None, False, [sample("two", start_us=9)]), seen=load(path).interactions)
    assert names(load(path).interactions) == ["one", "two", "three", "one", "two"]
