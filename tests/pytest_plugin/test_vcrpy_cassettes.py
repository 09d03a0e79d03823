"""Cassettes of vcrpy under pytest: replayed in place, recorded again beside them or in their own format."""

from __future__ import annotations

import json
from pathlib import Path

import httpx
import pytest
import vcr

import playhead
from tests.pytest_plugin.conftest import Project

ONE = """
import httpx, pytest
pytestmark = pytest.mark.cassette

def test_a():
    assert httpx.get(SERVICE + "/a").json()["path"] == "/a"
"""
SHARED = """
import httpx, pytest
pytestmark = pytest.mark.cassette("NAME")

@pytest.mark.parametrize("path", ["/a", "/b", "/c"])
def test_get(path):
    assert httpx.get(SERVICE + path).json()["path"] == path
"""


def by_vcrpy(project: Project, name: str, *paths: str) -> Path:
    """Record GET requests with vcrpy."""
    path = project.path / name
    path.parent.mkdir(parents=True, exist_ok=True)
    with vcr.use_cassette(str(path)):
        for each in paths:
            httpx.get(project.service.url + each)
    return path


def test_yaml_in_the_place_of_a_cassette_is_replayed(project: Project) -> None:
    project.write(test_it=ONE)
    by_vcrpy(project, "cassettes/test_it/test_a.yaml", "/a")
    project.service.stop()
    result = project.run()
    result.assert_outcomes(passed=1)
    result.stdout.fnmatch_lines(["played         1"])
    assert project.cassettes == ["test_it/test_a.yaml"]


@pytest.mark.parametrize("name", ["shared", "cassettes/shared.yaml", "cassettes/shared.json"])
@pytest.mark.parametrize("workers", [(), ("-n2",)], ids=["alone", "xdist"])
def test_a_shared_one_is_recorded_again_as_ours(project: Project, name: str, workers: tuple[str, ...]) -> None:
    project.write(test_it=SHARED.replace("NAME", name))
    yaml = by_vcrpy(project, "cassettes/shared.yaml", "/a", "/b")
    before, run = yaml.read_bytes(), project.run_apart if workers else project.run
    run(*workers).assert_outcomes(passed=2, failed=1)
    result = run("--record=new", *workers)
    result.assert_outcomes(passed=3)
    result.stdout.fnmatch_lines(
        ["recorded       1*", "stale     cassettes/shared.yaml is stale: *shared.json replaced it*"]
    )
    assert yaml.read_bytes() == before
    assert [path for _, path in project.origins("shared.json")] == ["/a", "/b", "/c"]
    project.service.stop()
    run(*workers).assert_outcomes(passed=3)


@pytest.mark.parametrize("workers", [(), ("-n2",)], ids=["alone", "xdist"])
def test_a_shared_one_that_is_recorded_afresh_has_nothing_left_of_it(
    project: Project, workers: tuple[str, ...]
) -> None:
    project.write(test_it=SHARED.replace("NAME", "shared"))
    by_vcrpy(project, "cassettes/shared.yaml", "/a", "/b", "/c")
    run = project.run_apart if workers else project.run
    run("--record=all", *workers).assert_outcomes(passed=3)
    document = json.loads((project.path / "cassettes" / "shared.json").read_text())
    assert sorted(path for _, path in project.origins("shared.json")) == ["/a", "/b", "/c"]
    assert document["recorded"]["by"].startswith("playhead")
    project.service.stop()
    run(*workers).assert_outcomes(passed=3)


def test_what_other_tests_need_stays_when_one_of_several_fails(project: Project) -> None:
    project.write(test_it=SHARED.replace("NAME", "shared").replace("== path", "== path != '/b'"))
    by_vcrpy(project, "cassettes/shared.yaml", "/a", "/b", "/c")
    project.run("--record=all").assert_outcomes(passed=2, failed=1)
    assert sorted(path for _, path in project.origins("shared.json")) == ["/a", "/b", "/c"]
    project.write(test_it=SHARED.replace("NAME", "shared"))
    project.service.stop()
    project.run().assert_outcomes(passed=3)


def test_drift_that_match_vcrpy_lets_pass_is_told(project: Project) -> None:
    text = ONE.replace("mark.cassette", 'mark.cassette(match="vcrpy")').replace(
        ".get(", ".request('GET', content='b', url="
    )
    project.write(test_it=text)
    by_vcrpy(project, "cassettes/test_it/test_a.yaml", "/a")
    project.service.stop()
    result = project.run("-Werror")
    result.assert_outcomes(passed=1)
    result.stdout.fnmatch_lines(
        ["loose          1*", '*test_it.py::test_a  GET /a on *: body recorded nothing, sent "b".']
    )
    result.stdout.no_fnmatch_line("drifted*")


@pytest.mark.parametrize("record", [(), ("--record",), ("--record=new",), ("--record=all",)])
def test_damaged_yaml_is_an_error_and_stays(project: Project, record: tuple[str, ...]) -> None:
    project.write(test_it=ONE)
    yaml = by_vcrpy(project, "cassettes/test_it/test_a.yaml", "/a")
    damaged = "<<<<<<< HEAD\n" + yaml.read_text()
    yaml.write_text(damaged)
    result = project.run(*record)
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines(["*CassetteCorrupt: *test_a.yaml*"])
    assert yaml.read_text() == damaged
    assert project.cassettes == ["test_it/test_a.yaml"]


def test_a_secret_in_the_file_is_not_printed(project: Project) -> None:
    project.write(test_it=ONE)
    by_vcrpy(project, "cassettes/test_it/test_a.yaml", "/a", "/b?api_key=Ak3y-9f8e7d6c5b4a")
    result = project.run()
    result.assert_outcomes(passed=1)
    result.stdout.fnmatch_lines(["unplayed *#2 GET */b?api_key=REDACTED-*"])
    result.stdout.no_fnmatch_line("*Ak3y*")
    assert isinstance(playhead.load(project.path / "cassettes/test_it/test_a.yaml"), playhead.Cassette)


def test_what_was_parsed_is_kept_in_the_cache_of_pytest(project: Project) -> None:
    project.write(test_it=ONE)
    by_vcrpy(project, "cassettes/test_it/test_a.yaml", "/a")
    project.service.stop()
    folder = project.path / ".pytest_cache" / "d" / "playhead"
    kept = b""
    for damage in (lambda data: data, lambda data: data, lambda _: b"", lambda data: data[:-9]):
        project.run("-pcacheprovider").assert_outcomes(passed=1)
        (entry,) = folder.iterdir()
        assert entry.stat().st_mode & 0o077 == 0
        assert kept in (b"", entry.read_bytes())
        kept = entry.read_bytes()
        entry.write_bytes(damage(kept))
    project.run("-pcacheprovider", "--cache-clear").assert_outcomes(passed=1)
    assert [each.read_bytes() for each in folder.iterdir()] == [kept]
