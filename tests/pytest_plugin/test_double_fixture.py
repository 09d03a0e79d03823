"""Fixtures that are doubles: recorded by --record, replayed without running the body of the fixture."""

from __future__ import annotations

import json

import pytest

from tests.pytest_plugin.conftest import Project, project, service  # noqa: F401  # fixtures

CONFTEST = """
import pathlib, playhead
from stores import Store

LOG = pathlib.Path(__file__).parent / "log.txt"

def note(text):
    with LOG.open("a") as log:
        log.write(text + " ")

@playhead.double_fixture(spec=Store)
async def store():
    note("open")
    yield Store()
    note("close")

@playhead.double_fixture(spec=Store, name="other")
def plain():
    note("plain")
    return Store()

@playhead.double_fixture(spec=Store)
async def awaited():
    return Store()
"""
STORES = """
class Store:
    def __init__(self):
        self.items = {}
    async def put(self, name, value):
        self.items[name] = value
        return len(self.items)
    async def get(self, name):
        return self.items.get(name)
"""
TESTS = """
import pytest, pytest_asyncio

async def test_put(store):
    assert await store.put("a", 1) == 1
    store.put.assert_awaited_once_with("a", 1)

async def test_two(store, plain, awaited):
    await store.put("a", 1)
    assert await plain.get("a") is None
    assert await awaited.get("a") is None

@pytest_asyncio.fixture
async def filled(store):
    await store.put("x", 1)
    yield store
    assert await store.get("x") == 1

async def test_teardown(filled):
    assert await filled.put("y", 2) == 2
"""


@pytest.fixture
def stores(project: Project) -> Project:  # noqa: F811
    project.pytester.makepyfile(stores=STORES)
    project.pytester.makeconftest(CONFTEST)
    project.pytester.syspathinsert()
    return project


def _log(project: Project) -> str:  # noqa: F811
    log = project.pytester.path / "log.txt"
    return log.read_text() if log.exists() else ""


def test_the_body_of_a_fixture_runs_only_when_recording(stores: Project) -> None:
    stores.write(test_stores=TESTS)
    stores.run("--record").assert_outcomes(passed=3)
    assert _log(stores).count("open") == _log(stores).count("close") == 3
    (stores.pytester.path / "log.txt").unlink()
    stores.run().assert_outcomes(passed=3)
    assert _log(stores) == ""
    cassette = json.loads((stores.pytester.path / "cassettes/test_stores/test_two.json").read_text())
    assert [each["call"]["double"] for each in cassette["interactions"]] == ["store", "other", "awaited"]


def test_without_a_recording_the_cassette_is_missing(stores: Project) -> None:
    stores.write(test_stores=TESTS)
    result = stores.run("-k", "test_put")
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["*CassetteMissing*"])


def test_under_anyios_plugin(stores: Project) -> None:
    stores.pytester.makeini("[pytest]\nasyncio_mode = strict\n")
    tests = TESTS.replace("async def test", "@pytest.mark.anyio\nasync def test").replace(
        "@pytest_asyncio.fixture", "@pytest.fixture"
    )
    backend = '\n@pytest.fixture\ndef anyio_backend():\n    return "asyncio"\n'
    stores.write(test_stores=tests + backend)
    stores.plugins += ("anyio",)
    stores.run_apart("--record", "-Werror::playhead.errors.PlayheadWarning").assert_outcomes(passed=3)
    assert _log(stores).count("open") == _log(stores).count("close") == 3
    stores.run_apart().assert_outcomes(passed=3)


def test_tests_share_a_cassette_by_origin(stores: Project) -> None:
    shared = TESTS.replace("async def test", '@pytest.mark.cassette("shared")\nasync def test')
    stores.write(test_stores=shared)
    stores.run_apart("--record", "-n2").assert_outcomes(passed=3)
    stores.run("--record=all", "-k", "test_put").assert_outcomes(passed=1)
    stores.run().assert_outcomes(passed=3)


PLAIN = """
import playhead

class Api:
    def get(self): return 3

@playhead.double_fixture
def api(): return Api()

@playhead.double_fixture(spec=Api)
def nothing(): pass

def test_a(api): assert api.get() == 3
def test_b(nothing): nothing.get()
"""


def test_a_fixture_may_stand_without_parentheses_and_one_that_gives_nothing_is_told(
    project: Project,  # noqa: F811
) -> None:
    project.write(test_it=PLAIN)
    result = project.run("--record", "-W", "ignore")
    result.assert_outcomes(passed=1, failed=1)
    result.stdout.fnmatch_lines(['*UsageError: The real object of the double "nothing" is None: *'])
    project.run("-k", "test_a", "-W", "ignore").assert_outcomes(passed=1, deselected=1)
