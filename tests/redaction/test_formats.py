"""Credentials of a known form, and values that are known to be secret, are found wherever they stand."""

from __future__ import annotations

import itertools
import json
import random
import re
import string
import textwrap
from base64 import b64encode, urlsafe_b64encode
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from playhead.model.cassette import Exchange
from playhead.model.http import Request, Response
from playhead.model.timing import Chunk, Timing
from playhead.redaction.redact import Redactor
from playhead.redaction.rules import RedactionRules
from playhead.redaction.scan import scan, secret_found
from playhead.redaction.variables import secret_variables
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
    assert re.search(f"REDACTED-{kind}-0*1", text)
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
    secrets = secret_variables({"MY_SERVICE_TOKEN": "fr0m-the-3nv1ronm3nt", "HOME": "/home/ada"}, rules)
    assert secrets == [("MY_SERVICE_TOKEN", "fr0m-the-3nv1ronm3nt")]
    url = Redactor(rules, secrets=secrets).request(Request("GET", "https://a.test/fr0m-the-3nv1ronm3nt")).url
    assert url == "https://a.test/REDACTED-my-service-token-1"


@pytest.mark.parametrize(
    "name",
    [
        "DB_PASSWORD",
        "DBPASSWORD",
        "DB_PASSWD",
        "DBPASSWD2",
        "APPSECRET",
        "MY_CREDS",
        "SENTRY_DSN",
        "MYCONNECTIONSTRING",
    ],
)
def test_certain_names_of_variables_hold_secrets_of_any_look(name: str) -> None:
    assert secret_variables({name: "correct-horse"}, RedactionRules()) == [(name, "correct-horse")]


@pytest.mark.parametrize("name", ["API_KEY", "APIKEY", "GH_TOKEN", "GHTOKEN", "MY_AUTH", "WEBHOOK"])
def test_other_names_of_variables_hold_what_looks_like_a_secret(name: str) -> None:
    values = ("correct-horse", "kjh234KJH5g2k3j4")
    assert [secret_variables({name: value}, RedactionRules()) for value in values] == [[], [(name, values[1])]]


@pytest.mark.parametrize(
    "value", ["changeme", "password123", "hunter2", "/run/secrets/db", "db.example.com:5432", "key.pem", ""]
)
def test_stand_ins_short_values_and_places_are_no_secrets(value: str) -> None:
    assert secret_variables({"DB_PASSWORD": value}, RedactionRules()) == []


