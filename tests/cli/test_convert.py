"""`playhead convert` between our formats, vcrpy's and HAR: files, folders, in place; redaction, losses, exit codes."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import replace

import pytest
from click.testing import CliRunner

import playhead
from playhead.cli.main import main
from playhead.errors import UsageError
from playhead.model.cassette import Cassette
from playhead.model.timing import Chunk, Timing
from playhead.store.cassettes import load, save
from tests.contract.recordings import answer, failure
from tests.redaction.test_formats import TOKENS

KEY = "Ak3y-9f8e7d6c5b4a"
YAML = f"""\
interactions:
- request:
    method: GET
    uri: http://api.test/users/1?api_key={KEY}
    headers: {{Accept: ['*/*']}}
    body: ''
  response:
    status: {{code: 200, message: OK}}
    headers: {{Content-Type: [application/json]}}
    body: {{string: '{{"id": 1}}'}}
version: 1
"""
TIMED = Timing(10, None, 20, 30, (Chunk(40, 4, 10), Chunk(50, 5, 10)), 60)


def run(*arguments):
    result = CliRunner().invoke(main, ["convert", *map(str, arguments)])
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result


def numbered(*exchanges):
    return Cassette(tuple(replace(each, id=number) for number, each in enumerate(exchanges, 1)))


@pytest.fixture
def yaml(tmp_path):
    path = tmp_path / "x.yaml"
    path.write_text(YAML)
    return path


@pytest.mark.parametrize("suffix", [".json", ".msgpack", ".har"])
def test_another_tools_cassette_is_redacted_on_the_way(yaml, suffix):
    target = yaml.with_suffix(suffix)
    result = run(yaml, target)
    assert result.exit_code == 0
    assert "1 value redacted" in result.output
    assert KEY.encode() not in target.read_bytes()
    assert b"REDACTED" in target.read_bytes()
    assert yaml.read_text() == YAML


def test_as_is_leaves_values_and_the_cassette_is_still_known_as_another_tools(yaml):
    result = run(yaml, yaml.with_suffix(".json"), "--as-is")
    assert "redacted" not in result.output
    assert KEY in yaml.with_suffix(".json").read_text()
    assert load(yaml.with_suffix(".json")).recorded.unredacted


def test_what_was_converted_once_is_ours(yaml, tmp_path):
    run(yaml, tmp_path / "a.json")
    assert "redacted" not in run(tmp_path / "a.json", tmp_path / "b.msgpack").output
    assert load(tmp_path / "a.json") == load(tmp_path / "b.msgpack")


def test_what_is_printed_is_redacted_json(yaml):
    printed = json.loads(run(yaml, "-").stdout)
    assert KEY not in json.dumps(printed)
    assert printed["interactions"][0]["response"]["status"] == 200


def test_the_settings_name_what_is_secret(yaml, tmp_path):
    (tmp_path / "pyproject.toml").write_text('[tool.playhead]\nredact = ["!api_key"]\n')
    done = subprocess.run(
        [sys.executable, "-m", "playhead", "convert", "x.yaml", "x.json"], cwd=tmp_path, check=False, timeout=60
    )
    assert done.returncode == 0
    assert KEY in (tmp_path / "x.json").read_text()


@pytest.mark.parametrize("name", ["out.json", "out.yml", "out.har"])
def test_a_secret_that_survives_redaction_stops_the_write(tmp_path, monkeypatch, name):
    token = TOKENS["github-token"]
    (tmp_path / "x.yaml").write_text(YAML.replace("application/json", token))
    monkeypatch.setattr("playhead.redaction.redact.Redactor.exchange", lambda _, exchange: exchange)  # it misses all
    result = run(tmp_path / "x.yaml", tmp_path / name)
    assert result.exit_code == 3
    assert "A secret (format.github-token) is left" in result.stderr
    assert token not in result.output
    assert [each.name for each in tmp_path.iterdir()] == ["x.yaml"]


@pytest.mark.parametrize("suffix", [".yaml", ".har"])
def test_what_the_target_cannot_hold_is_listed_by_kind(tmp_path, suffix):
    timed = replace(answer("/a", {"a": 1}), timing=TIMED, origin="test_a")
    early = answer("/b", raw=b"half", complete=False)
    save(numbered(timed, failure("/c"), early), tmp_path / "a.json")
    result = run(tmp_path / "a.json", tmp_path / f"a{suffix}")
    assert result.exit_code == 0
    assert result.output.splitlines()[0] == f"{tmp_path / f'a{suffix}'}: 3 interactions"
    assert "  failures are left out: #2" in result.output
    assert "  bodies that were left early look whole, and end where their readers left: #3" in result.output
    assert "  names of tests are left out: #1" in result.output
    times = "times are left out" if suffix == ".yaml" else "times of single chunks are left out"
    assert f"  {times}: #1" in result.output


def test_saving_refuses_what_the_format_cannot_hold(tmp_path):
    for suffix in (".yaml", ".har"):
        with pytest.raises(UsageError, match="cannot hold the ReadTimeout of GET"):
            playhead.save(numbered(failure("/c")), tmp_path / f"a{suffix}")
    assert list(tmp_path.iterdir()) == []


def test_a_large_body_is_read_in(tmp_path):
    large = b"large " * 2_000_000
    save(numbered(answer("/large", raw=large, media="text/plain")), tmp_path / "a.json")
    assert run(tmp_path / "a.json", tmp_path / "out" / "a.yaml").exit_code == 0
    assert [each.name for each in (tmp_path / "out").iterdir()] == ["a.yaml"]
    assert load(tmp_path / "out" / "a.yaml").interactions[0].response.body == large


def test_a_folder_is_mirrored_and_other_files_are_left_alone(tmp_path):
    source, target = tmp_path / "in", tmp_path / "out"
    (source / "deep").mkdir(parents=True)
    (source / "x.yaml").write_text(YAML)
    (source / "deep" / "y.yml").write_text(YAML)
    (source / "config.yaml").write_text("a: 1\n")
    (source / "data.json").write_text('{"users": []}')
    result = run(source, target, "--to", "msgpack")
    assert result.exit_code == 0
    assert result.output.endswith("2 cassettes converted, 0 files not.\n")
    assert sorted(each.relative_to(target).as_posix() for each in target.rglob("*.*")) == [
        "deep/y.msgpack",
        "x.msgpack",
    ]


def test_a_file_that_cannot_be_read_does_not_stop_the_others(tmp_path):
    (tmp_path / "bad.yaml").write_text("interactions:\n- request: {\n")
    (tmp_path / "good.yaml").write_text(YAML)
    result = run(tmp_path, tmp_path / "out", "--to", "json")
    assert result.exit_code == 3
    assert f"Not converted: {tmp_path / 'bad.yaml'}" in result.stderr
    assert result.output.endswith("1 cassette converted, 1 file not.\n")
    assert [each.name for each in (tmp_path / "out").iterdir()] == ["good.json"]


def test_two_files_of_one_name_are_not_written_over_each_other(tmp_path):
    (tmp_path / "x.yaml").write_text(YAML)
    (tmp_path / "x.yml").write_text(YAML.replace("users/1", "users/2"))
    result = run(tmp_path, tmp_path / "out", "--to", "json")
    assert result.exit_code == 3
    assert f"was written from {tmp_path / 'x.yaml'} already" in result.stderr
    assert "users/1" in (tmp_path / "out" / "x.json").read_text()


def test_in_place_a_file_makes_way_for_its_equal(yaml):
    result = run(yaml, "--to", "json", "--in-place")
    assert result.exit_code == 0
    assert [each.name for each in yaml.parent.iterdir()] == ["x.json"]
    (exchange,) = load(yaml.with_suffix(".json")).interactions
    assert (exchange.response.status, exchange.response.body) == (200, b'{"id": 1}')


def test_in_place_works_on_folders_and_does_nothing_twice(tmp_path):
    (tmp_path / "deep").mkdir()
    (tmp_path / "x.yaml").write_text(YAML)
    (tmp_path / "deep" / "y.yaml").write_text(YAML)
    assert run(tmp_path, "--to", "json", "--in-place").exit_code == 0
    assert sorted(each.relative_to(tmp_path).as_posix() for each in tmp_path.rglob("*.*")) == ["deep/y.json", "x.json"]
    again = run(tmp_path, "--to", "json", "--in-place")
    assert again.exit_code == 2
    assert "There is no cassette to convert" in again.stderr


def test_in_place_never_writes_over_a_cassette_that_is_there(yaml):
    yaml.with_suffix(".json").write_text("mine")
    result = run(yaml, "--to", "json", "--in-place")
    assert result.exit_code == 2
    assert "is there already" in result.stderr
    assert (yaml.read_text(), yaml.with_suffix(".json").read_text()) == (YAML, "mine")


def test_in_place_a_source_that_holds_more_stays(tmp_path):
    save(numbered(answer("/a", {"a": 1}), failure("/c")), tmp_path / "a.json")
    result = run(tmp_path / "a.json", "--to", "vcrpy", "--in-place")
    assert result.exit_code == 0
    assert f"{tmp_path / 'a.json'} stays, because it holds more" in result.output
    assert sorted(each.name for each in tmp_path.iterdir()) == ["a.json", "a.yaml"]


def test_in_place_a_target_that_reads_back_as_something_else_goes_and_the_source_stays(yaml, monkeypatch):
    real = playhead.services.converting.load

    def load_changed(path):
        cassette = real(path)
        return cassette.with_interactions(()) if path.suffix == ".json" else cassette

    monkeypatch.setattr("playhead.services.converting.load", load_changed)
    result = run(yaml, "--to", "json", "--in-place")
    assert result.exit_code == 3
    assert "reads back as something else" in result.stderr
    assert [each.name for each in yaml.parent.iterdir()] == ["x.yaml"]


def test_bodies_in_files_go_with_their_cassette(tmp_path):
    save(numbered(answer("/large", raw=b"large " * 2_000_000, media="text/plain")), tmp_path / "a.json")
    assert list((tmp_path / "bodies").iterdir())
    assert run(tmp_path / "a.json", "--to", "vcrpy", "--in-place").exit_code == 0
    assert [each.name for each in tmp_path.rglob("*.*")] == ["a.yaml"]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("x.yaml",), "Name the file or folder to write"),
        (("x.yaml", "--in-place"), "--in-place needs --to"),
        (("x.yaml", "y.json", "--in-place", "--to", "json"), "leave out y.json"),
        (("x.yaml", "y.json", "--to", "har"), "name it in .har"),
        (("x.yaml", "--to", "vcrpy", "--in-place"), "has the name of its new format already"),
        ((".", "out"), "is a folder: say with --to"),
        ((".", "-", "--to", "json"), "is a folder"),
        (("none.yaml", "out.json"), "none.yaml"),
    ],
)
def test_wrong_usage_is_told(yaml, monkeypatch, arguments, said):
    monkeypatch.chdir(yaml.parent)
    result = run(*arguments)
    assert result.exit_code == 2
    assert said in result.stderr
    assert [each.name for each in yaml.parent.iterdir()] == ["x.yaml"]
