"""Values are redacted under the names of secrets, seen from outside: a service is recorded, stopped, and replayed."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any
from urllib.parse import quote

import httpx

import playhead
from tests.support.wire import Wire

CANARY = "7xQ2mV9kLp4tRw8s"
"""Looks like a secret, and stands in no fixture."""

UUID = "3fa85f64-5717-4562-b3fc-2c963f66afa6"

CERTAIN = [
    *("password", "passwd", "pwd", "passphrase", "newPassword", "password2", "passwords", "password_confirmation"),
    *("secret", "clientSecret", "appsecret", "api_key", "APIKey", "access_key", "private-key", "access_token"),
    *("refreshToken", "id_token", "auth_token", "session_token", "bearer", "authorization", "authorization_code"),
    *("device_code", "connection_string", "dsn", "credentials", "card_number", "cvv", "cvc", "iban", "ssn", "otp"),
    *("recovery_codes", "csrf", "csrf_token", "db_password", "x-api-key", "code_verifier", "db_pass"),
]
SOMETIMES = [
    *("key", "token", "code", "session", "session_id", "sessionid", "sig", "signature", "auth", "pin", "jwt"),
    *("assertion", "state", "nonce", "next_page_token", "sort_key", "user_session", "credential", "oauthState"),
]

HARMLESS_JSON = [
    {"Key": "photos/2024/05/IMG_20240512_1234.jpg"},
    {"key": "PROJ-123"},
    {"key": "checkout.button.submitOrder"},
    {"key": "i18n.error.title"},
    {"key": "users/42/avatar.png"},
    {"key": "tenant:users:42"},
    {"key": "cache:v3:home:anonymous"},
    {"key": "feature/new-login-page"},
    {"key": UUID},
    {"key": f"uploads/{UUID}/original"},
    {"primary_key": 7},
    {"primary_key": "user_1234567"},
    {"sort_key": "ORDER#2024-05-01#0042"},
    {"partition_key": f"TENANT#{UUID}"},
    {"foreign_key": "customers.address_id"},
    {"cache_key": "product_12345_variant_678"},
    {"idempotency_key": UUID},
    {"public_key": "MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAE"},
    {"logprobs": [{"token": "internationalization", "logprob": -0.1}, {"token": "<|endoftext|>", "logprob": 0.0}]},
    {"token": " getElementById"},
    {"tokens": ["aB3dE5fG7hJ9kL1m", "of", "arrays"]},
    {"tokens": 17},
    {"max_tokens": 4096, "prompt_tokens": 5, "token_count": 3},
    {"tokenizer": "cl100k_base-2024x9Zq"},
    {"next_page_token": "CAUQAA"},
    {"pageToken": "page-2"},
    {"cursor": "eyJpZCI6MTIzNDU2fQ"},
    {"pin": {"lat": 52.52, "lng": 13.405}},
    {"pin": 1234},
    {"pin": True},
    {"code": 404},
    {"code": "ERR_HTTP2_STREAM_ERROR"},
    {"code": "context_length_exceeded"},
    {"code": "invalid_api_key"},
    {"code": "DE"},
    {"country_code": "US", "zip_code": "94105-1234", "currency_code": "EUR"},
    {"error_code": "E_ACCESS_DENIED_0x80070005"},
    {"code": "print('hello')"},
    {"state": "open"},
    {"state": "CA"},
    {"state": "awaiting_payment_confirmation"},
    {"session": 12},
    {"session": "web-session-42"},
    {"session": {"id": 3, "topic": "redaction"}},
    {"nonce": 17},
    {"nonce": "000000000042"},
    {"nonce": "1700000000000000"},
    {"signature": "get(self,path,default=None)"},
    {"signature": "John-Hancock-1776"},
    {"auth": "oauth2-client-credentials"},
    {"auth": {"type": "basic", "realm": "users"}},
    {"authorization_type": "code"},
    {"name": "key", "value": "a/b/c.txt"},
    {"key": "environment", "value": "production"},
    {"key": "aB3dE5fG7hJ9kL1m", "value": 3},
    [{"Key": "Name", "Value": "web-server-1"}],
    {"slug": "sk-some-readable-slug-for-an-article"},
    {"slug": "sk-ant-colonies-and-their-queens"},
    {"slug": "xoxb-is-what-tokens-begin-with"},
    {"type": "object", "properties": {"key": {"type": "string"}, "token": {"type": "string", "maxLength": 40}}},
    {"properties": {"password": {"type": "string", "format": "password", "description": "at least 8 characters"}}},
    {"properties": {"secret": {"anyOf": [{"type": "string"}, {"type": "null"}], "title": "Secret"}}},
    {"definitions": {"Password": {"type": "object", "properties": {"hash": {"type": "string"}}}}},
    {"properties": {"credentials": {"type": "object", "properties": {"user": {"type": "string"}}}}},
    {"token_type": "bearer", "expires_in": 3600},
    {"password": None, "has_password": True},
    {"password_required": "yes", "password_policy": "strong"},
    {"tests": {"pass": 12, "fail": 3}},
    {"compass": "N", "bypass": "no", "monkey": "aB3dE5fG7hJ9kL1m"},
    {"keyboard": "qwertz", "keyword": "aB3dE5fG7hJ9kL1m", "keys_pressed": 3},
    {"encode": "utf-8", "barcode": "4006381333931", "estate": "large"},
    {"assertion": "response.status_code == 200"},
    {"jwt": ""},
    {"secretary": "Ada", "secretariat": "aB3dE5fG7hJ9kL1m"},
    {"otpauth_enabled": False, "dsnt": "x"},
    {"signature": "2024-05-12T12:34:56.789Z"},
    {"key": "arn:aws:iam::123456789012:role/MyRole"},
    {"key": "com.example.app.MainActivity"},
    {"key": "https://example.com/a/b.html"},
    {"key": "2001:db8::ff00:42:8329"},
    {"key": "ada.lovelace@example.com"},
    {"key": "claude-3-5-sonnet-20241022"},
    {"key": "XMLHttpRequest.prototype"},
]
HARMLESS_QUERIES = [
    *("key=a.txt", "key=users%2F42%2Favatar.png", "code=404", "code=US", "state=open", "state=CA", "session=12"),
    *("token=hello", "page_token=2", "sort_key=created_at", "max_tokens=100", "primary_key=user_1234567"),
    *("auth=basic", "pin=52.5200%2C13.4050", "signature=false", "nonce=42", f"key={UUID}", "monkey=aB3dE5fG7hJ9kL1m"),
]


def recorded(server: Wire, path: Path, requests: list[dict[str, Any]]) -> list[Any]:
    """Return what is written of requests whose bodies come back, after a replay that must find all of them."""

    def ask(record: str) -> list[bytes]:
        with playhead.use_cassette(path, record=record) as deck, httpx.Client(base_url=server.url) as client:
            answers = [client.post("/echo", **request).content for request in requests]
        assert deck.unplayed == ()
        return answers

    ask("all")
    written = list(playhead.load(path).interactions)
    asked = server.seen["/echo"]
    assert ask("none") == [each.response.body for each in written]  # type: ignore[union-attr]
    assert server.seen["/echo"] == asked
    assert len(written) == len(requests)
    return written


def test_what_is_harmless_stays(server: Wire, tmp_path: Path) -> None:
    requests = [{"json": body} for body in HARMLESS_JSON] + [{"params": query} for query in HARMLESS_QUERIES]
    assert len(requests) > 80
    written = recorded(server, tmp_path / "a.json", requests)
    assert [request for request, each in zip(requests, written, strict=True) if "REDACTED" in repr(each)] == []


def places(name: str, *, certain: bool) -> list[object]:
    """JSON with a value under a name, in every shape that is secret."""
    schema = {"properties": {name: {"type": "string", "default": CANARY, "examples": [CANARY]}}}
    alone: list[object] = [{name: CANARY}, {"a": [{name: CANARY}]}, {"name": name, "value": CANARY}, schema]
    below = [{name: {"S": CANARY}}, {name: [CANARY, {"x": [CANARY]}]}, {"properties": {name: {"value": CANARY}}}]
    return [*alone, *below] if certain else alone


def in_bodies(name: str, number: int) -> list[tuple[str, str]]:
    """JSON that holds a secret under a name, and one of the other kinds of bodies, with their media types."""
    part = f'--x\r\ncontent-disposition: form-data; name="{name}"\r\n\r\n{CANARY}\r\n--x--\r\n'
    others = [
        (f"a=1&{quote(name)}={CANARY}", "application/x-www-form-urlencoded"),
        (f"data: {json.dumps({name: CANARY})}\n\n", "text/event-stream"),
        (f"<r><{name}>{CANARY}</{name}><b {name}='{CANARY}'/></r>", "application/xml"),
        (part, "multipart/form-data; boundary=x"),
        (f"see https://a.test/?x=1&{quote(name)}={CANARY} there", "text/plain"),
    ]
    in_json = json.dumps(places(name, certain=name in CERTAIN))
    return [(in_json, "application/json"), others[number % len(others)]]


def test_what_is_secret_goes_in_every_place(server: Wire, tmp_path: Path) -> None:
    requests = [
        {
            "content": body,
            "params": {"n": number, name: CANARY},
            "headers": {"content-type": media_type, "cookie": f"{name}={CANARY}; theme=dark"},
        }
        for number, name in enumerate([*CERTAIN, *SOMETIMES])
        for body, media_type in in_bodies(name, number)
    ]
    written = recorded(server, tmp_path / "a.json", requests)
    assert [request for request, each in zip(requests, written, strict=True) if CANARY in repr(each)] == []
    assert CANARY not in (tmp_path / "a.json").read_text()


def test_a_uuid_lets_in_under_some_names(server: Wire, tmp_path: Path) -> None:
    names = ["session", "token", "auth", "code", "refresh_token", "session_id"]
    written = recorded(server, tmp_path / "a.json", [{"json": {name: UUID}, "params": {name: UUID}} for name in names])
    assert UUID not in repr(written)


def test_numbers_below_a_certain_name_go_and_nothing_else_that_is_no_text(server: Wire, tmp_path: Path) -> None:
    body = {"password": [1234, True, None, {"N": 5.5}], "pass": 7, "pin": 1234}
    (written,) = recorded(server, tmp_path / "a.json", [{"json": body}])
    assert json.loads(written.response.body) == {"password": [0, True, None, {"N": 0}], "pass": 7, "pin": 1234}
