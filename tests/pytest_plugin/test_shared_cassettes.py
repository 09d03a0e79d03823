"""Tests that share a cassette: it is read once and written once in a run, and no recording is lost."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import pytest

import playhead
from playhead.store import cassettes as files
from playhead.store import shelf
from tests.pytest_plugin.conftest import Project
from tests.support.inner import QUIET

SHARED = """
import httpx, os, pytest, signal
pytestmark = pytest.mark.cassette("shared")

@pytest.mark.parametrize("number", range(4))
def test_get(number):
    for part in "ab":
        assert httpx.get(f"{SERVICE}/{number}/{part}").json()["path"] == f"/{number}/{part}"
    DO
"""


def _shared(do: str = "pass") -> str:
    return SHARED.replace("DO", do)


def _paths(project: Project, cassette: str = "shared.json") -> list[str]:
    return [path for _, path in project.origins(cassette)]


WHOLE = [f"/{number}/{part}" for number in range(4) for part in "ab"]


@pytest.mark.parametrize("workers", [(), ("-n2",)], ids=["alone", "xdist"])
def test_what_is_recorded_is_written_at_the_end_and_replays(project: Project, workers: tuple[str, ...]) -> None:
    project.write(test_shared=_shared())
    run = project.run_apart if workers else project.run
    for record in ("--record", "--record=all"):
        run(record, *workers).assert_outcomes(passed=4)
        assert project.cassettes == ["shared.json"]
        assert sorted(_paths(project)) == WHOLE
    sessions = {row.get("session", 0) for row in _document(project)["timeline"]}
    assert len(sessions) == 4
    project.service.stop()
    run(*workers).assert_outcomes(passed=4)


def _document(project: Project) -> Any:
    return json.loads((project.path / "cassettes" / "shared.json").read_text())


@pytest.mark.parametrize("args", [("--record",), ("--record=all",), ("--record=new",), ()])
def test_the_file_is_read_and_written_once(
    args: tuple[str, ...], project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    project.write(test_shared=_shared())
    if args != ("--record",):
        project.run("--record").assert_outcomes(passed=4)
    done: list[str] = []
    for module, name in ((shelf, "load_standing"), (shelf, "put"), (files, "put")):
        original = getattr(module, name)
        monkeypatch.setattr(
            module, name, lambda *args, original=original, name=name: (done.append(name), original(*args))[1]
        )
    project.run(*args).assert_outcomes(passed=4)
    assert done.count("load_standing") == 1
    assert done.count("put") == (args in [("--record",), ("--record=all",)])


def test_a_test_that_fails_is_not_written_and_keeps_a_journal_of_its_own(project: Project) -> None:
    project.write(test_shared=_shared("assert number != 2"))
    result = project.run("--record")
    result.assert_outcomes(passed=3, failed=1)
    assert _paths(project) == [path for path in WHOLE if not path.startswith("/2")]
    (journal,) = (each for each in project.cassettes if each.endswith(".journal"))
    result.stdout.fnmatch_lines([f"journal   cassettes/{journal}"])
    recovered = playhead.load(playhead_recover(project.path / "cassettes" / journal))
    assert {each.origin for each in recovered.interactions} == {"tests/test_shared.py::test_get[2]"}
    (project.path / "cassettes" / "shared.recovered.json").unlink()
    project.write(test_shared=_shared())
    project.run("--record").assert_outcomes(passed=4)
    assert sorted(_paths(project)) == WHOLE


def playhead_recover(journal: Path) -> Path:
    from playhead.store import recover

    return recover(journal)


def test_recording_afresh_replaces_only_what_passes(project: Project) -> None:
    project.write(test_shared=_shared())
    project.run("--record").assert_outcomes(passed=4)
    before = _document(project)["interactions"]
    project.write(test_shared=_shared("assert number == 1"))
    project.run("--record=all").assert_outcomes(passed=1, failed=3)
    after = _document(project)["interactions"]
    changed = [mine["origin"] for mine, new in zip(before, after, strict=True) if mine != new]
    assert changed == ["tests/test_shared.py::test_get[1]"] * 2


def test_a_test_that_runs_twice_replays_what_it_recorded_first(project: Project) -> None:
    project.write(
        test_shared=_shared(),
        conftest="",
    )
    (project.path / "conftest.py").write_text(
        "def pytest_collection_modifyitems(items):\n    items += items[:1]\n", encoding="utf-8"
    )
    project.run("--record").assert_outcomes(passed=5)
    assert _paths(project) == WHOLE
    assert len(project.service.paths) == 8


def test_a_cassette_that_is_edited_while_the_run_goes_on_keeps_the_edit(project: Project) -> None:
    project.write(test_shared=_shared())
    project.run("--record", "-k", "0 or 3").assert_outcomes(passed=2)
    path = project.path / "cassettes" / "shared.json"
    edit = (
        f"path = __import__('pathlib').Path({str(path)!r}); path.write_text(path.read_text().replace('OK', 'Edited'))"
    )
    project.write(test_shared=_shared(edit))
    project.run("--record").assert_outcomes(passed=4)
    assert sorted(_paths(project)) == WHOLE
    assert [each["response"]["reason"] for each in _document(project)["interactions"]] == ["Edited"] * 4 + ["OK"] * 4


KILLED = "os.kill(os.getpid(), signal.SIGKILL) if number == 2 else None"


def _kill(project: Project) -> Path:
    project.write(test_shared=_shared(KILLED))
    project.run_apart("--record")
    assert not (project.path / "cassettes" / "shared.json").exists()
    journal = project.path / "cassettes" / "shared.json.journal"
    assert journal.exists()
    project.write(test_shared=_shared())
    return journal


def test_of_a_killed_run_recover_folds_in_those_that_passed(project: Project) -> None:
    recovered = playhead.load(playhead_recover(_kill(project)))
    assert [each.origin for each in recovered.interactions] == [
        f"tests/test_shared.py::test_get[{number}]" for number in (0, 0, 1, 1)
    ]


def test_of_a_killed_run_the_next_one_folds_in_those_that_passed(project: Project) -> None:
    journal = _kill(project)
    asked = len(project.service.paths)
    project.run("--record").assert_outcomes(passed=4)
    assert sorted(_paths(project)) == WHOLE
    assert len(project.service.paths) == asked + 4
    assert not journal.exists()
    assert project.cassettes == ["shared.json"]


def test_a_run_that_only_replays_sees_what_a_killed_one_recorded_and_writes_nothing(project: Project) -> None:
    _kill(project)
    before = project.cassettes
    project.service.stop()
    project.run("-k", "0 or 1").assert_outcomes(passed=2)
    assert project.cassettes == before


def test_recover_folds_into_what_is_on_the_cassette(project: Project) -> None:
    project.write(test_shared=_shared())
    project.run("--record", "-k", "0 or 3").assert_outcomes(passed=2)
    project.write(test_shared=_shared(KILLED))
    project.run_apart("--record=all", "-k", "1 or 2 or 3")
    recovered = playhead.load(playhead_recover(project.path / "cassettes" / "shared.json.journal"))
    origins = [(each.origin or "")[-2] for each in recovered.interactions]
    assert origins == ["0", "0", "3", "3", "1", "1"]


def test_a_cassette_that_cannot_be_written_in_the_end_fails_the_run_and_is_kept(project: Project) -> None:
    folder = "__import__('pathlib').Path(__file__).parents[1] / 'cassettes/shared.json'"
    project.write(test_shared=_shared(f"number == 3 and ({folder}).mkdir()"))
    result = project.run("--record")
    assert result.ret == pytest.ExitCode.TESTS_FAILED
    result.assert_outcomes(passed=4)
    result.stdout.fnmatch_lines(["unwritten *shared.json* is a folder*playhead recover *shared.json.journal*"])


def test_another_program_that_recorded_a_test_meanwhile_is_not_overwritten(project: Project) -> None:
    project.write(test_shared=_shared())
    project.run("--record").assert_outcomes(passed=4)
    command = [sys.executable, "-m", "pytest", *QUIET, "-q", "--record=all", "-k", "2"]
    other = f"number == 3 and __import__('subprocess').run({command!r}, env={{**os.environ, 'OTHER': '1'}}, check=True)"
    project.write(test_shared=_shared(f"None if os.environ.get('OTHER') else {other}"))
    result = project.run("--record=all")
    assert result.ret == pytest.ExitCode.TESTS_FAILED
    result.stdout.fnmatch_lines(["unwritten *test_get?2? was changed by another program*playhead recover*"])
    assert sorted(_paths(project)) == WHOLE
