"""Sources of options, by precedence."""

from __future__ import annotations

import itertools
import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from playhead.errors import UsageError
from playhead.model.mode import Mode
from playhead.settings.options import Options
from playhead.settings.resolve import resolve, run_record
from playhead.settings.surroundings import current_origin, enter_run, leave_run, root, set_command_line, set_fixture

SOURCES = ("argument", "command line", "environment", "fixture", "pyproject", "default")


@pytest.fixture(autouse=True)
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    for name in list(os.environ):
        if name.startswith("PLAYHEAD_"):
            monkeypatch.delenv(name)
    before = enter_run(tmp_path)
    yield tmp_path
    leave_run(before)


def configure(project: Path, **lines: str) -> None:
    body = "".join(f"{name} = {value}\n" for name, value in lines.items())
    (project / "pyproject.toml").write_text(f"[tool.playhead]\n{body}")


def test_without_any_source_the_defaults_hold() -> None:
    assert resolve({}) == Options()


@pytest.mark.parametrize("highest", range(len(SOURCES)))
def test_the_first_source_that_speaks_wins(highest: int, project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    given = SOURCES[highest:]
    if "command line" in given:
        set_command_line({"timing": 2.0})
    if "environment" in given:
        monkeypatch.setenv("PLAYHEAD_TIMING", "3x")
    if "pyproject" in given:
        configure(project, timing="5")
    arguments = {"timing": 1} if "argument" in given else {}
    fixture = {"timing": 4} if "fixture" in given else {}
    expected = [1.0, 2.0, 3.0, 4.0, 5.0, "instant"][highest]
    assert resolve(arguments, fixture).timing == expected


def test_lists_add_up_in_order_and_once(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PLAYHEAD_IGNORE", "query.b,query.a")
    configure(project, ignore='["query.d", "query.a"]')
    options = resolve({"ignore": ["query.a"]}, {"ignore": ("query.c",)})
    assert options.ignore == ("query.a", "query.b", "query.c", "query.d")


def test_origins_add_up_and_the_nearer_one_wins(project: Path) -> None:
    configure(project, origins='{ users = "https://old.test", pay = "https://pay.test" }')
    assert resolve({"origins": {"users": "https://new.test"}}).origins == {
        "users": "https://new.test",
        "pay": "https://pay.test",
    }


def test_repeat_for_some_routes_is_not_widened_by_repeat_for_all(project: Path) -> None:
    configure(project, repeat="true")
    assert resolve({"repeat": ["GET /health"]}).repeat == ("GET /health",)
    assert resolve({}).repeat is True


MODES = st.sampled_from([None, *Mode])


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(MODES, MODES, MODES, MODES)
def test_none_from_outside_is_a_ceiling_that_nothing_raises(
    argument: str | None, line: str | None, environment: str | None, fixture: str | None
) -> None:
    set_command_line({"record": line} if line else {})
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PLAYHEAD_RECORD", environment or "")
        record = resolve({"record": argument}, {"record": fixture}).record
    if "none" in (line, environment):
        assert record == "none"
    else:
        assert record == next((each for each in (argument, line, environment, fixture) if each), "none")


def test_the_mode_of_the_run_does_not_look_at_fixtures() -> None:
    set_fixture(lambda: {"record": "new"})
    assert run_record() == "none"
    assert resolve({}).record == "new"
    set_command_line({"record": "all"})
    assert run_record() == "all"


def test_none_as_an_argument_is_not_given(project: Path) -> None:
    configure(project, record='"new"')
    assert resolve({"record": None, "timing": None}).record == "new"


@pytest.mark.parametrize(
    ("arguments", "fixture", "said"),
    [
        ({"recrod": 1}, {}, 'use_cassette: there is no "recrod"'),
        ({}, {"tming": 1}, 'playhead_config: there is no "tming"'),
    ],
)
def test_unknown_options_are_told_with_their_source(
    arguments: dict[str, object], fixture: dict[str, object], said: str
) -> None:
    with pytest.raises(UsageError, match=said):
        resolve(arguments, fixture)


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        (
            {"recrod": '"all"'},
            r'\[tool.playhead\] in .*pyproject.toml: there is no "recrod" \(did you mean "record"\?\)',
        ),
        ({"record": '"some"'}, r"\[tool.playhead\] in .*: record cannot be"),
        ({"suite": '"yes"'}, "suite cannot be 'yes'"),
        ({"replay_env": "{ KEY = 3 }"}, "replay_env maps names of variables to texts"),
    ],
)
def test_mistakes_in_pyproject_are_told(project: Path, lines: dict[str, str], said: str) -> None:
    configure(project, **lines)
    with pytest.raises(UsageError, match=said):
        resolve({})


def test_a_broken_pyproject_is_told_if_it_is_about_playhead(project: Path) -> None:
    (project / "pyproject.toml").write_text("[tool.playhead\n")
    with pytest.raises(UsageError, match="not readable as TOML"):
        resolve({})
    (project / "pyproject.toml").write_text("[tool.other\n")
    assert resolve({}) == Options()


def test_a_changed_pyproject_is_read_again(project: Path) -> None:
    for record in itertools.islice(itertools.cycle(Mode), 6):
        configure(project, record=f'"{record}"', keep_on_error="true")
        assert resolve({}).record == record


def test_settings_hold_below_their_folder(project: Path) -> None:
    configure(project, record='"new"')
    inner = project / "packages" / "a"
    inner.mkdir(parents=True)
    before = enter_run(inner)
    assert resolve({}).record == "new"
    leave_run(before)


def test_a_variable_that_is_nearly_an_option_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PLAYHEAD_RECROD", "all")
    with pytest.raises(UsageError, match="PLAYHEAD_RECORD"):
        resolve({})
    monkeypatch.delenv("PLAYHEAD_RECROD")
    monkeypatch.setenv("PLAYHEAD_BENCHMARK_ROUNDS", "3")
    assert resolve({}) == Options()


def test_a_run_inside_a_run_leaves_the_outer_one_as_it_was(
    project: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    set_command_line({"record": "new"})
    inner = tmp_path_factory.mktemp("inner")
    before = enter_run(inner)
    assert (root(), resolve({}).record) == (inner, "none")
    leave_run(before)
    assert (root(), resolve({}).record) == (project, "new")


def test_the_origin_is_the_running_test(request: pytest.FixtureRequest) -> None:
    assert current_origin() == request.node.nodeid
