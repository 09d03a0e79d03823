"""OpenAPI documents on disk: JSON, YAML as people write it, and what is neither."""

from __future__ import annotations

import json
import sys

import pytest

from playhead.errors import UsageError
from playhead.services.checking.conformance import load_document
from tests.openapi.documents import get_user

YAML = """
openapi: 3.0.3
info: {title: t, version: 1.0, description: "of 2026-01-01"}
paths:
  /users/{id}:
    get:
      responses:
        200:
          description: one
          content:
            application/json:
              schema: &user {type: object, example: {born: 1815-12-10}}
        404: {description: none, content: {application/json: {schema: *user}}}
"""


def test_yaml_is_read_as_json_would_be(tmp_path):
    pytest.importorskip("yaml")
    (tmp_path / "openapi.yaml").write_text(YAML)
    parts = load_document(tmp_path / "openapi.yaml").parts
    responses = parts["paths"]["/users/{id}"]["get"]["responses"]
    assert list(responses) == ["200", "404"]
    schema = responses["404"]["content"]["application/json"]["schema"]
    assert schema == {"type": "object", "example": {"born": "1815-12-10"}}


def test_json_is_read_whatever_the_suffix(tmp_path):
    (tmp_path / "openapi").write_text(json.dumps(get_user({})))
    assert load_document(tmp_path / "openapi").version == "3.1"


@pytest.mark.parametrize(
    ("name", "text", "says"),
    [
        ("a.json", "{", "not readable as JSON"),
        ("a.yaml", "a: [", "not readable as YAML"),
        ("a.yaml", "a: !!python/object:os.system x", "not readable as YAML"),
        ("a.yaml", "just text", "not an OpenAPI document"),
        ("a.yaml", "openapi: 3.1.0\nself: &a [*a]", "holds itself"),
        ("a.json", "[" * 100_000, "."),
    ],
)
def test_what_cannot_be_read_is_a_usage_error(tmp_path, name, text, says):
    pytest.importorskip("yaml")
    (tmp_path / name).write_text(text)
    with pytest.raises(UsageError, match=says):
        load_document(tmp_path / name)


def test_aliases_that_multiply_are_refused(tmp_path, monkeypatch):
    pytest.importorskip("yaml")
    monkeypatch.setattr("playhead.services.openapi_files._MOST_NODES", 10_000)
    lines = ["a0: &a0 [1, 2, 3, 4, 5, 6, 7, 8, 9, 10]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 12)]
    (tmp_path / "bomb.yaml").write_text("openapi: 3.1.0\n" + "\n".join(lines))
    with pytest.raises(UsageError, match="multiply without end"):
        load_document(tmp_path / "bomb.yaml")


def test_a_file_that_is_not_there_is_a_usage_error(tmp_path):
    with pytest.raises(UsageError, match="cannot be read"):
        load_document(tmp_path / "nowhere.json")


def test_without_pyyaml_it_says_what_to_install(tmp_path, monkeypatch):
    (tmp_path / "openapi.yaml").write_text(YAML)
    monkeypatch.setitem(sys.modules, "yaml", None)
    with pytest.raises(UsageError, match=r"pip install 'playhead\[openapi\]'"):
        load_document(tmp_path / "openapi.yaml")
