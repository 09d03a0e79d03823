"""Redaction of a cassette, place by place."""

from __future__ import annotations

import pytest

from playhead.errors import UsageError
from playhead.model.cassette import Exchange
from playhead.model.http import Failure, Request, Response
from playhead.model.timing import Chunk, Timing
from playhead.redaction.names import kind_of
from playhead.redaction.placeholder import is_placeholder, number_of, placeholder, same_kind
from playhead.redaction.redact import Redactor
from playhead.redaction.rules import RedactionRules

JSON = "application/json"
PARTS = (
    '--b\r\nContent-Disposition: form-data; name="access_token"\r\n\r\n%s\r\n'
    '--b\r\nContent-Type: application/json\r\n\r\n{"access_token":"%s"}\r\n--b--'
)


def body(text: str | bytes, media_type: str = JSON, *options: str) -> str:
    """A response body as it is stored."""
    data = text.encode() if isinstance(text, str) else text
    response = Response(200, headers=(("content-type", media_type),), body=data)
    stored = Redactor(RedactionRules.from_options(options)).exchange(
        Exchange(1, Request("GET", "http://a.test/"), response)
    )
    assert stored.response is not None
    assert isinstance(stored.response.body, bytes)
    return stored.response.body.decode()


def header(name: str, value: str, *options: str) -> str:
    """A response header as it is stored."""
    response = Response(200, headers=((name, value),))
    stored = Redactor(RedactionRules.from_options(options)).exchange(
        Exchange(1, Request("GET", "http://a.test/"), response)
    )
    assert stored.response is not None
    return stored.response.headers[0][1]


def url(text: str, *options: str) -> str:
    return Redactor(RedactionRules.from_options(options)).request(Request("GET", text)).url


class TestHeaders:
    def test_request_headers_are_stored_by_allow_list(self) -> None:
        headers = (("Accept", "*/*"), ("Authorization", "Bearer abc"), ("If-None-Match", '"1"'), ("X-Mine", "1"))
        request = Request("GET", "http://a.test/", headers)
        kept = (("Accept", "*/*"), ("Authorization", "Bearer REDACTED-authorization-1"), ("If-None-Match", '"1"'))
        assert Redactor().request(request).headers == kept
        kept = Redactor(keep_headers=["X-MINE", "authorization"]).request(request).headers
        assert ("X-Mine", "1") in kept
        assert ("Authorization", "Bearer REDACTED-authorization-1") in kept

    @pytest.mark.parametrize(
        ("name", "value", "stored"),
        [
            ("Set-Cookie", "sid=aB3dE5fG7hJ9kL1m; Path=/; HttpOnly", "sid=REDACTED-set-cookie-1; Path=/; HttpOnly"),
            ("Set-Cookie", "sid=; Max-Age=0", "sid=; Max-Age=0"),
            ("Set-Cookie", "theme=dark; Path=/", "theme=dark; Path=/"),
            ("Set-Cookie", "csrf=abc; Path=/", "csrf=REDACTED-set-cookie-1; Path=/"),
            ("Set-Cookie", "aB3dE5fG7hJ9kL1m; Path=/", "REDACTED-set-cookie-1; Path=/"),
            ("Cookie", "a=1; b=aB3dE5fG7hJ9kL1m; password=2", "a=1; b=REDACTED-cookie-1; password=REDACTED-cookie-2"),
            ("Cookie", "aB3dE5fG7hJ9kL1m; b=9kL1m=aB3dE5fG7; c=", "REDACTED-cookie-1; b=REDACTED-cookie-2; c="),
            ("Authorization", "Basic dXNlcjpwYXNz", "Basic REDACTED-authorization-1"),
            ("authorization", "abc", "REDACTED-authorization-1"),
            ("X-Api-Key", "abc", "REDACTED-x-api-key-1"),
            ("x-hub-signature-256", "sha256=abc", "REDACTED-x-hub-signature256-1"),
            ("My-Refresh-Token", "abc", "REDACTED-my-refresh-token-1"),
            ("OpenAI-Organization", "org-1", "REDACTED-open-ai-organization-1"),
            ("WWW-Authenticate", "Negotiate", "Negotiate"),
            ("WWW-Authenticate", "abc-def.1", "REDACTED-www-authenticate-1"),
            ("WWW-Authenticate", "REDACTED-x-token-3", "REDACTED-x-token-3"),
            ("Authentication-Info", "YWJj", "REDACTED-authentication-info-1"),
            ("WWW-Authenticate", "Negotiate TlRMTVNTUAABAAAA", "Negotiate REDACTED-www-authenticate-1"),
            ("WWW-Authenticate", 'Basic realm="a b"', 'Basic realm="a b"'),
            (
                "WWW-Authenticate",
                'Digest realm="a", nonce="bcd", qop="auth", algorithm=MD5, opaque="efg"',
                'Digest realm="a", nonce="REDACTED-nonce-1", qop="auth", algorithm=MD5, opaque="REDACTED-opaque-2"',
            ),
            ("Location", "/cb?code=aB3dE5fG7hJ9kL1m&page=1", "/cb?code=REDACTED-code-1&page=1"),
            ("Location", "http://a.test/#access_token=abc", "http://a.test/#access_token=REDACTED-access-token-1"),
            (
                "Link",
                '<http://a.test/?token=aB3dE5fG7hJ9kL1m&p=2>; rel="next"',
                '<http://a.test/?token=REDACTED-token-1&p=2>; rel="next"',
            ),
            ("Content-Type", "text/plain", "text/plain"),
            ("ETag", '"abc"', '"abc"'),
        ],
    )
    def test_what_a_client_needs_stays(self, name: str, value: str, stored: str) -> None:
        assert header(name, value) == stored
        assert header(name, stored) == stored


