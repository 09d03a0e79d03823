"""Path patterns fit the paths that they look like."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from playhead.errors import UsageError
from playhead.text.path_patterns import compile_pattern, parse_request_pattern


@given(st.lists(st.text("abc{}%/ é.", min_size=1), min_size=1, max_size=3))
def test_a_segment_is_found_as_it_was_meant(segments: list[str]) -> None:
    from urllib.parse import quote

    pattern = compile_pattern("/" + "/".join(f"s{number}/{{x{number}}}" for number in range(len(segments))))
    path = "/" + "/".join(f"s{number}/{quote(segment, safe='')}" for number, segment in enumerate(segments))
    assert pattern.match("https://api.test" + path) == {f"x{number}": text for number, text in enumerate(segments)}


@pytest.mark.parametrize(
    ("pattern", "url", "found"),
    [
        ("/users/{id}", "http://a.test/users/7?x=1#top", {"id": "7"}),
        ("/users/{id}", "http://a.test/users/7/posts", None),
        ("/users/{id}", "http://a.test/users/", None),
        ("/users/{id}", "http://a.test/Users/7", None),
        ("/files/{rest:path}", "http://a.test/files/a/b", {"rest": "a/b"}),
        ("/files/{rest:path}", "http://a.test/files/", {"rest": ""}),
        ("/{name}.{ext}", "http://a.test/a.json", {"name": "a", "ext": "json"}),
        ("/a.b", "http://a.test/axb", None),
        ("/caf%c3%a9", "http://a.test/café", {}),
        ("/café", "http://a.test/caf%C3%A9", {}),
        ("/", "http://a.test", {}),
        ("https://a.test/{x}", "https://a.test/1", {"x": "1"}),
        ("https://a.test/{x}", "https://A.test:443/1", {"x": "1"}),
        ("https://a.test/{x}", "http://a.test/1", None),
        ("https://a.test", "https://a.test/", {}),
    ],
)
def test_patterns(pattern: str, url: str, found: dict[str, str] | None) -> None:
    assert compile_pattern(pattern).match(url) == found


@pytest.mark.parametrize("pattern", ["", "users", "*", "/{", "/{}", "/{a b}", "/{x:int}", "/{x}/{x}", "/}"])
def test_what_is_no_pattern_is_refused(pattern: str) -> None:
    with pytest.raises(UsageError):
        compile_pattern(pattern)


@given(st.from_regex(r"[A-Za-z]{1,7}|\*", fullmatch=True), st.sampled_from(["/users/{id}", "https://a.test/{x:path}"]))
def test_a_method_and_a_pattern_are_read_apart(method: str, pattern: str) -> None:
    found = parse_request_pattern(f" {method}  {pattern} ")
    assert (found.method, found.pattern) == (method.upper(), compile_pattern(pattern))
    assert parse_request_pattern(f"{found.method} {found.pattern.text}") == found


@pytest.mark.parametrize(
    ("text", "method", "url", "fits"),
    [
        ("GET /users/{id}", "GET", "http://a.test/users/1", True),
        ("get /users/{id}", "GET", "http://a.test/users/1", True),
        ("GET /users/{id}", "POST", "http://a.test/users/1", False),
        ("GET /users/{id}", "GET", "http://a.test/users", False),
        ("* /users", "PATCH", "http://a.test/users", True),
        ("/users", "PATCH", "http://a.test/users", True),
    ],
)
def test_requests_that_fit(text: str, method: str, url: str, fits: bool) -> None:
    assert parse_request_pattern(text).fits(method, url) is fits
