"""The reports of `playhead diff`, from the command line."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from xml.etree import ElementTree

import pytest
from click.testing import CliRunner

from playhead.cli.main import main
from playhead.cli.reports import FORMATS
from playhead.store.cassettes import save
from tests.contract.recordings import cassette_of, times

USER = {"id": 1, "name": "Ada", "email": "ada@example.org"}
LEAN = {"id": 1, "name": "Ada"}


def run(*arguments):
    return CliRunner().invoke(main, list(arguments))


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    """A folder with two suites; the second lacks a field."""
    monkeypatch.chdir(tmp_path)
    for name, body in (("old", USER), ("new", LEAN)):
        save(cassette_of(*times(5, body)), f"{name}/users.json")
    return tmp_path


@pytest.mark.parametrize(
    ("form", "start"),
    [
        ("text", "The contract has changed in a way that breaks clients.\n"),
        ("json", '{\n  "version": 1,\n  "verdict": "breaking",\n'),
        ("markdown", "### ❌ The contract has changed in a way that breaks clients.\n"),
        ("html", "<!DOCTYPE html>\n"),
        ("junit", '<?xml version="1.0" encoding="UTF-8"?>\n<testsuites name="playhead diff" tests="1" failures="1" '),
        ("sarif", '{\n  "$schema": "https://docs.oasis-open.org/sarif/'),
        ("github", "The contract has changed in a way that breaks clients.\n1 breaking, 0 risky, 0 compatible; 1 end"),
    ],
)
def test_every_format_is_printed_or_written(folder, form, start):
    result = run("diff", "old", "new", "--format", form)
    assert result.exit_code == 1
    assert result.output.startswith(start)
    assert "new/users.json" in result.output
    assert run("diff", "old", "new", "--format", form, "-o", "report").output == ""
    assert (folder / "report").read_text(encoding="utf-8") == result.output


def test_help_says_what_every_format_is_for():
    text = run("diff", "--help").output
    assert [form for form in FORMATS if not re.search(rf"^ +{form} {{2,}}", text, re.MULTILINE)] == []


def test_several_reports_come_of_one_comparison(folder):
    result = run("diff", "old", "new", "--format", "github", "--also", "html=a.html", "--also", "json=a=b.json")
    assert result.output.splitlines()[2].startswith("::error file=new/users.json,line=")
    assert (folder / "a.html").read_text(encoding="utf-8").startswith("<!DOCTYPE html>")
    assert json.loads((folder / "a=b.json").read_text())["findings"][0]["new_sample"]["file"] == "new/users.json"


@pytest.mark.parametrize("value", ["drift.html", "html=", "pdf=a.pdf", "="])
def test_what_is_no_further_report_is_wrong_usage(value):
    result = run("diff", "old", "new", "--also", value)
    assert result.exit_code == 2
    assert "is not FORMAT=FILE: write html=drift.html" in result.output


def test_a_further_report_that_cannot_be_written_is_wrong_usage():
    result = run("diff", "old", "new", "--also", "html=missing/a.html")
    assert result.exit_code == 2
    assert "missing/a.html cannot be written" in result.output


@pytest.mark.parametrize(("level", "failures"), [("breaking", "1"), ("never", "0")])
def test_junit_fails_with_the_exit_code(level, failures):
    result = run("diff", "old", "new", "--format", "junit", "--fail-on", level)
    assert ElementTree.fromstring(result.output).get("failures") == failures
    assert result.exit_code == int(failures)


def test_sarif_names_the_version_of_the_tool():
    from playhead import __version__

    (run_,) = json.loads(run("diff", "old", "new", "--format", "sarif").output)["runs"]
    assert run_["tool"]["driver"]["version"] == __version__


def test_text_for_a_terminal_loads_no_other_report():
    code = (
        "import sys\nfrom playhead.cli.main import main\n"
        "try:\n    main(['diff', 'old', 'new'])\nexcept SystemExit:\n    pass\n"
        "print([name for name in ('pages', 'sarif', 'junit') if f'playhead.report.{name}' in sys.modules])\n"
        "print('xml.etree.ElementTree' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.endswith("[]\nFalse\n")
