"""The marker `cassette` and the fixture `playhead_config`."""

from __future__ import annotations

import pytest

from tests.pytest_plugin.conftest import Project

ASK = """
import httpx, pytest

@pytest.mark.cassette({marker})
def test_get(request):
    assert httpx.get(SERVICE + "/users/1").status_code == 200
"""


def write(project: Project, marker: str, **files: str) -> None:
    project.write(test_users=ASK.replace("{marker}", marker), **files)


@pytest.mark.parametrize(
    ("marker", "said"),
    [
        (
            "recrod='all'",
            '*UsageError: the cassette marker of tests/test_users.py::test_get: there is no "recrod" (did you*',
        ),
        ("timing='slow'", "*UsageError: the cassette marker of tests/test_users.py::test_get: timing cannot be*"),
        ("'a', 'b'", "*UsageError: the cassette marker of tests/test_users.py::test_get takes one name*"),
        ("'a', name='b'", "*UsageError: the cassette marker of tests/test_users.py::test_get takes one name*"),
        ("3", "*UsageError: the cassette marker of tests/test_users.py::test_get takes one name*"),
    ],
)
def test_a_mistake_in_a_marker_names_its_test(project: Project, marker: str, said: str) -> None:
    write(project, marker)
    result = project.run()
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines([said])


@pytest.mark.parametrize("extra", [(), ("--timing=virtual",)], ids=["plain", "virtual"])
def test_a_wrong_timing_in_one_marker_leaves_the_other_tests_alone(project: Project, extra: tuple[str, ...]) -> None:
    write(project, "timing='slow'")
    project.write(test_others="async def test_other(): pass")
    result = project.run(*extra)
    result.assert_outcomes(passed=1, errors=1)
    result.stdout.fnmatch_lines(["*UsageError: the cassette marker of tests/test_users.py::test_get: timing cannot*"])


def test_the_marker_says_how_to_replay(project: Project) -> None:
    write(project, "")
    project.run("--record").assert_outcomes(passed=1)
    project.write(
        test_users="""
import httpx, pytest
from playhead.deck.deck import session_of

@pytest.mark.cassette(repeat=True, timing="recorded")
def test_get(deck):
    assert session_of(deck).options.timing == "recorded"
    assert [httpx.get(SERVICE + "/users/1").json()["n"] for _ in range(3)] == [1, 1, 1]
"""
    )
    project.service.stop()
    project.run("--timing=10x").assert_outcomes(passed=1)


def test_markers_of_module_class_and_test_add_up_and_the_closest_wins(project: Project) -> None:
    project.write(
        test_users="""
import pytest
from playhead.deck.deck import session_of
pytestmark = pytest.mark.cassette("outer", timing=2, repeat=True)

@pytest.mark.cassette("inner", timing=3)
class TestUsers:
    @pytest.mark.cassette(on_request_drift="warn")
    def test_get(self, deck):
        assert session_of(deck).name == "cassettes/inner.json"
        options = session_of(deck).options
        assert (options.timing, options.repeat, options.on_request_drift) == (3, True, "warn")
"""
    )
    project.run().assert_outcomes(passed=1)


@pytest.mark.parametrize("mode", ["missing", "new", "all"])
def test_a_marker_protects_a_hand_edited_cassette_from_being_recorded(project: Project, mode: str) -> None:
    write(project, "")
    project.run("--record").assert_outcomes(passed=1)
    before = (project.path / "cassettes/test_users/test_get.json").read_bytes()
    write(project, "record='none'")
    project.run(f"--record={mode}").assert_outcomes(passed=1)
    assert (project.path / "cassettes/test_users/test_get.json").read_bytes() == before
    assert len(project.service.paths) == 1


COMMANDS = {"missing": "--record", "new": "--record=new", "all": "--record=all"}


@pytest.mark.parametrize("mode", COMMANDS)
def test_in_a_run_that_records_a_marker_may_only_protect_its_test(project: Project, mode: str) -> None:
    write(project, f"record={mode!r}")
    result = project.run("--record")
    result.assert_outcomes(errors=1)
    test = "tests/test_users.py::test_get"
    said = f'record may only be "none" in a run that records, not "{mode}"; leave it out, and say'
    result.stdout.fnmatch_lines([f"*UsageError: the cassette marker of {test}: {said} pytest {COMMANDS[mode]} {test}."])
    assert project.service.paths == []
    assert not (project.path / "cassettes").exists()


@pytest.mark.parametrize("mode", COMMANDS)
def test_a_marker_may_record_in_a_run_that_does_not_say_otherwise(project: Project, mode: str) -> None:
    write(project, f"record={mode!r}", pyproject="[tool.playhead]\nrecord = 'none'\n")
    project.run().assert_outcomes(passed=1)
    assert project.cassettes == ["test_users/test_get.json"]
    project.run().assert_outcomes(passed=1)
    assert len(project.service.paths) == (2 if mode == "all" else 1)


