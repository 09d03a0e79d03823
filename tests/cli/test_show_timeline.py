"""`playhead show --timeline` and `--html`, from the command line."""

from __future__ import annotations

import json
import os
import re
import sys

import pytest
from click.testing import CliRunner

from playhead.cli.main import main
from playhead.store.cassettes import save
from tests.report.waterfalls import EVERYTHING, many


def run(*arguments, **options):
    return CliRunner(**options).invoke(main, [str(each) for each in arguments])


@pytest.fixture
def cassette(tmp_path):
    save(EVERYTHING, tmp_path / "a.json")
    return tmp_path / "a.json"


def test_the_timeline_is_drawn_in_80_columns_without_colour(cassette):
    result = run("show", cassette, "--timeline")
    assert result.exit_code == 0
    lines = result.output.splitlines()
    assert max(map(len, lines)) <= 80
    assert "\x1b" not in result.output
    assert sum(" GET /" in line for line in lines) == 9
    assert lines[-1].startswith("├ start  ╌ waiting  ◆ head")


def test_where_lines_cannot_be_printed_there_are_letters(cassette):
    result = run("show", cassette, "--timeline", charset="ascii")
    assert result.exit_code == 0
    assert "| start  - waiting  H head" in result.output


@pytest.mark.skipif(sys.platform == "win32", reason="needs a pseudo-terminal")
@pytest.mark.parametrize(("columns", "widest"), [(60, 60), (100, 100), (300, 140)])
def test_a_terminal_gets_its_width_and_colour(cassette, columns, widest):
    drawn = on_a_terminal(columns, "show", str(cassette), "--timeline")
    lines = drawn.replace("\r", "").splitlines()
    plain = [re.sub(r"\x1b\[\d+m", "", line) for line in lines]
    assert "\x1b[31m" in drawn
    assert max(map(len, plain)) == widest


def on_a_terminal(columns, *arguments):
    import fcntl
    import pty
    import struct
    import subprocess
    import termios

    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 40, columns, 0, 0))
    kept = {name: value for name, value in os.environ.items() if name not in ("NO_COLOR", "COLUMNS", "LINES")}
    command = [sys.executable, "-m", "playhead", *arguments]
    environment = {**kept, "TERM": "xterm", "PYTHONIOENCODING": "utf-8"}
    with subprocess.Popen(command, stdout=theirs, stderr=theirs, env=environment) as process:
        os.close(theirs)
        written = b""
        try:
            while part := os.read(ours, 65536):
                written += part
        except OSError:  # a pseudo-terminal on Linux whose other end is closed
            pass
        assert process.wait() == 0
    os.close(ours)
    return written.decode()


def test_of_ten_thousand_the_first_are_drawn_and_a_range_shows_others(tmp_path):
    save(many(10_000), tmp_path / "a.msgpack")
    output = run("show", tmp_path / "a.msgpack", "--timeline").output
    assert "9,800 more are left out: --range FIRST-LAST shows others." in output
    assert " /items/200 " in output
    assert " /items/201 " not in output
    output = run("show", tmp_path / "a.msgpack", "--timeline", "--range", "9000-9400").output
    assert "left out" not in output
    assert sum(" GET /" in line for line in output.splitlines()) == 401


def test_a_range_is_for_every_way_to_show(cassette, tmp_path):
    document = json.loads(run("show", cassette, "--json", "--range", "3-4").output)
    assert [each["id"] for each in document["interactions"]] == [3, 4]
    assert "2 interactions" in run("show", cassette, "--range", "3-4").output
    run("show", cassette, "--html", tmp_path / "a.html", "--range", "3")
    assert (tmp_path / "a.html").read_text().count("<summary") == 1


@pytest.mark.parametrize("numbers", ["x", "3-", "-3", "4-3", "100-200", "٣"])
def test_a_range_that_is_none_is_wrong_usage(cassette, numbers):
    result = run("show", cassette, "--timeline", f"--range={numbers}")
    assert result.exit_code == 2
    assert "--range" in result.stderr


def test_the_page_is_written_and_nothing_else_printed(cassette, tmp_path):
    result = run("show", cassette, "--html", tmp_path / "a.html")
    assert (result.exit_code, result.stdout) == (0, "")
    text = (tmp_path / "a.html").read_text(encoding="utf-8")
    assert text.startswith("<!DOCTYPE html>")
    assert text.count("<summary") == 9
    assert run("show", cassette, "--html", "-").stdout == text


def test_page_and_timeline_can_be_had_at_once(cassette, tmp_path):
    result = run("show", cassette, "--timeline", "--html", tmp_path / "a.html")
    assert "├ start" in result.stdout
    assert (tmp_path / "a.html").exists()


def test_a_page_is_never_written_in_place_of_a_recording(cassette):
    before = cassette.read_bytes()
    result = run("show", cassette, "--html", cassette)
    assert result.exit_code == 2
    assert "name the page .html" in result.stderr
    assert cassette.read_bytes() == before


def test_a_page_that_cannot_be_written_is_wrong_usage(cassette, tmp_path):
    result = run("show", cassette, "--html", tmp_path / "nowhere" / "a.html")
    assert result.exit_code == 2
    assert "cannot be written" in result.stderr
