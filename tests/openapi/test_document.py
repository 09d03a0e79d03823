"""Documents: versions, references, and the operation of a request."""

from __future__ import annotations

import pytest

from playhead.errors import UsageError
from playhead.openapi.document import document_of
from playhead.openapi.operations import Operations
from tests.openapi.documents import answering, document, get_user


def test_a_dangling_reference_is_told_with_its_place():
    with pytest.raises(
        UsageError, match=r"x.json refers at #/paths/~1users~1\{id\}/get/.* to #/components/schemas/Gone"
    ):
        document_of(get_user({"$ref": "#/components/schemas/Gone"}), "x.json")


@pytest.mark.parametrize("target", ["other.yaml#/User", "http://example.org/user.json"])
def test_a_reference_to_another_file_is_told(target):
    with pytest.raises(UsageError, match="bundle"):
        document_of(get_user({"$ref": target}), "x.json")


def test_references_in_circles_are_told():
    schemas = {"A": {"$ref": "#/components/schemas/B"}, "B": {"$ref": "#/components/schemas/A"}}
    with pytest.raises(UsageError, match="which does not exist"):
        document_of(get_user({"$ref": "#/components/schemas/A"}, **schemas), "x.json")


def test_schemas_may_hold_themselves():
    tree = {"type": "object", "properties": {"below": {"$ref": "#/components/schemas/Tree"}}}
    document_of(get_user({"$ref": "#/components/schemas/Tree"}, Tree=tree), "x.json")


def test_what_is_data_is_no_reference():
    schema = {
        "type": "object",
        "example": {"$ref": "#/nowhere"},
        "default": {"$ref": "#/nowhere"},
        "x-y": {"$ref": "#/z"},
    }
    document_of(get_user(schema), "x.json")


def test_a_property_called_example_or_ref_is_a_property():
    inner = {"example": {"$ref": "#/components/schemas/Gone"}}
    with pytest.raises(UsageError, match="Gone"):
        document_of(get_user({"type": "object", "properties": inner}), "x.json")
    document_of(get_user({"type": "object", "properties": {"$ref": {"type": "string"}}}), "x.json")


@pytest.mark.parametrize(
    ("parts", "says"),
    [
        ({"swagger": "2.0"}, "convert"),
        ([], "not an OpenAPI"),
        ({"openapi": "3.2.0"}, "3.2.0"),
        ({"openapi": 3}, "not an OpenAPI"),
    ],
)
def test_what_is_no_such_document_is_told(parts, says):
    with pytest.raises(UsageError, match=says):
        document_of(parts, "x.json")


def find(paths, method, url, **parts):
    return Operations(document_of(document(paths, **parts), "x.json")).find(method, url)


def test_concrete_paths_come_before_templates():
    paths = {"/users/{id}": {"get": {}}, "/users/me": {"get": {}}, "/users/{id}.json": {"get": {}}}
    assert find(paths, "GET", "http://x/users/me").template == "/users/me"
    assert find(paths, "GET", "http://x/users/7.json").template == "/users/{id}.json"
    found = find(paths, "GET", "http://x/users/a%20b?x=1")
    assert (found.template, found.fields) == ("/users/{id}", {"id": "a b"})
    assert find(paths, "GET", "http://x/users/7/orders") is None


def test_a_path_without_the_method_is_known_and_has_no_operation():
    paths = {"/users/{id}": {"get": {}}, "/users/me": {"post": {}}}
    assert find(paths, "GET", "http://x/users/me").template == "/users/{id}"
    assert find(paths, "DELETE", "http://x/users/me").operation is None
    assert str(find(paths, "HEAD", "http://x/users/7").operation) == "HEAD /users/{id}"


def test_the_paths_of_servers_come_before_those_of_operations():
    servers = [{"url": "https://api.test/{v}/", "variables": {"v": {"default": "v2"}}}]
    paths = {"/users": {"get": {}}}
    assert find(paths, "GET", "http://127.0.0.1:8000/v2/users", servers=servers).template == "/users"
    assert find(paths, "GET", "http://127.0.0.1:8000/users", servers=servers).template == "/users"
    assert find(paths, "GET", "http://127.0.0.1:8000/v22/users", servers=servers) is None


def test_parameters_of_the_path_are_overridden_by_those_of_the_operation():
    shared = [{"$ref": "#/components/parameters/page"}, {"name": "size", "in": "query", "schema": {"type": "integer"}}]
    own = [{"name": "page", "in": "query", "required": True, "schema": {}}]
    paths = {"/users": {"parameters": shared, "get": {"parameters": own, "responses": answering({})}}}
    components = {"parameters": {"page": {"name": "page", "in": "query", "schema": {}}}}
    operation = find(paths, "GET", "http://x/users", components=components).operation
    assert [(each.get("name"), each.get("required")) for each in operation.parameters()] == [
        ("page", True),
        ("size", None),
    ]
