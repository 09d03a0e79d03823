"""The settings of a package in a workspace hold for its own tests, wherever they are run from."""

from __future__ import annotations

import pytest

from tests.pytest_plugin.conftest import Project

PACKAGE = """
[tool.pytest.ini_options]
addopts = "--import-mode=importlib"
[tool.playhead]
suite = true
ignore = ["query.{name}"]
"""

TEST = """
import httpx, os

def test_get():
    httpx.get(SERVICE + "/get?{name}=" + os.environ["NOW"]).raise_for_status()
"""


def make_packages(project: Project) -> None:
    for name in ("one", "two"):
        folder = project.path / "packages" / name / "tests"
        folder.mkdir(parents=True)
        (folder.parent / "pyproject.toml").write_text(PACKAGE.format(name=name))
        test = TEST.format(name=name).replace("SERVICE", repr(project.service.url))
        (folder / "test_it.py").write_text(test)


@pytest.mark.parametrize("root", ["", "[pytest]\naddopts = --import-mode=importlib\n"], ids=["bare", "configured"])
def test_each_package_has_its_own_settings(project: Project, monkeypatch: pytest.MonkeyPatch, root: str) -> None:
    (project.path / "tox.ini").unlink()
    if root:
        project.pytester.makeini(root)
    make_packages(project)
    monkeypatch.setenv("NOW", "1")
    for name in ("one", "two"):
        with monkeypatch.context() as here:
            here.chdir(project.path / "packages" / name)
            project.run_apart("--record").assert_outcomes(passed=1)
    project.service.stop()
    monkeypatch.setenv("NOW", "2")
    result = project.run_apart("packages/one", "packages/two")
    result.assert_outcomes(passed=2)
    result.stdout.fnmatch_lines(["played * 2"])


def test_a_package_without_settings_has_those_of_the_root(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    project.write(pyproject='[tool.playhead]\nsuite = true\nignore = ["query.one"]\n')
    folder = project.path / "packages" / "one"
    folder.mkdir(parents=True)
    (folder / "pyproject.toml").write_text("[project]\nname = 'playhead-user'\n")
    (folder / "test_it.py").write_text(TEST.format(name="one").replace("SERVICE", repr(project.service.url)))
    monkeypatch.setenv("NOW", "1")
    project.run("--record").assert_outcomes(passed=1)
    monkeypatch.setenv("NOW", "2")
    project.service.stop()
    project.run().assert_outcomes(passed=1)


def test_a_mistake_in_a_package_is_told_in_a_sentence(project: Project) -> None:
    folder = project.path / "packages" / "one"
    folder.mkdir(parents=True)
    (folder / "pyproject.toml").write_text("[tool.playhead]\nsuiet = true\n")
    (folder / "test_it.py").write_text("def test_a(): pass\n")
    result = project.run()
    assert result.ret == pytest.ExitCode.INTERRUPTED
    result.stdout.fnmatch_lines(["playhead: *did you mean *"])
    assert "/src/playhead/" not in result.stdout.str()
