"""The journal: what a killed recording leaves, and how it becomes a cassette."""

from __future__ import annotations

import os
import signal
import stat
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from playhead.codecs.msgpack import header_frame, interaction_frame
from playhead.errors import CassetteCorrupt, PlayheadError, UnsupportedVersion, UsageError
from playhead.model.cassette import Recorded
from playhead.store import Journal, load, recover
from tests.store.disks import FailingDisk, FullDisk, SlowDisk
from tests.store.samples import names, sample


def test_the_journal_appears_with_the_first_interaction(tmp_path: Path) -> None:
    journal = Journal(tmp_path / "new" / "a.json")
    assert not journal.written
    assert list(tmp_path.iterdir()) == []
    journal.append(sample("one"))
    assert journal.written
    assert journal.path == tmp_path / "new" / "a.json.journal"
    journal.close()


@pytest.mark.skipif(sys.platform == "win32", reason="no modes")
def test_the_journal_is_for_its_owner_only(tmp_path: Path) -> None:
    journal = Journal(tmp_path / "a.json")
    journal.append(sample("one"))
    assert stat.S_IMODE(journal.path.stat().st_mode) == 0o600
    journal.close()


def test_a_discarded_journal_is_gone(tmp_path: Path) -> None:
    journal = Journal(tmp_path / "a.json")
    journal.discard()
    journal = Journal(tmp_path / "a.json")
    journal.append(sample("one"))
    journal.close()
    journal.discard()
    journal.discard()
    assert list(tmp_path.iterdir()) == []


def test_discarding_an_unused_journal_leaves_another_s_alone(tmp_path: Path) -> None:
    theirs, mine = Journal(tmp_path / "a.json"), Journal(tmp_path / "a.json")
    theirs.append(sample("one"))
    mine.discard()
    assert theirs.path.exists()
    theirs.close()


def test_two_recordings_of_one_cassette_have_two_journals(tmp_path: Path) -> None:
    journals = [Journal(tmp_path / "a.json") for _ in range(3)]
    for number, journal in enumerate(journals):
        journal.append(sample(str(number)))
        journal.close()
    pid = os.getpid()
    assert [each.path.name for each in journals] == [
        "a.json.journal",
        f"a.json.{pid}-1.journal",
        f"a.json.{pid}-2.journal",
    ]
    recovered = [recover(each.path) for each in journals]
    assert [each.name for each in recovered] == ["a.recovered.json", "a.recovered-2.json", "a.recovered-3.json"]
    assert [names(load(each).interactions) for each in recovered] == [["0"], ["1"], ["2"]]


def test_a_closed_journal_takes_nothing_more(tmp_path: Path) -> None:
    journal = Journal(tmp_path / "a.json")
    journal.append(sample("one"))
    journal.close()
    journal.close()
    with pytest.raises(UsageError, match="closed"):
        journal.append(sample("two"))


def test_a_full_disk_costs_only_what_did_not_fit(tmp_path: Path) -> None:
    disk = FullDisk(10_000)
    journal = Journal(tmp_path / "a.json", disk=disk)
    journal.append(sample("one"))
    disk.room_bytes = 20
    with pytest.raises(PlayheadError, match="make room on the disk"):
        journal.append(sample("lost"))
    disk.room_bytes = 10_000
    journal.append(sample("two"))
    journal.close()
    assert names(load(recover(journal.path)).interactions) == ["one", "two"]


def test_a_disk_that_was_full_from_the_start_is_no_trouble_later(tmp_path: Path) -> None:
    disk = FullDisk(0)
    journal = Journal(tmp_path / "a.json", disk=disk)
    with pytest.raises(PlayheadError):
        journal.append(sample("lost"))
    journal.close()
    assert list(tmp_path.iterdir()) == []
    journal = Journal(tmp_path / "a.json", disk=disk)
    with pytest.raises(PlayheadError):
        journal.append(sample("lost"))
    disk.room_bytes = 10_000
    journal.append(sample("one"))
    journal.close()
    assert names(load(recover(journal.path)).interactions) == ["one"]


def test_a_disk_may_write_a_little_at_a_time(tmp_path: Path) -> None:
    journal = Journal(tmp_path / "a.json", disk=SlowDisk())
    journal.append(sample("one"))
    journal.close()
    assert names(load(recover(journal.path)).interactions) == ["one"]


