"""A run with `--record=all` reports the drift between replaced and new recordings."""

from __future__ import annotations

import pytest

from tests.pytest_plugin.conftest import Project

TESTS = """
import httpx, pytest

@pytest.mark.cassette("shared")
def test_one():
    for number in (1, 2, 3):
        httpx.get(SERVICE + f"/users/{number}")

@pytest.mark.cassette("shared")
def test_other():
    for number in (4, 5, 6):
        httpx.get(SERVICE + f"/users/{number}")
"""
SHARED = "cassettes/shared.json"


@pytest.fixture
def recorded(project: Project) -> Project:
    """Make a project whose cassette has a text for `n`."""
    project.write(test_users=TESTS)
    result = project.run("--record=all")
    assert "against what was replaced" not in result.stdout.str()  # nothing was
    path = project.path / SHARED
    text = path.read_text()
    for number in range(1, 7):
        text = text.replace(f'"n": {number},', f'"n": "{number}",').replace(f'"n": {number}\n', f'"n": "{number}"\n')
    path.write_text(text)
    return project


def test_the_summary_ends_with_the_drift(recorded: Project) -> None:
    result = recorded.run("--record=all")
    assert result.ret == 0
    result.stdout.fnmatch_lines(
        ["drift     1 breaking, 0 risky, 0 compatible, against what was replaced", "  BREAKING*type-changed*/n (E3)"]
    )
    again = recorded.run("--record=all").stdout.str()
    assert "drift  " not in again


@pytest.mark.parametrize(("level", "code"), [("breaking", 1), ("risky", 1), ("never", 0)])
def test_fail_on_makes_it_the_exit_code(recorded: Project, level: str, code: int) -> None:
    assert recorded.run("--record=all", f"--fail-on={level}").ret == code
    assert recorded.run("--record=all", f"--fail-on={level}").ret == 0


def test_only_what_a_test_replaced_is_compared(recorded: Project) -> None:
    result = recorded.run("--record=all", "-k", "test_one")
    result.stdout.fnmatch_lines(["  BREAKING*type-changed*/n (E2)"])


def test_workers_add_up(recorded: Project) -> None:
    result = recorded.run("--record=all", "--fail-on=breaking", "-n2")
    assert result.ret == 1
    result.stdout.fnmatch_lines(["  BREAKING*type-changed*/n (E3)"])


def test_what_is_accepted_does_not_count_and_broken_settings_are_told(recorded: Project) -> None:
    recorded.write(pyproject='[tool.playhead.drift]\nseverity = [{rule = "type-changed", severity = "noise"}]\n')
    kept = (recorded.path / SHARED).read_text()
    assert recorded.run("--record=all", "--fail-on=compatible").ret == 0
    (recorded.path / SHARED).write_text(kept)
    (recorded.path / "playhead-accepted.toml").write_text("[[accepted]]\n")
    result = recorded.run("--record=all", "--fail-on=breaking")
    assert result.ret == 1
    result.stdout.fnmatch_lines(["drift     not judged:*"])


def test_replaying_compares_nothing(recorded: Project) -> None:
    assert "drift " not in recorded.run("--fail-on=compatible").stdout.str()
