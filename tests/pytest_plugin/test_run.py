"""The plugin together with others: for asynchronous tests, workers, random order."""

from __future__ import annotations

import pytest

from tests.pytest_plugin.conftest import Project

TASKS = """
import asyncio, httpx, playhead

async def fetch(path):
    async with httpx.AsyncClient() as client:
        return (await client.get(SERVICE + path)).json()["path"]
"""

ASYNCIO = (
    TASKS
    + """
import pytest, pytest_asyncio

@pytest_asyncio.fixture
async def user():
    yield await fetch("/setup")
    assert await fetch("/teardown") == "/teardown"

@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def wide():
    yield await fetch("/wide")
    assert await fetch("/wide/close") == "/wide/close"

MARK
@pytest.mark.cassette
async def test_gather(user, wide):
    assert await asyncio.gather(*(fetch(f"/{n}") for n in range(5))) == [f"/{n}" for n in range(5)]

MARK
async def test_plain_task(deck):
    task = asyncio.create_task(fetch("/task"))
    assert await task == "/task"
    assert await asyncio.to_thread(lambda: httpx.get(SERVICE + "/thread").status_code) == 200
    assert deck.route("GET", "/task").await_count == 1

class TestClass:
    MARK
    @pytest.mark.cassette
    async def test_method(self, user):
        assert await fetch("/method") == "/method"
"""
)


@pytest.mark.parametrize("mode", ["strict", "auto"])
@pytest.mark.parametrize("scope", ["function", "session"])
def test_pytest_asyncio(project: Project, mode: str, scope: str) -> None:
    project.pytester.makeini(
        f"[pytest]\nasyncio_mode = {mode}\nasyncio_default_fixture_loop_scope = {scope}\n"
        f"asyncio_default_test_loop_scope = {scope}\n"
    )
    project.write(test_tasks=ASYNCIO.replace("MARK", "@pytest.mark.asyncio" if mode == "strict" else ""))
    project.run("--record").assert_outcomes(passed=3)
    assert project.cassettes == [
        "_fixtures/test_tasks/wide.json",
        "test_tasks/TestClass.test_method.json",
        "test_tasks/test_gather.json",
        "test_tasks/test_plain_task.json",
    ]
    assert {path for _, path in project.origins("test_tasks/test_plain_task.json")} == {"/task", "/thread"}
    project.service.stop()
    result = project.run()
    result.assert_outcomes(passed=3)
    result.stdout.fnmatch_lines(["played * 14"])
    result.stdout.no_fnmatch_line("unplayed*")


ANYIO = (
    TASKS
    + """
import anyio, pytest
pytestmark = pytest.mark.anyio

@pytest.fixture
async def user():
    yield await fetch("/setup")
    assert await fetch("/teardown") == "/teardown"

@pytest.fixture(scope="module")
async def wide():
    yield await fetch("/wide")
    assert await fetch("/wide/close") == "/wide/close"

@pytest.mark.cassette
async def test_group(user, wide):
    async with anyio.create_task_group() as group:
        for n in range(5):
            group.start_soon(fetch, f"/{n}")

async def test_current(deck, wide):
    assert playhead.current_deck() is deck
    assert await fetch("/one") == "/one"
"""
)


def test_anyio_on_asyncio_and_trio(project: Project) -> None:
    project.pytester.makeini("[pytest]")
    project.write(test_tasks=ANYIO)
    project.plugins = ("playhead", "anyio")
    project.run("--record").assert_outcomes(passed=4)
    assert [name for name in project.cassettes if "trio" in name] == [
        "test_tasks/test_current[trio].json",
        "test_tasks/test_group[trio].json",
    ]
    project.service.stop()
    result = project.run()
    result.assert_outcomes(passed=4)
    result.stdout.no_fnmatch_line("unplayed*")


