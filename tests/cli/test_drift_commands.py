"""`contract`, `rules`, `accept`, and `diff` with contracts, git revisions and settings."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

import playhead
from playhead.cli.main import main
from playhead.contract.rules import RULES
from playhead.errors import UsageError
from playhead.store.cassettes import save
from tests.contract.recordings import answer, cassette_of, times

USER = {"id": 1, "name": "Ada", "email": "ada@example.org"}
LEAN = {"id": 1, "name": "Ada"}


def run(*arguments):
    return CliRunner().invoke(main, [str(each) for each in arguments])


@pytest.fixture(autouse=True)
def here(tmp_path, monkeypatch):
    """An empty project as current folder."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("playhead.services.comparing.judging.root", lambda: tmp_path)
    (tmp_path / "pyproject.toml").write_text("")
    for name, body in (("old", USER), ("new", LEAN)):
        save(cassette_of(*times(3, body)), tmp_path / name / "a.json")
        save(cassette_of(*times(2, body, first=4)), tmp_path / name / "deep" / "b.msgpack")
    return tmp_path


def git(*arguments):
    subprocess.run(
        ["git", "-c", "user.name=T", "-c", "user.email=t@example.org", "-c", "init.defaultBranch=main", *arguments],
        check=True,
        capture_output=True,
        env={**os.environ, "GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_SYSTEM": os.devnull},
    )


def fingerprint():
    document = json.loads(run("diff", "old", "new", "--format", "json").output)
    (finding,) = document["findings"]
    return finding["fingerprint"]


# rules


def test_rules_lists_every_rule():
    output = run("rules").output
    assert all(f"\n{name} " in f"\n{output}" for name in RULES)
    assert max(map(len, output.splitlines())) <= 80
    listed = json.loads(run("rules", "--format", "json").output)
    assert [each["rule"] for each in listed] == list(RULES)
    assert {"rule", "opposite", "direction", "severity", "reason"} <= listed[0].keys()


# credentials


def test_refusals_everywhere_are_not_drift_but_could_not_be_checked(here):
    save(cassette_of(*times(5, {"detail": "bad key"}, status=401)), here / "refused" / "a.json")
    result = run("diff", "old", "refused")
    assert result.exit_code == 3
    assert "GET api.test/users/{id}: the new recordings were refused (credentials x5)" in " ".join(
        result.output.split()
    )
    document = json.loads(run("diff", "old", "refused", "--format", "json").output)
    assert (document["verdict"], document["findings"]) == ("unchecked", [])
    assert document["could_not_check"] == [
        {"endpoint": "GET api.test/users/{id}", "side": "new", "reasons": {"credentials": 5}}
    ]


# contracts


@pytest.mark.parametrize("suffix", ["json", "msgpack"])
def test_a_contract_stands_for_its_cassettes_on_either_side(suffix):
    for name in ("old", "new"):
        assert run("contract", name, "-o", f"{name}.{suffix}").exit_code == 0
    for old, new in ((f"old.{suffix}", "new"), ("old", f"new.{suffix}"), (f"old.{suffix}", f"new.{suffix}")):
        result = run("diff", old, new)
        assert result.exit_code == 1
        assert "in 5 of 5, now in 0 of 5" in result.output
    assert run("diff", f"old.{suffix}", "old").exit_code == 0
    assert [each.rule for each in playhead.diff(f"old.{suffix}", "new")] == ["field-removed"]


def test_contracts_of_parts_merge_into_that_of_the_whole(here):
    run("contract", "old", "-o", "whole.json")
    run("contract", "old/a.json", "-o", "one.msgpack")
    run("contract", "old/deep", "-o", "two.json")
    for order in (("one.msgpack", "two.json"), ("two.json", "one.msgpack"), ("two.json", "old/a.json")):
        assert run("contract", *order, "-o", "merged.json").exit_code == 0
        assert (here / "merged.json").read_bytes() == (here / "whole.json").read_bytes()


