"""Recordings of a shared cassette left by runs that were killed or late: they replace nothing that is newer."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

import playhead
from playhead.store import recover
from tests.pytest_plugin.conftest import Project
from tests.support.inner import QUIET

TESTS = """
import httpx, os, pytest, signal, subprocess, sys
pytestmark = pytest.mark.cassette("shared")

def other(*args):
    command = [sys.executable, "-m", "pytest", *QUIET, "-q", *args]
    return subprocess.run(command, env={**os.environ, "OTHER": "1"}).returncode

@pytest.mark.parametrize("number", range(4))
def test_get(number):
    if "OTHER" in os.environ:
        IN_OTHER
    else:
        DO
    print("GOT", number, httpx.get(f"{SERVICE}/{number}").json()["n"])
"""
KILL = "os.kill(os.getpid(), signal.SIGKILL)"


def _write(project: Project, do: str = "pass", in_other: str = "pass") -> None:
    text = TESTS.replace("QUIET", repr(QUIET)).replace("IN_OTHER", in_other).replace("DO", do)
    project.write(test_left=text)


def _cassette(project: Project) -> Path:
    return project.path / "cassettes" / "shared.json"


def _on(cassette: Path) -> dict[int, int]:
    """Return the number of the answer on a cassette, by test."""
    answers = {}
    for each in playhead.load(cassette).interactions:
        assert isinstance(each, playhead.Exchange)
        assert each.response is not None
        answers[int((each.origin or "")[-2])] = json.loads(each.response.body)["n"]
    return answers


def _played(project: Project) -> dict[int, int]:
    """Return the number of the answer that each test gets at replay."""
    result = project.run("-s")
    result.assert_outcomes(passed=4)
    words = [line.rpartition("GOT")[2].split() for line in result.outlines if "GOT" in line]
    return {int(number): int(answer) for number, answer in words}


def _expect_after(project: Project, expected: dict[int, int]) -> None:
    """Expect these answers from a replay, and from another recording that has nothing to record."""
    project.service.stop()
    _write(project)
    assert _played(project) == expected
    project.run("--record").assert_outcomes(passed=4)
    assert _on(_cassette(project)) == expected
    assert _played(project) == expected


def test_the_loser_of_two_runs_is_not_taken_in_later(project: Project) -> None:
    _write(project)
    project.run("--record").assert_outcomes(passed=4)
    _write(project, do="assert number != 3 or other('--record=all', '-k', '2') == 0")
    result = project.run("--record=all")
    assert result.ret == pytest.ExitCode.TESTS_FAILED
    result.stdout.fnmatch_lines(["unwritten *changed by another program*recover *shared.json.unwritten.journal*"])
    result.stdout.no_fnmatch_line("recorded *")
    winner = {0: 1, 1: 2, 2: 8, 3: 4}
    assert _on(_cassette(project)) == winner
    _expect_after(project, winner)
    assert project.cassettes == ["shared.json", "shared.json.unwritten.journal"]
    recovered = recover(project.path / "cassettes" / "shared.json.unwritten.journal")
    assert recovered.name == "shared.recovered.json"
    assert _on(recovered) == {0: 5, 1: 6, 2: 7, 3: 9}


def test_what_was_recorded_since_a_run_was_killed_wins(project: Project) -> None:
    _write(project)
    project.run("--record").assert_outcomes(passed=4)
    _write(project, do=f"{KILL} if number == 2 else None")
    project.run_apart("--record=all")
    _write(project)
    project.run("--record=all", "tests/test_left.py::test_get[0]").assert_outcomes(passed=1)
    assert project.cassettes == ["shared.json", "shared.json.journal"]
    _expect_after(project, {0: 7, 1: 6, 2: 3, 3: 4})
    assert project.cassettes == ["shared.json", "shared.json.unwritten.journal"]


def test_a_test_that_was_new_when_a_run_was_killed_has_its_later_recording_once(project: Project) -> None:
    _write(project, do=f"{KILL} if number == 2 else None")
    project.run_apart("--record")
    _write(project)
    project.run("--record", "tests/test_left.py::test_get[0]").assert_outcomes(passed=1)
    project.run("--record").assert_outcomes(passed=4)
    assert len(playhead.load(_cassette(project)).interactions) == 4
    _expect_after(project, {0: 3, 1: 2, 2: 4, 3: 5})


def test_another_cassette_that_came_out_of_version_control_wins(project: Project) -> None:
    _write(project)
    project.run("--record").assert_outcomes(passed=4)
    committed = _cassette(project).read_bytes()
    project.run("--record=all").assert_outcomes(passed=4)
    _write(project, do=f"{KILL} if number == 2 else None")
    project.run_apart("--record=all")
    _cassette(project).write_bytes(committed)
    _expect_after(project, {0: 1, 1: 2, 2: 3, 3: 4})


def test_journals_of_several_killed_workers_are_taken_in_one_after_the_other(project: Project) -> None:
    _write(project)
    project.run("--record").assert_outcomes(passed=4)
    both = f"other('--record=all', '-k', '2 or 3'), {KILL}"
    _write(project, do=f"({both}) if number == 1 else None", in_other=f"{KILL} if number == 3 else None")
    project.run_apart("--record=all", "-k", "0 or 1")
    assert len(project.cassettes) == len(["shared.json", "one journal", "another"])
    _expect_after(project, {0: 5, 1: 2, 2: 6, 3: 4})
    assert project.cassettes == ["shared.json"]


def test_a_worker_that_is_killed_after_another_has_written_is_taken_in(project: Project) -> None:
    _write(project)
    project.run("--record").assert_outcomes(passed=4)
    _write(project, do=f"(other('--record=all', '-k', '2 or 3'), {KILL}) if number == 1 else None")
    project.run_apart("--record=all", "-k", "0 or 1")
    assert _on(_cassette(project)) == {0: 1, 1: 2, 2: 6, 3: 7}
    _expect_after(project, {0: 5, 1: 2, 2: 6, 3: 7})
    assert project.cassettes == ["shared.json"]


def test_what_came_later_under_way_still_sees_what_a_killed_run_has_left(project: Project) -> None:
    _write(project)
    project.run("--record").assert_outcomes(passed=4)
    _write(project, do=f"{KILL} if number == 2 else None")
    project.run_apart("--record=all")
    project.service.stop()
    touch = f"os.utime({str(_cassette(project))!r})"
    _write(project, do=f"{touch} if number == 0 else None")
    assert _played(project) == {0: 5, 1: 6, 2: 3, 3: 4}
