"""Credentials of a known form, and values that are known to be secret, are found wherever they stand."""

from __future__ import annotations

import json
import random
import string
from base64 import b64encode
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from playhead.model.cassette import Exchange
from playhead.model.http import Request, Response
from playhead.model.timing import Chunk, Timing
from playhead.redaction.credentials import secret_variables
from playhead.redaction.redact import Redactor
from playhead.redaction.rules import RedactionRules
from playhead.redaction.scan import scan, secret_found
from tests.redaction.test_streams import cut

LETTERS = string.ascii_letters + string.digits


def some(size: int, alphabet: str = LETTERS) -> str:
    """Characters as if drawn by lot, the same in each run; made here, so that no scanner of this repository trips."""
    return "".join(random.Random(size).choices(alphabet, k=size))


HEX = "0123456789abcdef"
TOKENS = {
    "openai-key": "sk-" + "proj-" + some(48),
    "anthropic-key": "sk-" + "ant-api03-" + some(80),
    "google-key": "AI" + "za" + some(35),
    "google-token": "ya" + "29." + some(40),
    "aws-key-id": "AK" + "IA" + some(16, string.ascii_uppercase),
    "aws-token": "IQoJ" + "b3JpZ2lu" + some(200),
    "github-token": "gh" + "p_" + some(36),
    "gitlab-token": "gl" + "pat-" + some(20),
    "slack-token": "xox" + "b-" + some(12, string.digits) + "-" + some(24),
    "stripe-key": "sk" + "_live_" + some(24),
    "webhook-secret": "whs" + "ec_" + some(32),
    "twilio-key": "S" + "K" + some(32, HEX),
    "sendgrid-key": "S" + "G." + some(22) + "." + some(43),
    "npm-token": "np" + "m_" + some(36),
    "hugging-face-token": "h" + "f_" + some(34),
    "shopify-token": "shp" + "at_" + some(32, HEX),
    "telegram-token": some(9, "123456789") + ":A" + "A" + some(33),
    "vault-token": "hv" + "s." + some(90),
    "sentry-token": "sntr" + "ys_" + some(60),
    "jwt": "eyJ" + some(17) + ".eyJ" + some(40) + "." + some(43),
    "private-key": "-----BEGIN RSA PRIV" + "ATE KEY-----\\n" + some(64) + "\\n-----END RSA PRIV" + "ATE KEY-----",
}


def stored(exchange: Exchange, *options: str) -> str:
    return repr(Redactor(RedactionRules.from_options(options)).exchange(exchange))


def exchange(text: str) -> Exchange:
    """With the text at places that no name makes secret."""
    request = Request(
        "POST", f"https://api.test/bot{text}/x?q={text}", (("Content-Type", "text/plain"),), text.encode()
    )
    headers = (("X-Info", f"a {text}, b"), ("Content-Type", "application/json"))
    return Exchange(1, request, Response(200, headers=headers, body=f'{{"a":["x {text}"],"b":"\\n{text}"}}'.encode()))


@pytest.mark.parametrize(("kind", "token"), TOKENS.items())
def test_a_token_of_a_known_form_is_found_wherever_it_stands(kind: str, token: str) -> None:
    if kind in ("telegram-token", "private-key"):
        live = Exchange(1, Request("GET", f"https://a.test/bot{token if ':' in token else ''}/x", body=token.encode()))
    else:
        live = exchange("/" + token)
    text = stored(live)
    assert token not in text
    assert f"REDACTED-{kind}-1" in text
    assert any(hit.rule == f"format.{kind}" and hit.sure for hit in scan(live))
    assert not [hit for hit in scan(Redactor().exchange(live)) if hit.sure]


@pytest.mark.parametrize(("kind", "token"), TOKENS.items())
def test_a_form_may_be_allowed(kind: str, token: str) -> None:
    live = Exchange(1, Request("POST", "https://a.test/", body=token.encode()))
    assert Redactor(RedactionRules.from_options([f"!{kind}"])).exchange(live) is live
    assert scan(live, RedactionRules.from_options([f"!{kind}"])) == []


@pytest.mark.parametrize(
    "text",
    [
        "task-force-assessment-of-the-quarterly-report",
        "6f1c2d3e-0000-4000-8000-00000000000a",
        "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
        "https://api.test:8443/a@b",
        "data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJ",
        "disk-usage-of-the-whole-cluster-in-bytes",
        "eyJhbGciOiJub25lIn0.e30.REDACTED-token-1",
        json.dumps([0.0123456789012345, -0.987654321098765]),
    ],
)
def test_what_only_looks_like_one_stays(text: str) -> None:
    live = exchange(quote(text, safe="/:@"))
    assert Redactor().exchange(live) == live
    assert scan(live) == []


def test_a_token_after_an_escape_is_found() -> None:
    token = TOKENS["github-token"]
    for text in (f'"a\\n{token}"', f"x%3D{token}"):
        assert token not in stored(Exchange(1, Request("POST", "https://a.test/", body=text.encode())))


def test_passwords_in_urls_in_bodies_are_found() -> None:
    body = b'{"link":"see postgres://ada:s3cr3t@db.test/x"}'
    assert stored(Exchange(1, Request("POST", "https://a.test/", body=body))).count("s3cr3t") == 0


CREDENTIAL = "k3y/with+odd=characters&more"


