"""The command line, the settings, and the cost of the plugin in a run that does not use it."""

from __future__ import annotations

import os
import sys

import pytest

import playhead
from playhead.settings.surroundings import root
from tests.pytest_plugin.conftest import Project

ASK = """
import httpx, pytest

@pytest.mark.cassette
def test_get():
    assert httpx.get(SERVICE + "/users/1").status_code == 200
"""


def test_a_bare_record_does_not_swallow_the_path_after_it(project: Project) -> None:
    project.write(test_users=ASK)
    project.run("--record", "tests/test_users.py").assert_outcomes(passed=1)
    project.run("tests/test_users.py", "--record").assert_outcomes(passed=1)
    assert project.service.paths == ["/users/1"]


@pytest.mark.parametrize(("mode", "asked"), [("none", 0), ("missing", 0), ("new", 0), ("all", 1)])
def test_the_mode_comes_after_an_equals_sign(project: Project, mode: str, asked: int) -> None:
    project.write(test_users=ASK)
    project.run("--record").assert_outcomes(passed=1)
    project.run(f"--record={mode}", "tests").assert_outcomes(passed=1)
    assert len(project.service.paths) == 1 + asked


def test_new_adds_what_is_not_known(project: Project) -> None:
    project.write(test_users=ASK)
    project.run("--record").assert_outcomes(passed=1)
    project.write(test_users=ASK + '    httpx.get(SERVICE + "/more")\n')
    project.run("--record").assert_outcomes(failed=1)
    project.run("--record=new").assert_outcomes(passed=1)
    assert project.service.paths == ["/users/1", "/more"]
    assert [path for _, path in project.origins("test_users/test_get.json")] == ["/users/1", "/more"]


@pytest.mark.parametrize(
    ("argument", "said"),
    [
        ("--record=some", '*--record cannot be "some"*"none", "missing", "new" and "all".'),
        ("--timing=slow", '*--timing cannot be "slow"*a number above 0*'),
    ],
)
def test_a_mistake_on_the_command_line_names_the_values(project: Project, argument: str, said: str) -> None:
    project.write(test_users=ASK)
    result = project.run_apart(argument)
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines([said])


def test_help_and_markers_tell_what_there_is(project: Project) -> None:
    project.run("--help").stdout.fnmatch_lines(["*--record=missing*", "*--timing*"])
    project.run("--markers").stdout.fnmatch_lines(["@pytest.mark.cassette(name=None, [*][*]options):*"])
    project.run("--fixtures").stdout.fnmatch_lines(["playhead_config*", "deck*"])


def test_strict_markers_know_ours(project: Project) -> None:
    project.write(test_users=ASK)
    project.run("--strict-markers", "--record").assert_outcomes(passed=1)


def test_a_mistake_in_pyproject_stops_the_run(project: Project) -> None:
    project.write(pyproject='[tool.playhead]\nrecrod = "all"\n', test_users="def test_a(): pass")
    result = project.run_apart()
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines(['*playhead: [[]tool.playhead[]] in *pyproject.toml: there is no "recrod"*'])


def test_suite_puts_every_test_on_a_cassette_and_writes_only_what_there_is(project: Project) -> None:
    project.write(
        pyproject="[tool.playhead]\nsuite = true\n",
        test_users='import httpx\ndef test_get():\n    httpx.get(SERVICE + "/a")\ndef test_silent(): pass\n',
    )
    project.run("--record").assert_outcomes(passed=2)
    assert project.cassettes == ["test_users/test_get.json"]
    project.service.stop()
    result = project.run()
    result.assert_outcomes(passed=2)
    result.stdout.fnmatch_lines(["played * 1"])


ENVIRONMENT = """
import os, pytest
KEY = os.environ.get("SOME_API_KEY")

@pytest.mark.cassette
def test_get():
    assert (KEY, os.environ.get("SOME_API_KEY"), os.environ.get("OTHER")) == {expected}
"""


