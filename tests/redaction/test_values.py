"""A credential that a request sends is looked for in its whole exchange, and what is certain is never forgotten."""

from __future__ import annotations

import json
from collections.abc import Callable
from html import escape
from pathlib import Path
from urllib.parse import quote

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

import playhead
from playhead.model.cassette import Exchange
from playhead.model.http import Request, Response
from playhead.redaction.redact import Redactor
from playhead.redaction.rules import RedactionRules
from playhead.redaction.runs import long_runs
from playhead.redaction.values import Values, is_telling
from tests.support.growth import seconds

JSON = (("content-type", "application/json"),)
FORM = (("content-type", "application/x-www-form-urlencoded"),)


def login(name: str, value: str, answer: str, *options: str) -> Exchange:
    """A login by JSON as it is stored."""
    request = Request("POST", "https://a.test/login", JSON, json.dumps({"user": "ada", name: value}).encode())
    redactor = Redactor(RedactionRules.from_options(options))
    return redactor.exchange(Exchange(1, request, Response(200, headers=JSON, body=answer.encode())))


def body(exchange: Exchange) -> str:
    assert exchange.response is not None
    assert isinstance(exchange.response.body, bytes)
    return exchange.response.body.decode()


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("password", "hunter2"),
        ("password", "tulips"),
        ("client_secret", "correct horse"),
        ("bearer", "abc-def"),
        ("api_key", "orange-juice"),
        ("refresh_token", "a1b2c3"),
    ],
)
def test_a_credential_that_the_answer_repeats_is_replaced_there(name: str, value: str) -> None:
    kind = name.replace("_", "-")
    stored = login(name, value, json.dumps({"echo": value, "text": f"user=ada&{value} was given"}))
    assert body(stored) == json.dumps({"echo": f"REDACTED-{kind}-1", "text": f"user=ada&REDACTED-{kind}-1 was given"})


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("password", "tulip"),  # shorter than 6
        ("password", "123456"),
        ("password", "password"),
        ("secret", "client_secret"),
        ("password", "changeme"),
        ("sort_key", "created"),
        ("key", "settings"),
        ("nickname", "tulips"),
        ("password", "tulips"),  # part of another word below
    ],
)
def test_a_word_that_may_stand_anywhere_is_left_alone(name: str, value: str) -> None:
    answer = json.dumps({"text": f"my{value}s and {value}" if value != "tulips" else "mytulips, tulipsy"})
    assert body(login(name, value, answer)) == answer


@pytest.mark.parametrize(
    "before",
    ["", " ", '"', r"\n", r"\t", r"\u00a0", r"\u00A0", "%20", "%0A", "=%2C"],
    ids=lambda each: each or "nothing",
)
def test_a_word_begins_behind_an_escape(before: str) -> None:
    assert body(login("password", "tulips", f"{before}tulips, my")) == f"{before}REDACTED-password-1, my"


def test_a_credential_is_found_in_every_place_of_its_exchange() -> None:
    request = Request("POST", "https://hunter2.test/u/hunter2?q=hunter2", FORM, b"password=hunter2&note=hunter2")
    headers = (("content-type", "text/plain"), ("x-echo", "hunter2"), ("content-length", "7"))
    stored = Redactor().exchange(Exchange(1, request, Response(200, headers=headers, body=b"hunter2")))
    mark = "REDACTED-password-1"
    assert stored.request.url == f"https://hunter2.test/u/{mark}?q={mark}"  # hosts stay: they are not secret
    assert stored.request.body == f"password={mark}&note={mark}".encode()
    assert stored.response is not None
    assert stored.response.headers == (headers[0], ("x-echo", mark), ("content-length", str(len(mark))))
    assert Redactor().exchange(stored) == stored
    assert Redactor().request(request) == stored.request


def test_a_short_credential_is_looked_for_in_its_own_exchange_alone() -> None:
    redactor = Redactor()
    redactor.request(Request("GET", "https://a.test/?password=tulips"))
    other = Exchange(2, Request("GET", "https://a.test/flowers"), Response(200, headers=JSON, body=b'["tulips"]'))
    assert redactor.exchange(other) is other


def test_an_answer_that_comes_after_its_request_was_stored_is_searched_too() -> None:
    redactor = Redactor()
    stored = redactor.request(Request("GET", "https://a.test/?password=hunter2"))
    answer = Response(200, headers=JSON, body=b'["hunter2"]')
    assert body(redactor.exchange(Exchange(1, stored, answer))) == '["REDACTED-password-1"]'
    stream = redactor.stream("application/json", answering=stored)
    assert stream.feed(b'["hunt') + stream.feed(b'er2"]') + stream.finish() == b'["REDACTED-password-1"]'


def test_a_recorded_login_keeps_its_password_out_of_the_file(tmp_path: Path) -> None:
    def echo(request: httpx.Request) -> httpx.Response:
        return httpx.Response(200, json={"given": json.loads(request.content)["password"]})

    import playhead.httpx as explicit

    def ask(record: str) -> object:
        with playhead.use_cassette(tmp_path / "a.json", record=record, intercept=False) as deck:
            transport = explicit.Transport(deck, inner=httpx.MockTransport(echo))
            with httpx.Client(transport=transport) as client:
                return client.post("https://a.test/login", json={"password": "hunter2"}).json()

    assert ask("all") == {"given": "hunter2"}
    assert "hunter2" not in (tmp_path / "a.json").read_text()
    assert ask("none") == {"given": "REDACTED-password-1"}


