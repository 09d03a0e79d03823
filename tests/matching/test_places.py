"""Places are read as they are documented, and anything else is refused with the list of what is one."""

from __future__ import annotations

import pytest

from playhead.errors import UsageError
from playhead.matching.key import compile_rules
from playhead.matching.places import parse_place


@pytest.mark.parametrize(
    ("text", "kind", "name", "steps"),
    [
        ("host", "host", "", None),
        ("query.page", "query", "page", None),
        ("query.filter[a.b]", "query", "filter[a.b]", None),
        ("header.OpenAI-Beta", "header", "openai-beta", None),
        ("form.csrf", "form", "csrf", None),
        ("part.file", "part", "file", None),
        ("body", "body", "", None),
        ("body.$", "body", "", None),
        ("body.$.a[*].b", "json", "$.a[*].b", ("a", None, "b")),
        ('body.$["a.b"][0].*', "json", '$["a.b"][0].*', ("a.b", 0, None)),
        ("call.db.create_user.args[0]", "call", "db.create_user.args[0]", None),
        ("@uuid", "@uuid", "", None),
        ("@datetime", "@datetime", "", None),
    ],
)
def test_places(text: str, kind: str, name: str, steps: object) -> None:
    place = parse_place(text)
    assert (place.kind, place.name, place.steps, place.pattern) == (kind, name, steps, None)


@pytest.mark.parametrize("text", ["POST /users: body.$.id", "post /users :  body.$.id"])
def test_a_place_may_be_meant_for_some_requests(text: str) -> None:
    place = parse_place(text)
    assert place.method == "POST"
    assert place.pattern is not None
    assert place.pattern.match("https://api.test/users") == {}
    assert place.kind == "json"


def test_a_url_may_say_for_which_host() -> None:
    place = parse_place("* https://api.test/users/{id}: path.id")
    assert place.pattern is not None
    assert place.pattern.match("https://api.test/users/7") == {"id": "7"}
    assert place.pattern.match("https://other.test/users/7") is None


@pytest.mark.parametrize(
    "text",
    [
        "",
        "url",
        "query",
        "query.",
        "bodies",
        "body.a",
        "body.$a",
        "body.$.a[",
        "body.$.a[x]",
        "@email",
        "GET /a:",
        "port",
    ],
)
def test_an_unknown_place_is_refused_with_the_known_ones(text: str) -> None:
    with pytest.raises(UsageError, match=r"path\.NAME, query\.NAME"):
        parse_place(text)


@pytest.mark.parametrize("text", ["path.id", "GET /users/{user}: path.id"])
def test_a_part_of_the_path_needs_a_pattern_that_names_it(text: str) -> None:
    with pytest.raises(UsageError, match=r"GET /users/\{id\}: path\.id"):
        parse_place(text)


def test_a_list_is_asked_for_where_a_single_place_is_given() -> None:
    with pytest.raises(UsageError, match="list"):
        compile_rules("query.page")


def test_only_headers_can_be_checked() -> None:
    with pytest.raises(UsageError, match=r"header\.accept"):
        compile_rules(check=["query.page"])


def test_the_checked_headers_are_known_to_whoever_stores_them() -> None:
    assert compile_rules(check=["header.X-B", "GET /: header.x-a"]).header_names == ("x-a", "x-b")