class TestUrls:
    @pytest.mark.parametrize(
        ("live", "stored"),
        [
            ("https://a.test/x?API-Key=abc&page=1", "https://a.test/x?API-Key=REDACTED-api-key-1&page=1"),
            ("https://a.test/x?api%5Fkey=a%20b&q=a%20b", "https://a.test/x?api%5Fkey=REDACTED-api-key-1&q=a%20b"),
            ("https://a.test/x?key=&token", "https://a.test/x?key=&token"),
            ("https://u:p@a.test/", "https://REDACTED-user-1:REDACTED-password-2@a.test/"),
            ("https://tok@a.test/@x", "https://REDACTED-user-1@a.test/@x"),
            ("https://a.test/@x?y=@z", "https://a.test/@x?y=@z"),
            (
                "https://a.test/?sig=aB3dE5fG7hJ9kL1m&amp;max_tokens=5",
                "https://a.test/?sig=REDACTED-sig-1&amp;max_tokens=5",
            ),
        ],
    )
    def test_urls(self, live: str, stored: str) -> None:
        assert url(live) == stored
        assert url(stored) == stored


class TestBodies:
    @pytest.mark.parametrize(
        ("live", "stored"),
        [
            ('{"password" : "a\\"b", "x": 1}', '{"password" : "REDACTED-password-1", "x": 1}'),
            ('{"pin":1234,"cvv": -1.5e3}', '{"pin":1234,"cvv": 0}'),
            ('{"token":null,"otp":true,"jwt":""}', '{"token":null,"otp":true,"jwt":""}'),
            (
                '{"credentials":{"a":["x",1,false],"b":{"c":"y"}},"z":"x"}',
                '{"credentials":{"a":["REDACTED-credentials-1",0,false],"b":{"c":"REDACTED-credentials-2"}},"z":"x"}',
            ),
            ('{"pass\\u0077ord":"a"}', '{"pass\\u0077ord":"REDACTED-password-1"}'),
            ('{"a":"\\"password\\":\\"x\\""}', '{"a":"\\"password\\":\\"REDACTED-password-1\\""}'),
            ('["password","a"]', '["password","a"]'),
            ('{"a":"password","b":"c"}', '{"a":"password","b":"c"}'),
            (
                '[{"key":"env","value":"prod"},{"Key":"a","Value":1}]',
                '[{"key":"env","value":"prod"},{"Key":"a","Value":1}]',
            ),
            (
                '{"value":"prod","key":"env","token":"aB3dE5fG7hJ9kL1m"}',
                '{"value":"prod","key":"env","token":"REDACTED-token-1"}',
            ),
            ('{"key":"a/b.txt"}', '{"key":"a/b.txt"}'),
            ('{"key":"aB3dE5fG7hJ9kL1m"}', '{"key":"REDACTED-key-1"}'),
            ('{"name":"api_key","value":"abc"}', '{"name":"api_key","value":"REDACTED-api-key-1"}'),
            (
                '{"max_tokens":5,"prompt_tokens":5,"token_count":5}',
                '{"max_tokens":5,"prompt_tokens":5,"token_count":5}',
            ),
            ('{"tokenizer":"a","publicKey":"b","monkey":"c"}', '{"tokenizer":"a","publicKey":"b","monkey":"c"}'),
            ('{"sort_key":7,"sortKey":"aB3dE5fG7hJ9kL1m"}', '{"sort_key":7,"sortKey":"REDACTED-sort-key-1"}'),
            ('{"password":"ab', '{"password":"REDACTED-password-1'),
            ('{"password":"ab\\', '{"password":"REDACTED-password-1\\'),
        ],
    )
    def test_json(self, live: str, stored: str) -> None:
        assert body(live) == stored
        assert body(stored) == stored
        assert body(live, "application/problem+json; charset=utf-8") == stored

    @pytest.mark.parametrize(
        ("media_type", "live", "stored"),
        [
            (
                "application/x-ndjson",
                '{"access_token":"a"}\n{"access_token":\n{"access_token":"b"}',
                '{"access_token":"X-1"}\n{"access_token":\n{"access_token":"X-2"}',
            ),
            (
                "text/event-stream",
                'event: x\ndata: {"access_token":"a"}\n\ndata: [DONE]\n',
                'event: x\ndata: {"access_token":"X-1"}\n\ndata: [DONE]\n',
            ),
            (
                "application/x-www-form-urlencoded",
                "a=1&access_token=x%20y&code=aB3dE5fG7hJ9kL1m",
                "a=1&access_token=X-1&code=REDACTED-code-2",
            ),
            (
                "application/soap+xml",
                '<x><a:otp>a</a:otp><!--<otp>a</otp>--><b otp="a" /><otp><![CDATA[b]]></otp></x>',
                '<x><a:otp>X-1</a:otp><!--<otp>X-1</otp>--><b otp="X-1" /><otp><![CDATA[X-2]]></otp></x>'.replace(
                    "X-", "REDACTED-otp-"
                ),
            ),
            ("text/plain", ' [{"access_token":"a"}]', ' [{"access_token":"X-1"}]'),
            ("", '{"access_token":"a"}', '{"access_token":"X-1"}'),
            ("image/png", '{"access_token":"a"}', '{"access_token":"a"}'),
            (
                "multipart/form-data; boundary=b",
                PARTS % ("a", "a"),
                PARTS % ("X-1", "X-1"),
            ),
        ],
    )
    def test_other_media_types(self, media_type: str, live: str, stored: str) -> None:
        stored = stored.replace("X-", "REDACTED-access-token-")
        assert body(live, media_type) == stored
        assert body(stored, media_type) == stored

    def test_chunk_sizes_and_content_length_follow(self) -> None:
        text = b'{"a":1,"jwt":"aB3dE5fG7hJ9kL1m","b":2}'
        headers = (("Content-Type", JSON), ("Content-Length", str(len(text))))
        timing = Timing(chunks=(Chunk(1, 7, 0), Chunk(2, 11, 0), Chunk(3, len(text) - 18, 0)))
        live = Exchange(1, Request("GET", "http://a.test/"), Response(200, headers=headers, body=text), timing=timing)
        stored = Redactor().exchange(live)
        assert stored.response is not None
        assert isinstance(stored.response.body, bytes)
        size = len(stored.response.body)
        assert dict(stored.response.headers)["Content-Length"] == str(size)
        assert [chunk.size_bytes for chunk in stored.timing.chunks] == [7, 11, size - 18]
        assert [chunk.at_us for chunk in stored.timing.chunks] == [1, 2, 3]

    def test_a_length_that_was_not_that_of_the_body_stays(self) -> None:
        headers = (("Content-Type", JSON), ("Content-Length", "9"))
        live = Response(200, headers=headers, body=b'{"password":"abc"}', coding="gzip")
        stored = Redactor().exchange(Exchange(1, Request("GET", "http://a.test/"), live)).response
        assert stored is not None
        assert stored.headers == headers


