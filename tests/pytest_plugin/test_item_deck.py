"""The deck of a test, as the user sees it."""

from __future__ import annotations

import os
import socket
import time

import pytest

import playhead
from tests.pytest_plugin.conftest import Project
from tests.support.inner import run_inside

ASYNC = """
import httpx, pytest

@pytest.mark.cassette
async def test_get():
    async with httpx.AsyncClient() as client:
        assert (await client.get(SERVICE + "/users/1")).json()["path"] == "/users/1"
"""

SYNC = """
import httpx, pytest

@pytest.mark.cassette
def test_get():
    assert httpx.get(SERVICE + "/users/1").json()["path"] == "/users/1"
"""


@pytest.mark.parametrize("body", [ASYNC, SYNC], ids=["async", "sync"])
def test_what_is_recorded_once_is_replayed_without_the_service(project: Project, body: str) -> None:
    project.write(test_users=body)
    project.run("--record").assert_outcomes(passed=1)
    assert project.cassettes == ["test_users/test_get.json"]
    assert project.origins("test_users/test_get.json") == [("tests/test_users.py::test_get", "/users/1")]
    project.service.stop()
    project.run().assert_outcomes(passed=1)
    project.run("--record").assert_outcomes(passed=1)


def test_without_a_cassette_the_first_request_says_what_to_type(project: Project) -> None:
    project.write(test_users=ASYNC)
    result = project.run()
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(
        [
            "*CassetteMissing: There is no cassette at cassettes/test_users/test_get.json*",
            "*record    pytest --record* tests/test_users.py::test_get*",
            "missing * 1  tests/test_users.py::test_get  CassetteMissing",
        ]
    )
    assert project.service.paths == []
    assert project.cassettes == []


FAILING = {
    "in the test": "def test_get(made):\n    assert False",
    "in a teardown": """
@pytest.fixture
def broken(made):
    yield
    raise RuntimeError

def test_get(broken):
    pass
""",
    "in a setup": "@pytest.fixture\ndef broken(made):\n    raise RuntimeError\n\ndef test_get(broken):\n    pass",
    "strictly passing": "@pytest.mark.xfail(strict=True, reason='')\ndef test_get(made):\n    pass",
    "in a wider teardown": """
@pytest.fixture(scope="module")
def broken():
    yield
    raise RuntimeError

def test_get(broken, made):
    pass
""",
    "in a unittest": """
class TestCase(unittest.TestCase):
    @pytest.fixture(autouse=True)
    def make(self, made):
        pass

    def test_get(self):
        self.fail()
""",
}


@pytest.mark.parametrize("failure", FAILING)
def test_a_failed_test_writes_no_cassette_but_leaves_a_journal_that_the_summary_names(
    project: Project, failure: str
) -> None:
    head = """
import httpx, pytest, unittest
pytestmark = pytest.mark.cassette("users")

@pytest.fixture
def made():
    httpx.get(SERVICE + "/users/1")

"""
    project.write(test_users=head + FAILING[failure])
    result = project.run("--record")
    assert project.cassettes == ["users.json.journal"]
    result.stdout.fnmatch_lines(["journal *cassettes/users.json.journal", "*test_get*playhead recover*"])


@pytest.mark.parametrize("failure", FAILING)
def test_a_failed_test_writes_its_cassette_if_it_says_so(project: Project, failure: str) -> None:
    head = """
import httpx, pytest, unittest
pytestmark = pytest.mark.cassette("users", keep_on_error=True)

@pytest.fixture
def made():
    httpx.get(SERVICE + "/users/1")

"""
    project.write(test_users=head + FAILING[failure])
    result = project.run("--record")
    assert project.cassettes == ["users.json"]
    result.stdout.fnmatch_lines(["recorded * 1  cassettes/users.json"])
    result.stdout.no_fnmatch_line("journal *")
    result = project.run()
    assert len(project.service.paths) == 1
    result.stdout.fnmatch_lines(["played * 1"])


def test_a_skipped_test_leaves_nothing(project: Project) -> None:
    project.write(
        test_users="""
import httpx, pytest

@pytest.mark.cassette
def test_get():
    httpx.get(SERVICE + "/users/1")
    pytest.skip()
"""
    )
    project.run("--record").assert_outcomes(skipped=1)
    assert project.cassettes == []


def test_a_passing_test_that_recorded_nothing_leaves_nothing(project: Project) -> None:
    project.write(test_users="def test_get(deck):\n    assert deck.interactions == ()")
    for mode in ("missing", "new", "all"):
        project.run(f"--record={mode}").assert_outcomes(passed=1)
        assert project.cassettes == []