def test_folding_in_several_processes_gives_the_same_bytes(here, monkeypatch):
    monkeypatch.setattr("playhead.services.comparing.folding._SPARED_BYTES", 0)
    run("contract", "old", "new", "-o", "one.json", "--jobs", 1)
    assert run("contract", "old", "new", "-o", "two.json", "--jobs", 2).exit_code == 0
    assert (here / "one.json").read_bytes() == (here / "two.json").read_bytes()
    (here / "new" / "broken.json").write_text("{")
    result = run("diff", "old", "new", "--jobs", 2)
    assert result.exit_code == 3
    assert "field-removed" in result.output
    assert "broken.json" in result.output


def test_a_contract_goes_to_the_terminal_without_a_file():
    assert json.loads(run("contract", "old").output)["playhead_contract"] == 2


def test_a_broken_cassette_is_named_and_the_rest_is_folded(here):
    (here / "old" / "broken.json").write_text("{")
    result = run("contract", "old", "-o", "c.json")
    assert result.exit_code == 3
    assert "broken.json" in result.stderr
    assert run("diff", "c.json", "new").exit_code == 1


def test_a_contract_among_cassettes_is_not_counted_twice(here):
    run("contract", "old", "-o", "old/contract.json")
    assert "in 5 of 5" in run("diff", "old", "new").output
    run("contract", "old", "-o", "alone/contract.json")
    assert run("diff", "alone", "new").exit_code == 2


def test_a_contract_of_a_later_version_is_an_error_that_says_so(here):
    (here / "later.json").write_text('{"playhead_contract": 3, "endpoints": []}')
    result = run("diff", "later.json", "new")
    assert result.exit_code == 3
    assert "has format version 3" in result.output
    assert run("contract", "later.json", "-o", "c.json").exit_code == 3


@pytest.mark.parametrize("arguments", [(), ("nowhere",), ("old", "-o", "c.yaml"), ("old", "--jobs", 0)])
def test_wrong_usage_of_contract_is_two(arguments):
    assert run("contract", *arguments).exit_code == 2


# git


def test_a_git_revision_is_a_side(here):
    git("init", "-q")
    save(cassette_of(*times(5, USER), answer("/large", raw=b'"large"' + b" " * 9_000_000)), "suite/a.json")
    git("add", "suite")
    git("commit", "-qm", "One")
    git("tag", "one")
    save(cassette_of(*times(5, LEAN), answer("/large", raw=b"7" + b" " * 9_000_000)), "suite/a.json")
    for spec in ("HEAD:suite", "one:suite/", "main:suite/a.json", "HEAD:./suite", "HEAD:."):
        result = run("diff", spec, "suite")
        assert result.exit_code == 1, result.output
        assert "field-removed" in result.output
        assert "GET api.test/large" in result.output
    assert run("diff", "suite", "suite").exit_code == 0
    assert run("contract", "one:suite", "-o", "one.json").exit_code == 0
    assert run("diff", "one.json", "one:suite").exit_code == 0


@pytest.mark.parametrize(
    ("spec", "told"),
    [("nonsense:suite", "no revision nonsense"), ("HEAD:nowhere", "nothing at nowhere in HEAD"), ("-x:suite", "-x")],
)
def test_a_revision_or_path_that_does_not_exist_is_wrong_usage(spec, told):
    git("init", "-q")
    git("add", "old")
    git("commit", "-qm", "One")
    for sides in ((spec, "old"), ("old", spec)):
        result = run("diff", "--", *sides)
        assert result.exit_code == 2
        assert told in result.stderr
    with pytest.raises(UsageError):
        playhead.diff(spec, "old")


