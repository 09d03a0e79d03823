"""`use_cassette` on a class of tests: run by unittest and by pytest, recorded and replayed without the service."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.wire import Wire, wire

ROOT = Path(__file__).parents[2]
RUNNERS = ("unittest", "pytest")
HEAD = """
import os, unittest, httpx, pytest, playhead
URL = os.environ["URL"]
on_cassette = playhead.use_cassette("c.json", record=os.environ["MODE"])
client = httpx.Client(timeout=60)
def ask(path):
    client.get(URL + "/json/" + path).raise_for_status()
"""
CASES = """
class Common:
    def test_inherited(self): ask("inherited")

class Whole(Common, unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        ask("setUpClass")
        cls.addClassCleanup(ask, "first-cleanup")
        cls.addClassCleanup(ask, "second-cleanup")
    @classmethod
    def tearDownClass(cls): ask("tearDownClass")
    def setUp(self):
        ask("setUp")
        self.addCleanup(ask, "cleanup")
    def tearDown(self): ask("tearDown")
    def test_a(self): ask("a")
    def test_b(self):
        with self.subTest(1): ask("b")
    @unittest.skip("not today")
    def test_skipped(self): raise AssertionError

Whole = on_cassette(Whole)

class Further(Whole):
    @classmethod
    def setUpClass(cls):
        ask("before-setUpClass")
        super().setUpClass()
    def setUp(self):
        ask("before-setUp")
        super().setUp()
    def test_c(self): ask("c")

@on_cassette
class Async(unittest.IsolatedAsyncioTestCase):
    async def asyncSetUp(self):
        self.client = httpx.AsyncClient(base_url=URL)
        self.addAsyncCleanup(self.client.get, "/json/cleanup")
        await self.client.get("/json/asyncSetUp")
    async def asyncTearDown(self): await self.client.get("/json/asyncTearDown")
    async def test_a(self): await self.client.get("/json/a")
    def test_b(self): ask("b")
"""
EACH = ["before-setUp", "setUp", "tearDown", "cleanup"]
WHOLE = ["setUpClass", "inherited", "a", "b", *EACH[1:] * 3, "tearDownClass", "first-cleanup", "second-cleanup"]
FURTHER = ["before-setUpClass", *WHOLE, "c", *["before-setUp"] * 4, *EACH[1:]]
ASYNC = ["asyncSetUp", "a", "asyncTearDown", "cleanup", "asyncSetUp", "b", "asyncTearDown", "cleanup"]
PLAIN = """
class Common:
    def test_inherited(self): ask("inherited")

@on_cassette
class TestPlain(Common):
    @classmethod
    def setup_class(cls): ask("setup_class")
    @classmethod
    def teardown_class(cls): ask("teardown_class")
    def setup_method(self, method): ask("setup_" + method.__name__)
    def teardown_method(self): ask("teardown_method")
    def test_a(self): ask("a")
    @staticmethod
    def test_static(): ask("static")
    @pytest.mark.parametrize("number", [1, 2])
    def test_each(self, number): ask(str(number))
    @pytest.mark.asyncio
    async def test_async(self):
        ask("async")
"""


class Module:
    """A module of tests in a folder of its own, run in a process of its own."""

    def __init__(self, folder: Path, server: Wire) -> None:
        self._folder = folder
        self._server = server

    def run(self, runner: str, mode: str) -> tuple[int, str]:
        plugins = ["-q", "-p", "playhead", "-p", "asyncio", "-p", "no:cacheprovider"] if runner == "pytest" else []
        done = subprocess.run(
            [sys.executable, "-m", runner, *plugins, "test_it.py"],
            cwd=self._folder,
            env=_environment() | {"MODE": mode, "URL": self._server.url},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
        return done.returncode, done.stdout

    def write(self, text: str) -> None:
        (self._folder / "test_it.py").write_text(HEAD + text)

    def stop_the_service(self) -> None:
        self._server.close()

    @property
    def recorded(self) -> list[str]:
        """The request of every interaction on the cassette."""
        document = json.loads((self._folder / "c.json").read_text())
        return sorted(each["request"]["url"].rpartition("/")[2] for each in document["interactions"])


def _environment() -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("PYTEST_", "PLAYHEAD_", "COV"))}
    return kept | {"PYTHONPATH": str(ROOT / "src"), "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}


@pytest.fixture
def module(tmp_path: Path) -> Iterator[Module]:
    with wire() as server:
        yield Module(tmp_path, server)


@pytest.mark.parametrize(("runner", "mode"), [("unittest", "missing"), ("unittest", "all"), ("pytest", "new")])
def test_all_that_a_test_case_asks_for_is_on_the_cassette_and_replays(module: Module, runner: str, mode: str) -> None:
    module.write(CASES)
    for _ in range(2 if mode == "all" else 1):  # recording again keeps what the other tests have
        code, printed = module.run(runner, mode)
        assert code == 0, printed
    assert module.recorded == sorted([*WHOLE, *FURTHER, *ASYNC])
    module.stop_the_service()
    other = RUNNERS[RUNNERS[0] == runner]
    code, printed = module.run(other if mode == "all" else runner, "none")
    assert code == 0, printed


@pytest.mark.parametrize("mode", ["missing", "all"])
def test_all_that_a_plain_class_asks_for_is_on_the_cassette_and_replays(module: Module, mode: str) -> None:
    module.write(PLAIN)
    for _ in range(2 if mode == "all" else 1):
        code, printed = module.run("pytest", mode)
        assert code == 0, printed
    names = ["inherited", "a", "static", "each", "each", "async"]
    setups = [f"setup_test_{name}" for name in names]
    own = ["inherited", "a", "static", "1", "2", "async"]
    class_wide = ["setup_class", "teardown_class"]
    assert module.recorded == sorted([*own, *setups, *["teardown_method"] * len(own), *class_wide])
    module.stop_the_service()
    code, printed = module.run("pytest", "none")
    assert code == 0, printed


FAILING = """
@on_cassette
class Failing(unittest.TestCase):
    def test_fails(self):
        ask("fails")
        raise AssertionError("as it should")
    @unittest.expectedFailure
    def test_is_expected_to_fail(self):
        ask("expected")
        raise AssertionError
    def test_passes(self): ask("passes")
    def test_swallows(self):
        try: ask("swallowed")
        except Exception: pass
"""


@pytest.mark.parametrize("runner", RUNNERS)
def test_what_a_failed_test_recorded_is_dropped_and_what_it_swallowed_is_its_own_error(
    module: Module, runner: str
) -> None:
    module.write(FAILING)
    code, printed = module.run(runner, "all")
    assert code == 1
    assert "as it should" in printed
    assert module.recorded == ["passes", "swallowed"]
    module.write(FAILING.replace('ask("swallowed")', 'ask("new")'))
    module.stop_the_service()
    code, printed = module.run(runner, "none")
    assert code == 1
    assert "NoMatch: GET /json/new" in printed
    assert "1 passed" in printed or "Ran 4 tests" in printed


NEAREST = """
@on_cassette
class TestWide:
    def test_a(self): ask("a")

@playhead.use_cassette("nearer.json", record=os.environ["MODE"])
class TestNear(TestWide):
    def test_b(self): ask("b")
"""


def test_the_nearest_decorator_wins_for_inherited_tests(module: Module, tmp_path: Path) -> None:
    module.write(NEAREST)
    assert module.run("pytest", "all")[0] == 0
    assert module.recorded == ["a"]
    nearer = json.loads((tmp_path / "nearer.json").read_text())["interactions"]
    assert {each["origin"] for each in nearer} == {"test_it.py::TestNear::test_a", "test_it.py::TestNear::test_b"}


SUBCLASS = """
class TestSub(TestPlain):
    def setup_method(self): ask("setup")
    def test_sub(self): ask("sub")
"""


def test_the_tests_of_a_subclass_are_on_the_deck_too(module: Module) -> None:
    module.write(f'@on_cassette\nclass TestPlain:\n    def test_a(self): ask("a")\n{SUBCLASS}')
    assert module.run("pytest", "all")[0] == 0
    assert module.recorded == ["a", "a", "setup", "setup", "sub"]
    module.stop_the_service()
    assert module.run("pytest", "none")[0] == 0


def test_a_single_test_can_be_run_by_debug(module: Module) -> None:
    module.write(CASES + "\nif __name__ == '__main__': Whole('test_a').debug(); Async('test_a').debug()\n")
    code, printed = module.run("test_it", "all")
    assert code == 0, printed
    assert module.recorded == sorted([*EACH[1:], "a", *ASYNC[:4]])
