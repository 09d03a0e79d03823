"""Equal requests have equal keys, however they are spelled; different requests never share one."""

from __future__ import annotations

from dataclasses import replace
from hashlib import sha256

import pytest
from hypothesis import given

from playhead.matching.key import BodyKey, Rules, compile_rules, content_key, key_of
from playhead.model.http import BodyFile, Request
from tests.matching.strategies import Meant, meant_requests, seeds

PLAIN = compile_rules()
JSON = (("content-type", "application/json"),)
FORM = (("content-type", "application/x-www-form-urlencoded"),)


def get(url: str) -> Request:
    return Request("GET", url)


def post(body: bytes, headers: tuple[tuple[str, str], ...] = JSON) -> Request:
    return Request("POST", "https://api.test/things", headers, body)


def same(one: Request, other: Request, rules: Rules = PLAIN) -> bool:
    return key_of(one, rules) == key_of(other, rules)


@given(meant=meant_requests(), one=seeds, other=seeds)
def test_the_order_of_parameters_fields_and_members_does_not_matter(meant: Meant, one: int, other: int) -> None:
    assert same(meant.spelled(one), meant.spelled(other))
    assert hash(key_of(meant.spelled(one), PLAIN)) == hash(key_of(meant.spelled(other), PLAIN))


@given(one=meant_requests(), other=meant_requests(), seed=seeds)
def test_different_requests_never_share_a_key(one: Meant, other: Meant, seed: int) -> None:
    assert same(one.spelled(seed), other.spelled(seed + 1)) == (one.meaning() == other.meaning())


@given(meant=meant_requests(), another=meant_requests(), one=seeds, other=seeds)
def test_a_body_that_is_read_late_is_equal_to_the_same_ones(meant: Meant, another: Meant, one: int, other: int) -> None:
    request = meant.spelled(one)
    for second in (request, meant.spelled(other), another.spelled(other)):
        early = [content_key(each, PLAIN.always, PLAIN) for each in (request, second)]
        late = [BodyKey(each, PLAIN) for each in (request, second)]
        assert (late[0] == late[1]) == (early[0] == early[1])
        assert late[0] != late[1] or hash(late[0]) == hash(late[1])


def test_a_body_that_is_sent_as_it_was_recorded_is_not_read() -> None:
    def never(text: str) -> str:
        raise AssertionError(text)

    rules = compile_rules(same_kind=never)
    assert BodyKey(post(b"{}"), rules) == BodyKey(post(b"{}"), rules)
    with pytest.raises(AssertionError, match=r"\{ \}"):
        _ = BodyKey(post(b"{ }"), rules) == BodyKey(post(b"{}"), rules)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("https://api.test", "https://api.test/"),
        ("https://api.test:443/a", "https://API.test/a"),
        ("http://api.test:80/a", "http://api.test/a"),
        ("https://api.test/%7euser", "https://api.test/~user"),
        ("https://api.test/a%2fb", "https://api.test/a%2Fb"),
        ("https://api.test/é", "https://api.test/%C3%A9"),
        ("https://api.test/a?", "https://api.test/a"),
        ("https://api.test/a?x=1&", "https://api.test/a?x=1"),
        ("https://api.test/a?x=a+b", "https://api.test/a?x=a%20b"),
        ("https://api.test/a#top", "https://api.test/a"),
        ("https://user:pass@api.test/a", "https://api.test/a"),
        ("http://127.0.0.1:8000/a", "http://127.0.0.1:9000/a"),
        ("http://localhost/a", "http://localhost:9000/a"),
        ("http://[::1]:1/a", "http://[::1]:2/a"),
        ("http://0.0.0.0:1/a", "http://0.0.0.0:2/a"),
        ("http://users.localhost:1/a", "http://users.localhost:2/a"),
        ("http://127.0.0.1:1/a", "http://localhost:2/a"),
        ("http://[::1]:1/a", "http://localhost:2/a"),
    ],
)
def test_spellings_of_one_url(one: str, other: str) -> None:
    assert same(get(one), get(other))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("https://api.test/a", "http://api.test/a"),
        ("https://api.test/a", "https://api.test/A"),
        ("https://api.test/a", "https://api.test/a/"),
        ("https://api.test/a%2Fb", "https://api.test/a/b"),
        ("https://api.test/a", "https://api.test:8443/a"),
        ("https://api.test/a?x=1", "https://api.test/a?x=1&x=1"),
        ("https://api.test/a?x", "https://api.test/a?x="),
        ("https://api.test/a?a%3Db=c", "https://api.test/a?a=b%3Dc"),
        ("https://api.test/a?x=%ff", "https://api.test/a?x=%fe"),
        ("https://api.test/a?x=1%262", "https://api.test/a?x=1&2"),
        ("http://127.0.0.2/a", "http://127.0.0.1/a"),
        ("http://users.localhost/a", "http://localhost/a"),
        ("http://127.evil.example:1/a", "http://127.evil.example:2/a"),
    ],
)
def test_urls_that_ask_for_different_things(one: str, other: str) -> None:
    assert not same(get(one), get(other))