UNITTEST = """
import asyncio, httpx, playhead, pytest, unittest

@pytest.mark.cassette
class TestSync(unittest.TestCase):
    def setUp(self):
        self.first = httpx.get(SERVICE + "/setup").json()["path"]

    def test_get(self):
        self.assertEqual(self.first, "/setup")
        self.assertEqual(httpx.get(SERVICE + "/get").json()["path"], "/get")

    def tearDown(self):
        httpx.get(SERVICE + "/teardown")

@pytest.mark.cassette
class TestAsync(unittest.IsolatedAsyncioTestCase):
    async def asyncSetUp(self):
        self.client = httpx.AsyncClient()
        self.first = (await self.client.get(SERVICE + "/setup")).json()["path"]

    async def test_get(self):
        self.assertEqual(self.first, "/setup")
        self.assertIsNotNone(playhead.current_deck())
        answers = await asyncio.gather(*(self.client.get(SERVICE + f"/{n}") for n in range(5)))
        self.assertEqual([each.json()["path"] for each in answers], [f"/{n}" for n in range(5)])

    async def asyncTearDown(self):
        await self.client.get(SERVICE + "/teardown")
        await self.client.aclose()
"""


def test_unittest_sync_and_async(project: Project) -> None:
    project.write(test_cases=UNITTEST)
    project.run("--record").assert_outcomes(passed=2)
    assert [path for _, path in project.origins("test_cases/TestSync.test_get.json")] == ["/setup", "/get", "/teardown"]
    assert len(project.origins("test_cases/TestAsync.test_get.json")) == 7
    project.service.stop()
    project.run().assert_outcomes(passed=2)


def test_a_failing_unittest_shows_its_own_failure_and_writes_nothing(project: Project) -> None:
    project.write(
        test_cases=UNITTEST.replace('"/get"', '"/other"', 1).replace('json()["path"], "/get"', 'json()["path"], "/x"')
    )
    result = project.run("--record")
    result.assert_outcomes(passed=1, failed=1)
    assert "test_cases/TestSync.test_get.json.journal" in project.cassettes
    assert "test_cases/TestSync.test_get.json" not in project.cassettes


HYPOTHESIS = (
    TASKS
    + """
import pytest
from hypothesis import given, settings, strategies as st, HealthCheck

@pytest.mark.cassette(repeat=True)
@settings(max_examples=5, deadline=None, database=None, derandomize=True)
@given(st.integers(0, 3))
async def test_numbers(n):
    assert await fetch(f"/{n}") == f"/{n}"
"""
)


def test_hypothesis(project: Project) -> None:
    project.write(test_numbers=HYPOTHESIS)
    project.run("--record").assert_outcomes(passed=1)
    project.service.stop()
    project.run().assert_outcomes(passed=1)


MANY = """
import httpx, pytest

@pytest.fixture(scope="session")
def token():
    return httpx.get(SERVICE + "/login").json()["path"]

@pytest.mark.parametrize("number", range(40))
@pytest.mark.cassette("shared")
def test_shared(number, token):
    assert httpx.get(SERVICE + f"/{number}").json()["path"] == f"/{number}"

@pytest.mark.parametrize("number", range(8))
@pytest.mark.cassette
def test_alone(number):
    assert httpx.get(SERVICE + f"/alone/{number}").status_code == 200
"""


@pytest.mark.parametrize("mode", ["missing", "new", "all"])
def test_workers_share_a_cassette_and_lose_nothing(project: Project, mode: str) -> None:
    project.write(test_many=MANY)
    result = project.run_apart(f"--record={mode}", "-n3")
    result.assert_outcomes(passed=48)
    made = project.origins("shared.json")
    assert sorted(made) == sorted((f"tests/test_many.py::test_shared[{n}]", f"/{n}") for n in range(40))
    assert project.origins("_fixtures/test_many/token.json") == [("::token (setup)", "/login")]
    assert not [name for name in project.cassettes if name.endswith((".journal", ".lock"))]
    recorded = next(line for line in result.outlines if line.startswith("recorded"))
    assert int(recorded.split()[1]) == 48 + project.service.paths.count("/login")
    project.service.stop()
    for args in (("-n2",), ()):
        again = project.run_apart(*args)
        again.assert_outcomes(passed=48)
        played = next(line for line in again.outlines if line.startswith("played"))
        assert int(played.split()[1]) >= 49
        assert not {"unplayed", "missing"} & {line.partition(" ")[0] for line in again.stdout.lines}
        assert len([line for line in again.outlines if line.startswith("played")]) == 1


def test_random_order(project: Project) -> None:
    project.write(test_many=MANY.replace("range(40)", "range(6)"), test_tasks=ASYNCIO.replace("MARK", ""))
    project.plugins += ("randomly",)
    project.run("--record").assert_outcomes(passed=17)
    project.service.stop()
    for seed in range(3):
        result = project.run(f"--randomly-seed={seed}")
        result.assert_outcomes(passed=17)
