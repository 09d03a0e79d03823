"""Hints lead to the cause: recorded against a real service, changed, run again."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

import playhead
from playhead.codecs.foreign import tool_of
from tests.pytest_plugin.conftest import Project

ONE = """
import httpx
def test_a(deck):
    httpx.get(SERVICE + "/PATH")
"""


def test_after_new_what_is_left_unplayed_is_named_with_the_command_that_drops_it(project: Project) -> None:
    project.write(test_it=ONE.replace("PATH", "old"))
    project.run("--record").assert_outcomes(passed=1)
    project.write(test_it=ONE.replace("PATH", "new"))
    project.run("--record=new").stdout.fnmatch_lines(
        [
            "unplayed       1  cassettes/test_it/test_a.json  #1 GET *",
            "outdated  still there after --record=new, and not asked for any more:",
            "          cassettes/test_it/test_a.json  #1 GET http://127.0.0.1:*/old",
            "          pytest --record=all tests/test_it.py::test_a  drops what the test has left",
        ]
    )
    assert [path for _, path in project.origins("test_it/test_a.json")] == ["/old", "/new"]
    project.run("--record=all", "tests/test_it.py::test_a").stdout.no_fnmatch_line("outdated*")
    assert [path for _, path in project.origins("test_it/test_a.json")] == ["/new"]


@pytest.mark.parametrize("given", [[], ["--record"]])
def test_a_ceiling_from_the_environment_is_named(
    project: Project, monkeypatch: pytest.MonkeyPatch, given: list[str]
) -> None:
    monkeypatch.setenv("PLAYHEAD_RECORD", "none")
    project.write(test_it=ONE)
    project.run(*given).stdout.fnmatch_lines(
        ["*CassetteMissing: *", "*record    pytest --record tests/test_it.py::test_a", "*PLAYHEAD_RECORD=none in the *"]
    )


def test_a_ceiling_on_the_command_line_is_named_where_it_decides(project: Project) -> None:
    project.write(
        test_it="""
import httpx, playhead
def test_a():
    with playhead.use_cassette("a.json", record="missing"):
        httpx.get(SERVICE + "/a")
"""
    )
    result = project.run("--record=none")
    result.stdout.fnmatch_lines(["*CassetteMissing: *", "*--record=none on the command line *"])


def test_for_another_host_origins_and_ignore_are_offered(project: Project) -> None:
    test = """
import httpx
def test_a(deck):
    httpx.get(ADDRESS + "/a")
"""
    project.write(test_it=test.replace("ADDRESS", "SERVICE"))
    project.run("--record").assert_outcomes(passed=1)
    project.write(test_it=test.replace("ADDRESS", "'http://staging.test'"))
    told = project.run().stdout.str()
    assert "NoMatch: GET /a on staging.test was never recorded" in told
    assert 'or        ignore=["host"]' in told
    assert 'or        origins={"NAME": "http://staging.test"}, also when recording' in told


def test_another_cassette_that_has_the_request_is_named(project: Project) -> None:
    project.write(test_it=ONE + ONE.replace("test_a", "test_b").replace("PATH", "b"))
    project.run("--record").assert_outcomes(passed=2)
    project.write(test_it=ONE.replace("test_a", "test_renamed") + ONE.replace("test_a", "test_b"))
    result = project.run()
    result.assert_outcomes(failed=2)
    result.stdout.fnmatch_lines(["*CassetteMissing: *", "*also on   cassettes/test_it/test_a.json #1"])
    result.stdout.fnmatch_lines(["*NoMatch: *", "*also on   cassettes/test_it/test_a.json #1"])


def test_it_is_named_for_a_deck_that_a_test_opens_too(project: Project) -> None:
    test = """
import httpx, playhead
async def test_a():
    with playhead.use_cassette("cassettes/NAME.json"):
        async with httpx.AsyncClient() as client:
            await client.get(SERVICE + "/a")
