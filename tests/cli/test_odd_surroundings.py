"""Foreign files, and shells that lack something: commands print one sentence, never a traceback or a finding."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import httpx
import pytest
from click.testing import CliRunner

from playhead import use_cassette
from playhead.cli.main import main

COMMANDS = [["diff", "a.json", "b.json"], ["contract", "a.json"], ["scan", "a.json"], ["show", "a.json"]]


def run(*arguments: str) -> Any:
    return CliRunner().invoke(main, arguments)


def no_traceback(result: Any) -> bool:
    return result.exception is None or isinstance(result.exception, SystemExit)


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    for name in ("a.json", "b.json"):
        with use_cassette(tmp_path / name, record="all"), pytest.raises(httpx.ConnectError):
            httpx.get("http://127.0.0.1:9/a")
    return tmp_path


def edited(edit: str, by: str) -> None:
    path = Path("a.json")
    path.write_text(path.read_text().replace(edit, by))


@pytest.mark.parametrize("url", ["http://[::1", "http://a[b/", "http://a]b/"])
@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command[0])
def test_a_url_with_brackets_of_no_address_is_a_damaged_cassette(command: list[str], url: str) -> None:
    edited("http://127.0.0.1:9/a", url)
    result = run(*command)
    assert no_traceback(result)
    assert result.exit_code == 3
    assert "not a URL" in result.output


@pytest.mark.parametrize("tag", [{"a": 1}, [1], 5, None])
def test_a_tag_of_a_call_may_be_anything(tag: object) -> None:
    call = {"double": "d", "method": "m", "args": [{"$": tag, "v": "x"}], "kwargs": {}, "how": "call"}
    document = {"playhead": 1, "interactions": [{"id": 1, "call": call, "returned": {"$": tag, "v": 1}}]}
    Path("a.json").write_text(json.dumps(document))
    for command in COMMANDS:
        result = run(*command)
        assert no_traceback(result), command
        assert result.exit_code in (0, 3)


def test_a_target_that_is_no_url_is_wrong_usage() -> None:
    for arguments in (
        ["--to", "http://[::1"],
        ["--to", "http://xn--a"],
        ["--to", "http://127.0.0.1:9", "--hooks", "."],
    ):
        result = run("verify", "a.json", *arguments)
        assert no_traceback(result), arguments
        assert result.exit_code == 2


@pytest.mark.parametrize(
    "arguments",
    [
        ["diff", "a.json", "b.json", "-o", "b.json"],
        ["contract", "a.json", "-o", "b.json"],
        ["contract", "a.json", "--openapi", "b.json"],
        ["diff", "a.json", "b.json", "--also", "json=b.json"],
    ],
)
def test_a_report_never_takes_the_place_of_a_recording(arguments: list[str]) -> None:
    before = Path("b.json").read_bytes()
    result = run(*arguments)
    assert result.exit_code == 2
    assert "is not overwritten" in result.output
    assert Path("b.json").read_bytes() == before


def test_a_report_takes_the_place_of_an_earlier_one() -> None:
    for _ in range(2):
        assert run("diff", "a.json", "b.json", "--format", "json", "-o", "drift.json").exit_code == 0
        assert run("contract", "a.json", "-o", "contract.json").exit_code == 0


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no /dev/full here")
@pytest.mark.parametrize("command", COMMANDS[:1] + COMMANDS[2:], ids=lambda command: command[0])
def test_a_full_disk_behind_the_output_is_no_finding(command: list[str]) -> None:
    line = subprocess.list2cmdline([sys.executable, "-m", "playhead", *command])
    full = subprocess.run(f"{line} > /dev/full", shell=True, capture_output=True, text=True, check=False)
    assert full.returncode == 3
    assert "Traceback" not in full.stderr
    closed = subprocess.run(f"{line} >&-", shell=True, capture_output=True, text=True, check=False)
    assert "Traceback" not in closed.stderr


def test_a_folder_that_may_not_be_looked_into_is_not_passed_over(monkeypatch: pytest.MonkeyPatch) -> None:
    Path("closed").mkdir()
    real = os.scandir

    def scandir(path: Any) -> Any:
        if Path(path).name == "closed":
            raise PermissionError(13, "Permission denied", str(path))
        return real(path)

    monkeypatch.setattr(os, "scandir", scandir)
    for command in ("scan", "contract"):
        result = run(command, ".")
        assert no_traceback(result), command
        assert result.exit_code == 3
        assert "closed is a folder" in result.output


def test_where_there_can_be_no_other_processes_one_does_it_all(monkeypatch: pytest.MonkeyPatch) -> None:
    def none(*_: object) -> None:
        raise BrokenPipeError(32, "Broken pipe")

    monkeypatch.setattr("playhead.services.comparing.folding._SPARED_BYTES", 0)
    monkeypatch.setattr("playhead.services.comparing.folding.ProcessPoolExecutor", none)
    result = run("diff", "a.json", "b.json", "--jobs", "2")
    assert no_traceback(result)
    assert result.exit_code == 0
    assert "1 endpoint" in result.output