@given(cut=st.integers(0))
def test_a_journal_cut_anywhere_is_recovered_or_said_to_be_empty(
    cut: int, tmp_path_factory: pytest.TempPathFactory
) -> None:
    journal = Journal(tmp_path_factory.mktemp("cut") / "a.json")
    ends = []
    for name in ("one", "two", "three"):
        journal.append(sample(name))
        ends.append(journal.path.stat().st_size)
    journal.close()
    cut %= ends[-1] + 1
    os.truncate(journal.path, cut)
    whole = [name for name, end in zip(("one", "two", "three"), ends, strict=True) if end <= cut]
    if whole:
        assert names(load(recover(journal.path)).interactions) == whole
    else:
        with pytest.raises(CassetteCorrupt, match="no interaction"):
            recover(journal.path)
        assert [each.name for each in journal.path.parent.iterdir()] == ["a.json.journal"]


def test_a_recovered_cassette_is_numbered_and_in_order(tmp_path: Path) -> None:
    journal = Journal(tmp_path / "a.msgpack")
    for name, start_us in (("b", 20), ("a", 10), ("c", 30)):
        journal.append(sample(name, start_us=start_us, origin="t"))
    journal.close()
    recovered = load(recover(journal.path)).interactions
    assert [(each.id, name, each.origin) for each, name in zip(recovered, names(recovered), strict=True)] == [
        (1, "a", "t"),
        (2, "b", "t"),
        (3, "c", "t"),
    ]


def test_recovering_overwrites_nothing_and_keeps_the_journal(tmp_path: Path) -> None:
    journal = Journal(tmp_path / "a.json")
    journal.append(sample("one"))
    journal.close()
    (tmp_path / "a.recovered.json").write_text("mine")
    before = journal.path.read_bytes()
    assert recover(str(journal.path)) == tmp_path / "a.recovered-2.json"
    assert (tmp_path / "a.recovered.json").read_text() == "mine"
    assert journal.path.read_bytes() == before


def test_what_is_recovered_is_prepared_as_a_whole(tmp_path: Path) -> None:
    journal = Journal(tmp_path / "a.json")
    journal.append(sample("one"))
    journal.append(sample("two"))
    journal.close()
    path = recover(journal.path, prepare=lambda found: [replace(each, origin=str(len(found))) for each in found])
    assert [each.origin for each in load(path).interactions] == ["2", "2"]


def test_a_name_that_is_too_long_to_recover_is_told(tmp_path: Path) -> None:
    journal = tmp_path / f"{'a' * 244}.journal"
    journal.write_bytes(header_frame(Recorded()) + interaction_frame(sample("one")))
    with pytest.raises(PlayheadError, match="a shorter name"):
        recover(journal)


def test_a_failed_recovery_leaves_nothing_behind(tmp_path: Path) -> None:
    journal = Journal(tmp_path / "a.json")
    journal.append(sample("one"))
    journal.close()
    with pytest.raises(PlayheadError, match="cannot be written"):
        recover(journal.path, disk=FailingDisk("replace"))
    assert [each.name for each in tmp_path.iterdir()] == ["a.json.journal"]


@pytest.mark.parametrize(
    ("data", "error"),
    [(b"{}", CassetteCorrupt), (b"\x93\xa8playhead\x02\xc0", UnsupportedVersion), (b"", CassetteCorrupt)],
)
def test_what_is_no_journal_is_not_recovered(data: bytes, error: type[PlayheadError], tmp_path: Path) -> None:
    (tmp_path / "a.json.journal").write_bytes(data)
    with pytest.raises(error):
        recover(tmp_path / "a.json.journal")
    assert len(list(tmp_path.iterdir())) == 1


def test_a_journal_that_is_not_there_or_not_one_is_a_usage_error(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no journal at"):
        recover(tmp_path / "a.json.journal")
    with pytest.raises(UsageError, match="end in"):
        recover(tmp_path / "a.json")


@pytest.mark.skipif(sys.platform == "win32", reason="no SIGKILL")
def test_a_killed_recording_loses_only_what_was_in_flight(tmp_path: Path) -> None:
    process = subprocess.Popen(
        [sys.executable, "-c", _RECORD, str(tmp_path / "a.json")], stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    with process.stdout:
        acknowledged = 0
        while acknowledged < 50:
            acknowledged = int(process.stdout.readline())
        process.send_signal(signal.SIGKILL)
        assert process.wait() == -signal.SIGKILL
        acknowledged = max([acknowledged, *(int(line) for line in process.stdout if line.endswith("\n"))])
    recovered = load(recover(tmp_path / "a.json.journal")).interactions
    assert acknowledged <= len(recovered) <= acknowledged + 1
    assert names(recovered) == [str(number) for number in range(1, len(recovered) + 1)]


_RECORD = """
import sys
from playhead.model.cassette import Exchange
from playhead.model.http import Request, Response
from playhead.model.timing import Timing
from playhead.model.cassette import Recorded
from playhead.store import Journal
journal = Journal(sys.argv[1])
number = 0
while True:
    number += 1
    journal.append(Exchange(number, Request("GET", f"http://a/{number}"), Response(200), timing=Timing(number)))
    print(number, flush=True)
"""
