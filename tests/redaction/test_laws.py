"""Laws for every exchange: redacting twice changes nothing, bytes outside secrets stay, no secret survives."""

from __future__ import annotations

import json
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from playhead.model.cassette import Exchange
from playhead.model.http import Request, Response
from playhead.model.timing import Chunk, Timing
from playhead.redaction.json_spans import has_secret_names, json_spans
from playhead.redaction.redact import Redactor
from playhead.redaction.rules import RedactionRules, Rule
from tests.redaction.strategies import CANARY, PLAIN_NAMES, SECRET_NAMES, plain_json, secret_json, spelled

RULES = RedactionRules()
JSON = "application/json"
FORM = "application/x-www-form-urlencoded"
MEDIA_TYPES = [
    JSON,
    FORM,
    "application/x-ndjson",
    "text/event-stream",
    "multipart/form-data; boundary=b",
    "text/plain",
    "text/xml",
    "",
]

seeds = st.integers(0, 999)
secret_names = st.sampled_from(SECRET_NAMES)


def rule_of(name: str) -> Rule | None:
    return RULES.rule("body", name)


def response(body: bytes, media_type: str = JSON, *headers: tuple[str, str]) -> Exchange:
    head = (("Content-Type", media_type), ("Content-Length", str(len(body))), *headers)
    return Exchange(1, Request("GET", "https://api.test/"), Response(200, headers=head, body=body))


@st.composite
def exchanges(draw: st.DrawFn) -> Exchange:
    """Exchanges with secrets in every place that has names."""

    def parameters() -> str:
        pairs = draw(
            st.lists(st.tuples(st.sampled_from(["page", "key", "api_key", "code"]), st.text("ab%&", max_size=4)))
        )
        return "&".join(f"{name}={value}" for name, value in pairs)

    def body(media_type: str) -> bytes:
        if media_type == FORM:
            return parameters().encode()
        text = spelled(draw(secret_json), draw(seeds))
        if media_type.startswith("multipart"):
            head = f'content-disposition: form-data; name="{draw(st.sampled_from(["token", "a"]))}"\r\n\r\n'.encode()
            return b"--b\r\n" + head + text + b"\r\n--b--\r\n"
        return (b"data: " if media_type == "text/event-stream" else b"") + text + b"\n" if draw(st.booleans()) else text

    names = st.sampled_from(["Set-Cookie", "Location", "X-Token", "WWW-Authenticate", "Accept", "ETag"])
    values = st.sampled_from(
        ["sid=abc; Path=/", "/cb?code=1&a=2", 'Digest realm="a", nonce="b"', "NTLM TlRMTVNTUAABAAAA", "x"]
    )
    one, other = draw(st.sampled_from(MEDIA_TYPES)), draw(st.sampled_from(MEDIA_TYPES))
    headers = tuple(draw(st.lists(st.tuples(names, values), max_size=4)))
    content = body(other)
    sizes = draw(st.lists(st.integers(0, 10), max_size=4))
    sizes.append(max(len(content) - sum(sizes), 0))
    return Exchange(
        1,
        Request("POST", f"https://u:p@api.test/a?{parameters()}", (("content-type", one), *headers), body(one)),
        Response(200, headers=(("content-type", other), ("content-length", str(len(content))), *headers), body=content),
        timing=Timing(chunks=tuple(Chunk(at, size, 0) for at, size in enumerate(sizes))),
    )


@given(exchange=exchanges())
def test_redacting_twice_changes_nothing_more(exchange: Exchange) -> None:
    once = Redactor().exchange(exchange)
    again = Redactor()
    again.seen(once)
    assert again.exchange(once) == once
    assert not again.counts


@given(exchange=exchanges())
def test_an_incoming_request_is_redacted_to_the_recorded_one(exchange: Exchange) -> None:
    recorded = Redactor().exchange(exchange).request
    assert Redactor().request(exchange.request) == recorded
    assert Redactor().request(recorded) == recorded


@given(exchange=exchanges())
def test_chunks_and_content_length_follow_the_body(exchange: Exchange) -> None:
    redacted = Redactor().exchange(exchange)
    assert redacted.response is not None
    assert exchange.response is not None
    before, after = (
        sum(chunk.size_bytes for chunk in each.timing.chunks) - len(each.response.body)  # type: ignore[union-attr,arg-type]
        for each in (exchange, redacted)
    )
    assert before == after
    assert all(chunk.size_bytes >= 0 for chunk in redacted.timing.chunks)
    assert ("content-length", str(len(redacted.response.body))) in redacted.response.headers  # type: ignore[arg-type]


@given(value=plain_json, seed=seeds, media_type=st.sampled_from(MEDIA_TYPES))
def test_a_body_without_secrets_keeps_every_byte(value: Any, seed: int, media_type: str) -> None:
    exchange = response(spelled(value, seed), media_type)
    assert Redactor().exchange(exchange) is exchange