class TestNames:
    @pytest.mark.parametrize("name", ["api_key", "apiKey", "API-KEY", "apikey", "ApiKey", "x.api.key"])
    def test_case_and_separators_do_not_matter(self, name: str) -> None:
        assert "SECRET" not in body(f'{{"{name}":"SECRET"}}')

    @pytest.mark.parametrize(
        ("name", "kind"),
        [
            ("accessToken", "access-token"),
            ("X-Api-Key", "x-api-key"),
            ("x-hub-signature-256", "x-hub-signature256"),
            ("APIKey", "api-key"),
            ("2fa_token", "fa-token"),
            ("ключ", "secret"),
        ],
    )
    def test_the_kind_is_the_name_in_plain_words(self, name: str, kind: str) -> None:
        assert kind_of(name) == kind
        assert is_placeholder(placeholder(kind, 3))
        assert same_kind(f"a {placeholder(kind, 3)}/x") == f"a REDACTED-{kind}/x"

    def test_names_are_added_by_side_or_anywhere(self) -> None:
        assert body('{"tenant":"a"}', JSON, "tenant") == '{"tenant":"REDACTED-tenant-1"}'
        assert url("http://a.test/?tenant=a", "tenant") == "http://a.test/?tenant=REDACTED-tenant-1"
        assert header("Tenant", "a", "tenant") == "REDACTED-tenant-1"
        assert header("X-Tenant", "a", "header.x-tenant") == "REDACTED-x-tenant-1"
        assert body('{"tenant":"a"}', JSON, "query.tenant") == '{"tenant":"a"}'
        assert url("http://a.test/?tenant=a", "body.tenant") == "http://a.test/?tenant=a"

    def test_names_are_allowed_by_side_or_anywhere(self) -> None:
        assert body('{"next_page_token":"a"}', JSON, "!nextPageToken") == '{"next_page_token":"a"}'
        assert url("http://a.test/?code=aB3dE5fG7hJ9kL1m", "!query.code") == "http://a.test/?code=aB3dE5fG7hJ9kL1m"
        assert "REDACTED" in url("http://a.test/?code=aB3dE5fG7hJ9kL1m", "!body.code")

    def test_blanks_around_a_name_do_not_count(self) -> None:
        assert RedactionRules.from_options([" tulip ", " !body.pin"]) == RedactionRules.from_options(
            ["tulip", "!body.pin"]
        )

    def test_a_record_is_found_after_its_names_were_seen_in_harmless_ones(self) -> None:
        redactor = Redactor()
        harmless, secret = (f'{{"name": "{name}", "value": "hunter2-x7"}}'.encode() for name in ("note", "password"))
        assert redactor.body(JSON, harmless) == harmless
        assert redactor.body(JSON, harmless) == harmless
        assert b"hunter2" not in redactor.body(JSON, secret)

    def test_a_key_that_is_asked_for_is_secret_in_records_too(self) -> None:
        assert body('{"key":"a","value":"b"}', JSON, "body.key") == '{"key":"REDACTED-key-1","value":"b"}'

    @pytest.mark.parametrize("option", ["", "!", "cookie.sid", "header.", "a,b", "body.$.a", "!!x", "-"])
    def test_an_unknown_form_is_refused(self, option: str) -> None:
        with pytest.raises(UsageError, match=r"header\.NAME"):
            RedactionRules.from_options([option])

    def test_a_single_text_is_refused(self) -> None:
        with pytest.raises(UsageError, match="list"):
            RedactionRules.from_options("token")


