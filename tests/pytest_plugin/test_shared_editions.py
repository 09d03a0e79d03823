"""Shared cassettes keep the time and the version of their recording, like those of one test."""

from __future__ import annotations

import json
from typing import Any

import playhead
from playhead.store import recover
from tests.pytest_plugin.conftest import Project

TESTS = """
import datetime, httpx, os, pytest, signal
pytestmark = pytest.mark.cassette("shared")

def test_key():
    httpx.get(SERVICE + "/a?key=readable.txt")

def test_other():
    httpx.get(SERVICE + "/other")

def test_third():
    DO
    httpx.get(SERVICE + "/third")
"""
FIRST = "playhead 0.1.0"


def _document(project: Project) -> Any:
    return json.loads((project.path / "cassettes" / "shared.json").read_text())


def _by_the_first_edition(project: Project) -> None:
    """Change the cassette to what the first edition recorded: it took a `key` for a credential."""
    document = _document(project)
    document["recorded"]["by"] = FIRST
    url = document["interactions"][0]["request"]["url"]
    document["interactions"][0]["request"]["url"] = url.replace("readable.txt", "REDACTED-key-1")
    (project.path / "cassettes" / "shared.json").write_text(json.dumps(document, indent=2))


def _record(project: Project, do: str = "pass") -> None:
    project.write(test_shared=TESTS.replace("DO", do))
    project.run("--record").assert_outcomes(passed=3)


def test_the_clock_can_stand_at_the_time_of_the_recording(project: Project) -> None:
    marked = TESTS.replace("def test_third", '@pytest.mark.cassette("shared", wall_clock="recorded")\ndef test_third')
    project.write(test_shared=marked.replace("DO", 'print("YEAR", datetime.datetime.now(datetime.UTC).year)'))
    project.run("--record").assert_outcomes(passed=3)
    project.service.stop()
    document = _document(project)
    document["recorded"]["at"] = "2019-06-01T12:00:00Z"
    (project.path / "cassettes" / "shared.json").write_text(json.dumps(document, indent=2))
    result = project.run("-s")
    result.assert_outcomes(passed=3)
    result.stdout.fnmatch_lines(["*YEAR 2019*"])


def test_one_of_the_first_edition_replays_as_before_and_stays_one_until_all_is_recorded_afresh(
    project: Project,
) -> None:
    _record(project)
    _by_the_first_edition(project)
    project.run().assert_outcomes(passed=3)
    project.run("--record=all", "-k", "other or third").assert_outcomes(passed=2)
    assert _document(project)["recorded"]["by"] == FIRST
    project.service.stop()
    project.run().assert_outcomes(passed=3)


def test_recorded_afresh_as_a_whole_it_is_of_this_edition(project: Project) -> None:
    _record(project)
    _by_the_first_edition(project)
    project.run("--record=all").assert_outcomes(passed=3)
    assert _document(project)["recorded"]["by"] != FIRST
    project.service.stop()
    project.run().assert_outcomes(passed=3)


def test_what_a_killed_run_has_left_is_taken_in_by_one_of_the_first_edition(project: Project) -> None:
    _record(project)
    _by_the_first_edition(project)
    project.write(test_shared=TESTS.replace("DO", "os.kill(os.getpid(), signal.SIGKILL)"))
    project.run_apart("--record=all", "-k", "other or third")
    recovered = recover(project.path / "cassettes" / "shared.json.journal")
    assert playhead.load(recovered).recorded.by == FIRST
    recovered.unlink()
    project.service.stop()
    project.write(test_shared=TESTS.replace("DO", "pass"))
    project.run("--record").assert_outcomes(passed=3)
    assert project.cassettes == ["shared.json"]
    assert _document(project)["recorded"]["by"] == FIRST
    project.run().assert_outcomes(passed=3)


def test_a_number_that_the_first_edition_redacted_replays(project: Project) -> None:
    _record(project)
    document = _document(project)
    document["recorded"]["by"] = FIRST
    document["interactions"][0]["request"] |= {
        "method": "POST",
        "headers": [["content-type", "application/json"]],
        "body": {"json": {"pin": 0}, "style": "compact"},
    }
    (project.path / "cassettes" / "shared.json").write_text(json.dumps(document, indent=2))
    project.service.stop()
    get, post = 'get(SERVICE + "/a?key=readable.txt"', 'post(SERVICE + "/a?key=readable.txt", json={"pin": 4711}'
    project.write(test_shared=TESTS.replace(get, post).replace("DO", "pass"))
    project.run().assert_outcomes(passed=3)