@given(value=secret_json, seed=seeds)
def test_outside_of_its_spans_json_keeps_every_byte(value: Any, seed: int) -> None:
    body = spelled(value, seed)
    redacted = Redactor().exchange(response(body)).response
    assert redacted is not None
    spans = json_spans(body, rule_of)
    pieces, position = [], 0
    for span in spans:
        pieces.append(body[position : span.start])
        position = span.end
    pieces.append(body[position:])
    rest = redacted.body
    assert isinstance(rest, bytes)
    for piece in pieces:
        assert piece in rest
        rest = rest[rest.index(piece) + len(piece) :]


def expected(value: Any, *, secret: bool = False) -> Any:
    """Redact a value by parsing: the oracle for the scanner."""
    if isinstance(value, dict):
        return {name: expected_under(name, item, secret=secret) for name, item in value.items()}
    if isinstance(value, list):
        return [expected(item, secret=secret) for item in value]
    if not secret or isinstance(value, bool) or value is None or value == "":
        return value
    return "SECRET" if isinstance(value, str) else "NUMBER"


def expected_under(name: str, value: Any, *, secret: bool) -> Any:
    rule = rule_of(name)
    if rule is not None and not rule.certain and isinstance(value, str) and rule.covers(value):
        return "SECRET"
    return expected(value, secret=secret or (rule is not None and rule.certain))


def masked(value: Any, *, secret: bool = False) -> Any:
    """Mask a redacted value for comparison with the oracle."""
    if isinstance(value, dict):
        rules = {name: rule_of(name) for name in value}
        certain = {name for name, rule in rules.items() if rule is not None and rule.certain}
        return {name: masked(item, secret=secret or name in certain) for name, item in value.items()}
    if isinstance(value, list):
        return [masked(item, secret=secret) for item in value]
    if isinstance(value, str) and value.startswith("REDACTED-"):
        return "SECRET"
    return "NUMBER" if secret and value == 0 and value is not False else value


@given(value=secret_json, seed=seeds)
def test_the_scanner_finds_what_a_parser_would(value: Any, seed: int) -> None:
    body = spelled(value, seed)
    redacted = Redactor().exchange(response(body)).response
    assert redacted is not None
    plain = json.loads(body)
    found = json.loads(redacted.body)  # type: ignore[arg-type]
    if not any(name in body.decode() for name in ("key", "value")):
        assert masked(found) == expected(plain)


@given(value=plain_json, name=secret_names, seed=seeds, deep=st.lists(st.sampled_from(PLAIN_NAMES[:-1]), max_size=3))
def test_no_secret_in_json_survives(value: Any, name: str, seed: int, deep: list[str]) -> None:
    rule = rule_of(name)
    hidden: Any = {name: [CANARY, {"x": value, "y": CANARY}] if rule is not None and rule.certain else CANARY}
    for each in deep:
        hidden = [{each: hidden}, value]
    body = spelled(hidden, seed)
    for media_type in (JSON, "application/vnd.api+json", "text/plain", ""):
        stored = Redactor().exchange(response(body, media_type)).response
        assert stored is not None
        assert CANARY.encode() not in stored.body  # type: ignore[operator]


@given(name=secret_names, before=st.text("ab=&", max_size=5))
def test_no_secret_in_a_form_or_query_survives(name: str, before: str) -> None:
    text = f"{before}&{name}={CANARY}&x=1"
    request = Request("POST", f"https://api.test/?{text}#{text}", (("content-type", FORM),), text.encode())
    stored = Redactor(RedactionRules.from_options([name])).request(request)
    assert CANARY not in repr(stored)


@given(body=st.binary() | st.text('{}[]":,\\ab\n').map(str.encode), cut=st.integers(0, 20))
def test_anything_at_all_goes_through_the_scanner(body: bytes, cut: int) -> None:
    for media_type in MEDIA_TYPES:
        Redactor().exchange(response(b'{"token":"' + body[cut:] + b'"', media_type))
        Redactor().exchange(response(body, media_type))


@given(value=secret_json, seed=seeds, cut=st.integers(0, 60))
def test_a_body_that_ends_in_the_middle_gives_nothing_away(value: Any, seed: int, cut: int) -> None:
    body = spelled({"password": CANARY, "x": value}, seed)
    secret = CANARY.encode()
    stored = Redactor().exchange(response(body[:cut])).response
    assert stored is not None
    assert secret[:4] not in stored.body  # type: ignore[operator]


@given(value=secret_json, seed=seeds, name=st.sampled_from(["key", "token", "state", "sortKey"]), hidden=st.booleans())
def test_a_glance_at_names_that_are_sometimes_secret_misses_nothing(
    value: Any, seed: int, name: str, hidden: bool
) -> None:
    text = spelled([value, {name: CANARY if hidden else "open"}], seed)
    found = has_secret_names(text, rule_of, set())
    assert found or [span for span in json_spans(text, rule_of) if span.rule is not None] == []
    assert found or not hidden
