"""Suites of pytest-recording, run as they stand on `-p playhead.compat.pytest_recording`, in processes of their own."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest
import vcr

from tests.pytest_plugin.conftest import Service, service

__all__ = ["service"]

SUITE = """
import httpx, pytest, urllib.request

@pytest.mark.vcr
def test_get():
    assert httpx.get(URL + "/a?access_token=tok-9876543210fedcba").json()["path"].startswith("/a")

@pytest.mark.vcr
class TestMany:
    @pytest.mark.parametrize("path", ["b", "c/d"])
    async def test_async(self, path):
        async with httpx.AsyncClient() as client:
            assert (await client.get(f"{URL}/{path}")).json()["path"] == f"/{path}"

@pytest.mark.vcr
def test_urllib():
    assert b"/e" in urllib.request.urlopen(URL + "/e").read()
"""
RIVAL = """
def pytest_addoption(parser):
    parser.addoption("--record-mode")
    parser.addoption("--block-network")

def pytest_report_header():
    return "the rival is loaded"
"""


@dataclass
class Suite:
    """A suite in a folder, and what a run of it says."""

    path: Path
    service: Service

    def write(self, text: str, name: str = "test_it.py") -> None:
        """Write a module of the suite."""
        (self.path / name).write_text(text.replace("URL", repr(self.service.url)))

    def run(self, *args: str, **environment: str) -> subprocess.CompletedProcess[str]:
        """Run it, with pytest-recording's place taken by a stand-in that has the same options."""
        others = self.path / "others"
        information = others / "rival-1.dist-info"
        information.mkdir(parents=True, exist_ok=True)
        (information / "METADATA").write_text("Metadata-Version: 2.1\nName: rival\nVersion: 1\n")
        (information / "entry_points.txt").write_text("[pytest11]\nrecording = rival_plugin\n")
        (others / "rival_plugin.py").write_text(RIVAL)
        paths = os.pathsep.join(filter(None, (str(others), os.environ.get("PYTHONPATH", ""))))
        kept = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST")}
        return subprocess.run(
            [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "-p", "no:randomly", "-p", "no:httpbin", *args],
            cwd=self.path,
            env={**kept, "PYTHONPATH": paths, "PYTHONDONTWRITEBYTECODE": "1", **environment},
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )

    @property
    def files(self) -> list[str]:
        """The cassettes of the suite."""
        return sorted(path.relative_to(self.path).as_posix() for path in self.path.rglob("*.yaml"))


@pytest.fixture
def suite(tmp_path: Path, service: Service) -> Suite:
    (tmp_path / "pytest.ini").write_text(
        "[pytest]\nasyncio_mode = auto\nasyncio_default_fixture_loop_scope = function\nfilterwarnings = error\n"
    )
    return Suite(tmp_path, service)


PLUGIN = ("-p", "playhead.compat.pytest_recording")


def test_a_suite_is_recorded_and_replayed_in_its_own_files(suite: Suite) -> None:
    suite.write(SUITE)
    recorded = suite.run(*PLUGIN, "--record-mode=once")
    assert "4 passed" in recorded.stdout, recorded.stdout
    assert suite.files == [
        "cassettes/test_it/TestMany.test_async[b].yaml",
        "cassettes/test_it/TestMany.test_async[c-d].yaml",
        "cassettes/test_it/test_get.yaml",
        "cassettes/test_it/test_urllib.yaml",
    ]
    before = {name: (suite.path / name).read_bytes() for name in suite.files}
    assert b"tok-9876543210fedcba" not in b"".join(before.values())
    suite.service.stop()
    replayed = suite.run(*PLUGIN, "--block-network")
    assert "4 passed" in replayed.stdout, replayed.stdout
    assert "playhead.compat" in replayed.stdout
    assert "the rival is loaded" not in replayed.stdout
    assert "played         4" in replayed.stdout
    assert {name: (suite.path / name).read_bytes() for name in suite.files} == before


def test_cassettes_of_vcrpy_are_replayed_untouched_and_what_has_drifted_is_told(suite: Suite) -> None:
    path = suite.path / "cassettes" / "test_it" / "test_post.yaml"
    path.parent.mkdir(parents=True)
    with vcr.use_cassette(str(path)):
        httpx.get(suite.service.url + "/a")
        httpx.request("GET", suite.service.url + "/b", json={"name": "Ada"})
    before = path.read_bytes()
    suite.write(
        "import httpx, pytest\n\n@pytest.mark.vcr\ndef test_post():\n    httpx.get(URL + '/a')\n"
        "    assert httpx.request('GET', URL + '/b', json={'name': 'Bob'}).json()['path'] == '/b'\n"
    )
    suite.service.stop()
    run = suite.run(*PLUGIN)
    assert "1 passed" in run.stdout, run.stdout
    assert "body.$.name" in run.stdout
    assert path.read_bytes() == before