def test_variables_for_replaying_are_set_before_anything_is_imported_and_removed_after(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OTHER", "mine")
    monkeypatch.delenv("SOME_API_KEY", raising=False)
    project.write(
        pyproject='[tool.playhead.replay_env]\nSOME_API_KEY = "test"\nOTHER = "test"\n',
        conftest='import os\nassert os.environ.get("SOME_API_KEY") == os.environ["EXPECTED"] or None\n',
        test_users=ENVIRONMENT.replace("{expected}", "('test', 'test', 'mine')"),
    )
    monkeypatch.setenv("EXPECTED", "test")
    project.run("tests").assert_outcomes(passed=1)
    assert "SOME_API_KEY" not in os.environ
    project.write(conftest="", test_users=ENVIRONMENT.replace("{expected}", "(None, None, 'mine')"))
    project.run("--record").assert_outcomes(passed=1)


def test_relative_paths_start_at_rootdir_in_a_run(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    project.write(
        test_users="""
import httpx, playhead

def test_get():
    with playhead.use_cassette("cassettes/by_hand.json"):
        httpx.get(SERVICE + "/users/1")
"""
    )
    outside = root()
    monkeypatch.chdir(project.path / "tests")
    project.run("--record").assert_outcomes(passed=1)
    assert project.cassettes == ["by_hand.json"]
    assert project.origins("by_hand.json") == [("tests/test_users.py::test_get", "/users/1")]
    assert root() == outside


def test_the_deck_may_be_asked_for_late(project: Project) -> None:
    project.write(
        test_users="""
import httpx

def test_get(request):
    deck = request.getfixturevalue("deck")
    assert httpx.get(SERVICE + "/users/1").status_code == 200
"""
    )
    project.run("--record").assert_outcomes(passed=1)
    assert project.cassettes == ["test_users/test_get.json"]
    project.service.stop()
    project.run().assert_outcomes(passed=1)


def test_a_deck_of_cards_is_none_of_our_business(project: Project) -> None:
    project.write(
        test_cards="""
import pytest, socket

@pytest.fixture
def deck():
    return ["ace", "king"]

def test_cards(deck):
    assert deck[0] == "ace"
    assert "connect" not in vars(socket.socket)
"""
    )
    project.run().stdout.no_fnmatch_line("*= playhead =*")


def test_a_deck_that_is_made_of_ours_is_ours(project: Project) -> None:
    project.write(
        test_users="""
import httpx, pytest

@pytest.fixture
def deck(deck):
    return deck

def test_get(deck):
    httpx.get(SERVICE + "/users/1")
    assert len(deck.interactions) == 1
"""
    )
    project.run("--record").assert_outcomes(passed=1)
    assert project.cassettes == ["test_users/test_get.json"]


def test_the_plugin_may_be_brought_in_by_a_conftest(project: Project) -> None:
    project.plugins = ()
    project.pytester.makeini("[pytest]\naddopts = --record\n")
    project.pytester.makeconftest('pytest_plugins = ["playhead.pytest_plugin.plugin"]')
    project.write(test_users=ASK)
    project.run_apart("tests").assert_outcomes(passed=1)
    assert project.cassettes == ["test_users/test_get.json"]


def test_setting_up_alone_writes_nothing(project: Project) -> None:
    project.write(
        test_users="""
import httpx, pytest

@pytest.fixture
def user():
    httpx.get(SERVICE + "/users/1")

@pytest.mark.cassette
def test_get(user): pass
"""
    )
    project.run("--record", "--setup-only")
    assert project.cassettes == []


def test_documents_are_tests_too(project: Project) -> None:
    project.write(
        pyproject="[tool.playhead]\nsuite = true\n",
        shop='''
"""
>>> import httpx
>>> httpx.get(SERVICE + "/users/1").status_code
200
"""
''',
    )
    project.run("--doctest-modules", "--record").assert_outcomes(passed=1)
    assert project.cassettes == ["shop/shop.json"]
    project.service.stop()
    project.run("--doctest-modules").assert_outcomes(passed=1)


PAYS = """
import sys

def test_nothing_heavy_was_imported():
    heavy = {"httpx", "httpx2", "msgpack", "yaml", "rich", "vcr", "playhead.deck.session", "playhead.settings.grammar"}
    assert not heavy & set(sys.modules)
"""


def test_a_run_that_uses_nothing_imports_nothing(project: Project) -> None:
    project.plugins = ()
    project.pytester.makeini("[pytest]")
    project.write(test_pays=PAYS)
    result = project.run_apart("-pplayhead.pytest_plugin.plugin")
    result.assert_outcomes(passed=1)
    result.stdout.no_fnmatch_line("*playhead*===*")


def test_the_plugin_is_found_without_being_named(project: Project) -> None:
    project.write(test_users=ASK)
    project.pytester.runpytest_subprocess("--record").assert_outcomes(passed=1)
    project.service.stop()
    result = project.pytester.runpytest_subprocess()
    result.assert_outcomes(passed=1)
    result.stdout.fnmatch_lines(["played         1"])


def test_the_package_itself_is_untouched_by_runs_inside_of_one() -> None:
    assert sys.modules["playhead"] is playhead
