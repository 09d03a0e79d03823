"""Every rule about requests and answers, each with cases that must not trigger it."""

from __future__ import annotations

import pytest

from playhead.errors import UsageError
from tests.contract.recordings import answer, failure, times
from tests.openapi.documents import JSON, USER, answering, document, get_user, held, told

pytest.importorskip("jsonschema_rs")

GET = "GET /users/{id}"
ADA = {"id": 1, "name": "Ada"}


def test_what_is_as_documented_is_silent():
    assert told(get_user({"$ref": "#/components/schemas/User"}, User=USER), *times(3, ADA)) == []


def test_each_mistake_of_an_answer_is_told_once_with_place_and_count():
    parts = get_user({"type": "array", "items": {"$ref": "#/components/schemas/User"}}, User=USER)
    wrong = [{"id": "1", "name": "Ada"}, {"id": "2", "name": "Bob"}, {"id": 3}, {**ADA, "a/b": 1}]
    findings = held(parts, answer(body=wrong), answer(body=[ADA])).comparison().findings
    assert [(each.rule, each.endpoint, each.place) for each in findings] == [
        ("openapi-response-invalid", GET, "/*/a~1b"),
        ("openapi-response-invalid", GET, "/*/id"),
        ("openapi-response-invalid", GET, "/*/name"),
    ]
    identity = findings[1]
    assert identity.old == 'type: "integer" (#/components/schemas/User/properties/id)'
    assert identity.new == '"1" is not of type "integer"'
    assert identity.evidence == "in 1 of 2 recorded exchanges"
    assert len({each.fingerprint for each in findings}) == 3


def test_a_format_is_risky_and_a_type_is_breaking():
    parts = get_user({"$ref": "#/components/schemas/User"}, User=USER)
    findings = held(parts, answer(body={**ADA, "at": "yesterday"}), answer(body={**ADA, "at": 5})).comparison().findings
    assert [(each.rule, str(each.severity)) for each in findings] == [
        ("openapi-response-invalid", "breaking"),
        ("openapi-response-format", "risky"),
    ]


def test_what_redaction_left_is_no_mistake():
    properties = {
        "email": {"type": "string", "format": "email"},
        "pin": {"type": "integer", "minimum": 1000},
        "any": {"anyOf": [{"type": "string", "format": "uuid"}, {"type": "integer"}]},
        "count": {"minimum": 1},
    }
    schema = {"type": "object", "properties": properties}
    body = {"email": "REDACTED-email-1", "pin": 0, "any": "REDACTED-any-1"}
    assert told(get_user(schema), answer(body=body)) == []
    assert told(get_user(schema), answer(body={**body, "count": 0})) == [("openapi-response-invalid", GET, "/count")]


def test_the_old_version_has_nullable_and_bounds_of_its_own():
    properties = {
        "name": {"type": "string", "nullable": True, "enum": ["a"]},
        "size": {"minimum": 1, "exclusiveMinimum": True},
        "user": {"nullable": True, "allOf": [{"$ref": "#/components/schemas/User"}]},
    }
    schema = {"type": "object", "properties": properties}
    parts = get_user(schema, "3.0.3", User={"type": "object"})
    assert told(parts, answer(body={"name": None, "size": 2, "user": None})) == []
    assert told(parts, answer(body={"size": 1, "user": 3})) == [
        ("openapi-response-invalid", GET, "/size"),
        ("openapi-response-invalid", GET, "/user"),
    ]


def test_the_new_version_has_types_in_lists():
    parts = get_user({"type": "object", "properties": {"name": {"type": ["string", "null"]}}})
    assert told(parts, answer(body={"name": None})) == []
    assert told(parts, answer(body={"name": 5})) == [("openapi-response-invalid", GET, "/name")]


def posting(schema, **operation):
    request = {"required": True, "content": {JSON: {"schema": schema}}}
    post = {"requestBody": request, "responses": {"201": {"description": ""}, "4XX": {"description": ""}}, **operation}
    return document({"/users": {"post": post}})


def test_a_request_may_leave_out_what_is_the_services_and_not_the_rest():
    sent = {"name": "Ada", "secret": "x"}
    assert told(posting(USER), answer("/users", method="POST", status=201, sent=sent)) == []
    rule = "openapi-request-invalid"
    assert told(posting(USER), answer("/users", method="POST", status=201, sent={"name": "Ada"})) == [
        (rule, "POST /users", "request /secret")
    ]
    assert told(posting(USER), answer("/users", method="POST", status=201)) == [(rule, "POST /users", "request /")]


def test_a_request_that_was_refused_may_be_wrong():
    assert told(posting(USER), answer("/users", method="POST", status=422, sent={})) == []


def test_a_request_of_another_media_type_is_told():
    parts = posting(USER)
    parts["paths"]["/users"]["post"]["requestBody"]["content"] = {"application/xml": {}}
    exchange = answer("/users", method="POST", status=201, sent={})
    assert told(parts, exchange) == [("openapi-request-media", "POST /users", "request header.content-type")]


PAGE = {"name": "page", "in": "query", "schema": {"type": "integer", "minimum": 1}}
TAGS = {"name": "tags", "in": "query", "schema": {"type": "array", "items": {"enum": ["a", "b"]}}}
IDS = {"name": "ids", "in": "query", "explode": False, "schema": {"type": "array", "items": {"type": "integer"}}}