def test_the_first_cassettes_and_the_last_are_compared_with_nothing(here):
    git("init", "-q")
    assert run("diff", "HEAD:old", "old").exit_code == 0  # nothing is committed yet
    git("commit", "-q", "--allow-empty", "-m", "One")
    first = run("diff", "HEAD:old", "./old", "--also", "markdown=drift.md")
    assert first.exit_code == 0
    assert "no cassettes at HEAD:old to compare with" in first.stderr
    assert "Newly exercised" in first.output
    assert (here / "drift.md").exists()
    assert playhead.diff("HEAD:old", "old") == []
    git("add", "old")
    git("commit", "-qm", "Two")
    shutil.rmtree(here / "old")
    last = run("diff", "HEAD:old", "old")
    assert last.exit_code == 0
    assert "Not exercised any more" in last.output
    assert run("diff", "HEAD~1:old", "old").exit_code == 2  # on neither side


def test_a_revision_outside_of_a_repository_is_wrong_usage(monkeypatch, here):
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(here.parent))
    result = run("diff", "main:old", "new")
    assert result.exit_code == 2
    assert "not a git repository" in result.stderr


def test_a_broken_cassette_in_a_revision_is_named_as_one_knows_it(here):
    git("init", "-q")
    (here / "old" / "broken.json").write_text("{")
    git("add", "old")
    git("commit", "-qm", "One")
    result = run("diff", "HEAD:old", "new")
    assert result.exit_code == 3
    assert "HEAD:old/broken.json" in result.output
    assert "/tmp" not in result.output


def test_git_shows_msgpack_cassettes_readably_as_the_documentation_says(here):
    git("init", "-q")
    (here / ".gitattributes").write_text("**/*.msgpack diff=playhead\n")
    git("config", "diff.playhead.textconv", f"sh -c '{sys.executable} -m playhead convert \"$1\" -' --")
    git("add", ".")
    git("commit", "-qm", "One")
    save(cassette_of(*times(2, LEAN)), "old/deep/b.msgpack")
    shown = subprocess.run(["git", "diff"], capture_output=True, text=True, check=True).stdout
    removed = [line for line in shown.splitlines() if line.startswith("-") and '"email": "ada@example.org"' in line]
    assert len(removed) == 2
    assert "Binary files" not in shown


def test_a_hook_for_pre_commit_runs_what_it_says(here):
    yaml = pytest.importorskip("yaml")
    (hook,) = yaml.safe_load((Path(__file__).parents[2] / ".pre-commit-hooks.yaml").read_text())
    git("init", "-q")
    git("add", ".")
    git("commit", "-qm", "One")
    assert hook["entry"] == "playhead diff"
    assert run("diff", *(each.replace("cassettes", "old") for each in hook["args"])).exit_code == 0
    save(cassette_of(*times(3, LEAN)), "old/a.json")
    save(cassette_of(*times(2, LEAN)), "old/deep/b.msgpack")
    assert run("diff", *(each.replace("cassettes", "old") for each in hook["args"])).exit_code == 1


# accepting


def test_what_is_accepted_no_longer_fails_and_is_listed_on_request(here):
    accepted = run("accept", fingerprint(), "--reason", "we never read it", "--until", "2999-01-31")
    assert accepted.exit_code == 0
    assert (here / "playhead-accepted.toml").is_file()
    result = run("diff", "old", "new")
    assert result.exit_code == 0
    assert "Accepted: 1" in result.output
    assert "we never read it" not in result.output
    listed = " ".join(run("diff", "old", "new", "--accepted").output.split())
    assert "we never read it" in listed
    assert "until 2999-01-31" in listed
    assert playhead.diff("old", "new") == []


def test_an_expired_acceptance_is_reported_and_fails_again():
    run("accept", fingerprint(), "--reason", "for now", "--until", "2020-01-31")
    result = run("diff", "old", "new")
    assert result.exit_code == 1
    assert "accepted until 2020-01-31" in result.output


def test_an_acceptance_of_what_is_gone_is_reported_and_fails_nothing():
    run("accept", "0" * 16, "--reason", "unknown")
    result = run("diff", "old", "old")
    assert result.exit_code == 0
    assert "there is no such finding any more" in " ".join(result.output.split())


