"""A contract as an OpenAPI document: a validator accepts it, and its own recordings conform to it."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from playhead.contract.contract import fold_all
from playhead.openapi.inferred import inferred
from playhead.openapi.shapes import schema_of
from tests.contract.recordings import SUITES, VALUES, answer, failure, shape_of, times
from tests.openapi.documents import held

UNSAYABLE = ("no body", "PURGE")


def valid(document) -> bool:
    validator = pytest.importorskip("openapi_spec_validator")
    validator.validate(document)
    return True


@given(SUITES)
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_recordings_satisfy_the_document_that_is_inferred_from_them(suite):
    pytest.importorskip("jsonschema_rs")
    document = inferred(fold_all(suite))
    findings = held(document, *suite).comparison().findings
    assert [str(each) for each in findings if each.new not in UNSAYABLE] == []


@given(SUITES)
@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_a_validator_accepts_the_document_of_any_suite(suite):
    assert valid(inferred(fold_all(suite)))


@given(st.lists(VALUES, max_size=8))
@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_all_values_satisfy_the_schema_of_their_shape(values):
    jsonschema_rs = pytest.importorskip("jsonschema_rs")
    validator = jsonschema_rs.Draft202012Validator(schema_of(shape_of(values)), validate_formats=True)
    assert [str(error) for value in values for error in validator.iter_errors(value)] == []


@pytest.mark.parametrize(
    ("values", "schema"),
    [
        ([], {}),
        ([1, 2], {"type": "integer"}),
        ([1, 2.5], {"type": "number"}),
        ([1, None], {"type": ["integer", "null"]}),
        ([None], {"type": "null"}),
        ([1, "a", None], {"type": ["integer", "string", "null"]}),
        (["2026-01-01", "2026-01-02"], {"type": "string", "format": "date"}),
        (["2026-01-01", ""], {"type": "string"}),
        ([[]], {"type": "array"}),
        ([[1], []], {"type": "array", "items": {"type": "integer"}}),
        ([{}], {"type": "object"}),
        (
            [{"a": 1, "b": 2}, {"a": 1}],
            {
                "type": "object",
                "properties": {"a": {"type": "integer"}, "b": {"type": "integer"}},
                "required": ["a"],
            },
        ),
        ([{"notes.md": 1}], {"type": "object", "additionalProperties": {"type": "integer"}}),
        (
            [{"type": "user"}, {"type": "bot"}],
            {
                "anyOf": [
                    {"type": "object", "properties": {"type": {"const": "bot"}}, "required": ["type"]},
                    {"type": "object", "properties": {"type": {"const": "user"}}, "required": ["type"]},
                ]
            },
        ),
    ],
)
def test_shapes_as_schemas(values, schema):
    assert schema_of(shape_of(values)) == schema


def test_a_suite_as_a_document():
    suite = [
        *times(2, {"id": 1, "name": "Ada"}),
        answer("/users/1/orders/2024-01-01?page=1", []),
        answer("/users/9", {"detail": "?"}, status=404, headers=(("retry-after", "1"),)),
        answer(
            "/users", {"id": 3}, method="POST", status=201, sent={"name": "Bob"}, headers=(("location", "/users/3"),)
        ),
        failure("/health"),
        answer("/x", method="PURGE"),
    ]
    document = inferred(fold_all(suite), title="users", version="7")
    assert valid(document)
    assert document["info"] == {"title": "users", "version": "7"}
    assert document["servers"] == [{"url": "http://api.test"}]
    assert list(document["paths"]) == ["/health", "/users", "/users/{id}", "/users/{id}/orders/{id2}"]
    get = document["paths"]["/users/{id}"]["get"]
    assert list(get["responses"]) == ["200", "404"]
    assert get["responses"]["200"]["content"]["application/json"]["schema"]["required"] == ["id", "name"]
    assert get["responses"]["404"]["headers"] == {"retry-after": {"required": True, "schema": {"type": "string"}}}
    post = document["paths"]["/users"]["post"]
    assert post["requestBody"]["required"] is True
    assert post["responses"]["201"]["headers"]["location"]["required"] is True
    orders = document["paths"]["/users/{id}/orders/{id2}"]["get"]
    assert [(each["name"], each["in"], each["required"]) for each in orders["parameters"]] == [
        ("id", "path", True),
        ("id2", "path", True),
        ("page", "query", True),
    ]
    assert document["paths"]["/health"]["get"]["responses"] == {"default": {"description": "No answer was recorded."}}


def test_hosts_with_one_path_are_one_and_the_document_depends_on_no_order():
    suite = [answer("http://a.test/x", {"a": 1}), answer("http://b.test/x", {"b": 1}), answer("origin://shop/y", {})]
    document = inferred(fold_all(suite))
    assert document == inferred(fold_all(reversed(suite)))
    assert [each["url"] for each in document["servers"]] == ["http://a.test", "http://b.test"]
    schema = document["paths"]["/x"]["get"]["responses"]["200"]["content"]["application/json"]["schema"]
    assert set(schema["properties"]) == {"a", "b"}
