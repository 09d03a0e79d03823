"""`playhead migrate` on suites as they are: recorded by vcrpy, migrated, and run with the service gone."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from textwrap import dedent
from threading import Thread

import pytest
from click.testing import CliRunner, Result

from playhead.cli.main import main

RECORDER = """
import sys, httpx, vcr
for path, url in zip(sys.argv[1::2], sys.argv[2::2]):
    with vcr.use_cassette(path):
        httpx.get(url, headers={"authorization": "Bearer secret-of-mine"})
"""


class _Users(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        body = json.dumps({"path": self.path}).encode()
        self.send_response(200)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args: object) -> None:
        """Print nothing."""


def recorded(folder: Path, **paths: str) -> str:
    """Record each path of the service at the cassette with that name, stop the service, and return its address."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Users)
    Thread(target=server.serve_forever, daemon=True).start()
    url = f"http://127.0.0.1:{server.server_address[1]}"
    arguments = [text for path, cassette in paths.items() for text in (str(folder / cassette), f"{url}/{path}")]
    subprocess.run([sys.executable, "-c", RECORDER, *arguments], check=True, cwd=folder)
    server.shutdown()
    server.server_close()
    return url


def write(folder: Path, name: str, text: str) -> Path:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(dedent(text))
    return path


def suite(folder: Path) -> Path:
    """Make a suite of pytest-recording and vcrpy, with its cassettes."""
    url = recorded(
        folder,
        one="tests/cassettes/test_users/test_one.yaml",
        two="tests/cassettes/test_users/TestUsers.test_two.yaml",
        a="tests/cassettes/test_users/test_each[a].yaml",
        **{"b/c?d=e": "tests/cassettes/test_users/test_each[b-c-d=e].yaml"},
        named="tests/cassettes/test_users/shared.yaml",
        plain="tests/tapes/plain.yaml",
    )
    write(folder, "pyproject.toml", '[tool.pytest.ini_options]\naddopts = "--record-mode=none -q"\n')
    write(
        folder,
        "tests/conftest.py",
        """\
        import pytest

        @pytest.fixture(scope="module")
        def vcr_config():
            return {"filter_headers": ["authorization"]}
        """,
    )
    write(
        folder,
        "tests/test_users.py",
        f"""\
        import os
        import httpx
        import pytest
        import vcr

        URL = "{url}"
        HERE = os.path.dirname(__file__)

        def path_of(name):
            return httpx.get(f"{{URL}}/{{name}}", headers={{"authorization": "Bearer secret-of-mine"}}).json()["path"]

        @pytest.mark.vcr()
        def test_one(vcr):
            assert path_of("one") == "/one"

        class TestUsers:
            @pytest.mark.vcr
            @pytest.mark.block_network
            def test_two(self):
                assert path_of("two") == "/two"

        @pytest.mark.vcr
        @pytest.mark.parametrize("name", ["a", "b/c?d=e"])
        def test_each(name):
            assert path_of(name) == f"/{{name}}"

        @pytest.mark.vcr
        @pytest.mark.default_cassette("shared.yaml")
        def test_named():
            assert path_of("named") == "/named"

        @vcr.use_cassette(os.path.join(HERE, "tapes", "plain.yaml"), record_mode="none")
        def test_plain():
            assert path_of("plain") == "/plain"
        """,
    )
    return folder


def migrated(folder: Path, *options: str) -> Result:
    return CliRunner().invoke(main, ["migrate", str(folder), *options])


def contents(folder: Path) -> dict[str, bytes]:
    return {str(each.relative_to(folder)): each.read_bytes() for each in folder.rglob("*") if each.is_file()}