@pytest.mark.parametrize(
    ("one", "other", "equal"),
    [
        (b'{"a": 1}', b'{"a":1.0}', True),
        (b"1e2", b"100", True),
        (b'{"a":1}', b'{"a":true}', False),
        (b"[0]", b"[false]", False),
        (b'"\\u00e9"', '"é"'.encode(), True),
        (b'{"a":1,"a":2}', b'{"a":2}', False),
        (b'{"a":1,"a":2}', b'{"a":2,"a":1}', False),
        (b"[NaN]", b"[null]", False),
        (b"1e400", b"1e500", False),
        (b"{", b"{ ", False),
        (b"9" * 5000, b"9" * 5001, False),
        (b"[" * 100_000, b"[" * 100_001, False),
        (b'["\\ud800"]', b'["?"]', False),
    ],
)
def test_json_is_compared_by_value(one: bytes, other: bytes, equal: bool) -> None:
    assert same(post(one), post(other)) is equal
    problem = (("content-type", "application/problem+json; charset=utf-8"),)
    assert same(post(one, problem), post(other, problem)) is equal


def test_a_body_of_no_known_type_is_compared_byte_by_byte() -> None:
    assert not same(post(b'{"a":1}', ()), post(b'{"a": 1}', ()))
    assert same(post(b'{"a":1}', ()), post(b'{"a":1}', (("content-type", "text/plain"),)))


def test_a_repeated_field_counts_as_often_as_it_is_sent() -> None:
    assert same(post(b"a=1&b=2&a=3", FORM), post(b"a=3&a=1&b=2", FORM))
    assert not same(post(b"a=1", FORM), post(b"a=1&a=1", FORM))


def multipart(boundary: str, *parts: str) -> Request:
    body = "".join(f"--{boundary}\r\n{part}\r\n" for part in parts) + f"--{boundary}--\r\n"
    return post(body.encode(), (("Content-Type", f'multipart/form-data; boundary="{boundary}"'),))


NAME = 'Content-Disposition: form-data; name="name"\r\n\r\nAda'
FILE = (
    'Content-Disposition: form-data; name="file"; filename="a.json"\r\nContent-Type: application/json\r\n\r\n{"a": 1}'
)


def test_the_boundary_of_a_multipart_body_does_not_matter() -> None:
    assert same(multipart("abc", NAME, FILE), multipart("xyz", NAME, FILE))
    assert same(multipart("abc", FILE), multipart("xyz", FILE.replace('"a": 1', '"a":1.0')))
    assert not same(multipart("abc", NAME), multipart("abc", NAME.replace("Ada", "Eve")))
    assert not same(multipart("abc", NAME, FILE), multipart("abc", FILE, NAME))
    assert not same(multipart("abc", FILE), multipart("abc", FILE.replace("a.json", "b.json")))


@pytest.mark.parametrize("body", [b"", b"--abc", b"--abc\r\nno blank line\r\n--abc--", b"nothing of the kind"])
def test_a_broken_multipart_body_is_compared_byte_by_byte(body: bytes) -> None:
    headers = (("Content-Type", "multipart/form-data; boundary=abc"),)
    assert same(post(body, headers), post(body, headers))
    assert not same(post(body + b"!", headers), post(body + b"?", headers))


def test_a_large_body_is_compared_by_its_digest() -> None:
    large = b"x" * (8 * 1024 * 1024)
    file = BodyFile("bodies/x.bin", sha256(large).hexdigest(), len(large), "/tmp")
    assert same(post(large), replace(post(b""), body=file))
    assert not same(post(large + b"y"), replace(post(b""), body=file))


