"""The output and the exit codes of the commands."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import warnings
from dataclasses import replace

import pytest
from click.testing import CliRunner

import playhead
from playhead.cli.main import main
from playhead.errors import CassetteCorrupt, PlayheadWarning, UsageError
from playhead.model.cassette import Cassette
from playhead.model.timing import Chunk, Timing
from playhead.services.comparing.compare import diff
from playhead.store.cassettes import load, save
from tests.contract.recordings import answer, cassette_of, failure, times

USER = {"id": 1, "name": "Ada", "email": "ada@example.org"}
LEAN = {"id": 1, "name": "Ada"}


def run(*arguments):
    return CliRunner().invoke(main, [str(each) for each in arguments])


@pytest.fixture
def old(tmp_path):
    (tmp_path / "old" / "deep").mkdir(parents=True)
    save(cassette_of(*times(3, USER)), tmp_path / "old" / "a.json")
    save(cassette_of(*times(2, USER, first=4)), tmp_path / "old" / "deep" / "b.msgpack")
    return tmp_path / "old"


@pytest.fixture
def new(tmp_path):
    (tmp_path / "new").mkdir()
    save(cassette_of(*times(5, LEAN)), tmp_path / "new" / "a.json")
    return tmp_path / "new"


HEAVY = ("asyncio", "email", "httpx", "msgpack", "pytest", "rich", "xml.etree.ElementTree", "yaml")
HEAVY_PARTS = ("contract.comparison", "contract.contract", "deck.session", "redaction.redact", "store.cassettes")


@pytest.mark.parametrize(
    "command",
    ["", "accept", "contract", "convert", "demo", "diff", "recover", "rules", "scan", "show", "verify"],
)
def test_help_loads_no_library_but_click(command):
    heavy = [*HEAVY, *(f"playhead.{name}" for name in HEAVY_PARTS)]
    code = (
        "import sys\nfrom playhead.cli.main import main\n"
        f"try:\n    main({[*command.split(), '--help']})\nexcept SystemExit:\n    pass\n"
        f"print([name for name in {heavy} if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.endswith("[]\n")


def test_help_lists_the_commands():
    output = run("--help").output
    for command in ("diff", "verify", "show", "convert", "recover"):
        assert f"\n  {command} " in output


@pytest.mark.parametrize(
    "command", ["accept", "contract", "convert", "demo", "diff", "recover", "rules", "scan", "show", "verify"]
)
def test_every_command_explains_itself_with_an_example(command):
    result = run(command, "--help")
    assert result.exit_code == 0
    assert f"playhead {command}" in result.output
    assert "Example" in result.output
    assert max(map(len, result.output.splitlines())) <= 80


def test_version_is_the_packages():
    assert run("--version").output == f"playhead {playhead.__version__}\n"


def test_diff_of_folders_finds_what_broke(old, new):
    result = run("diff", old, new)
    assert result.exit_code == 1
    assert result.output.startswith("The contract has changed in a way that breaks clients.\n")
    assert "in 5 of 5, now in 0 of 5" in result.output
    assert "\x1b" not in result.output


def test_diff_of_equal_suites_is_clean_whatever_the_format(old, tmp_path):
    run("convert", old / "a.json", tmp_path / "a.msgpack")
    assert run("diff", old / "a.json", tmp_path / "a.msgpack").exit_code == 0
    assert run("diff", old, old).exit_code == 0


@pytest.mark.parametrize(("level", "code"), [("breaking", 0), ("risky", 0), ("compatible", 1), ("never", 0)])
def test_fail_on_chooses_what_fails(old, new, level, code):
    assert run("diff", new, old, "--fail-on", level).exit_code == code


def test_diff_writes_json_to_a_file(old, new, tmp_path):
    report = tmp_path / "drift.json"
    result = run("diff", old, new, "--format", "json", "-o", report)
    assert (result.exit_code, result.output) == (1, "")
    document = json.loads(report.read_text())
    assert document["verdict"] == "breaking"
    assert document["findings"][0]["place"] == "/email"
    assert document["findings"][0]["grade"] == "E3"


def test_a_report_that_cannot_be_written_is_a_usage_error(old, new, tmp_path):
    result = run("diff", old, new, "-o", tmp_path / "missing" / "drift.json")
    assert result.exit_code == 2
    assert "cannot be written" in result.stderr


@pytest.mark.parametrize("arguments", [("nowhere", "nowhere"), ("--format", "xml", ".", "."), (), ("--nonsense",)])
def test_wrong_usage_is_two(arguments):
    assert run("diff", *arguments).exit_code == 2


def test_a_folder_without_cassettes_is_wrong_usage(old, tmp_path):
    (tmp_path / "empty").mkdir()
    assert run("diff", old, tmp_path / "empty").exit_code == 2
    (tmp_path / "empty" / "package.json").write_text("{}")
    result = run("diff", old, tmp_path / "empty")
    assert result.exit_code == 2
    assert "only other files" in result.stderr


def test_other_json_in_a_folder_is_skipped_and_an_error_when_named(old, new):
    (new / "package.json").write_text('{"name": "x"}')
    (new / "list.json").write_text("[1, 2]")
    assert run("diff", old, new).exit_code == 1
    result = run("diff", old, new / "package.json")
    assert result.exit_code == 3
    assert str(new / "package.json") in result.output


def test_a_path_in_a_report_is_never_wrapped_and_named_once(old, tmp_path):
    folder = tmp_path / ("deep" * 20) / "x-y z"
    folder.mkdir(parents=True)
    broken = folder / "broken.json"
    broken.write_text("{")
    for sides in ((broken, broken), (old, broken)):
        result = run("diff", *sides)
        assert result.exit_code == 3
        assert result.output.count(f"{folder.parent}/x-y") == 1
        assert result.output.count("broken.json") == 1


def test_a_command_in_a_report_stays_in_one_line(old, tmp_path):
    from playhead.codecs.msgpack import header_frame
    from playhead.model.cassette import Recorded

    cut = tmp_path / "a-cassette-with-quite-a-long-name.msgpack"
    cut.write_bytes(header_frame(Recorded()))
    assert f"`playhead recover {cut}`" in run("diff", old, cut).output


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no named pipes")
def test_what_is_no_regular_file_in_a_folder_does_not_stop_a_diff(old, new, tmp_path):
    os.mkfifo(new / "pipe.json")
    (tmp_path / "elsewhere.json").write_text("{}")
    (new / "link.json").symlink_to(tmp_path / "elsewhere.json")
    result = run("diff", old, new)
    assert result.exit_code == 3
    assert "field-removed" in result.output
    assert "pipe.json" in result.output
    assert "link.json" in result.output


@pytest.mark.parametrize(
    "content", ["", "{", '{"playhead": 1, "interactions": 7}', '{"playhead": 99, "interactions": []}']
)
def test_a_broken_cassette_among_others_is_named_and_the_rest_judged(old, new, content):
    (new / "broken.json").write_text(content)
    result = run("diff", old, new)
    assert result.exit_code == 3
    assert "broken.json" in result.output
    assert "field-removed" in result.output
    with pytest.warns(PlayheadWarning, match=r"broken\.json"):
        assert [each.rule for each in diff(old, new)] == ["field-removed"]


def test_what_could_not_be_checked_outranks_findings(old, new):
    save(cassette_of(answer("/health", {"ok": True})), old / "health.json")
    save(cassette_of(failure("/health")), new / "health.json")
    assert run("diff", old, new, "--fail-on", "never").exit_code == 3
    with pytest.warns(PlayheadWarning, match="Could not check GET api.test/health"):
        diff(old, new)


def test_diff_takes_cassettes_and_paths(old, new):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        (finding,) = playhead.diff(old, load(new / "a.json"))
    assert (finding.severity, finding.rule, finding.grade) == ("breaking", "field-removed", "E3")
    assert playhead.diff(Cassette(), Cassette()) == []


def test_diff_raises_what_is_wrong_with_a_path(old, tmp_path):
    with pytest.raises(UsageError):
        diff(old, tmp_path / "nowhere")
    (tmp_path / "bad.json").write_text("{")
    with pytest.raises(CassetteCorrupt):
        diff(old, tmp_path / "bad.json")


def test_show_lists_requests_times_and_bodies(tmp_path):
    first = answer("/users", {"id": 1, "name": "Ada"}, status=201, method="POST", sent={"name": "Ada"})
    timed = Timing(start_us=1500, head_us=11_500, chunks=(Chunk(12_000, 24, 500),), end_us=2_001_500)
    save(cassette_of(replace(first, timing=timed), failure("/slow")), tmp_path / "a.json")
    result = run("show", tmp_path / "a.json")
    assert result.exit_code == 0
    lines = result.output.splitlines()
    assert "   1   1.5 ms  10.0 ms   2.00 s     24 B  201 POST api.test/users" in lines
    assert '     > {"name": "Ada"}' in lines
    assert '     < {"id": 1, "name": "Ada"}' in lines
    assert "ReadTimeout GET api.test/slow" in result.output
    assert all(len(line) <= 80 for line in lines[1:])


def test_show_cuts_long_bodies_and_says_what_is_binary(tmp_path):
    save(cassette_of(answer(raw="ä".encode() * 5000), answer(raw=bytes(range(256)))), tmp_path / "a.msgpack")
    output = run("show", tmp_path / "a.msgpack").output
    assert "…" in output
    assert "(256 B, binary)" in output


def test_show_gives_programs_json(tmp_path):
    save(cassette_of(*times(2, USER)), tmp_path / "a.json")
    document = json.loads(run("show", tmp_path / "a.json", "--json").output)
    assert [each["url"] for each in document["interactions"]] == ["http://api.test/users/1", "http://api.test/users/2"]
    assert document["interactions"][0]["status"] == 200


def test_convert_there_and_back_gives_an_equal_cassette(old, tmp_path):
    assert run("convert", old / "a.json", tmp_path / "x.msgpack").exit_code == 0
    assert run("convert", tmp_path / "x.msgpack", tmp_path / "x.json").exit_code == 0
    assert load(tmp_path / "x.json") == load(old / "a.json")


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("show", "nowhere.json"), 2),
        (("convert", "nowhere.json", "x.msgpack"), 2),
        (("recover", "nowhere.journal"), 2),
        (("nonsense",), 2),
    ],
)
def test_a_path_or_command_that_does_not_exist_is_wrong_usage(arguments, code):
    result = run(*arguments)
    assert result.exit_code == code
    assert "Error: " in result.stderr


def test_a_cassette_that_is_broken_is_an_error_without_a_traceback(tmp_path):
    (tmp_path / "bad.json").write_text('{"playhead": 1')
    result = run("show", tmp_path / "bad.json")
    assert result.exit_code == 3
    assert result.stderr.startswith("Error: ")
    assert "Traceback" not in result.stderr


def test_a_folder_is_told_with_what_to_give_instead(old, tmp_path):
    result = run("show", old)
    assert result.exit_code == 2
    assert result.stderr == f"Error: {old} is a folder: pass one of its cassettes, such as {old / 'a.json'}\n"
    (tmp_path / "empty").mkdir()
    result = run("show", tmp_path / "empty")
    assert result.exit_code == 2
    assert "is a folder without cassettes" in result.stderr


def test_a_folder_to_convert_to_is_told_with_a_file_in_it(old, tmp_path):
    result = run("convert", old / "a.json", tmp_path)
    assert result.exit_code == 2
    assert f"such as {tmp_path / 'a.msgpack'}" in result.stderr


def test_a_missing_body_is_told_as_the_file_to_restore(tmp_path):
    large = answer("/large", raw=b"large " * 2_000_000)
    save(cassette_of(large), tmp_path / "a.json")
    (body,) = (tmp_path / "bodies").iterdir()
    body.unlink()
    result = run("diff", tmp_path / "a.json", tmp_path / "a.json")
    assert result.exit_code == 3
    assert str(body) in result.output
    assert "delete" not in result.output


def test_a_cut_msgpack_cassette_is_recovered_as_its_error_says(old, tmp_path):
    run("convert", old / "a.json", tmp_path / "a.msgpack")
    result = run("recover", tmp_path / "a.msgpack")
    assert result.exit_code == 2
    assert "is whole" in result.stderr
    data = (tmp_path / "a.msgpack").read_bytes()
    (tmp_path / "a.msgpack").write_bytes(data[:-20])
    result = run("show", tmp_path / "a.msgpack")
    assert f"playhead recover {tmp_path / 'a.msgpack'}" in result.stderr
    result = run("recover", tmp_path / "a.msgpack")
    assert result.exit_code == 0, result.output
    assert result.output.strip() == str(tmp_path / "a.recovered.json")
    assert len(load(tmp_path / "a.recovered.json").interactions) == 2


def test_recover_makes_a_cassette_of_a_journal(tmp_path):
    from playhead.store.journals import Journal

    journal = Journal(tmp_path / "a.json")
    for exchange in times(2, USER):
        journal.append(exchange)
    journal.close()
    result = run("recover", journal.path)
    assert result.exit_code == 0, result.output
    assert len(load(result.output.strip()).interactions) == 2
