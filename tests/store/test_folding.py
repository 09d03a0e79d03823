"""The remains of killed runs on a shared cassette: they are taken in where it fits, and set aside where it does not."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from playhead.model.cassette import Cassette, Exchange
from playhead.store import Journal, load, recover, save
from playhead.store.folding import digest_of, fold, left_for
from playhead.store.journals import journals_of, passed_in, set_aside
from playhead.store.merging import Batch
from tests.store.samples import names, sample


def _on(path: Path, *recorded: Exchange) -> list[Exchange]:
    """Put these on a cassette, and return what is there then."""
    save(Cassette(tuple(replace(each, id=number) for number, each in enumerate(recorded, 1))), path)
    return [each for each in load(path).interactions if isinstance(each, Exchange)]


def _left(path: Path, *batches: Batch) -> Path:
    """Return what a run leaves that is killed when these tests have passed."""
    journal = Journal(path)
    for batch in batches:
        journal.note(batch)
    journal.close()
    return journal.path


def _batch(name: str, *, replacing: list[Exchange], replaces: bool = True) -> Batch:
    return Batch(name[0], replaces, [sample(name, origin=name[0])], digest_of(replacing))


@pytest.mark.parametrize("suffix", [".json", ".msgpack"])
def test_what_was_to_replace_what_is_still_there_is_taken_in(suffix: str, tmp_path: Path) -> None:
    path = tmp_path / f"x{suffix}"
    there = _on(path, sample("a1", origin="a", start_us=3), sample("b1", origin="b"))
    _left(path, _batch("a2", replacing=there[:1]), _batch("c1", replacing=[], replaces=False))
    assert names(batch.interactions[0] for batch in left_for(path, load(path).interactions)) == ["a2", "c1"]
    fold(path)
    assert names(load(path).interactions) == ["a2", "b1", "c1"]
    assert journals_of(path) == []
    fold(path)


def test_journals_are_held_against_what_was_there_before_any_of_them(tmp_path: Path) -> None:
    path = tmp_path / "x.json"
    there = _on(path, sample("a1", origin="a"), sample("b1", origin="b"))
    first = Journal(path, aside=True)
    first.note(_batch("a2", replacing=there[:1]))
    first.close()
    _left(path, _batch("b2", replacing=there[1:]))
    fold(path)
    assert names(load(path).interactions) == ["a2", "b2"]
    assert [each.name for each in tmp_path.iterdir()] == ["x.json"]


def test_what_has_come_there_since_stays_and_the_journal_is_set_aside(tmp_path: Path) -> None:
    path = tmp_path / "x.json"
    there = _on(path, sample("a1", origin="a"), sample("b1", origin="b"))
    _left(path, _batch("a2", replacing=there[:1]), _batch("b2", replacing=there[1:]))
    _on(path, sample("a1", origin="a", start_us=1), sample("b1", origin="b"))
    assert names(batch.interactions[0] for batch in left_for(path, load(path).interactions)) == ["b2"]
    fold(path)
    assert names(load(path).interactions) == ["a1", "b2"]
    assert sorted(each.name for each in tmp_path.iterdir()) == ["x.json", "x.json.unwritten.journal"]
    fold(path)
    assert names(load(recover(tmp_path / "x.json.unwritten.journal")).interactions) == ["a2", "b2"]
    assert (tmp_path / "x.recovered.json").exists()


def test_of_two_that_recorded_the_same_test_one_has_it(tmp_path: Path) -> None:
    path = tmp_path / "x.json"
    for name in ("a1", "a2"):
        journal = Journal(path, aside=name == "a1")
        journal.note(_batch(name, replacing=[], replaces=False))
        journal.close()
    assert names(batch.interactions[0] for batch in left_for(path, ())) == ["a1"]
    fold(path)
    assert names(load(path).interactions) == ["a1"]


def test_a_journal_that_does_not_say_what_it_replaces_only_adds(tmp_path: Path) -> None:
    path = tmp_path / "x.json"
    _on(path, sample("a1", origin="a"))
    _left(path, Batch("a", True, [sample("a2", origin="a")]), Batch("b", True, [sample("b1", origin="b")]))
    fold(path)
    assert names(load(path).interactions) == ["a1", "b1"]


def test_a_journal_that_was_cut_behind_what_a_recording_expects_has_no_recording(tmp_path: Path) -> None:
    path = tmp_path / "x.json"
    there = _on(path, sample("a1", origin="a"))
    journal = _left(path, Batch("a", True, [], digest_of(there)))
    data = journal.read_bytes()
    assert passed_in(journal, data) == [Batch("a", True, [], digest_of(there))]
    assert passed_in(journal, data[:-1]) is None


def test_journals_are_set_aside_under_names_of_their_own(tmp_path: Path) -> None:
    path = tmp_path / "x.json"
    aside = [set_aside(_left(path, _batch(name, replacing=[]))) for name in ("a1", "b1")]
    assert [each.name for each in aside] == ["x.json.unwritten.journal", "x.json.unwritten-2.journal"]
    assert [names(load(recover(each)).interactions) for each in aside] == [["a1"], ["b1"]]
    assert journals_of(path) == []


def test_a_journal_that_cannot_be_set_aside_keeps_its_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    journal = _left(tmp_path / "x.json", _batch("a1", replacing=[]))

    def refuse(*_: object, **__: object) -> object:
        raise PermissionError

    with monkeypatch.context() as patched:
        patched.setattr(Path, "replace", refuse)
        assert set_aside(journal) == journal
        patched.setattr(Path, "touch", refuse)
        assert set_aside(journal) == journal
    assert [each.name for each in tmp_path.iterdir()] == [journal.name]
