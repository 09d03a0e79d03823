"""A project to run pytest in, and a real service on loopback that can be stopped."""

from __future__ import annotations

import json
import os
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import anyio._backends._asyncio  # noqa: F401 - imported before the runs inside of this one, which forget what they import
import httpcore  # noqa: F401 - likewise; httpx keeps a table of its errors
import httpcore2  # noqa: F401 - likewise
import httpx  # noqa: F401
import httpx2  # noqa: F401
import pytest

import playhead.clients.httpx.front
import playhead.codecs.msgpack
import playhead.pytest_plugin.run
import playhead.pytest_plugin.settings
import playhead.pytest_plugin.summary
import playhead.pytest_plugin.usage
import playhead.pytest_plugin.virtual
import playhead.redaction.scan  # noqa: F401
from tests.support.inner import PLUGINS, run_inside


class Service:
    """Answers every request with its path and the number of earlier requests."""

    def __init__(self) -> None:
        service = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                service.paths.append(self.path)
                body = json.dumps(
                    {"path": self.path, "n": len(service.paths), "access_token": "tok-0123456789"}
                ).encode()
                self.send_response(200)
                self.send_header("content-type", "application/json")
                self.send_header("content-length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *args: object) -> None:
                return

        self.paths: list[str] = []
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.01,))
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        self._running = True
        self._thread.start()

    def stop(self) -> None:
        """Stop answering."""
        if self._running:
            self._running = False
            self._server.shutdown()
            self._thread.join()
            self._server.server_close()


@dataclass
class Project:
    """A project with tests, and the files that a run leaves."""

    pytester: pytest.Pytester
    service: Service
    plugins: tuple[str, ...] = PLUGINS

    @property
    def path(self) -> Path:
        """The rootdir of the project."""
        return self.pytester.path

    def write(self, **files: str) -> None:
        """Write modules below tests/, by name; `conftest` and `pyproject` go to the root."""
        for name, text in files.items():
            path = self.path / ("pyproject.toml" if name == "pyproject" else f"tests/{name}.py")
            path.parent.mkdir(exist_ok=True)
            path.write_text(text.replace("SERVICE", repr(self.service.url)))

    def run(self, *args: str) -> pytest.RunResult:
        """Run pytest in this process."""
        return run_inside(self.pytester, *args, plugins=self.plugins)

    def run_apart(self, *args: str) -> pytest.RunResult:
        """Run pytest in a process of its own."""
        return run_inside(self.pytester, *args, plugins=self.plugins, apart=True)

    @property
    def cassettes(self) -> list[str]:
        """The files in cassettes/, as relative paths."""
        folder = self.path / "cassettes"
        return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())

    def origins(self, cassette: str) -> list[tuple[str, str]]:
        """Return origin and path of each request on a cassette."""
        document = json.loads((self.path / "cassettes" / cassette).read_text())
        return [
            (each.get("origin", ""), each["request"]["url"].removeprefix(self.service.url))
            for each in document["interactions"]
        ]


@pytest.fixture
def service() -> Iterator[Service]:
    """Run the service."""
    running = Service()
    yield running
    running.stop()


@pytest.fixture
def project(pytester: pytest.Pytester, service: Service, monkeypatch: pytest.MonkeyPatch) -> Project:
    """Make an empty project with a rootdir of its own."""
    for name in list(os.environ):
        if name.startswith("PLAYHEAD_"):
            monkeypatch.delenv(name)
    pytester.makeini("[pytest]\nasyncio_mode = auto\nasyncio_default_fixture_loop_scope = function\n")
    return Project(pytester, service)
