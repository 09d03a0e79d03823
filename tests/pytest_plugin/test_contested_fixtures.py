"""Workers of xdist add to the cassette of a fixture at once: recordings that only differ in times become one."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import count

import pytest

from tests.pytest_plugin.conftest import Project

TESTS = """
import httpx, os, pathlib, pytest, time
pytestmark = pytest.mark.cassette

def meet():
    here = pathlib.Path(os.environ["HERE"])  # both workers have opened their decks before either has written
    here.mkdir(exist_ok=True)
    (here / os.environ["PYTEST_XDIST_WORKER"]).touch()
    for _ in range(600):
        if len(list(here.iterdir())) > 1:
            return
        time.sleep(0.05)

@pytest.fixture(scope="session")
def user():
    if "PYTEST_XDIST_WORKER" in os.environ:
        meet()
    for path in PATHS:
        httpx.get(STEADY + path)

@pytest.mark.parametrize("number", range(4))
def test_user(user, number):
    time.sleep(0.3)  # so that both workers get some
    assert httpx.get(f"{STEADY}/users/{number}").status_code == 200
"""


@pytest.fixture
def steady() -> Iterator[tuple[str, Callable[[], None]]]:
    """Serve answers that only differ in the number of the request."""
    numbers = count()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("x-request-id", str(next(numbers)))
            self.send_header("content-length", "2")
            self.end_headers()
            self.wfile.write(b"hi")

        def log_message(self, *args: object) -> None:
            return

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()

    def stop() -> None:
        server.shutdown()
        thread.join()
        server.server_close()

    yield f"http://127.0.0.1:{server.server_port}", stop
    if thread.is_alive():
        stop()


@pytest.mark.parametrize(
    "added",
    [["/more"], ["/more", "/again"], ["/first"]],
    ids=["one", "two", "one that is there already, but was asked for once"],
)
def test_what_is_new_in_a_fixture_is_recorded_once(
    added: list[str],
    project: Project,
    steady: tuple[str, Callable[[], None]],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    project.plugins = ("playhead",)
    project.pytester.makeini("[pytest]")
    url, stop = steady
    text = TESTS.replace("STEADY", repr(url))
    for record, paths in (("--record", ["/first"]), ("--record=new", ["/first", *added])):
        monkeypatch.setenv("HERE", f"met{record}")
        project.write(test_users=text.replace("PATHS", repr(paths)))
        result = project.run_apart(record, "-n2")
        result.assert_outcomes(passed=4)
        assert result.ret == 0
        asked = [path.removeprefix(url) for _, path in project.origins("_fixtures/test_users/user.json")]
        assert asked == paths
    stop()
    result = project.run_apart()
    result.assert_outcomes(passed=4)
    result.stdout.no_fnmatch_line("unplayed *")
