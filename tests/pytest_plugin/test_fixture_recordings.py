"""Fixtures that every worker of xdist sets up, recorded and replayed."""

from __future__ import annotations

import pytest

from playhead.model.cassette import Exchange
from playhead.model.http import Request, Response
from playhead.model.timing import Timing
from playhead.pytest_plugin.fixture_recordings import FixtureRecordings
from tests.pytest_plugin.conftest import Project

TESTS = """
import httpx, os, pathlib, pytest, time
pytestmark = pytest.mark.cassette

@pytest.fixture(scope="session")
def user():
    here = pathlib.Path("met")  # both workers are recording before either has written
    here.mkdir(exist_ok=True)
    (here / os.environ.get("PYTEST_XDIST_WORKER", "main")).touch()
    for _ in range(600):
        if "PYTEST_XDIST_WORKER" not in os.environ or len(list(here.iterdir())) > 1:
            break
        time.sleep(0.05)
    yield httpx.get(SERVICE + "/PATH").json()["ANSWER"]
    httpx.get(SERVICE + "/gone")

@pytest.mark.parametrize("number", range(4))
def test_user(user, number):
    time.sleep(0.3)  # so that both workers get some
    assert httpx.get(f"{SERVICE}/users/{user}/{number}").status_code == 200
"""


@pytest.fixture(autouse=True)
def few_plugins(project: Project) -> None:
    project.plugins = ("playhead",)


def test_workers_that_recorded_different_things_fail_the_run_and_name_the_way_out(project: Project) -> None:
    project.pytester.makeini("[pytest]")
    project.write(test_users=TESTS.replace("PATH", "make").replace("ANSWER", "n"))
    told = project.run_apart("--record", "-n2")
    assert told.ret == 1
    told.stdout.fnmatch_lines(
        [
            "conflict  cassettes/_fixtures/test_users/user.json",
            "          was recorded by several workers, and GET http://127.0.0.1:*/make is not the same in each.",
            "          pytest --record=all -n0 tests/test_users.py",
        ]
    )
    told.assert_outcomes(passed=4)
    project.run_apart("--record=all", "-n0", "tests/test_users.py").assert_outcomes(passed=4)
    project.service.stop()
    told = project.run_apart()
    assert told.ret == 0


def _exchange(n: int, start_us: int = 0, *, path: str = "/a") -> Exchange:
    headers = (("date", f"Mon, 0{n} Jan 2026"), ("x-request-id", str(n)), ("content-type", "text/plain"))
    return Exchange(
        id=n,
        request=Request("GET", f"http://api.test{path}"),
        response=Response(200, "OK", "HTTP/1.1", headers, b"same"),
        timing=Timing(start_us=start_us, end_us=start_us + 10),
    )


def _recordings(*exchanges: Exchange) -> FixtureRecordings:
    found = FixtureRecordings()
    found.add("cassettes/_fixtures/conftest/user.json", "::user (setup)", exchanges, ["tests/test_a.py"])
    return found


def test_times_and_numbers_of_requests_are_no_difference() -> None:
    main = FixtureRecordings()
    main.merge(_recordings(_exchange(1)).to_plain())
    main.merge(_recordings(_exchange(2, 777)).to_plain())
    assert not main.conflicts
    assert list(main.lines()) == []


def test_another_request_is_one() -> None:
    main = FixtureRecordings()
    main.merge(_recordings(_exchange(1)).to_plain())
    main.merge(_recordings(_exchange(1, path="/b")).to_plain())
    assert list(main.conflicts.values()) == ["they asked for different things"]
