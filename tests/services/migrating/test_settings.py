"""Options of pytest-recording leave pyproject.toml; other files are listed."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from playhead.services.migrating.settings import listed, rewritten, with_match


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ('addopts = "-ra --record-mode=none --block-network"', "-ra"),
        ('addopts = "--record-mode none -ra"', "-ra"),
        ('addopts = "--block-network"', ""),
        ('addopts = ["-ra", "--record-mode=none", "--block-network"]', ["-ra"]),
        ('addopts = [\n  "--block-network",  # offline\n  "-ra",\n]', ["-ra"]),
        ('addopts = ["--record-mode", "none", "-ra"]', ["-ra"]),
        ('addopts = ["-ra"]', ["-ra"]),
    ],
)
def test_addopts_lose_what_is_of_pytest_recording(before: str, after: object) -> None:
    text = rewritten(f'[tool.pytest.ini_options]\n{before}\nasyncio_mode = "auto"\n')
    assert tomllib.loads(text)["tool"]["pytest"]["ini_options"] == {"addopts": after, "asyncio_mode": "auto"}


@pytest.mark.parametrize(
    "before", ["", "[project]\nname = 'a'\n", "[tool.playhead]\nsuite = true\n\n[tool.x]\na = 1\n"]
)
def test_match_is_written_once(before: str) -> None:
    once = with_match(before)
    assert tomllib.loads(once)["tool"]["playhead"]["match"] == "vcrpy"
    assert with_match(once) == once
    assert listed(Path("pyproject.toml"), once) == []  # it is no dependency


def test_dependencies_are_listed() -> None:
    left = listed(Path("pyproject.toml"), '[project]\ndependencies = ["vcrpy>=6"]\n')
    assert [(each.line, each.what) for each in left] == [(2, "vcrpy")]


def test_other_files_are_listed(tmp_path: Path) -> None:
    text = "[pytest]\naddopts = -ra --block-network\n"
    (left,) = listed(tmp_path / "pytest.ini", text)
    assert (left.line, left.what) == (2, "--block-network")
