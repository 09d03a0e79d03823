"""`playhead doctor` on a suite that vcrpy has recorded: formats, exit codes, and the commands that it names."""

from __future__ import annotations

import json
import shlex
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from playhead.cli.main import main
from playhead.services.checking.doctor.facts import KINDS
from tests.redaction.test_formats import TOKENS
from tests.support.wire import wire

DOCS = Path(__file__).parents[2] / "docs"
RECORD = """
import sys, httpx, vcr
with vcr.use_cassette(sys.argv[1]):
    for url in sys.argv[2:]:
        httpx.get(url)
"""
TESTS = "import pytest\n\n@pytest.mark.vcr\ndef test_one(): ...\n\n@pytest.mark.vcr\ndef test_two(): ...\n"


def doctor(*arguments: object) -> Result:
    result = CliRunner().invoke(main, ["doctor", *map(str, arguments)])
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result


def record(path: Path, *urls: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    subprocess.run([sys.executable, "-W", "ignore", "-c", RECORD, str(path), *urls], check=True)


@pytest.fixture
def suite(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "test_api.py").write_text(TESTS)
    with wire() as server:
        record(tmp_path / "cassettes" / "test_api" / "test_one.yaml", f"{server.url}/json/1")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def broken(suite: Path, text: str, name: str = "test_two") -> Path:
    path = suite / "cassettes" / "test_api" / f"{name}.yaml"
    path.write_text(text)
    return path


def leaking(suite: Path) -> str:
    whole = (suite / "cassettes" / "test_api" / "test_one.yaml").read_text()
    broken(suite, whole.replace("message: OK", f"message: {TOKENS['github-token']}"))
    return TOKENS["github-token"]


def test_a_healthy_suite_is_told_so_in_two_lines(suite: Path) -> None:
    result = doctor(".")
    heading, verdict, empty, following, *commands = result.output.splitlines()
    assert heading.startswith(".: 1 file, 1 interaction, ")
    assert (verdict, empty, following) == ("Nothing is wrong with it.", "", "Next:")
    assert len(commands) == 3
    assert result.exit_code == 0


def test_a_secret_makes_the_exit_code_1_and_is_in_no_report(suite: Path) -> None:
    secret = leaking(suite)
    for form in ("text", "json", "html"):
        result = doctor(".", "--format", form)
        assert result.exit_code == 1
        assert secret[:12] not in result.output
        assert "github-token" in result.output
    result = doctor(".", "--no-secrets")
    assert (result.exit_code, "github-token" in result.output) == (0, False)


def test_a_file_that_cannot_be_read_makes_it_3(suite: Path) -> None:
    leaking(suite)
    broken(suite, "interactions: [", "test_one")
    result = doctor(".")
    assert result.exit_code == 3
    assert result.output.index("Secrets: 1") < result.output.index("Files that cannot be read: 1, of 2 files")


def test_wrong_usage_makes_it_2(suite: Path) -> None:
    assert doctor("gone").exit_code == 2
    (suite / "empty").mkdir()
    assert doctor("empty").exit_code == 2
    assert doctor(".", "--format", "xml").exit_code == 2


def test_the_text_has_80_columns_but_for_commands(suite: Path) -> None:
    broken(suite, "a: 1", "test_" + "long" * 40)
    report, _, _ = doctor(".").output.partition("\nNext:")
    assert max(map(len, report.splitlines())) <= 80


@pytest.mark.parametrize("leak", [False, True])
def test_the_commands_work(suite: Path, leak: bool) -> None:
    if leak:
        leaking(suite)
    commands = json.loads(doctor(".", "--format", "json").output)["commands"]
    assert len(commands) == 3
    for command in commands:
        program, *arguments = shlex.split(command)
        assert program == "playhead"
        result = CliRunner().invoke(main, arguments)
        assert result.exit_code == (1 if leak and arguments[0] == "scan" else 0), (command, result.output)


def test_the_keys_and_kinds_are_in_the_documentation(suite: Path) -> None:
    leaking(suite)
    document = json.loads(doctor(".", "--format", "json").output)
    finding = document["findings"][0]
    page = (DOCS / "reference" / "cli.md").read_text().partition("## The report of `doctor` as JSON")[2]
    assert [key for key in (*document, *finding, *finding["examples"][0]) if f"`{key}`" not in page] == []
    guide = (DOCS / "howto" / "doctor.md").read_text()
    assert [kind for kind in KINDS if f"\n| `{kind}` |" not in guide] == []


def test_the_page_is_a_file_of_its_own_with_text_escaped(suite: Path) -> None:
    broken(suite, "a: 1", "test_<b>")
    result = doctor(".", "--format", "html", "-o", "doctor.html")
    page = (suite / "doctor.html").read_text()
    assert (result.exit_code, result.output) == (3, "")
    assert "Content-Security-Policy" in page
    assert "test_&lt;b&gt;" in page
    assert "src=" not in page
    assert "href=" not in page


def test_a_cassette_is_not_overwritten(suite: Path) -> None:
    CliRunner().invoke(main, ["convert", "cassettes/test_api/test_one.yaml", "one.json"])
    assert doctor(".", "-o", "one.json").exit_code == 2