class TestPlaceholders:
    def test_the_same_secret_has_the_same_number_in_every_place(self) -> None:
        redactor = Redactor()
        token = Exchange(
            1,
            Request("GET", "http://a.test/"),
            Response(200, body=b'{"access_token":"aB3dE5fG7hJ9","other_token":"7x6W5v4U3t2s"}'),
        )
        stored = redactor.exchange(token).response
        assert stored is not None
        assert stored.body == b'{"access_token":"REDACTED-access-token-1","other_token":"REDACTED-other-token-2"}'
        assert (
            redactor.request(Request("GET", "http://a.test/?token=aB3dE5fG7hJ9")).url
            == "http://a.test/?token=REDACTED-token-1"
        )

    def test_a_replayed_placeholder_takes_the_kind_of_its_place(self) -> None:
        live = Request("GET", "http://a.test/?token=REDACTED-access-token-7")
        assert Redactor().request(live).url == "http://a.test/?token=REDACTED-token-7"

    def test_numbers_go_on_after_those_on_the_cassette(self) -> None:
        redactor = Redactor()
        redactor.seen(Exchange(1, Request("GET", "http://a.test/?token=REDACTED-token-41"), Response(200)))
        redactor.seen(Exchange(2, Request("GET", "http://a.test/"), Response(200, body=b"REDACTED-pin-7")))
        redactor.seen(Exchange(3, Request("GET", "http://a.test/"), failure=Failure("ConnectError")))
        assert (
            redactor.request(Request("GET", "http://a.test/?token=aB3dE5fG7hJ9")).url
            == "http://a.test/?token=REDACTED-token-42"
        )

    def test_a_json_web_token_stays_one(self) -> None:
        import base64
        import json

        for name in ("token", "id_token", "access_token", "a_token"):
            live = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0IiwiZXhwIjo1fQ.c2lnbmF0dXJl"
            stored = json.loads(body(f'{{"{name}":"{live}"}}'))[name]
            head, payload, signature = stored.split(".")
            assert json.loads(base64.urlsafe_b64decode(head + "==")) == {"alg": "HS256"}
            assert json.loads(base64.urlsafe_b64decode(payload + "==")) == {"exp": 5}
            base64.urlsafe_b64decode(signature + "=" * (-len(signature) % 4))
            assert number_of(stored) == 1
            assert body(f'{{"{name}":"{stored}"}}') == f'{{"{name}":"{stored}"}}'

    def test_what_was_redacted_is_counted_by_rule(self) -> None:
        redactor = Redactor()
        redactor.request(Request("POST", "http://a.test/?key=a", (("content-type", JSON),), b'{"cvv":1,"otp":"b"}'))
        assert redactor.counts == {"body.cvv": 1, "body.otp": 1}