@pytest.mark.parametrize("name", ["PWD", "OLDPWD", "HOME", "MONKEYS", "COMPASS", "AUTHOR"])
def test_names_of_variables_that_are_no_secret_names(name: str) -> None:
    assert secret_variables({name: "kjh234KJH5g2k3j4"}, RedactionRules()) == []


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
        request = Request(
            "GET", "https://a.test/?token=aB3dE5fG7hJ9", (("Authorization", "Bearer abc"),), b'{"password":"x"}'
        )
        live = Exchange(7, request, Response(200, headers=(("Set-Cookie", "a=aB3dE5fG7hJ9"),), body=b'{"cvv":1}'))
        hits = {(hit.place, hit.rule) for hit in scan(live) if not hit.sure}
        assert hits == {
            ("request.url", "query.token"),
            ("request.header.authorization", "header.authorization"),
            ("request.body", "body.password"),
            ("response.header.set-cookie", "header.set-cookie"),
            ("response.body", "body.cvv"),
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


@pytest.mark.parametrize(("kind", "token"), TOKENS.items())
def test_the_scan_finds_a_token_in_base64_of_any_length_at_any_place(kind: str, token: str) -> None:
    for before, after, wrap in itertools.product(
        (" ", ".", "..", "..."), ("", " ", " 1"), ("{}", "/files/{}", '{{"blob":"{}"}}', "x={}&y", "a_{}")
    ):
        plain = f"{before}{token}{after}".encode()
        for coded in (b64encode(plain).decode(), urlsafe_b64encode(plain).decode().rstrip("=")):
            for text in (coded, quote(coded, safe=""), "\r\n".join(textwrap.wrap(coded, 76))):
                hits = scan(Exchange(1, Request("POST", "https://a.test/", body=wrap.format(text).encode())))
                assert f"format.{kind}" in {hit.rule for hit in hits if hit.sure}, text


def test_the_scan_knows_marks_in_base64() -> None:
    for text in ("REDACTED-token-1", "https://ada:REDACTED-url-password-3@db.test/", "xREDACTED-github-token-2"):
        for size in range(3):
            body = b64encode(b"." * size + text.encode())
            assert scan(Exchange(1, Request("POST", "https://a.test/", body=body))) == []


def spellings(text: str) -> list[str]:
    """A text as it stands in URLs, in JSON and in HTML, also when it was put into one of these twice."""
    coded = "".join(f"\\u{ord(each):04x}" for each in text)
    percent = "".join(f"%{ord(each):02X}" for each in text)
    return [
        quote(text, safe=""),
        quote(quote(text, safe=""), safe=""),
        percent,
        coded,
        coded.replace("\\", "\\\\"),
        re.sub(r"[^A-Za-z0-9]", lambda each: f"\\u{ord(each[0]):04X}", text),
        text.replace("/", "\\/"),
        "".join(f"&#{ord(each)};" for each in text),
        re.sub(r"[^A-Za-z0-9]", lambda each: f"&#x{ord(each[0]):x};", text),
    ]


@pytest.mark.parametrize("kind", [kind for kind in TOKENS if kind != "private-key"])
def test_a_token_is_found_behind_escapes(kind: str) -> None:
    for text in spellings(TOKENS[kind]):
        for body in (f"see {text} there", f'{{"a":"{text}"}}', f"?a={text}&b=1", text):
            live = Exchange(1, Request("POST", "https://a.test/", (("content-type", "text/plain"),), body.encode()))
            assert {hit.rule for hit in scan(live) if hit.sure} >= {f"format.{kind}"}, body
            assert text not in stored(live)
            assert re.search(f"REDACTED-{kind}-0*1", stored(live))


@pytest.mark.parametrize(
    ("url", "secrets"),
    [
        ("https://ada:p@ss-word@db.test/x", ["ss-word"]),
        ("https://ada@corp.test:s3cr3t@db.test/x", ["s3cr3t"]),
        ("redis://:s3@cr@3t@db.test:6379/0", ["s3", "3t"]),
        ("amqp://ada:s3cr3t%40@db.test", ["s3cr3t"]),
    ],
)
def test_a_password_in_a_url_ends_at_the_last_at_sign(url: str, secrets: list[str]) -> None:
    for text in (url, *spellings(url)):
        live = Exchange(1, Request("POST", "https://a.test/", body=f"see {text}".encode()))
        for secret in secrets:
            assert secret not in stored(live), text
        assert any(hit.rule == "format.url-password" for hit in scan(live)), text
    assert not any(secret in stored(Exchange(1, Request("GET", url))) for secret in secrets)


BEGIN, END = "-----BEGIN {}PRIV" + "ATE KEY{}-----", "-----END {}PRIV" + "ATE KEY{}-----"


@pytest.mark.parametrize(("before", "after"), [("", ""), ("RSA ", ""), ("OPENSSH ", ""), ("PGP ", " BLOCK")])
@pytest.mark.parametrize("size", [1, 10, 250, 3_000])
@pytest.mark.parametrize("line", ["\n", "\\r\\n", "\\\\n", "\\u000a", "%0A"])
@pytest.mark.parametrize("ended", [True, False])
def test_a_private_key_may_be_of_any_length(before: str, after: str, size: int, line: str, ended: bool) -> None:
    text = line.join(textwrap.wrap(some(size * 16), 64))
    if before.startswith("PGP"):
        text = f"Version: GnuPG v2{line}Comment: a (key){line}{line}{text}"
    key = BEGIN.format(before, after) + line + text + (line + END.format(before, after) if ended else "")
    live = Exchange(1, Request("POST", "https://a.test/", body=f'{{"a":"{key}", "b": 1}}'.encode()))
    if size > 1 or ended:
        assert Redactor().exchange(live).request.body == b'{"a":"REDACTED-private-key-1", "b": 1}'
        assert [hit.rule for hit in scan(live) if hit.sure] == ["format.private-key"]


def test_what_is_said_about_private_keys_is_none() -> None:
    text = BEGIN.format("", "") + " is the first line of a private key in its usual form, and lines of base64 follow"
    assert scan(Exchange(1, Request("POST", "https://a.test/", body=text.encode()))) == []


def test_a_key_and_what_follows_it_are_told_apart() -> None:
    certificate = "-----BEGIN CERTIFICATE-----\n" + some(64) + "\n-----END CERTIFICATE-----"
    text = BEGIN.format("", "") + "\n" + some(64) + "\n" + certificate
    assert certificate in stored(Exchange(1, Request("POST", "https://a.test/", body=text.encode()))).replace(
        "\\n", "\n"
    )