SWALLOWING = """
import httpx, pytest

@pytest.mark.cassette("users")
def test_first():
    assert httpx.get(SERVICE + "/users/1").status_code == 200

@pytest.mark.cassette("users")
{kind} test_second():
    try:
        {request}
    except Exception:
        pass
"""
KINDS = {
    "sync": ("def", 'httpx.get(SERVICE + "/users/2")'),
    "async": ("async def", 'await httpx.AsyncClient().get(SERVICE + "/users/2")'),
}


@pytest.mark.parametrize("kind", KINDS)
def test_a_swallowed_miss_fails_the_test_in_its_call(project: Project, kind: str) -> None:
    project.write(test_users=SWALLOWING.format(kind="def", request="pass"))
    project.run("--record").assert_outcomes(passed=2)
    project.write(test_users=SWALLOWING.format(kind=KINDS[kind][0], request=KINDS[kind][1]))
    result = project.run()
    result.assert_outcomes(passed=1, failed=1)
    result.stdout.fnmatch_lines(["*NoMatch: GET /users/2 on * was never recorded*", "*cassette  cassettes/users.json*"])


def test_a_miss_swallowed_in_a_teardown_is_an_error(project: Project) -> None:
    project.write(
        test_users="""
import contextlib, httpx, pytest

@pytest.fixture
def client():
    yield
    with contextlib.suppress(Exception):
        httpx.get(SERVICE + "/users/2")

@pytest.mark.cassette
def test_get(client):
    pass
"""
    )
    result = project.run()
    result.assert_outcomes(passed=1, errors=1)
    result.stdout.fnmatch_lines(["*CassetteMissing*"])


def test_a_miss_is_shown_beside_the_error_that_it_caused(project: Project) -> None:
    project.write(
        test_users="""
import contextlib, httpx

def test_get(deck):
    with contextlib.suppress(Exception):
        httpx.get(SERVICE + "/users/2")
    assert "users" == "none"
"""
    )
    result = project.run()
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(
        ["*AssertionError*", "*- Captured playhead call -*", "CassetteMissing: There is no cassette*"]
    )


def test_an_acknowledged_miss_is_forgiven(project: Project) -> None:
    project.write(
        test_users="""
import httpx, pytest, playhead

def test_get(deck):
    with pytest.raises(playhead.CassetteMissing) as caught:
        httpx.get(SERVICE + "/users/2")
    deck.acknowledge(caught.value)
"""
    )
    project.run().assert_outcomes(passed=1)


def test_function_scoped_fixtures_are_on_the_tests_cassette(project: Project) -> None:
    project.write(
        test_users="""
import httpx, pytest

@pytest.fixture
async def token():
    async with httpx.AsyncClient() as client:
        yield (await client.get(SERVICE + "/token")).json()
        await client.get(SERVICE + "/logout")

@pytest.fixture(autouse=True)
def first():
    httpx.get(SERVICE + "/first")

@pytest.mark.cassette
async def test_get(token):
    async with httpx.AsyncClient() as client:
        await client.get(SERVICE + "/users/1")
"""
    )
    project.run("--record").assert_outcomes(passed=1)
    assert [path for _, path in project.origins("test_users/test_get.json")] == [
        "/first",
        "/token",
        "/users/1",
        "/logout",
    ]
    project.service.stop()
    project.run().assert_outcomes(passed=1)


def test_a_deck_inside_a_test_is_nested_in_the_tests_own(project: Project) -> None:
    project.write(
        test_users="""
import httpx, playhead

def test_get(deck):
    httpx.get(SERVICE + "/outer")
    with playhead.use_cassette("inner.json") as inner:
        httpx.get(SERVICE + "/inner")
        assert playhead.current_deck() is inner
    assert playhead.current_deck() is deck
"""
    )
    project.run("--record").assert_outcomes(passed=1)
    assert [path for _, path in project.origins("test_users/test_get.json")] == ["/outer"]
    assert [path for _, path in project.origins("../inner.json")] == ["/inner"]
    project.service.stop()
    project.run().assert_outcomes(passed=1)


def test_a_broken_cassette_is_an_error_and_stays_as_it_is(project: Project) -> None:
    project.write(
        test_users="""
import pytest

@pytest.fixture
def client():
    pass

@pytest.mark.cassette("broken")
def test_broken(client):
    pass

def test_next(client):
    pass
"""
    )
    broken = project.path / "cassettes" / "broken.json"
    broken.parent.mkdir()
    broken.write_text('{"playhead": 1, ')
    for args in ((), ("--record=all",)):
        result = project.run(*args)
        result.assert_outcomes(passed=1, errors=1)
        result.stdout.fnmatch_lines(["*CassetteCorrupt*"])
    assert broken.read_text() == '{"playhead": 1, '