values = st.text('abcdef12+/ %"ä', min_size=1, max_size=12)


@given(name=st.sampled_from(["password", "code", "key", "clientSecret"]), value=values, rest=values)
def test_redacting_what_was_sent_twice_changes_nothing_more(name: str, value: str, rest: str) -> None:
    sent = json.dumps({name: value, "x": [rest + value, {value: rest}]}).encode()
    url = str(httpx.URL("https://a.test/x", params={name: value, "y": value + rest}))
    exchange = Exchange(1, Request("POST", url, JSON, sent), Response(200, headers=JSON, body=sent))
    once = Redactor().exchange(exchange)
    assert Redactor().exchange(once) == once
    assert Redactor().request(exchange.request) == once.request
    assert Redactor().request(once.request) == once.request


class TestManyValues:
    def test_a_certain_secret_is_found_after_any_number_of_others(self) -> None:
        redactor = Redactor()
        for number in range(2000):
            redactor.request(Request("GET", "https://a.test/", (("Authorization", f"Bearer tok-{number:06}-abcdef"),)))
        echo = Response(200, headers=JSON, body=b'["tok-000000-abcdef", "tok-001999-abcdef"]')
        stored = redactor.exchange(Exchange(1, Request("GET", "https://a.test/"), echo))
        assert "tok-0" not in body(stored)

    def test_uncertain_ones_make_room_for_certain_ones_and_for_later_ones(self) -> None:
        known = Values()
        for number in range(600):
            known.add(f"uncertain-value-{number:04}", "x", certain=False)
        known.add("bearer-of-the-request-1", "y", certain=True)
        for number in range(600, 1000):
            known.add(f"uncertain-value-{number:04}", "x", certain=False)

        def finds(text: str) -> bool:
            return any(True for _ in known.find(text.encode(), long_runs(text.encode())))

        assert finds("bearer-of-the-request-1")
        assert finds("uncertain-value-0999")
        assert not finds("uncertain-value-0599")

    def test_one_that_is_known_already_is_nothing_new(self) -> None:
        values = Values()
        for certain in (False, True):
            values.add("kjh234kjh234kjh2", "token", certain=certain)
            known = values.count
            values.add("kjh234kjh234kjh2", "token", certain=False)
            assert values.count == known

    def test_what_was_uncertain_and_becomes_certain_stays(self) -> None:
        known = Values()
        known.add("value-that-is-1-token", "x", certain=False)
        known.add("value-that-is-1-token", "x", certain=True)
        for number in range(600):
            known.add(f"uncertain-value-{number:04}", "x", certain=False)
        assert [secret for _, secret in known.find(b"a value-that-is-1-token", b"a value-that-is-1-token")] == [
            "value-that-is-1-token"
        ]

    @given(texts=st.lists(st.text("ab/1", min_size=8, max_size=20), max_size=5), text=st.text("ab/1%2F", max_size=60))
    def test_many_values_are_found_where_few_are(self, texts: list[str], text: str) -> None:
        few, many = Values(), Values()
        for number in range(100):
            many.add(f"another-secret-{number}", "x", certain=True)
        for each in texts:
            few.add(each, "x", certain=True)
            many.add(each, "x", certain=True)
        data = " ".join([text, *texts]).encode()
        found = {(each.start, each.end) for each, _ in few.find(data, long_runs(data))}
        assert found <= {(each.start, each.end) for each, _ in many.find(data, long_runs(data))}

    def test_a_lookup_stays_fast_with_many(self) -> None:
        text = b'{"name": "Ada", "n": 1}' * 1000

        def lookups(size: int) -> Callable[[], object]:
            known = Values()
            for number in range(size):
                known.add(f"secret-{number:05}-of-a-request", "x", certain=True)
            list(known.find(text, long_runs(text)))
            return lambda: [list(known.find(text, long_runs(text))) for _ in range(10)]

        few, many = lookups(50), lookups(5000)
        assert many() == [[]] * 10
        assert any(seconds(many) <= 5 * seconds(few) for _ in range(4))


@given(
    secret=st.text(st.characters(exclude_categories=["Cs"]), min_size=12, max_size=20).filter(
        lambda text: not text.isalnum()
    ),
    ways=st.lists(
        st.sampled_from([escape, lambda text: json.dumps(text)[1:-1], lambda text: quote(text, safe="")]), max_size=2
    ),
)
def test_a_value_is_found_however_it_is_escaped(secret: str, ways: list[Callable[[str], str]]) -> None:
    text = secret
    for way in ways:
        text = way(text)
    assert Redactor(secrets=[("DB_PASS", secret)]).text(f"a {text} b") == "a REDACTED-db-pass-1 b"


@pytest.mark.parametrize(
    ("value", "certain", "uncertain"),
    [
        ("kjh234k", False, False),
        ("kjh234kj", True, False),
        ("kjhkjhkjhkj", False, False),
        ("kjhkjhkjhkjh", True, False),
        ("kjh234kjh234kjh", True, False),
        ("kjh234kjh234kjh2", True, True),
        ("kjhkjhkjhkjhkjhkjh", True, False),
        ("12345678901234567890", False, False),
        ("k1" * 2048, True, True),
        ("k1" * 2048 + "k", False, False),
    ],
)
def test_a_value_is_looked_for_elsewhere_if_it_can_be_nothing_else(value: str, certain: bool, uncertain: bool) -> None:
    assert is_telling(value, certain=True) is certain
    assert is_telling(value, certain=False) is uncertain