def test_a_migrated_suite_runs_without_the_service(tmp_path: Path) -> None:
    folder = suite(tmp_path)
    before = contents(folder)
    dry = migrated(folder)
    assert dry.exit_code == 0, dry.output
    assert "-@pytest.mark.vcr()\n-def test_one(vcr):\n+@pytest.mark.cassette\n+def test_one():\n" in dry.output
    assert "move tests/cassettes/test_users/test_one.yaml -> cassettes/test_users/test_one.json" in dry.output
    assert contents(folder) == before

    done = migrated(folder, "--write")
    assert done.exit_code == 0, done.output
    assert not list(folder.rglob("*.yaml"))
    assert "secret-of-mine" not in "".join(each.read_text() for each in folder.rglob("*.json"))
    env = {**os.environ, "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}
    command = [sys.executable, "-m", "pytest", "-p", "playhead.pytest_plugin.plugin", "--strict-markers", "-W", "error"]
    run = subprocess.run(command, cwd=folder, env=env, capture_output=True, text=True, check=False)
    assert "6 passed" in run.stdout, run.stdout + run.stderr
    assert "played         6" in run.stdout

    after = {name: data for name, data in contents(folder).items() if "__pycache__" not in name}
    again = migrated(folder, "--write")
    assert "rewrote 0 files (0 lines) and 0 cassettes" in again.output
    assert {name: data for name, data in contents(folder).items() if "__pycache__" not in name} == after


def test_match_vcrpy_is_written_into_the_settings(tmp_path: Path) -> None:
    write(tmp_path, "pyproject.toml", "[tool.pytest.ini_options]\n")
    result = migrated(tmp_path, "--write", "--match=vcrpy")
    assert result.exit_code == 0, result.output
    assert 'match = "vcrpy"' in (tmp_path / "pyproject.toml").read_text()
    assert 'match="exact"' in result.output


def test_cassettes_stay_where_a_marker_of_vcrpy_stays(tmp_path: Path) -> None:
    recorded(tmp_path, one="tests/cassettes/test_a/test_one.yaml")
    write(tmp_path, "pyproject.toml", "[tool.pytest.ini_options]\n")
    text = "import pytest\n\n@pytest.mark.vcr(before_record_request=print)\ndef test_one():\n    pass\n"
    module = write(tmp_path, "tests/test_a.py", text)
    result = migrated(tmp_path, "--write")
    assert module.read_text() == text
    assert (tmp_path / "tests/cassettes/test_a/test_one.yaml").is_file()
    assert "tests/test_a.py:3: before_record_request" in result.output


def test_a_cassette_that_cannot_be_read_is_listed_and_stays(tmp_path: Path) -> None:
    write(tmp_path, "pyproject.toml", "[tool.pytest.ini_options]\n")
    write(tmp_path, "tests/test_a.py", "import pytest\n\n@pytest.mark.vcr\ndef test_one():\n    pass\n")
    broken = write(tmp_path, "tests/cassettes/test_a/test_one.yaml", "interactions: [\n")
    result = migrated(tmp_path, "--write")
    assert result.exit_code == 0, result.output
    assert broken.is_file()
    assert "tests/cassettes/test_a/test_one.yaml:1: the cassette" in result.output


def test_a_cassette_of_no_test_is_listed_and_stays(tmp_path: Path) -> None:
    write(tmp_path, "pyproject.toml", "[tool.pytest.ini_options]\n")
    write(tmp_path, "tests/test_a.py", "import pytest\n\n@pytest.mark.vcr\ndef test_one():\n    pass\n")
    stray = write(tmp_path, "tests/cassettes/old.yaml", "interactions: []\nversion: 1\n")
    result = migrated(tmp_path, "--write")
    assert stray.is_file()
    assert "tests/cassettes/old.yaml:1: the cassette\n  why   no test or call that was read names it" in result.output


def test_uncommitted_changes_stop_it(tmp_path: Path) -> None:
    subprocess.run(["git", "init", "-q", str(tmp_path)], check=True)
    write(tmp_path, "pyproject.toml", "[tool.pytest.ini_options]\n")
    module = write(tmp_path, "test_a.py", "import pytest\n\n@pytest.mark.vcr\ndef test_one():\n    pass\n")
    result = migrated(tmp_path, "--write")
    assert result.exit_code == 2
    assert "has uncommitted changes: commit them first, or pass --force." in result.output
    assert "pytest.mark.vcr" in module.read_text()
    assert migrated(tmp_path, "--write", "--force").exit_code == 0
    assert "pytest.mark.cassette" in module.read_text()


def test_a_path_that_does_not_exist_is_wrong_usage(tmp_path: Path) -> None:
    assert migrated(tmp_path / "none").exit_code == 2


def test_without_libcst_the_command_says_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [each for each in sys.modules if each.startswith("playhead.services.migrating")]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "libcst", None)
    result = migrated(tmp_path)
    assert result.exit_code == 2
    assert "pip install 'playhead[migrate]'" in result.output
