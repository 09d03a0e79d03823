"""Requests of fixtures that outlive a test."""

from __future__ import annotations

import pytest

from tests.pytest_plugin.conftest import Project

WIDE = """
import httpx, pytest, pytest_asyncio

@pytest.fixture(scope="session")
def token():
    found = httpx.get(SERVICE + "/login").json()["n"]
    yield found
    httpx.get(SERVICE + "/logout")

@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def catalogue(token):
    async with httpx.AsyncClient() as client:
        yield (await client.get(SERVICE + "/catalogue")).json()
        await client.get(SERVICE + "/close")

@pytest.fixture(scope="module")
def silent():
    yield "nothing"

@pytest.mark.cassette
async def test_a(catalogue, silent):
    async with httpx.AsyncClient() as client:
        await client.get(SERVICE + "/a")

@pytest.mark.cassette
def test_b(catalogue, token):
    httpx.get(SERVICE + "/b")

def test_other(token):
    pass
"""


def test_they_have_cassettes_of_their_own(project: Project) -> None:
    project.write(test_wide=WIDE)
    project.run("--record").assert_outcomes(passed=3)
    assert project.cassettes == [
        "_fixtures/test_wide/catalogue.json",
        "_fixtures/test_wide/token.json",
        "test_wide/test_a.json",
        "test_wide/test_b.json",
    ]
    assert project.origins("_fixtures/test_wide/token.json") == [
        ("::token (setup)", "/login"),
        ("::token (teardown)", "/logout"),
    ]
    assert project.origins("_fixtures/test_wide/catalogue.json") == [
        ("tests/test_wide.py::catalogue (setup)", "/catalogue"),
        ("tests/test_wide.py::catalogue (teardown)", "/close"),
    ]
    assert project.origins("test_wide/test_a.json") == [("tests/test_wide.py::test_a", "/a")]
    project.service.stop()
    for order in ((), ("-k", "test_b"), ("tests/test_wide.py::test_other", "tests/test_wide.py::test_a")):
        result = project.run(*order)
        assert result.ret == 0
        result.stdout.no_fnmatch_line("unplayed*")


def test_a_fixture_gets_its_deck_whichever_test_needs_it_first(project: Project) -> None:
    project.write(test_wide=WIDE)
    project.run("--record", "tests/test_wide.py::test_other", "tests/test_wide.py::test_b").assert_outcomes(passed=2)
    assert "_fixtures/test_wide/token.json" in project.cassettes


def test_without_a_recording_the_fixture_fails_and_so_do_all_its_tests(project: Project) -> None:
    project.write(test_wide=WIDE)
    result = project.run()
    result.assert_outcomes(errors=3)
    result.stdout.fnmatch_lines(["*CassetteMissing: There is no cassette at cassettes/_fixtures/test_wide/token.json*"])
    assert project.service.paths == []


def test_parameters_and_owners_share_a_file_and_keep_apart(project: Project) -> None:
    project.write(
        test_wide="""
import httpx, pytest, unittest
pytestmark = pytest.mark.cassette

@pytest.fixture(scope="module", params=["x", "y"])
def page(request):
    return httpx.get(SERVICE + f"/{request.param}").json()["path"]

@pytest.fixture(scope="class")
def login(request):
    return httpx.get(SERVICE + f"/{request.cls.__name__}").json()["path"]

def test_page(page):
    assert page in ("/x", "/y")

class TestA:
    def test_login(self, login):
        assert login == "/TestA"

class TestB:
    def test_login(self, login):
        assert login == "/TestB"

class TestCase(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.path = httpx.get(SERVICE + "/class").json()["path"]

    def test_class(self):
        assert self.path == "/class"

def setup_module():
    httpx.get(SERVICE + "/module")
"""
    )
    for mode in ("missing", "all"):
        project.run(f"--record={mode}").assert_outcomes(passed=5)
        assert project.cassettes == [
            "_fixtures/test_wide/TestCase.setUpClass.json",
            "_fixtures/test_wide/login.json",
            "_fixtures/test_wide/page.json",
            "_fixtures/test_wide/setup_module.json",
        ]
        assert [path for _, path in project.origins("_fixtures/test_wide/page.json")] == ["/x", "/y"]
        assert [path for _, path in project.origins("_fixtures/test_wide/login.json")] == ["/TestA", "/TestB"]
    project.service.stop()
    project.run().assert_outcomes(passed=5)