def test_the_message_of_a_failure_is_redacted() -> None:
    failure = Failure("ConnectError", "no route to https://u:p@a.test/?api_key=abc today")
    stored = Redactor().exchange(Exchange(1, Request("GET", "http://a.test/"), failure=failure)).failure
    assert stored is not None
    assert "abc" not in stored.message
    assert ":p@" not in stored.message


def test_the_reason_of_a_response_is_redacted() -> None:
    redactor = Redactor()
    asked = Request("GET", "http://a.test/?api_key=kjh234KJH5g2k3j4")
    response = Response(403, reason="No kjh234KJH5g2k3j4 today", headers=(("Content-Type", JSON),), body=b"{}")
    stored = redactor.exchange(Exchange(1, asked, response)).response
    assert stored is not None
    assert stored.reason == "No REDACTED-api-key-1 today"


def test_of_a_schema_only_values_are_secret() -> None:
    schema = '{"properties":{"password":{"type":"string","default":%s,"maxLength":9}},"required":["password"]}'
    assert body(schema % '"hunter2"') == schema % '"REDACTED-password-1"'


def test_nothing_to_do_gives_the_same_object() -> None:
    request = Request("GET", "http://a.test/?a=1", (("Accept", "*/*"),))
    exchange = Exchange(1, request, Response(200, headers=(("Content-Type", JSON),), body=b'{"a":1}'))
    assert Redactor().request(request) is request
    assert Redactor().exchange(exchange) is exchange


def test_whether_credentials_are_sent_is_not_a_credential() -> None:
    headers = (("access-control-allow-credentials", "true"), ("access-control-allow-origin", "https://app.test"))
    exchange = Exchange(1, Request("GET", "http://api.test/"), Response(200, headers=headers))
    assert Redactor().exchange(exchange) == exchange