def test_markers_fixtures_and_the_hook_are_pytest_recordings(suite: Suite) -> None:
    suite.write(
        "import httpx, pytest, socket\n"
        "@pytest.fixture(scope='module')\ndef vcr_config():\n    return {'filter_headers': [('user-agent', 'X')]}\n"
        "@pytest.mark.vcr\n@pytest.mark.default_cassette('other.yaml')\n"
        "def test_named(vcr):\n    httpx.get(URL + '/a')\n    assert vcr.play_count + vcr.dirty == 1\n"
        "@pytest.mark.vcr('test_it/extra.yaml')\ndef test_extra(vcr):\n    assert len(vcr) == 0\n"
        "@pytest.mark.block_network\ndef test_blocked():\n"
        "    with socket.socket() as sock, pytest.raises(RuntimeError, match='Network is disabled'):\n"
        "        sock.connect(('127.0.0.1', 9))\n"
        "def test_without(vcr):\n    assert vcr is None\n"
    )
    suite.write(
        "from pathlib import Path\n"
        "def pytest_recording_configure(config, vcr):\n    Path('hooked').write_text(type(vcr).__module__)\n",
        "conftest.py",
    )
    run = suite.run(*PLUGIN, "--record-mode=once")
    assert "4 passed" in run.stdout, run.stdout
    assert suite.files == ["cassettes/test_it/other.yaml"]
    assert (suite.path / "hooked").read_text() == "playhead.compat.vcr.config"
    assert "X" in (suite.path / suite.files[0]).read_text()


@pytest.mark.parametrize(
    ("options", "environment"),
    [((), {"PLAYHEAD_RECORD": "none"}), (("--record=none",), {})],
    ids=["variable", "option"],
)
def test_a_ceiling_outranks_the_record_mode(
    options: tuple[str, ...], environment: dict[str, str], suite: Suite
) -> None:
    suite.write(SUITE)
    run = suite.run(*PLUGIN, "--record-mode=once", *options, **environment)
    assert "4 failed" in run.stdout, run.stdout
    assert suite.files == []
    assert suite.service.paths == []


@pytest.mark.parametrize(
    ("marks", "said"),
    [
        ("@pytest.mark.vcr\n@pytest.mark.cassette", "take away one of the markers"),
        ("@pytest.mark.vcr(match_on=['metod'])", "did you mean method"),
        ("@pytest.mark.vcr(record_mod='once')", "did you mean record_mode"),
        ("@pytest.mark.block_network(1)", "Invalid arguments"),
    ],
)
def test_what_is_meant_by_no_one_is_refused_by_name(suite: Suite, marks: str, said: str) -> None:
    suite.write(f"import pytest\n\n{marks}\ndef test_it():\n    pass\n")
    run = suite.run(*PLUGIN)
    assert "1 error" in run.stdout, run.stdout
    assert said in run.stdout


def test_the_settings_may_name_the_tool(suite: Suite) -> None:
    (suite.path / "pyproject.toml").write_text('[tool.playhead]\ncompat = "pytest-recording"\n')
    suite.write(SUITE)
    run = suite.run("--record-mode=once")
    assert "4 passed" in run.stdout, run.stdout + run.stderr
    assert "the rival is loaded" not in run.stdout
    assert len(suite.files) == 4


def test_a_tool_that_is_not_known_is_refused_by_name(suite: Suite) -> None:
    (suite.path / "pyproject.toml").write_text('[tool.playhead]\ncompat = "betamax"\n')
    suite.write("def test_it():\n    pass\n")
    run = suite.run()
    assert run.returncode == 4
    assert "compat cannot be 'betamax': the values are \"pytest-recording\"" in run.stderr


def test_a_blocked_network_has_the_words_and_the_reach_of_pytest_recording(suite: Suite) -> None:
    suite.write(
        "import pytest, socket\n"
        "def connect(family, address):\n    with socket.socket(family) as sock:\n        sock.connect(address)\n"
        "@pytest.mark.block_network(allowed_hosts=['127.0.0.2', './open'])\ndef test_blocked():\n"
        "    with pytest.raises(RuntimeError, match=r\"^Network is disabled for host '127.0.0.1'$\"):\n"
        "        connect(socket.AF_INET, ('127.0.0.1', 9))\n"
        "    with pytest.raises(RuntimeError, match=r\"^Network is disabled for host './closed'$\"):\n"
        "        connect(socket.AF_UNIX, './closed')\n"
        "    with pytest.raises(FileNotFoundError):\n        connect(socket.AF_UNIX, './open')\n"
        "    with pytest.raises(OSError):\n        connect(socket.AF_INET, ('127.0.0.2', 9))\n"
    )
    run = suite.run(*PLUGIN)
    assert "1 passed" in run.stdout, run.stdout