def test_a_fixture_of_a_conftest_is_named_for_it(project: Project) -> None:
    project.write(
        conftest="""
import httpx, pytest

@pytest.fixture(scope="session")
def token():
    httpx.get(SERVICE + "/login")
""",
        test_wide="def test_a(token, deck): pass",
    )
    project.run("--record").assert_outcomes(passed=1)
    assert project.cassettes == ["_fixtures/conftest/token.json"]


def test_a_fixture_that_is_asked_for_in_the_middle_of_a_test_has_its_own_too(project: Project) -> None:
    project.write(
        test_wide="""
import httpx, pytest

@pytest.fixture(scope="session")
def token():
    return httpx.get(SERVICE + "/login").json()["path"]

def test_a(deck, request):
    assert httpx.get(SERVICE + "/a").json()["path"] == "/a"
    assert request.getfixturevalue("token") == "/login"
    assert httpx.get(SERVICE + "/b").json()["path"] == "/b"
"""
    )
    project.run("--record").assert_outcomes(passed=1)
    assert project.cassettes == ["_fixtures/test_wide/token.json", "test_wide/test_a.json"]
    assert [path for _, path in project.origins("test_wide/test_a.json")] == ["/a", "/b"]
    project.service.stop()
    project.run().assert_outcomes(passed=1)


def test_a_miss_that_a_fixture_swallowed_is_its_error(project: Project) -> None:
    project.write(
        test_wide="""
import contextlib, httpx, pytest

@pytest.fixture(scope="module")
def early():
    with contextlib.suppress(Exception):
        httpx.get(SERVICE + "/early")

@pytest.fixture(scope="module")
def late():
    yield
    with contextlib.suppress(Exception):
        httpx.get(SERVICE + "/late")

@pytest.mark.cassette
def test_early(early): pass

@pytest.mark.cassette
def test_early_again(early): pass

@pytest.mark.cassette
def test_late(late): pass
"""
    )
    result = project.run()
    result.assert_outcomes(passed=1, errors=3)
    result.stdout.fnmatch_lines(
        ["*cassettes/_fixtures/test_wide/early.json*", "*cassettes/_fixtures/test_wide/late.json*"]
    )


@pytest.mark.parametrize(
    ("setting", "left"),
    [("false", "_fixtures/test_wide/token.json.journal"), ("true", "_fixtures/test_wide/token.json")],
)
def test_a_fixture_that_fails_leaves_a_journal_or_what_it_is_told_to(project: Project, setting: str, left: str) -> None:
    project.write(
        pyproject=f"[tool.playhead]\nkeep_on_error = {setting}\n",
        test_wide="""
import httpx, pytest

@pytest.fixture(scope="module")
def token():
    httpx.get(SERVICE + "/login")
    raise RuntimeError

@pytest.mark.cassette
def test_a(token): pass
""",
    )
    project.run("--record").assert_outcomes(errors=1)
    assert project.cassettes == [left]


def test_what_a_background_thread_of_a_fixture_asks_belongs_to_the_test(project: Project) -> None:
    project.write(
        test_wide="""
import queue, threading, httpx, pytest

@pytest.fixture(scope="module")
def worker():
    jobs, answers = queue.Queue(), queue.Queue()

    def work():
        while (path := jobs.get()) is not None:
            answers.put(httpx.get(SERVICE + path).json()["path"])

    thread = threading.Thread(target=work)
    thread.start()

    def ask(path):
        jobs.put(path)
        return answers.get(timeout=5)

    yield ask
    jobs.put(None)
    thread.join()

@pytest.mark.cassette
async def test_a(worker):
    assert worker("/a") == "/a"

@pytest.mark.cassette
def test_b(worker):
    assert worker("/b") == "/b"
"""
    )
    project.run("--record").assert_outcomes(passed=2)
    assert project.cassettes == ["test_wide/test_a.json", "test_wide/test_b.json"]
    project.service.stop()
    project.run().assert_outcomes(passed=2)
