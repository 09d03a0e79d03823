"""Workspaces: the tests of packages run from a parent folder, and from each package."""

from __future__ import annotations

import json
import shlex
from pathlib import Path

import pytest

from playhead.pytest_plugin.roots import Roots
from tests.pytest_plugin.conftest import Project

CONFIGURATIONS = {
    "pytest.ini": "",
    ".pytest.ini": "[pytest]\n",
    "pyproject.toml": "[tool.pytest.ini_options]\n",
    "tox.ini": "[tox]\n[pytest]\n",
    "setup.cfg": "[tool:pytest]\n",
}
OTHERS = {"pyproject.toml": "[tool.black]\n# pytest\n", "tox.ini": "[tox]\n", "setup.cfg": "[metadata]\n"}
CONFTEST = """
import httpx, pytest
@pytest.fixture(scope="session")
def user():
    return httpx.get(SERVICE + "/PACKAGE/user").json()["path"]
"""
TESTS = """
import httpx, playhead, pytest
@pytest.mark.cassette
def test_own(user):
    httpx.get(SERVICE + "/PACKAGE/own")
@pytest.mark.cassette("named")
class TestNamed:
    def test_shared(self):
        httpx.get(SERVICE + "/PACKAGE/named")
@pytest.mark.cassette("data/here.json")
def test_path():
    httpx.get(SERVICE + "/PACKAGE/path")
def test_with():
    with playhead.use_cassette("with.json"):
        httpx.get(SERVICE + "/PACKAGE/with")
"""
FILES = [
    "cassettes/_fixtures/conftest/user.json",
    "cassettes/named.json",
    "cassettes/test_api/test_own.json",
    "data/here.json",
    "with.json",
]
INI = "[pytest]\naddopts = --import-mode=importlib\n"


@pytest.fixture
def packages(project: Project) -> list[Path]:
    """Make two packages with modules of the same names, below a folder with or without a configuration."""
    project.plugins = ("playhead",)
    (project.path / "tox.ini").unlink(missing_ok=True)
    return [_package(project, name) for name in ("one", "two")]


def _package(project: Project, name: str) -> Path:
    package = project.path / "packages" / name
    (package / "tests").mkdir(parents=True)
    (package / "pytest.ini").write_text(INI)
    for file, text in (("conftest", CONFTEST), ("test_api", TESTS)):
        text = text.replace("SERVICE", repr(project.service.url)).replace("PACKAGE", name)
        (package / "tests" / f"{file}.py").write_text(text)
    return package


def _recorded(package: Path) -> dict[str, list[tuple[str, str]]]:
    return {
        file.relative_to(package).as_posix(): [
            (each["origin"], each["request"]["url"].partition("/")[2].partition("/")[2].partition("/")[2])
            for each in json.loads(file.read_text())["interactions"]
        ]
        for file in sorted(package.rglob("*.json"))
    }


def _of(name: str) -> dict[str, list[tuple[str, str]]]:
    return {
        FILES[0]: [("::user (setup)", f"{name}/user")],
        FILES[1]: [("tests/test_api.py::TestNamed::test_shared", f"{name}/named")],
        FILES[2]: [("tests/test_api.py::test_own", f"{name}/own")],
        FILES[3]: [("tests/test_api.py::test_path", f"{name}/path")],
        FILES[4]: [("tests/test_api.py::test_with", f"{name}/with")],
    }


@pytest.mark.parametrize("root", ["configured", "bare"])
def test_each_package_has_its_own_recordings_from_wherever_they_are_run(
    project: Project, packages: list[Path], root: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    if root == "configured":
        (project.path / "pytest.ini").write_text(INI)
    project.run_apart("--record=all", "packages/one", "packages/two").assert_outcomes(passed=8)
    assert [_recorded(package) for package in packages] == [_of("one"), _of("two")]
    assert not (project.path / "cassettes").exists()
    monkeypatch.chdir(packages[1])  # recording there again finds the same files
    project.run_apart("--record=all").assert_outcomes(passed=4)
    assert [_recorded(package) for package in packages] == [_of("one"), _of("two")]
    project.service.stop()
    project.run_apart().assert_outcomes(passed=4)
    monkeypatch.chdir(project.path)
    project.run_apart("packages/two", "packages/one").assert_outcomes(passed=8)


def test_what_was_recorded_from_the_parent_with_names_from_there_is_found_from_both(
    project: Project, packages: list[Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    (project.path / "pytest.ini").write_text(INI)
    project.run_apart("--record", "packages/one").assert_outcomes(passed=4)
    before = project.path / "cassettes" / "packages" / "one" / "tests"
    before.mkdir(parents=True)
    (packages[0] / "cassettes" / "test_api").rename(before / "test_api")
    own = before / "test_api" / "test_own.json"
    own.write_text(own.read_text().replace('"tests/', '"packages/one/tests/'))
    project.run_apart("--record=all", "packages/one").assert_outcomes(passed=4)
    assert not (packages[0] / "cassettes" / "test_api").exists()
    assert '"packages/one/tests/test_api.py::test_own"' in own.read_text()
    project.service.stop()
    project.run_apart("packages/one").assert_outcomes(passed=4)
    monkeypatch.chdir(packages[0])
    project.run_apart().assert_outcomes(passed=4)


def test_packages_without_a_configuration_are_told_apart_too(project: Project, packages: list[Path]) -> None:
    (packages[1] / "pytest.ini").unlink()
    for _ in range(2):
        project.run_apart("--record=all", "packages/one", "packages/two", "-k", "own or path").assert_outcomes(passed=4)
    project.service.stop()
    project.run_apart("packages/one", "packages/two", "-k", "own").assert_outcomes(passed=2)
    assert _recorded(packages[0])[FILES[2]] == _of("one")[FILES[2]]


def test_printed_commands_can_be_run_where_they_are_printed(
    project: Project, packages: list[Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    (project.path / "pytest.ini").write_text(INI)
    for folder, chosen in ((project.path, ["packages/one"]), (packages[0] / "tests", [])):
        monkeypatch.chdir(folder)
        told = project.run_apart("-k", "path", *chosen)
        commands = [line.partition("pytest ")[2] for line in told.stdout.lines if " record  " in line]
        assert commands
        for command in commands:
            monkeypatch.chdir(folder)
            assert project.run_apart(*shlex.split(command)).ret == 0, command
        for file in packages[0].rglob("*.json"):
            file.unlink()


@pytest.mark.parametrize("name", CONFIGURATIONS)
def test_every_file_with_a_configuration_of_pytest_counts(tmp_path: Path, name: str) -> None:
    package = tmp_path / "package"
    (package / "tests").mkdir(parents=True)
    (package / name).write_text(CONFIGURATIONS[name])
    location = Roots(tmp_path, given=False).locate(package / "tests" / "test_a.py", "package/tests/test_a.py", _named)
    assert (location.path, location.module) == (package / "tests" / "test_a.py.json", "tests/test_a.py")


@pytest.mark.parametrize("name", OTHERS)
def test_files_without_one_do_not(tmp_path: Path, name: str) -> None:
    (tmp_path / "package").mkdir()
    (tmp_path / "package" / name).write_text(OTHERS[name])
    location = Roots(tmp_path, given=False).locate(tmp_path / "package" / "test_a.py", "package/test_a.py", _named)
    assert (location.path, location.module) == (tmp_path / "package" / "test_a.py.json", "package/test_a.py")


def _named(root: Path, module: str) -> Path:
    return root / f"{module}.json"