def test_a_report_tells_what_an_acceptance_is_about(here):
    run("diff", "old", "new", "--format", "json", "-o", "drift.json")
    short = fingerprint()[:6]
    assert run("accept", short, "--reason", "x", "--report", "drift.json").exit_code == 0
    text = (here / "playhead-accepted.toml").read_text()
    assert 'rule = "field-removed"' in text
    assert 'place = "/email"' in text
    assert run("accept", "ffff", "--reason", "x", "--report", "drift.json").exit_code == 2
    assert run("accept", short, "--reason", "x", "--report", "old/a.json").exit_code == 2
    assert run("accept", short, "--reason", "x", "--report", "nowhere.json").exit_code == 2


@pytest.mark.parametrize(
    "arguments",
    [
        ("xyz", "--reason", "x"),
        ("1" * 16,),
        ("1" * 16, "--reason", " "),
        ("1" * 16, "--reason", "x", "--until", "soon"),
    ],
)
def test_wrong_usage_of_accept_is_two(arguments, here):
    assert run("accept", *arguments).exit_code == 2
    assert not (here / "playhead-accepted.toml").exists()


def test_a_broken_acceptance_file_could_not_be_read(here):
    (here / "playhead-accepted.toml").write_text("[[accepted]]\n")
    result = run("diff", "old", "new")
    assert result.exit_code == 3
    assert "playhead-accepted.toml entry 1 has no fingerprint" in result.stderr


# settings


def settings(here, text):
    (here / "pyproject.toml").write_text(f"[tool.playhead.drift]\n{text}")


def test_settings_override_severities(here):
    settings(here, 'severity = [{rule = "field-removed", endpoint = "*/users/*", severity = "noise"}]\n')
    assert run("diff", "old", "new").exit_code == 0
    settings(here, 'severity = [{place = "/email", severity = "risky"}]\n')
    assert run("diff", "old", "new").exit_code == 0
    assert run("diff", "old", "new", "--fail-on", "risky").exit_code == 1


def test_settings_declare_templates(here):
    for name, user, body in (("old", "ada", USER), ("new", "bob", LEAN)):
        save(cassette_of(*[answer(f"/wiki/{user}", body)] * 3), here / name / "wiki.json")
    assert "/wiki/{page}" not in run("diff", "old", "new").output
    settings(here, 'templates = ["/wiki/{page}"]\n')
    assert "/wiki/{page}" in run("diff", "old", "new").output


def test_openapi_documents_are_templates_too(here):
    for name, user, body in (("old", "ada", USER), ("new", "bob", LEAN)):
        save(cassette_of(*[answer(f"/v1/wiki/{user}", body)] * 3), here / name / "wiki.json")
    paths = {"/wiki/{page}": {}, "/wiki/{page}/{part}": {}}
    (here / "api.json").write_text(json.dumps({"servers": [{"url": "http://x.test/v1/"}], "paths": paths}))
    settings(here, 'openapi = ["api.json"]\n')
    assert "/v1/wiki/{page}" in run("diff", "old", "new").output
    no_document = "is not an OpenAPI document"
    for text, said in (("{", "is not readable as JSON"), ("[]", no_document), ('{"paths": 1}', no_document)):
        (here / "api.json").write_text(text)
        result = run("diff", "old", "new")
        assert result.exit_code == 3
        assert f"api.json {said}" in result.stderr
    (here / "api.json").unlink()
    assert run("diff", "old", "new").exit_code == 2


@pytest.mark.parametrize(
    "text",
    [
        "colour = 1",
        'templates = "x"',
        "slower_than = 1",
        'severity = "x"',
        'severity = [{rule = "field-removed"}]',
        'severity = [{rule = "field-removd", severity = "risky"}]',
        'severity = [{rule = "field-removed", severity = "bad"}]',
        'severity = [{rule = 1, severity = "bad"}]',
    ],
)
def test_settings_that_cannot_be_are_told(here, text):
    settings(here, text)
    result = run("diff", "old", "new")
    assert result.exit_code == 2
    assert "drift" in result.stderr