@pytest.mark.parametrize(
    "header", [("X-Api-Key", CREDENTIAL), ("Authorization", f"Bearer {CREDENTIAL}"), ("authorization", CREDENTIAL)]
)
@pytest.mark.parametrize(
    "spelling", [CREDENTIAL, quote(CREDENTIAL), quote(CREDENTIAL, safe=""), b64encode(CREDENTIAL.encode()).decode()]
)
def test_a_credential_of_the_request_is_found_wherever_it_comes_again(header: tuple[str, str], spelling: str) -> None:
    request = Request("POST", f"https://a.test/{spelling}", (header,), f'{{"note":"{spelling}"}}'.encode())
    live = Exchange(1, request, Response(200, headers=(("X-Echo", spelling),), body=spelling.encode()))
    assert spelling not in stored(live)


def test_basic_credentials_are_looked_into() -> None:
    basic = b64encode(b"ada:corr3ct-horse").decode()
    request = Request("POST", "https://a.test/", (("Authorization", f"Basic {basic}"),), b"ada corr3ct-horse")
    assert "corr3ct-horse" not in stored(Exchange(1, request))
    assert "ada" in stored(Exchange(1, request))


def test_a_token_of_a_response_is_found_where_it_is_used_later() -> None:
    redactor = Redactor()
    token = "abc123DEF456ghi789"
    body = json.dumps({"link": f"https://a.test/{token}", "access_token": token}).encode()
    first = redactor.exchange(Exchange(1, Request("GET", "https://a.test/"), Response(200, body=body)))
    assert first.response is not None
    assert token.encode() not in first.response.body  # type: ignore[operator]
    later = redactor.request(Request("GET", f"https://a.test/jobs/{token}"))
    assert later.url == "https://a.test/jobs/REDACTED-access-token-1"


def test_values_of_the_environment_are_found() -> None:
    rules = RedactionRules()
    secrets = secret_variables({"MY_SERVICE_TOKEN": "from-the-3nvironment", "HOME": "/home/ada"}, rules)
    assert secrets == {"MY_SERVICE_TOKEN": "from-the-3nvironment"}
    url = Redactor(rules, secrets=secrets).request(Request("GET", "https://a.test/from-the-3nvironment")).url
    assert url == "https://a.test/REDACTED-my-service-token-1"


@pytest.mark.parametrize("common", ["secret", "12345678901234", "password", "true"])
def test_common_words_are_not_replaced_everywhere(common: str) -> None:
    request = Request("GET", f"https://a.test/{common}", (("Authorization", f"Bearer {common}"),))
    assert Redactor().request(request).url == request.url


@given(cuts=st.lists(st.integers(1, 40_000), max_size=10), place=st.integers(0, 200_000))
def test_streams_find_tokens_wherever_the_pieces_part(cuts: list[int], place: int) -> None:
    token = TOKENS["github-token"].encode()
    filler = b"word " * 40_000
    body = filler[:place] + b" " + token + b" " + filler[place:]
    sizes = cut(body, cuts)
    stream = Redactor().stream("text/plain")
    out, start = [], 0
    for size in sizes:
        out.append(stream.feed(body[start : start + size]))
        start += size
    out.append(stream.finish())
    assert b"".join(out) == body.replace(token, b"REDACTED-github-token-1")
    assert sum(stream.sizes(sizes)) == sum(map(len, out))


def test_chunks_follow_when_values_and_names_are_replaced_in_one_body() -> None:
    token = TOKENS["github-token"]
    body = json.dumps({"a": token, "password": "x", "b": token}).encode()
    timing = Timing(chunks=(Chunk(0, 10, 0), Chunk(1, 50, 0), Chunk(2, len(body) - 60, 0)))
    live = Exchange(1, Request("GET", "https://a.test/"), Response(200, body=body), timing=timing)
    redacted = Redactor().exchange(live)
    assert redacted.response is not None
    assert sum(chunk.size_bytes for chunk in redacted.timing.chunks) == len(redacted.response.body)  # type: ignore[arg-type]
    assert redacted.timing.chunks[0].size_bytes == 10


class TestScan:
    def test_names_are_hits_that_are_not_sure(self) -> None:
        request = Request("GET", "https://a.test/?token=x", (("Authorization", "Bearer abc"),), b'{"password":"x"}')
        live = Exchange(7, request, Response(200, headers=(("Set-Cookie", "a=b"),), body=b'{"pin":1}'))
        hits = {(hit.place, hit.rule) for hit in scan(live) if not hit.sure}
        assert hits == {
            ("request.url", "query.token"),
            ("request.header.authorization", "header.authorization"),
            ("request.body", "body.password"),
            ("response.header.set-cookie", "header.set-cookie"),
            ("response.body", "body.pin"),
        }
        assert scan(Redactor().exchange(live)) == []

    def test_a_token_in_base64_is_a_sure_hit(self) -> None:
        coded = b64encode(b'{"x":"' + TOKENS["github-token"].encode() + b'"}')
        (hit,) = scan(Exchange(3, Request("POST", "https://a.test/", body=b'{"blob":"' + coded + b'"}')))
        assert hit.sure
        assert hit.place == "request.body"
        error = secret_found(hit)
        assert error.rule == "format.github-token"
        assert error.place == "request.body"
        assert 'redact=["!github-token"]' in str(error)
        assert TOKENS["github-token"] not in str(error)
