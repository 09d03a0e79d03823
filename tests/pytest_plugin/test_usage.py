"""Errors of usage show the user's own line and one sentence, without frames of playhead."""

from __future__ import annotations

import os

import pytest

from playhead.settings.surroundings import SURROUNDINGS
from tests.pytest_plugin.conftest import Project

MISTAKES = {
    "a typo in a marker": (
        "@pytest.mark.cassette(timng='instant')\ndef test_a(): pass",
        "tests/test_it.py:2: @pytest.mark.cassette(timng='instant')",
        'there is no "timng" (did you mean "timing"?)',
    ),
    "a typo in a marker of several lines": (
        "@pytest.mark.cassette(\n    'users',\n    timng='instant',\n)\nasync def test_a(): pass",
        "tests/test_it.py:4: timng='instant',",
        'there is no "timng" (did you mean "timing"?)',
    ),
    "a value in the marker of a class": (
        "@pytest.mark.cassette(record='once')\nclass TestA:\n    def test_a(self): pass",
        "tests/test_it.py:2: @pytest.mark.cassette(record='once')",
        'record cannot be "once", a name of vcrpy: say "missing", which records what has no cassette yet',
    ),
    "a value in the marker of a module": (
        "pytestmark = pytest.mark.cassette(ignore='host')\ndef test_a(): pass",
        "tests/test_it.py:2: pytestmark = pytest.mark.cassette(ignore='host')",
        'ignore cannot be "host": it is a list of texts, such as ["host"]',
    ),
    "a name in a marker": (
        "@pytest.mark.cassette('../users')\ndef test_a(): pass",
        "tests/test_it.py:2: @pytest.mark.cassette('../users')",
        '"../users" does not name a cassette',
    ),
    "an option of playhead_config": (
        "@pytest.fixture\ndef playhead_config():\n    return {'timng': 'instant'}\ndef test_a(deck): pass",
        "tests/test_it.py:4: return {'timng': 'instant'}",
        'there is no "timng" (did you mean "timing"?)',
    ),
    "a call in a test": (
        "def test_a():\n    with playhead.use_cassette('a.json', record='rewrite'): pass",
        ">       with playhead.use_cassette('a.json', record='rewrite'): pass",
        'record cannot be "rewrite", a name of vcrpy: say "all"',
    ),
    "a decorated test": (
        "@playhead.use_cassette('a.json', timing='fast')\ndef test_a(): pass",
        "tests/test_it.py:2: in <module>",
        'timing cannot be "fast"',
    ),
    "a route": (
        "def test_a(deck):\n    deck.route('GET', '/a/{b')",
        ">       deck.route('GET', '/a/{b')",
        "has a brace outside of a field",
    ),
}


@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_mistake_is_told_by_its_line_and_a_sentence(project: Project, mistake: str) -> None:
    source, line, sentence = MISTAKES[mistake]
    project.write(test_it=f"import playhead, pytest\n{source}\n")
    result = project.run("-q", "-rN", "--color=no")
    text = result.stdout.str()
    assert result.ret in (1, 2)
    assert line in text
    assert sentence in text
    report = text[text.index("____") : text.rindex("\n", 0, text.rindex(" in "))]
    assert len([each for each in report.splitlines() if each.strip()]) <= 12, report
    assert "src/playhead" not in text
    assert "raise UsageError" not in text


def test_a_cassette_that_cannot_be_read_is_told_without_our_frames(project: Project) -> None:
    project.write(test_it="def test_a(deck): pass")
    path = project.path / "cassettes" / "test_it" / "test_a.json"
    path.parent.mkdir(parents=True)
    path.write_text("{")
    text = project.run("-q", "--color=no").stdout.str()
    assert "CassetteCorrupt: " in text
    assert "is not a readable cassette" in text
    assert "/playhead/" not in text


@pytest.mark.parametrize(
    ("mode", "ours"), [("once", "missing"), ("new_episodes", "new"), ("rewrite", "all")], ids=lambda value: str(value)
)
def test_modes_of_vcrpy_are_answered_with_ours(
    project: Project, monkeypatch: pytest.MonkeyPatch, mode: str, ours: str
) -> None:
    project.write(test_it="def test_a(deck): pass")
    for way in ("option", "environment"):
        if way == "environment":
            monkeypatch.setenv("PLAYHEAD_RECORD", mode)
        result = project.run(*([f"--record={mode}"] if way == "option" else []))
        assert result.ret == 4
        result.stderr.fnmatch_lines([f'*cannot be "{mode}", a name of vcrpy: say "{ours}", which *'])


WAYS = ("option", "addopts", "environment", "table", "marker", "argument")


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize(
    ("mode", "said"),
    [
        ("foo", 'cannot be "foo": the values are "none", "missing", "new" and "all".'),
        ("mising", 'cannot be "mising" (did you mean "missing"?): the values are *'),
        ("New-Episodes", 'cannot be "New-Episodes", a name of vcrpy: say "new", which *'),
    ],
    ids=["foo", "mising", "New-Episodes"],
)
def test_a_mode_that_is_none_is_answered_with_the_modes(
    project: Project, monkeypatch: pytest.MonkeyPatch, way: str, mode: str, said: str
) -> None:
    source = "def test_a(deck): pass"
    if way == "addopts":
        monkeypatch.setenv("PYTEST_ADDOPTS", f"--record={mode}")
    elif way == "environment":
        monkeypatch.setenv("PLAYHEAD_RECORD", mode)
    elif way == "table":
        (project.path / "pyproject.toml").write_text(f'[tool.playhead]\nrecord = "{mode}"\n')
    elif way == "marker":
        source = f'import pytest\n@pytest.mark.cassette(record="{mode}")\n{source}'
    elif way == "argument":
        source = f'import playhead\ndef test_a():\n    playhead.use_cassette("c.json", record="{mode}")'
    project.write(test_it=source)
    result = project.run(*([f"--record={mode}"] if way == "option" else []))
    assert result.ret in (1, 4)
    output = result.stderr if result.ret == 4 else result.stdout
    output.fnmatch_lines([f"*{'PLAYHEAD_RECORD' if way == 'environment' else 'record'} {said}"])


def test_a_run_that_fails_to_begin_leaves_nothing_behind(project: Project) -> None:
    before = dict(vars(SURROUNDINGS))
    (project.path / "pyproject.toml").write_text('[tool.playhead]\nrecord = "mising"\nreplay_env = {LEFT_KEY = "x"}\n')
    project.write(test_it="def test_a(deck): pass")
    assert project.run().ret == pytest.ExitCode.USAGE_ERROR
    assert before == vars(SURROUNDINGS)
    assert "LEFT_KEY" not in os.environ


def test_no_mode_behind_the_sign_is_answered_so_too(project: Project) -> None:
    project.write(test_it="def test_a(deck): pass")
    result = project.run("--record=")
    assert result.ret == 4
    result.stderr.fnmatch_lines(['*--record cannot be "": the values are "none", "missing", "new" and "all".'])
