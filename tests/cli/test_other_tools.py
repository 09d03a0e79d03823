"""Commands on the cassettes of other tools, alone and in folders, as they were recorded."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from playhead.cli.main import main
from tests.formats.test_others import TEXTS

ONE = """
interactions:
- request: {{body: null, headers: {{}}, method: GET, uri: 'http://a.test/users/{user}'}}
  response:
    status: {{code: 200, message: OK}}
    headers: {{content-type: [application/json]}}
    body: {{string: '{body}'}}
version: 1
"""


def run(*arguments: str) -> Result:
    result = CliRunner().invoke(main, arguments)
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result


def _suite(folder: Path, field: str) -> Path:
    folder.mkdir()
    for user in range(6):
        body = json.dumps({"id": user, field: f"name {user}"})
        (folder / f"user_{user}.yaml").write_text(ONE.format(user=user, body=body))
    (folder / "compose.yaml").write_text("services: {web: {image: x}}\n")
    return folder


@pytest.mark.parametrize("name", TEXTS)
def test_show_names_the_tool(name: str, tmp_path: Path) -> None:
    path = tmp_path / "x.yaml"
    path.write_text(TEXTS[name])
    result = run("show", str(path))
    assert result.exit_code == 0
    assert f"by {name}" in result.output
    assert ("no times recorded" in result.output) == (name != "HAR")


def test_folders_are_compared_where_they_are(tmp_path: Path) -> None:
    old, new = _suite(tmp_path / "old", "name"), _suite(tmp_path / "new", "title")
    result = run("diff", str(old), str(new))
    assert result.exit_code == 1, result.output
    assert "/name" in result.output
    assert run("diff", str(old), str(old)).exit_code == 0


def test_a_cassette_of_ours_stands_for_the_one_that_it_replaced(tmp_path: Path) -> None:
    old, new = _suite(tmp_path / "old", "name"), _suite(tmp_path / "new", "title")
    assert run("convert", str(old), str(new), "--to", "json").exit_code == 0
    assert run("diff", str(old), str(new)).exit_code == 0


def test_a_folder_is_scanned_and_folded(tmp_path: Path) -> None:
    folder = _suite(tmp_path / "old", "name")
    assert "6 files scanned" in run("scan", str(folder)).output
    target = tmp_path / "contract.json"
    assert run("contract", str(folder), "-o", str(target)).exit_code == 0
    assert run("diff", str(target), str(folder)).exit_code == 0
