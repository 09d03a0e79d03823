"""The summary at the end of a run."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from playhead.pytest_plugin.summary import lines
from playhead.pytest_plugin.tally import Tally
from tests.pytest_plugin.conftest import Project

WORDS = st.text(alphabet="abc/:[] é", min_size=1, max_size=120)
COUNTERS = st.dictionaries(WORDS, st.integers(1, 10**6), max_size=4).map(Counter)
SETS = st.dictionaries(WORDS, st.sets(WORDS, max_size=3), max_size=3)
TALLIES = st.builds(
    lambda left, used, **rest: Tally(left=left, used={**{name: set() for name in left}, **used}, **rest),
    decks=st.integers(0, 9),
    played=st.integers(0, 10**6),
    recorded=COUNTERS,
    left=SETS,
    used=SETS,
    missing=st.lists(WORDS, max_size=3),
    drifted=st.lists(WORDS, max_size=3),
    ambiguous=st.lists(WORDS, max_size=3),
    keyless=st.lists(WORDS, max_size=3),
    redacted=COUNTERS,
    journals=st.dictionaries(WORDS, WORDS, max_size=2),
    outdated=st.dictionaries(WORDS, WORDS, max_size=2),
)


def merged(*tallies: Tally) -> Tally:
    total = Tally()
    for each in tallies:
        total.merge(each.to_plain())
    return total


@given(TALLIES)
def test_there_is_a_line_for_each_kind_that_has_something_to_say_and_none_is_cut(tally: Tally) -> None:
    shown = list(lines(tally))
    counts = {
        "played": tally.played,
        "recorded": tally.recorded.total(),
        "unplayed": len(tally.unplayed),
        "missing": len(tally.missing),
        "drifted": len(tally.drifted),
        "redacted": tally.redacted.total(),
    }
    told = {line.split()[0]: int(line.split()[1]) for line in shown if line.split()[0] in counts}
    assert told == {kind: count for kind, count in counts.items() if count}
    text = "\n".join(shown)
    for details in (sorted(tally.recorded), tally.unplayed, tally.missing, tally.drifted):
        assert not details or details[0].rstrip() in text
    assert all(path in text and who in text for path, who in tally.journals.items())


@given(TALLIES, TALLIES, TALLIES)
def test_it_does_not_matter_how_workers_are_added_up(a: Tally, b: Tally, c: Tally) -> None:
    one, other = merged(a, b, c), merged(merged(c, a), b)
    assert (one.decks, one.played, one.recorded, one.redacted) == (
        other.decks,
        other.played,
        other.recorded,
        other.redacted,
    )
    assert (sorted(one.missing), one.unplayed) == (sorted(other.missing), other.unplayed)


@given(TALLIES)
def test_what_travels_from_a_worker_is_all_there_is(tally: Tally) -> None:
    assert merged(tally) == tally


def test_unplayed_is_what_no_test_has_played(project: Project) -> None:
    project.write(
        test_users="""
import httpx, pytest
pytestmark = pytest.mark.cassette("shared")

def test_a():
    httpx.get(SERVICE + "/a")
    httpx.get(SERVICE + "/a2")

def test_b():
    httpx.get(SERVICE + "/b")
"""
    )
    project.run("--record").assert_outcomes(passed=2)
    shared = project.path / "cassettes" / "shared.json"
    both = shared.read_text()
    source = project.path / "tests" / "test_users.py"
    source.write_text(source.read_text().replace("    httpx.get(", "    0 and httpx.get(", 1))
    project.run().stdout.fnmatch_lines(["played * 2", "unplayed * 1  cassettes/shared.json  #1 GET *"])
    shared.write_text("\n".join(line for line in both.splitlines() if '"origin"' not in line))
    project.run().stdout.fnmatch_lines(["played * 2", "unplayed * 1  cassettes/shared.json  #1 GET *"])


def test_drift_is_counted_as_drift(project: Project) -> None:
    test = """
import httpx, pytest

@pytest.mark.cassette(on_request_drift="MODE")
def test_a():
    httpx.get(SERVICE + "/a?page=NUMBER")
"""
    project.write(test_users=test.replace("NUMBER", "1").replace("MODE", "error"))
    project.run("--record").assert_outcomes(passed=1)
    for mode, outcome in (("error", {"failed": 1}), ("ignore", {"passed": 1})):
        project.write(test_users=test.replace("NUMBER", "2").replace("MODE", mode))
        result = project.run()
        result.assert_outcomes(**outcome)
        result.stdout.fnmatch_lines(["drifted * 1  tests/test_users.py::test_a*"])


def test_what_was_redacted_is_told_by_rule(project: Project) -> None:
    project.write(test_users='import httpx\ndef test_a(deck):\n    httpx.get(SERVICE + "/a")\n')
    project.run("--record").stdout.fnmatch_lines(["redacted * 1  1 by body.access-token"])


@pytest.mark.parametrize("way", ["deck", "block"])
def test_a_credential_that_is_absent_is_told_and_fails_no_test(
    project: Project, monkeypatch: pytest.MonkeyPatch, way: str
) -> None:
    sent = (
        'httpx.get(SERVICE + "/a", headers={"authorization": os.environ["MY_KEY"]} if "MY_KEY" in os.environ else {})'
    )
    if way == "deck":
        source = f"def test_a(deck):\n    {sent}\n"
    else:
        source = f'def test_a():\n    with playhead.use_cassette("cassettes/a.json"):\n        {sent}\n'
    project.write(test_users=f"import httpx, os, playhead\n{source}")
    monkeypatch.setenv("MY_KEY", "Bearer Ak3y-9f8e7d6c5b4a")
    project.run("--record").assert_outcomes(passed=1)
    monkeypatch.delenv("MY_KEY")
    for filters in (["-Wdefault"], ["-Werror"]):
        result = project.run(*filters)
        result.assert_outcomes(passed=1, warnings=1)
        result.stdout.fnmatch_lines(
            ["*PlayheadWarning: GET /a was sent without authorization, *", "keyless * 1  tests/test_users.py::test_a *"]
        )


def test_a_long_path_is_not_cut(project: Project) -> None:
    name = "test_" + "long" * 25
    project.write(test_users=f'import httpx\ndef {name}(deck):\n    httpx.get(SERVICE + "/a")\n')
    project.run("--record").stdout.fnmatch_lines([f"recorded * 1  cassettes/test_users/{name}.json"])


def test_a_run_in_which_nothing_was_asked_for_says_nothing(project: Project) -> None:
    project.write(test_users="def test_a(deck): pass")
    project.run("--record").stdout.no_fnmatch_line("*= playhead =*")


def test_a_run_without_a_cassette_says_nothing(project: Project) -> None:
    project.write(test_users="def test_a(): pass")
    project.run("--record").stdout.no_fnmatch_line("*= playhead =*")