def test_re_recording_replaces_only_the_tests_own(project: Project) -> None:
    project.write(
        test_users="""
import httpx, pytest
pytestmark = pytest.mark.cassette("shared")

def test_a():
    httpx.get(SERVICE + "/a")

def test_b():
    httpx.get(SERVICE + "/b")
"""
    )
    project.run("--record").assert_outcomes(passed=2)
    both = [("tests/test_users.py::test_a", "/a"), ("tests/test_users.py::test_b", "/b")]
    assert project.origins("shared.json") == both
    before = (project.path / "cassettes" / "shared.json").read_text()
    project.run("--record=all", "-k", "test_a").assert_outcomes(passed=1)
    assert project.origins("shared.json") == both
    after = (project.path / "cassettes" / "shared.json").read_text()
    assert before.count('"n": 1') == 1
    assert after.count('"n": 3') == 1
    assert after.count('"n": 2') == 1


def test_the_network_is_closed_to_a_replaying_test_and_the_error_names_it(project: Project) -> None:
    project.write(
        test_users="""
import socket, pytest

@pytest.mark.cassette
def test_get():
    socket.create_connection(("192.0.2.1", 80), timeout=1)

def test_other():
    assert "connect" not in vars(socket.socket)
"""
    )
    result = project.run()
    result.assert_outcomes(passed=1, failed=1)
    result.stdout.fnmatch_lines(
        [
            "*NetworkBlocked: tests/test_users.py::test_get reached for the network at 192.0.2.1:80*",
            "*caller    tests/test_users.py:6 in test_get*",
        ]
    )


def test_a_run_that_records_keeps_what_it_replays_off_the_network_too(project: Project) -> None:
    project.write(
        test_users="""
import httpx, pathlib, pytest, socket

@pytest.mark.cassette
def test_get():
    httpx.get(SERVICE + "/users/1")
    if pathlib.Path("again").exists():
        socket.create_connection(("192.0.2.1", 80), timeout=1)
"""
    )
    project.run("--record").assert_outcomes(passed=1)
    (project.path / "again").touch()
    result = project.run("--record")
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["*NetworkBlocked: * at 192.0.2.1:80*", "* deck.double(...) *"])


def test_a_marker_that_forbids_recording_is_named_in_a_run_that_records(project: Project) -> None:
    project.write(test_users=ASYNC.replace("@pytest.mark.cassette", '@pytest.mark.cassette(record="none")'))
    result = project.run("--record")
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(['*ceiling   record="none" in the code forbids recording*'])


def test_a_drift_that_is_no_error_is_told_with_its_first_place(project: Project) -> None:
    text = """
import httpx, pytest

@pytest.mark.cassette(on_request_drift="warn")
def test_get():
    httpx.get(SERVICE + "/users/1", params={"page": PAGE})
"""
    project.write(test_users=text.replace("PAGE", "1"))
    project.run("--record").assert_outcomes(passed=1)
    project.service.stop()
    project.write(test_users=text.replace("PAGE", "2"))
    result = project.run("-W", "default")
    result.assert_outcomes(passed=1, warnings=1)
    place = 'query.page recorded "1", sent "2".'
    result.stdout.fnmatch_lines([f"*PlayheadWarning: *{place}", f"drifted * 1  tests/*{place}"])
    assert "see below" not in result.stdout.str()


def test_a_swallowed_block_fails_the_test(project: Project) -> None:
    project.write(
        test_users="""
import asyncio, contextlib, pytest

@pytest.mark.cassette
async def test_get():
    with contextlib.suppress(Exception):
        await asyncio.open_connection("api.test", 80)
"""
    )
    result = project.run()
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["*NetworkBlocked*api.test:80*", "*caller    tests/test_users.py:7 in test_get*"])


def test_loopback_and_passthrough_stay_open(project: Project) -> None:
    project.write(
        test_users="""
import socket, urllib.request, pytest

@pytest.mark.cassette(passthrough=["192.0.2.*"])
def test_get():
    assert urllib.request.urlopen(SERVICE + "/live").status == 200
    with socket.socket(type=socket.SOCK_DGRAM) as sock:
        try:
            sock.connect(("192.0.2.1", 80))
        except OSError:
            pass
"""
    )
    project.run().assert_outcomes(passed=1)


def test_an_interrupted_run_closes_what_is_open(project: Project) -> None:
    project.write(
        test_users="""
import httpx

def test_get(deck):
    httpx.get(SERVICE + "/a")
    raise KeyboardInterrupt
"""
    )
    run_inside(project.pytester, "--record", no_reraise_ctrlc=True)
    assert project.cassettes == ["test_users/test_get.json.journal"]
    assert playhead.current_deck() is None
    assert "connect" not in vars(socket.socket)


