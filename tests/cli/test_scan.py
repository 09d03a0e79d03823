"""`playhead scan`: its hits, its exit codes, and that it never prints a secret."""

from __future__ import annotations

import json
from base64 import b64encode
from dataclasses import replace
from html import escape
from pathlib import Path
from urllib.parse import quote

import httpx
import pytest
from click.testing import CliRunner, Result

import playhead
from playhead.cli.main import main
from playhead.model.call import Call, Invocation, Returned
from playhead.model.cassette import Cassette, Exchange, Interaction
from playhead.model.http import LARGE_BODY_BYTES, Request, Response
from playhead.store.cassettes import save
from playhead.store.journals import Journal
from tests.redaction.test_formats import TOKENS, some
from tests.support.changing_service import changing

TOKEN = TOKENS["github-token"]
PLAIN = "hunter2-<é>-" + some(8)


def scan(*arguments: object) -> Result:
    result = CliRunner().invoke(main, ["scan", *map(str, arguments)])
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    for secret in (TOKEN, TOKEN[4:], PLAIN):
        assert secret[:12] not in result.output
    return result


def answered(body: bytes | str, *, media_type: str = "text/plain", url: str = "https://a.test/") -> Exchange:
    body = body.encode() if isinstance(body, str) else body
    return Exchange(7, Request("GET", url), Response(200, headers=(("content-type", media_type),), body=body))


def kept(path: Path, *interactions: Interaction) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    save(Cassette(interactions), path)
    return path


@pytest.mark.parametrize(
    "text",
    [
        f"pass is {PLAIN}.",
        json.dumps({"text": f"see {PLAIN}"}),
        b64encode(f"a: {PLAIN}".encode()).decode(),
        f"?a={quote(PLAIN, safe='')}",
        f"<p>{escape(PLAIN)}</p>",
    ],
)
def test_the_values_of_secret_variables_are_sure_hits(
    tmp_path: Path, text: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = kept(tmp_path / "a.json", answered(text))
    body = tmp_path / "bodies" / "left.bin"
    body.parent.mkdir()
    body.write_bytes(text.encode())
    assert scan(tmp_path).exit_code == 0
    monkeypatch.setenv("MAIL_PASSWORD", PLAIN)
    result = scan(tmp_path)
    assert result.exit_code == 1
    assert f"secret    {path} #7 response.body: value.mail-password" in result.output
    assert f"secret    {body} body: value.mail-password" in result.output


def test_what_was_recorded_is_clean(tmp_path: Path) -> None:
    path = tmp_path / "cassettes" / "a.json"
    with changing() as (_, url), playhead.use_cassette(path, record="all"), httpx.Client(base_url=url) as client:
        client.get("/items", params={"api_key": PLAIN}, headers={"authorization": f"Bearer {TOKEN}"})
    result = scan(tmp_path / "cassettes")
    assert (result.exit_code, result.output) == (0, "1 file scanned: no secrets, 0 possible\n")


@pytest.mark.parametrize("suffix", [".json", ".msgpack"])
@pytest.mark.parametrize(
    ("interaction", "place"),
    [
        (answered(f"see {TOKEN}"), "response.body"),
        (answered(b64encode(f"x see {TOKEN}".encode())), "response.body"),
        (answered("", url=f"https://a.test/{TOKEN}/x"), "request.url"),
        (answered(b". " * (LARGE_BODY_BYTES // 2) + TOKEN.encode()), "response.body"),
        (
            answered(b"- " * (LARGE_BODY_BYTES // 2) + TOKEN.encode(), media_type="application/octet-stream"),
            "response.body",
        ),
        (Invocation(7, Call("db", "get", (), {}), Returned({"a": [TOKEN]})), "returned"),
    ],
)
def test_a_sure_hit_is_told_without_the_secret(
    tmp_path: Path, suffix: str, interaction: Interaction, place: str
) -> None:
    path = kept(tmp_path / "cassettes" / f"a{suffix}", interaction)
    for target in (path, path.parent):
        result = scan(target)
        assert result.exit_code == 1
        assert f"secret    {path} #7 {place}: format.github-token\n" in result.output
        assert "1 file scanned: 1 secret, 0 possible" in result.output


def test_a_possible_hit_is_listed_and_no_error(tmp_path: Path) -> None:
    path = kept(tmp_path / "a.json", answered(json.dumps({"password": PLAIN}), media_type="application/json"))
    result = scan(path)
    assert result.exit_code == 0
    assert result.output.splitlines()[0] == f"possible  {path} #7 response.body: body.password"
    assert result.output.splitlines()[1] == "1 file scanned: no secrets, 1 possible"


def test_json_is_for_programs(tmp_path: Path) -> None:
    path = kept(
        tmp_path / "a.json", answered(json.dumps({"password": PLAIN, "a": TOKEN}), media_type="application/json")
    )
    (tmp_path / "b.json").write_text('{"playhead": 1, "interactions": [')
    result = scan(tmp_path, "--format", "json")
    assert result.exit_code == 3
    document = json.loads(result.stdout)
    hit = {"file": str(path), "interaction": 7, "place": "response.body"}
    assert document["hits"] == [
        {**hit, "rule": "format.github-token", "sure": True},
        {**hit, "rule": "body.password", "sure": False},
    ]
    assert document["files"] == 1
    assert [each["file"] for each in document["unreadable"]] == [str(tmp_path / "b.json")]


def test_what_cannot_be_read_outranks_a_hit(tmp_path: Path) -> None:
    path = kept(tmp_path / "a.json", answered(b"x" * LARGE_BODY_BYTES), replace(answered(TOKEN), id=8))
    (body,) = (tmp_path / "bodies").iterdir()
    body.unlink()
    result = scan(path)
    assert result.exit_code == 3
    assert f"Not scanned: {path}: " in result.stderr
    assert scan(tmp_path).exit_code == 3


def test_a_body_that_no_cassette_names_and_a_journal_are_committed_too(tmp_path: Path) -> None:
    path = kept(tmp_path / "a.json", answered("clean"))
    (tmp_path / "bodies").mkdir()
    (tmp_path / "bodies" / "left.bin").write_bytes(b"\0" * 100 + TOKEN.encode())
    journal = Journal(path)
    journal.append(answered(TOKEN))
    journal.close()
    result = scan(tmp_path)
    assert result.exit_code == 1
    assert f"secret    {tmp_path}/bodies/left.bin body: format.github-token\n" in result.output
    assert f"secret    {tmp_path}/a.json.journal #7 response.body: format.github-token\n" in result.output
    assert "3 files scanned: 2 secrets" in result.output


def test_json_that_is_no_cassette_is_passed_over_in_a_folder(tmp_path: Path) -> None:
    kept(tmp_path / "a.json", answered("clean"))
    (tmp_path / "package.json").write_text('{"name": "x"}')
    assert scan(tmp_path).exit_code == 0
    assert scan(tmp_path / "package.json").exit_code == 3


def test_the_project_may_allow_a_kind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = kept(tmp_path / "a.json", answered(TOKEN))
    monkeypatch.setenv("PLAYHEAD_REDACT", "!github-token")
    assert scan(path).exit_code == 0


@pytest.mark.parametrize("arguments", [["nowhere"], ["--format", "xml", "."], []])
def test_wrong_usage_exits_with_two(tmp_path: Path, arguments: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert scan(*arguments).exit_code == 2
    assert scan(tmp_path).exit_code == 2
