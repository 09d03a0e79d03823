"""The services that the acceptance tests were recorded from. They run only while recording; replaying needs none.

Each has an origin of its own name, so a cassette says `origin://users/...` whatever port the service had.
"""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
import tempfile
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

import playhead
from playhead.demo.serving import free_port, serving, wait_for

Urls = dict[str, str]

PORTS = {"users": 8101, "httpbin": 8102, "datasette": 8103, "models": 8104}
"""The ports of the services if these are free: some answers mention the port, which should not change."""


@cache
def where() -> Urls:
    """The address of each service, or the one it would have."""
    alone = "PYTEST_XDIST_WORKER" not in os.environ
    return {name: f"http://127.0.0.1:{free_port(port if alone else 0)}" for name, port in PORTS.items()}


@pytest.fixture(scope="session")
def playhead_config() -> dict[str, object]:
    """The options of every cassette in this folder."""
    return {"origins": where()}


@pytest.fixture(scope="session")
def urls() -> Urls:
    """The base URL of each service, by name."""
    return where()


@pytest.fixture
def users_url(deck: playhead.Deck, urls: Urls, request: pytest.FixtureRequest) -> str:
    """The tutorial's service."""
    return _served("users", deck, urls, request)


@pytest.fixture
def httpbin_url(deck: playhead.Deck, urls: Urls, request: pytest.FixtureRequest) -> str:
    """httpbin, as pytest-httpbin serves it."""
    return _served("httpbin", deck, urls, request)


@pytest.fixture
def datasette_url(deck: playhead.Deck, urls: Urls, request: pytest.FixtureRequest) -> str:
    """Datasette with a small database. Recording skips where it is not installed."""
    return _served("datasette", deck, urls, request)


@pytest.fixture
def models_url(deck: playhead.Deck, urls: Urls, request: pytest.FixtureRequest) -> str:
    """A server that speaks enough of the protocols of model providers for their own SDKs."""
    return _served("models", deck, urls, request)


@pytest.fixture
def users_service(urls: Urls) -> Iterator[None]:
    """A service with a fresh memory for each test, as what one test creates would change what the next one reads."""
    from tests.support.tutorial_service import create_app

    with serving(create_app(), _port(urls["users"])):
        yield


@pytest.fixture(scope="module")
def models_service(urls: Urls) -> Iterator[None]:
    from tests.support.model_service import create_app

    with serving(create_app(), _port(urls["models"])):
        yield


@pytest.fixture(scope="module")
def httpbin_service(urls: Urls) -> Iterator[None]:
    from pytest_httpbin.serve import Server

    httpbin = pytest.importorskip("httpbin")
    server = Server(application=httpbin.app, port=_port(urls["httpbin"]))
    server.start()
    yield
    server.stop()
    server._server.server_close()  # else its listening socket is left to the garbage collector


@pytest.fixture(scope="module")
def datasette_service(urls: Urls) -> Iterator[None]:
    program = shutil.which("datasette")
    if program is None:
        pytest.skip("recording needs datasette on the PATH: pip install datasette")
    with tempfile.TemporaryDirectory() as folder:
        database = Path(folder) / "museum.db"
        _fill(database)
        port = _port(urls["datasette"])
        process = subprocess.Popen([program, "serve", str(database), "--port", str(port)])
        try:
            wait_for(port)
            yield
        finally:
            process.terminate()
            process.wait(timeout=15)


def _served(name: str, deck: playhead.Deck, urls: Urls, request: pytest.FixtureRequest) -> str:
    """Return where a service is, and start it if its answers are recorded."""
    if deck.recording:
        request.getfixturevalue(f"{name}_service")
    return urls[name]


def _port(url: str) -> int:
    return int(url.rpartition(":")[2])


def _fill(database: Path) -> None:
    with sqlite3.connect(database) as connection:
        connection.execute("create table painting (id integer primary key, title text, painter text, year integer)")
        connection.executemany(
            "insert into painting (title, painter, year) values (?, ?, ?)",
            [
                ("The Night Watch", "Rembrandt", 1642),
                ("The Milkmaid", "Vermeer", 1658),
                ("Girl with a Pearl Earring", "Vermeer", 1665),
                ("Water Lilies", "Monet", 1906),
                ("The Starry Night", "van Gogh", 1889),
            ],
        )
    connection.close()