"""
    project.write(test_it=test.replace("NAME", "one"))
    project.run("--record").assert_outcomes(passed=1)
    project.write(test_it=test.replace("NAME", "other"))
    project.run().stdout.fnmatch_lines(["*CassetteMissing: *", "*also on   cassettes/one.json #1"])


@pytest.mark.parametrize("place", ["tests/cassettes/test_it/test_a.yaml", "cassettes/test_it/test_a.yaml"])
def test_a_cassette_of_vcrpy_in_its_place_is_called_that(project: Project, place: str) -> None:
    project.write(test_it=ONE)
    path = project.path / place
    path.parent.mkdir(parents=True)
    path.write_text("version: 1")
    project.run().stdout.fnmatch_lines(["*CassetteMissing: *", f"*found     {place}, of vcrpy"])


def test_it_is_named_once_though_it_is_looked_for_twice(project: Project) -> None:
    project.write(test_it=ONE)
    beside = (project.path / "tests" / "test_it.py").rename(project.path / "test_root.py")
    found = project.path / "cassettes" / "test_root" / "test_a.yaml"
    found.parent.mkdir(parents=True)
    found.write_text("version: 1\n")
    told = project.run(beside.name).stdout.str().partition("short test summary")[0]  # which has it whole in CI
    assert told.count("found     cassettes/test_root/test_a.yaml, of vcrpy") == 1


def test_yaml_of_vcrpy_under_the_name_of_a_cassette_is_called_that(project: Project) -> None:
    project.write(test_it=ONE)
    path = project.path / "cassettes" / "test_it" / "test_a.json"
    path.parent.mkdir(parents=True)
    path.write_text("interactions:\n- request: {uri: 'http://a/'}\nversion: 1\n")
    project.run().stdout.fnmatch_lines(["*NotACassette: * looks as if vcrpy had written it, *"])


VCRPY = {
    "version": 1,
    "interactions": [
        {
            "request": {"method": "GET", "uri": "http://api.test/a", "body": None, "headers": {}},
            "response": {"status": {"code": 200, "message": "OK"}, "headers": {}, "body": {"string": "a"}},
        }
    ],
}
FOREIGN = {
    "vcrpy": VCRPY,
    "vcrpy before 1.0": VCRPY["interactions"],
    "Ruby's VCR": {"http_interactions": [], "recorded_with": "VCR 6"},
    "HAR": {"log": {"version": "1.2", "entries": []}},
    "cassetter": {"version": 1, "interactions": [{"request": {"url": "/"}, "response": {"status": 200, "body": {}}}]},
    "go-vcr": {"version": 2, "interactions": [{"request": {"form": {}}, "response": {"duration": "1s"}}]},
}


@pytest.mark.parametrize("tool", ["cassetter", "go-vcr"])
def test_what_is_nearly_a_cassette_of_another_tool_is_called_that(tmp_path: Path, tool: str) -> None:
    path = tmp_path / "a.json"
    path.write_text(json.dumps(FOREIGN[tool]))
    with pytest.raises(playhead.CassetteCorrupt, match=f"looks as if .*{tool} had written it"):
        playhead.load(path)


@pytest.mark.parametrize("tool", ["Ruby's VCR", "HAR"])
def test_an_empty_cassette_of_another_tool_is_one(tmp_path: Path, tool: str) -> None:
    path = tmp_path / "a.json"
    path.write_text(json.dumps(FOREIGN[tool]))
    assert not playhead.load(path).interactions


@pytest.mark.parametrize("document", [{}, [], [1], {"interactions": [1]}, {"playhead": 1}, "log", {"log": []}, None])
def test_what_is_nobodys_is_called_nobodys(document: object) -> None:
    assert tool_of(document) is None


def test_names_of_other_tools_are_told(tmp_path: Path) -> None:
    with pytest.raises(playhead.CassetteMissing):
        playhead.load(tmp_path / "a.yaml")
