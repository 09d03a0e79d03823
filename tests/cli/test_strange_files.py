"""Contracts, OpenAPI documents and lists of accepted findings with a broken structure.

Whatever their content, a command reads them, or prints one sentence and exits with 3; there is never a traceback.
"""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from hypothesis import HealthCheck, example, given, settings

from playhead.cli.main import main
from playhead.contract.contract import fold_all
from playhead.contract.plain import plain_of
from playhead.contract.templates import stored_form
from playhead.model.cassette import Cassette
from playhead.store import save
from tests.contract.recordings import answer, failure, times
from tests.openapi.documents import USER, answering, document
from tests.support.mutations import DEEP_LIST, DEEP_MAP, mutations

ADA = {"id": 1, "name": "Ada", "tags": ["x"], "home": {"type": "flat", "zip": "1"}, "size": 1.5, "none": None}
EVENTS = b'event: a\ndata: {"type": "a", "x": 1}\n\ndata: [DONE]\n\n'
SUITE = [
    *times(3, ADA),
    *times(2, {"error": {"code": 1}}, status=404),
    answer("/list?page=1", [ADA, {**ADA, "home": {"type": "house", "rooms": 2}}]),
    answer("/stream", raw=EVENTS, media="text/event-stream"),
    answer("/moved", status=302, headers=(("location", "/x/1"), ("sunset", "tomorrow"), ("api-version", "1"))),
    answer("/graphql", {"data": {"u": 1}}, method="POST", sent={"query": "query A { u }", "operationName": "A"}),
    failure(),
]
CONTRACT = plain_of(stored_form(fold_all(SUITE).finish()).finish())
OPENAPI = document(
    {
        "/users/{id}": {
            "parameters": [{"name": "id", "in": "path", "required": True, "schema": {"type": "integer"}}],
            "get": {
                "parameters": [{"$ref": "#/components/parameters/Page"}],
                "responses": {
                    **answering({"$ref": "#/components/schemas/User"}),
                    "default": {"$ref": "#/components/responses/Error"},
                },
            },
        },
        "/list": {"get": {"responses": answering({"type": "array", "items": {"$ref": "#/components/schemas/User"}})}},
    },
    servers=[{"url": "http://{host}.test/", "variables": {"host": {"default": "api"}}}],
    components={
        "schemas": {"User": USER, "Any": {"oneOf": [{"$ref": "#/components/schemas/User"}, {"type": "null"}]}},
        "parameters": {"Page": {"name": "page", "in": "query", "schema": {"type": "integer", "minimum": 1}}},
        "responses": {"Error": {"description": "", **answering({"$ref": "#/components/schemas/Any"})["200"]}},
    },
)
ACCEPTED = {
    "accepted": [
        {"fingerprint": "1" * 16, "reason": "known", "until": "2027-01-31", "rule": "field-removed", "place": "/x"},
        {"fingerprint": "2" * 16, "reason": "known too"},
    ]
}
FRAME = '{"playhead_contract": 1, "endpoints": '
fuzzed = settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project with a suite of recordings, `suite.json`."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("playhead.services.comparing.judging.root", lambda: tmp_path)
    (tmp_path / "pyproject.toml").touch()
    save(Cassette(tuple(replace(each, id=number) for number, each in enumerate(SUITE, 1))), tmp_path / "suite.json")
    return tmp_path


def run(*arguments: str) -> Result:
    return CliRunner().invoke(main, arguments)


def check(result: Result) -> None:
    """Assert that the command worked, or printed one sentence and exited with 3."""
    unexpected = result.exception is not None and not isinstance(result.exception, SystemExit)
    assert not unexpected, repr(result.exception)
    assert "Traceback" not in result.output
    if result.exit_code == 3 and result.stderr.startswith("Error: "):
        assert len(result.stderr) < 800
    else:
        assert result.exit_code in (0, 1, 3), result.output


@fuzzed
@given(mutations(CONTRACT))
@example({**CONTRACT, "endpoints": DEEP_LIST})
@example({**CONTRACT, "templates": DEEP_MAP})
def test_any_contract_file_is_read_or_refused(here: Path, contract: Any) -> None:
    (here / "contract.json").write_text(json.dumps(contract))
    refused = run("diff", "contract.json", "suite.json")
    check(refused)
    check(run("diff", "suite.json", "contract.json", "--format", "json"))


@fuzzed
@given(mutations(OPENAPI))
@example({**OPENAPI, "paths": DEEP_MAP})
@example({**OPENAPI, "components": {"schemas": {"User": DEEP_MAP}}})
@example({**OPENAPI, "servers": [{"url": "http://["}, 1, {"url": "{a}", "variables": []}]})
def test_any_openapi_document_is_read_or_refused(here: Path, parts: Any) -> None:
    pytest.importorskip("jsonschema_rs")
    (here / "api.json").write_text(json.dumps(parts))
    result = run("verify", "suite.json", "--openapi", "api.json")
    if "describes none of the recorded requests" not in result.stderr:
        check(result)


@fuzzed
@given(mutations(ACCEPTED))
def test_any_list_of_accepted_findings_is_read_or_refused(here: Path, accepted: Any) -> None:
    rows = accepted.items() if isinstance(accepted, dict) else [("accepted", accepted)]
    lines = [f"{json.dumps(key)} = {toml(value)}" for key, value in rows]
    (here / "playhead-accepted.toml").write_bytes("\n".join(lines).encode("utf-8", "surrogatepass"))
    check(run("diff", "suite.json", "suite.json"))


def toml(value: Any, depth: int = 90) -> str:
    if isinstance(value, dict):
        return "{" + ", ".join(f"{json.dumps(key)} = {toml(each, depth - 1)}" for key, each in value.items()) + "}"
    if isinstance(value, list) and depth:
        return "[" + ", ".join(toml(each, depth - 1) for each in value) + "]"
    if isinstance(value, bool | int | float):
        return str(value).lower()
    return json.dumps(value if isinstance(value, str) else "", ensure_ascii=False)


@pytest.mark.parametrize("text", ["[" * 100_000, "accepted = " + "[" * 5_000, "\xff", "a = 1\na = 2", "[[accepted]]"])
def test_a_list_of_accepted_findings_that_is_not_one_is_named(here: Path, text: str) -> None:
    (here / "playhead-accepted.toml").write_bytes(text.encode("latin-1"))
    result = run("diff", "suite.json", "suite.json")
    assert result.exit_code == 3
    assert result.stderr.startswith("Error: ")
    assert "playhead-accepted.toml" in result.stderr


@pytest.mark.parametrize(
    "text", ["[" * 100_000, '{"playhead_contract": 1, "a": ' + "[" * 100_000, "", "null", "\x81\xa1"]
)
def test_a_contract_that_is_not_one_is_named(here: Path, text: str) -> None:
    (here / "contract.json").write_bytes(text.encode("latin-1"))
    result = run("diff", "contract.json", "suite.json")
    assert result.exit_code == 3
    assert "contract.json" in result.output


@pytest.mark.parametrize(
    "text", ["{" * 100_000, "[" * 100_000, "a: " * 5_000, "&a [*a]", "? [1]\n: 2", "!!python/name:os.system x", "\x00"]
)
@pytest.mark.parametrize("name", ["api.yaml", "api.json"])
def test_an_openapi_document_that_is_not_one_is_named(here: Path, name: str, text: str) -> None:
    (here / name).write_text(text)
    result = run("verify", "suite.json", "--openapi", name)
    assert result.exit_code == 3
    assert result.stderr.startswith(f"Error: {name} ")
    assert len(result.stderr) < 800