@pytest.mark.parametrize("mode", COMMANDS)
@pytest.mark.parametrize("source", ["command line", "environment"])
def test_none_is_a_ceiling_for_a_marker(
    project: Project, mode: str, source: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    args = ("--record=none",) if source == "command line" else ()
    if source == "environment":
        monkeypatch.setenv("PLAYHEAD_RECORD", "none")
    write(project, f"record={mode!r}")
    result = project.run(*args)
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["*CassetteMissing*"])
    assert project.service.paths == []


@pytest.mark.parametrize("source", ["pyproject", "environment", "fixture"])
def test_what_is_no_marker_may_say_that_a_run_records(
    project: Project, source: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    files = {}
    if source == "pyproject":
        files["pyproject"] = "[tool.playhead]\nrecord = 'missing'\n"
    elif source == "environment":
        monkeypatch.setenv("PLAYHEAD_RECORD", "missing")
    else:
        files["conftest"] = "import pytest\n@pytest.fixture\ndef playhead_config():\n    return {'record': 'missing'}\n"
    write(project, "", **files)
    project.run().assert_outcomes(passed=1)
    assert project.cassettes == ["test_users/test_get.json"]
    project.run("--record=none").assert_outcomes(passed=1)
    assert len(project.service.paths) == 1


def test_none_is_a_ceiling_for_the_settings(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    write(project, "", pyproject="[tool.playhead]\nrecord = 'all'\n")
    project.run("--record=none").assert_outcomes(failed=1)
    monkeypatch.setenv("PLAYHEAD_RECORD", "none")
    project.run("--record=all").assert_outcomes(failed=1)
    assert project.service.paths == []


CONFIG = """
import pytest

@pytest.fixture(scope={scope!r})
def port():
    return 80

@pytest.fixture(scope={scope!r})
def playhead_config(port):
    return {{"timing": port, "ignore": ["header.x-id"]}}
"""
IMPORT = "from playhead.deck.deck import session_of\n"
USES = """
import pytest
from playhead.deck.deck import session_of

@pytest.fixture(scope="module")
def wide(port_or_none):
    import playhead
    return session_of(playhead.current_deck()).options.timing

@pytest.fixture(scope="session")
def port_or_none():
    return None

@pytest.mark.cassette(ignore=["host"])
def test_a(port, deck, wide):
    assert session_of(deck).options.timing == port == 80
    assert session_of(deck).options.ignore == ("host", "header.x-id")
    assert wide == WIDE

@pytest.mark.cassette
def test_nested():
    import playhead
    with playhead.use_cassette("inner.json") as inner:
        assert session_of(inner).options.timing == 80

def test_b(wide):
    pass
"""


@pytest.mark.parametrize("scope", ["function", "module", "session"])
def test_the_fixture_gives_options_whatever_its_scope_and_its_needs(project: Project, scope: str) -> None:
    wide = "80" if scope != "function" else "'instant'"
    project.write(conftest=CONFIG.format(scope=scope), test_users=USES.replace("WIDE", wide))
    project.run().assert_outcomes(passed=3)


def test_the_fixture_may_differ_by_module(project: Project) -> None:
    config = "import pytest\n@pytest.fixture\ndef playhead_config():\n    return {'timing': NUMBER}\n"
    test = IMPORT + "def test_a(deck):\n    assert session_of(deck).options.timing == NUMBER"
    files = {f"test_{number}": (config + test).replace("NUMBER", str(number)) for number in (2, 3)}
    project.write(
        **files,
        test_4=IMPORT + "def test_a(deck):\n    assert session_of(deck).options.timing == 'instant'",
    )
    project.run().assert_outcomes(passed=3)


@pytest.mark.parametrize(
    ("value", "said"), [("3", "*playhead_config returned 3*"), ("{'x': 1}", '*playhead_config: there is no "x"*')]
)
def test_a_mistake_in_the_fixture_is_told(project: Project, value: str, said: str) -> None:
    project.write(
        test_a=f"import pytest\n@pytest.fixture\ndef playhead_config():\n    return {value}\ndef test_a(deck): pass"
    )
    result = project.run()
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines([said])


def test_use_cassette_asks_the_fixture_too_in_a_test_that_is_on_no_cassette(project: Project) -> None:
    project.write(
        conftest="""
import pytest

asked = []

@pytest.fixture
def playhead_config(request):
    asked.append(request.node.name)
    return {"timing": 7}
""",
        test_users="""
import playhead
from playhead.deck.deck import session_of
from conftest import asked

async def test_a():
    with playhead.use_cassette("a.json", ignore=["host"]) as deck:
        assert (session_of(deck).options.timing, session_of(deck).options.ignore) == (7, ("host",))

def test_b():
    assert asked == ["test_a"]
""",
    )
    project.run().assert_outcomes(passed=2)
