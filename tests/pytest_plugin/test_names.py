"""File names of cassettes."""

from __future__ import annotations

import string
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from playhead.pytest_plugin.names import _split, colliding, fixture_path
from playhead.text.file_names import safe_name
from tests.pytest_plugin.conftest import Project

LONG = "x" * 200
NAMES = """
import httpx, pytest
pytestmark = pytest.mark.cassette

def ask():
    httpx.get(SERVICE + "/")

class TestUsers:
    class TestInner:
        def test_a(self):
            ask()

    @pytest.mark.parametrize("page", ["2", "a/b", "a::b", "x y"])
    def test_b(self, page):
        ask()

def test_LONG():
    ask()

def test_case():
    ask()

def test_Case():
    ask()

@pytest.mark.parametrize("method", ["GET", "get", "PUT"])
def test_method(method):
    ask()

@pytest.mark.cassette("named")
def test_named():
    ask()

@pytest.mark.cassette(name="folder/named")
def test_deeper():
    ask()

@pytest.mark.cassette("data/here.msgpack")
def test_path():
    ask()
""".replace("LONG", LONG)


def test_names_follow_module_class_test_and_parameters(project: Project) -> None:
    (project.path / "tests" / "api").mkdir(parents=True)
    project.write(**{"api/test_names": NAMES})
    project.run("--record").assert_outcomes(passed=14)
    folder = "api/test_names"
    found = {path.removeprefix(f"{folder}/").removesuffix(".json") for path in project.cassettes}
    plain = {"TestUsers.TestInner.test_a", "TestUsers.test_b[2]", "test_method[PUT]", "named", "folder/named"}
    assert found > plain
    hashed = {name[:-9] for name in found - plain if name[-9] == "-"}
    assert hashed == {
        "TestUsers.test_b[a_b]",
        "TestUsers.test_b[a__b]",
        "TestUsers.test_b[x_y]",
        f"test_{LONG}"[:120],
        "test_case",
        "test_Case",
        "test_method[GET]",
        "test_method[get]",
    }
    assert len(found) == len({name.lower() for name in found}) == 13
    assert (project.path / "data" / "here.msgpack").is_file()
    project.service.stop()
    project.run().assert_outcomes(passed=14)


def test_a_name_is_the_same_whether_one_test_runs_or_all(project: Project) -> None:
    project.write(test_names=NAMES)
    project.run("--record", "tests/test_names.py::test_case").assert_outcomes(passed=1)
    project.run("--record", "-k", "test_method and get").assert_outcomes(passed=2, deselected=12)
    alone = set(project.cassettes)
    project.run("--record").assert_outcomes(passed=14)
    assert alone <= set(project.cassettes)
    assert len(project.cassettes) == 13


@pytest.mark.parametrize(
    ("module", "expected"),
    [
        ("tests/test_a.py", "test_a"),
        ("test/api/test_a.py", "api/test_a"),
        ("test_a.py", "test_a"),
        ("src/tests/test_a.py", "src/tests/test_a"),
        ("tests/tests/test_a.py", "tests/test_a"),
        ("some_plugin/fixtures", "some_plugin/fixtures"),
    ],
)
def test_one_leading_folder_of_tests_is_left_out(module: str, expected: str) -> None:
    assert fixture_path(Path("/r"), module, "client") == Path(f"/r/cassettes/_fixtures/{expected}/client.json")


def test_a_name_that_leads_out_is_refused(project: Project) -> None:
    project.write(test_names="import pytest\n@pytest.mark.cassette('../other')\ndef test_a(): pass")
    result = project.run()
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines(['*UsageError: tests/test_names.py::test_a: "../other" does not name a cassette*'])


def test_node_ids_are_taken_apart_before_their_parameters() -> None:
    assert _split("tests/test_a.py::TestB::test_c[x::y.py::z]") == ("tests/test_a.py", ["TestB", "test_c[x::y.py::z]"])
    assert _split("docs/readme.md") == ("docs/readme.md", ["test"])


SAFE = set(string.ascii_letters + string.digits + "_.,=+@()[]{}-")


@given(st.text(min_size=1))
def test_every_name_becomes_a_file_name_that_every_system_takes(name: str) -> None:
    safe = safe_name(name)
    assert set(safe) <= SAFE
    assert len(safe.encode()) <= 140
    assert not safe.startswith(".")
    assert not safe.endswith(".")


@given(st.lists(st.text(min_size=1), unique=True))
def test_different_names_become_different_files(names: list[str]) -> None:
    assert len({safe_name(name) for name in names}) == len(names)


@given(st.lists(st.text(alphabet="aAbB"), unique=True))
def test_what_collides_is_what_shares_its_lower_case_with_another(names: list[str]) -> None:
    lower = [name.lower() for name in names]
    assert colliding(names) == {name for name in names if lower.count(name.lower()) > 1}