@pytest.mark.parametrize(
    ("place", "one", "other"),
    [
        ("host", get("https://staging.test:8443/a"), get("http://localhost:80/a")),
        ("query.page", get("https://api.test/a?page=1&x=1"), get("https://api.test/a?x=1")),
        ("body", post(b"1"), post(b"2", FORM)),
        ("form.csrf", post(b"csrf=1&a=1", FORM), post(b"a=1&csrf=2&csrf=3", FORM)),
        ("part.name", multipart("a", NAME, FILE), multipart("b", FILE)),
        ("body.$.id", post(b'{"id":1,"a":1}'), post(b'{"a":1}')),
        ("body.$.a[*].id", post(b'{"a":[{"id":1},{"id":2}]}'), post(b'{"a":[{"id":3},{}]}')),
        ('body.$["odd name"][0]', post(b'{"odd name":[1,2]}'), post(b'{"odd name":[7,2]}')),
        ("body.$.*.t", post(b'{"a":{"t":1},"b":{"t":2}}'), post(b'{"a":{},"b":{}}')),
        ("body.$", post(b"1"), post(b"2")),
        ("GET /users/{id}: path.id", get("https://api.test/users/1"), get("https://api.test/users/2")),
        ("POST /things: body.$.id", post(b'{"id":1}'), post(b'{"id":2}')),
        ("* https://api.test/{rest:path}: body.$.id", post(b'{"id":1}'), post(b'{"id":2}')),
        (
            "@uuid",
            get("https://api.test/a/6f1c2d3e-0000-4000-8000-00000000000a?b=6f1c2d3e-0000-4000-8000-00000000000b"),
            get("https://api.test/a/6f1c2d3e-0000-4000-8000-00000000000c?b=6f1c2d3e-0000-4000-8000-00000000000D"),
        ),
        (
            "@datetime",
            post(b'{"at":"2026-11-23T05:00:00.123Z","z":{"2026-11-23 05:00":1}}'),
            post(b'{"at":"2027-01-02T00:00:00+01:00","z":{"2025-11-23 05:00":1}}'),
        ),
        ("@datetime", post(b"at 2026-11-23T05:00:00Z", ()), post(b"at 2026-11-24T05:00:00Z", ())),
    ],
)
def test_what_is_ignored_does_not_count(place: str, one: Request, other: Request) -> None:
    assert not same(one, other)
    assert same(one, other, compile_rules([place]))


def test_an_ignored_place_counts_where_it_is_not_meant() -> None:
    rules = compile_rules(["POST /other: body.$.id", "GET /things: body.$.id", "query.y"])
    assert not same(post(b'{"id":1}'), post(b'{"id":2}'), rules)
    assert not same(get("https://api.test/a?x=1"), get("https://api.test/a?x=2"), rules)


def test_uuids_that_are_names_of_members_stay_as_many_as_they_are() -> None:
    rules = compile_rules(["@uuid"])
    first, second = "6f1c2d3e-0000-4000-8000-00000000000a", "6f1c2d3e-0000-4000-8000-00000000000b"
    one = post(f'{{"{first}":1,"{second}":2}}'.encode())
    assert same(one, post(f'{{"{first}":2,"{second}":1}}'.encode()), rules)
    assert not same(one, post(f'{{"{first}":2}}'.encode()), rules)


def test_a_checked_header_counts_and_others_do_not() -> None:
    one = post(b"1", (*JSON, ("OpenAI-Beta", "v1")))
    other = post(b"1", (*JSON, ("openai-beta", "v2"), ("accept", "*/*")))
    assert same(one, other)
    assert not same(one, other, compile_rules(check=["header.openai-beta"]))
    assert same(one, other, compile_rules(["header.openai-beta"], ["header.openai-beta"]))
    assert same(one, post(b"1", (*one.headers, ("accept", "*/*"))), compile_rules(check=["header.OpenAI-Beta"]))


def test_placeholders_compare_by_kind() -> None:
    rules = compile_rules(same_kind=lambda text: text.replace("-1", "").replace("-2", ""))
    assert same(get("https://api.test/a?t=X-1"), get("https://api.test/a?t=X-2"), rules)
    assert same(post(b'{"t":"X-1"}'), post(b'{"t":"X-2"}'), rules)
    assert same(post(b"\xff X-1", ()), post(b"\xff X-2", ()), rules)