@pytest.mark.parametrize(
    ("target", "findings"),
    [
        ("/users?page=2&tags=a&tags=b&ids=1,2", []),
        ("/users?page=2&tags=a", []),
        ("/users?page=REDACTED-page-1", []),
        ("/users?page=0", [("openapi-parameter-invalid", "query.page")]),
        ("/users?page=first", [("openapi-parameter-invalid", "query.page")]),
        ("/users?page=1&tags=c", [("openapi-parameter-invalid", "query.tags")]),
        ("/users?page=1&ids=1,x", [("openapi-parameter-invalid", "query.ids")]),
        ("/users", [("openapi-parameter-missing", "query.page")]),
        ("/users?page=1&more=1", [("openapi-parameter-unknown", "query.more")]),
    ],
)
def test_parameters_of_the_query(target, findings):
    parameters = [{**PAGE, "required": True}, TAGS, IDS]
    parts = document({"/users": {"get": {"parameters": parameters, "responses": answering({})}}})
    assert [(rule, place) for rule, _, place in told(parts, answer(target, {}))] == findings


def test_an_object_in_the_query_may_have_any_names():
    where = {"name": "where", "in": "query", "style": "deepObject", "schema": {"type": "object"}}
    parts = document({"/users": {"get": {"parameters": [where], "responses": answering({})}}})
    assert told(parts, answer("/users?where[name]=x", {})) == []


def test_fields_of_the_path():
    field = {"name": "id", "in": "path", "required": True, "schema": {"type": "integer"}}
    parts = document({"/users/{id}": {"parameters": [field], "get": {"responses": answering({})}}})
    assert told(parts, answer("/users/7", {})) == []
    assert told(parts, answer("/users/ada", {})) == [("openapi-parameter-invalid", GET, "path.id")]


def test_statuses_ranges_and_default():
    parts = document({"/users/{id}": {"get": {"responses": {**answering({}), "4XX": {"description": ""}}}}})
    assert told(parts, answer(body={}), answer(body={}, status=404)) == []
    assert told(parts, answer(body={}, status=202)) == [("openapi-status-unknown", GET, "status")]
    assert told(parts, answer(status=503), answer(status=304), failure()) == []
    parts["paths"]["/users/{id}"]["get"]["responses"]["default"] = {"description": ""}
    assert told(parts, answer(body={}, status=202)) == []


def test_media_types_and_bodies_that_are_not_there():
    parts = get_user({"type": "object"})
    rule, place = "openapi-response-media", "header.content-type"
    assert told(parts, answer(body={}, media="application/json; charset=utf-8")) == []
    assert told(parts, answer(raw=b"<p>", media="text/html")) == [(rule, GET, place)]
    assert told(parts, answer(media="")) == [("openapi-response-invalid", GET, "/")]
    assert told(parts, answer(raw=b"", complete=False), answer(method="HEAD")) == []
    parts["paths"]["/users/{id}"]["get"]["responses"]["200"]["content"] = {"text/*": {}}
    assert told(parts, answer(raw=b"<p>", media="text/html")) == []


@pytest.mark.parametrize("media", ["text/plain", "text/html", "application/octet-stream"])
def test_json_in_a_text_is_the_text_that_the_document_describes(media):
    parts = get_user({})
    content = {media: {"schema": {"type": "string"}}}
    parts["paths"]["/users/{id}"]["get"]["responses"]["200"]["content"] = content
    assert told(parts, answer(body={"id": 1}, media=media)) == []


def test_errors_have_schemas_of_their_own():
    parts = get_user({"type": "object"})
    parts["paths"]["/users/{id}"]["get"]["responses"] |= answering({"required": ["detail"]}, "404")
    assert told(parts, answer(body={}, status=404)) == [("openapi-response-invalid", GET, "404 /detail")]


def test_headers_of_the_answer():
    parts = get_user({})
    count = {"required": True, "schema": {"type": "integer"}}
    parts["paths"]["/users/{id}"]["get"]["responses"]["200"]["headers"] = {"X-Count": count, "X-Other": {"schema": {}}}
    assert told(parts, answer(body={}, headers=(("x-count", "3"),))) == []
    assert told(parts, answer(body={})) == [("openapi-header-missing", GET, "header.x-count")]
    assert told(parts, answer(body={}, headers=(("x-count", "x"),))) == [
        ("openapi-header-invalid", GET, "header.x-count")
    ]


def test_unknown_paths_and_methods_of_the_described_service_are_told_and_other_services_are_counted():
    other = answer("https://mail.test/messages", {})
    conformance = held(
        get_user({}),
        answer(body={}),
        answer("/orders/1", {}),
        answer("/orders/2", {}),
        answer("/gone", status=404),
        other,
    )
    findings = conformance.comparison().findings
    assert [(each.rule, each.endpoint) for each in findings] == [("openapi-path-unknown", "GET /orders/{id}")]
    assert conformance.others == {"mail.test": 1}
    assert told(get_user({}), answer(body={}, method="DELETE")) == [
        ("openapi-method-unknown", "DELETE /users/{id}", "method")
    ]


def test_a_service_that_is_no_server_of_the_document_is_another_one():
    parts = get_user({"type": "array"}) | {"servers": [{"url": "https://api.other.test"}]}
    conformance = held(parts, answer(body={}), answer("http://127.0.0.1:8000/users/1", {}))
    assert conformance.others == {"api.test": 1}
    assert conformance.checked == 1


def test_a_schema_that_is_none_is_told():
    with pytest.raises(UsageError, match=r"at #/paths/.* something that is not a schema"):
        told(get_user({"type": "strange"}), answer(body={}))


def test_events_of_a_stream_are_not_held_against_the_schema_of_the_whole():
    parts = document({"/users/{id}": {"get": {"responses": answering({"type": "string"}, media="text/event-stream")}}})
    assert told(parts, answer(raw=b"data: 1\n\n", media="text/event-stream")) == []