def test_a_test_that_is_run_again_after_a_failure_is_recorded_afresh(project: Project) -> None:
    project.write(
        conftest="""
from _pytest.runner import runtestprotocol

def pytest_runtest_protocol(item, nextitem):
    reports = runtestprotocol(item, nextitem=nextitem, log=False)
    if any(report.failed for report in reports):
        item._initrequest()
        reports = runtestprotocol(item, nextitem=nextitem, log=False)
    for report in reports:
        item.ihook.pytest_runtest_logreport(report=report)
    return True
""",
        test_users="""
import httpx

runs = []

def test_get(deck):
    runs.append(1)
    httpx.get(SERVICE + f"/run/{len(runs)}")
    assert len(runs) == 2
""",
    )
    project.run("--record").assert_outcomes(passed=1)
    assert [path for _, path in project.origins("test_users/test_get.json")] == ["/run/2"]
    assert project.cassettes == ["test_users/test_get.json"]


DECK_OF_ITS_OWN = """
import httpx, playhead

def test_get():
    with playhead.use_cassette("own.json"):
        assert httpx.get(SERVICE + "/users/1").status_code == 200
"""


@pytest.mark.parametrize("workers", [(), ("-n2",)], ids=["alone", "xdist"])
def test_a_deck_that_a_test_opens_itself_is_in_the_summary(project: Project, workers: tuple[str, ...]) -> None:
    project.write(test_own=DECK_OF_ITS_OWN)
    project.run_apart("--record", *workers).stdout.fnmatch_lines(["recorded       1  own.json"])
    project.service.stop()
    project.run_apart(*workers).stdout.fnmatch_lines(["played         1"])


FLAKY = """
import os, httpx, pytest
pytestmark = pytest.mark.cassette("users")

@pytest.fixture(scope="module")
def wide():
    httpx.get(SERVICE + "/wide")
    assert "FIXTURE" not in os.environ

def test_get(wide):
    httpx.get(SERVICE + "/users/1")
    assert "FAIL" not in os.environ

def test_other():
    httpx.get(SERVICE + "/users/2")
    assert "OTHER" not in os.environ
"""


def test_journals_of_earlier_runs_go_when_their_test_passes(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    project.write(test_users=FLAKY)
    monkeypatch.setenv("FAIL", "1")
    for _ in range(2):
        project.run("--record", "-k", "test_get").assert_outcomes(failed=1)
    monkeypatch.delenv("FAIL")
    monkeypatch.setenv("OTHER", "1")
    project.run("--record", "-k", "test_other").assert_outcomes(failed=1)
    journals = [name for name in project.cassettes if name.endswith(".journal")]
    assert len(journals) == 3
    project.run("--record", "-k", "test_get").assert_outcomes(passed=1)
    (left,) = (name for name in project.cassettes if name.endswith(".journal"))
    assert left in journals
    assert b"/users/2" in (project.path / "cassettes" / left).read_bytes()
    monkeypatch.delenv("OTHER")
    project.run("--record").assert_outcomes(passed=2)
    assert project.cassettes == ["_fixtures/test_users/wide.json", "users.json"]


def test_journals_of_a_wider_fixture_go_when_it_passes(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    project.write(test_users=FLAKY)
    monkeypatch.setenv("FIXTURE", "1")
    project.run("--record", "-k", "test_get").assert_outcomes(errors=1)
    assert project.cassettes == ["_fixtures/test_users/wide.json.journal"]
    monkeypatch.delenv("FIXTURE")
    project.run("--record", "-k", "test_get").assert_outcomes(passed=1)
    assert project.cassettes == ["_fixtures/test_users/wide.json", "users.json"]


def test_a_journal_that_may_still_be_written_to_stays(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    project.write(test_users=FLAKY)
    monkeypatch.setenv("FAIL", "1")
    project.run("--record", "-k", "test_get").assert_outcomes(failed=1)
    monkeypatch.delenv("FAIL")
    journal = project.path / "cassettes" / "users.json.journal"
    damaged = journal.with_name("users.json.1-1.journal")
    damaged.write_bytes(b"no journal")
    os.utime(damaged, (1, 1))
    later = time.time() + 600
    os.utime(journal, (later, later))
    project.run("--record", "-k", "test_get").assert_outcomes(passed=1)
    assert journal.exists()
    assert damaged.exists()


@pytest.mark.parametrize("mode", ["missing", "new", "all"])
def test_where_nothing_was_recorded_not_even_a_folder_is_made(project: Project, mode: str) -> None:
    project.write(
        test_users="""
import unittest, pytest

@pytest.mark.cassette
class TestCase(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        pass

    def test_a(self):
        pass

def test_b(deck):
    pass
"""
    )
    project.run(f"--record={mode}").assert_outcomes(passed=2)
    assert not (project.path / "cassettes").exists()
