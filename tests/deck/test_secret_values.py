"""Values that are secret wherever they stand, and placeholders that a program can go on with."""

from __future__ import annotations

import json
import os
import time
from base64 import b64decode, b64encode, urlsafe_b64decode, urlsafe_b64encode
from html import escape
from pathlib import Path
from typing import Any
from urllib.parse import quote, quote_plus
from xml.sax import saxutils

import httpx
import pytest

import playhead
from playhead.errors import NoMatch
from tests.support.wire import Wire

SECRET = "kjh234-KJH5g2k3j-4h5"
JSON = {"content-type": "application/json"}


def wholly(path: Path) -> str:
    return "".join(each.read_text("latin-1") for each in path.parent.rglob("*") if each.is_file())


class TestEnvironment:
    @pytest.mark.parametrize(
        ("name", "value", "secret"),
        [
            ("NOTIFIER_WEBHOOK_SECRET", SECRET, SECRET),
            ("DB_PASS", "s3cr3t-pw", "s3cr3t-pw"),
            ("ADMIN_PWD", "tr0ub4dor", "tr0ub4dor"),
            ("MY_CREDENTIALS", "one:two-three", "one:two-three"),
            ("PGPASSWORD", "hunter22!", "hunter22!"),
            ("API_TOKEN_2", SECRET, SECRET),
            ("SIGNING_KEY", SECRET, SECRET),
            ("DATABASE_URL", "postgres://app:p%40ssw0rd9@db.internal:5432/shop?sslmode=require", "p@ssw0rd9"),
            ("REDIS_URL", "redis://:longer-than-8@cache/0", "longer-than-8"),
            ("SENTRY_DSN", f"https://{SECRET}@o1.ingest.sentry.io/42", SECRET),
            ("SLACK_WEBHOOK_URL", f"https://hooks.slack.com/services/T01AB/B02CD/{SECRET}", SECRET),
            ("STORAGE_CONNECTION_STRING", f"Endpoint=https://x.test;SharedAccessKey={SECRET}=", f"{SECRET}="),
            ("SERVICE_ACCOUNT_KEY", json.dumps({"type": "service", "private_key_password": SECRET}), SECRET),
        ],
        ids=lambda _: "",
    )
    def test_its_secrets_are_found_and_another_value_finds_the_recording(
        self, server: Wire, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, value: str, secret: str
    ) -> None:
        path = tmp_path / "a.json"

        def ask(value: str, record: str) -> str:
            with playhead.use_cassette(path, record=record) as deck:
                httpx.get(f"{server.url}/json/{quote(value, safe='')}/send")
                told = httpx.post(f"{server.url}/echo", json={"note": f"call {value} please"}).text
            assert deck.unplayed == ()
            return told

        monkeypatch.setenv(name, value)
        assert secret in ask(secret, "all")
        for spelled in {secret, quote(secret), json.dumps(secret)[1:-1], b64encode(secret.encode()).decode()}:
            assert spelled not in wholly(path)
        other = "7xQ2mV9k-Lp4tRw8s"
        monkeypatch.setenv(name, value.replace(secret, other).replace(quote(secret), other))
        assert "REDACTED" in ask(other, "none")
        monkeypatch.delenv(name)
        assert "REDACTED" in ask("dummy", "none")

    @pytest.mark.parametrize("value", ["p&ss <w\"ö'rd 9", "pw\\dir\\é x+1%", '"quoted-Val-123"', "tab\tand\nline-7x\\"])
    def test_they_are_found_in_every_way_to_escape_them(
        self, server: Wire, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, value: str
    ) -> None:
        monkeypatch.setenv("DB_PASS", value)
        once = json.dumps(value)[1:-1]
        ways = {
            *(once, json.dumps(value, ensure_ascii=False)[1:-1], json.dumps(once)[1:-1], escape(once)),
            *(escape(value), escape(value, quote=False), saxutils.escape(value), escape(escape(value))),
            escape(value).encode("ascii", "xmlcharrefreplace").decode(),
            "".join(each if each.isalnum() and each.isascii() else f"&#x{ord(each):04X};" for each in value),
            *(quote(value, safe=""), quote_plus(value), quote(quote(value, safe="")), quote(quote_plus(value))),
            *(quote(once), b64encode(value.encode()).decode()),
        }
        with playhead.use_cassette(tmp_path / "a.json", record="all"):
            for way in ways:
                for text in (f"see {way}, please", f'{{"a": "{way}", "b": 1}}', f"<a>{way}</a>"):
                    answer = httpx.post(f"{server.url}/echo", content=text.encode())
                    assert way in answer.text
        for exchange in playhead.load(tmp_path / "a.json").interactions:
            for body in (exchange.request.body, exchange.response.body):  # type: ignore[union-attr]
                assert b"REDACTED-db-pass-1" in body or b"UkVEQUNURUQt" in body  # type: ignore[operator]
                assert not any(way.encode() in body for way in ways)  # type: ignore[operator]
                kept = [b"see ", b", please"], [b'{"a": "', b'", "b": 1}'], [b"<a>", b"</a>"]
                assert any(body.startswith(first) and body.endswith(last) for first, last in kept)  # type: ignore[union-attr]

    def test_what_is_set_on_a_deck_counts_too(
        self, server: Wire, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        with playhead.use_cassette(tmp_path / "a.json", record="all"):
            monkeypatch.setenv("LATE_SECRET", SECRET)
            httpx.get(f"{server.url}/json/{SECRET}")
        assert SECRET not in wholly(tmp_path / "a.json")

    def test_an_environment_that_changes_again_is_read_again(
        self, server: Wire, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        secrets = [f"{SECRET}{number}" for number in range(3)]
        with playhead.use_cassette(tmp_path / "a.json", record="all"):
            for secret in secrets[:2]:
                monkeypatch.setenv("LATE_SECRET", secret)
                httpx.get(f"{server.url}/json/{secret}")
            monkeypatch.setattr(os, "environ", {"LATE_SECRET": secrets[2]})
            httpx.get(f"{server.url}/json/{secrets[2]}", trust_env=False)
            monkeypatch.undo()
        assert not any(secret in wholly(tmp_path / "a.json") for secret in secrets)

    def test_places_and_what_is_allowed_do_not_count(
        self, server: Wire, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        harmless = {
            "PWD": "/home/ada/project-x1",
            "OLDPWD": "/home/ada/project-x2",
            "SSH_AUTH_SOCK": "/tmp/ssh-XXabc12/agent.4242",
            "GOOGLE_APPLICATION_CREDENTIALS": "/etc/keys/sa-9f86d081.json",
            "PASSWORD_FILE": "~/.config/password.txt",
            "SECRET_SERVICE_HOST": "vault.internal.example.com:8200",
            "AUTH_URL": "https://auth.example.com/login?next=home",
            "AUTH_MODE": "oauth2-client-credentials",
            "POSTGRES_PASSWORD": "postgres",
            "ALLOWED_SECRET": "allowed-S3cret-1x9Q",
            "COMPASS_SETTING": "aB3dE5fG7hJ9kL1m",
        }
        for name, value in harmless.items():
            monkeypatch.setenv(name, value)
        with playhead.use_cassette(tmp_path / "a.json", record="all", redact=["!ALLOWED_SECRET"]):
            httpx.post(f"{server.url}/echo", json=[*harmless.values()])
        (exchange,) = playhead.load(tmp_path / "a.json").interactions
        assert json.loads(exchange.response.body) == [*harmless.values()]  # type: ignore[union-attr,arg-type]


class TestCookies:
    @pytest.mark.parametrize(
        "value",
        [
            SECRET,
            f'"{SECRET}"',
            f"s%3A{SECRET}.8xK2mQ9v%2FLp4tR",
            f"{SECRET}.ZhT3kQ.x7Lm2Pq9Rs4Tv6Wz",
            "a1b2c3d4e5f6a7b8c9d0",
            "3fa85f64-5717-4562-b3fc-2c963f66afa6",
            "%7B%22id%22%3A%22aB3dE5fG7hJ9kL1m%22%7D",
        ],
        ids=lambda _: "",
    )
    def test_a_cookie_that_the_service_shows_is_known(self, server: Wire, tmp_path: Path, value: str) -> None:
        read = httpx.URL(f"http://a.test/?x={value}").params["x"].strip('"')
        shown = [value, read, f"<p>{value}</p>", {"session": read, "raw": value}, b64encode(value.encode()).decode()]
        for record in ("all", "none"):
            with playhead.use_cassette(tmp_path / "a.json", record=record) as deck:
                httpx.post(f"{server.url}/echo", json=shown, headers={"cookie": f"theme=dark; sid={value}"})
            assert deck.unplayed == ()
        written = wholly(tmp_path / "a.json")
        assert value.strip('"') not in written
        assert read not in written
        assert "REDACTED-cookie" in written

    def test_one_that_looks_like_nothing_stays_and_so_does_one_that_is_allowed(
        self, server: Wire, tmp_path: Path
    ) -> None:
        sent = f"theme=dark; seen=2024-05-12; lang=en-US; sid={SECRET}; keep=aB3dE5fG7hJ9kL1m"
        with playhead.use_cassette(tmp_path / "a.json", record="all", check=["header.cookie"], redact=["!keep"]):
            httpx.post(f"{server.url}/echo", json=["dark", "2024-05-12"], headers={"cookie": sent})
        (exchange,) = playhead.load(tmp_path / "a.json").interactions
        stored = dict(exchange.request.headers)["cookie"]  # type: ignore[union-attr]
        assert stored == sent.replace(f"sid={SECRET}", "sid=REDACTED-cookie-1")


def token(**claims: Any) -> str:
    parts = [{"alg": "RS256", "typ": "JWT", "kid": "key-1"}, claims]
    coded = [urlsafe_b64encode(json.dumps(each).encode()).decode().rstrip("=") for each in parts]
    return ".".join([*coded, "c2lnbmF0dXJlLW9mLXRoaXMtdG9rZW4"])


def claims_in(text: str) -> dict[str, Any]:
    payload = text.split(".")[1]
    read: dict[str, Any] = json.loads(urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
    return read


class TestUsableTokens:
    def program(self, server: Wire, issued: str) -> str:
        """Log in, log in again if the token has expired, and use it."""
        with httpx.Client(base_url=server.url) as client:
            given = str(client.post("/echo/login", json={"access_token": issued}).json()["access_token"])
            if claims_in(given)["exp"] < time.time():
                given = str(client.post("/echo/again", json={"access_token": issued}).json()["access_token"])
            return client.get("/json/data", headers={"authorization": f"Bearer {given}"}).text

    def test_a_token_is_as_valid_as_it_was_and_a_miss_says_when_it_is_no_more(
        self, server: Wire, tmp_path: Path
    ) -> None:
        time_machine = pytest.importorskip("time_machine")
        path, now = tmp_path / "a.json", int(time.time())
        issued = token(sub="ada@example.com", exp=now + 3600, nbf=now, iat=now, jti="a-b-c")
        with playhead.use_cassette(path, record="all"):
            told = self.program(server, issued)
        assert "ada" not in wholly(path)
        stored = json.loads(path.read_text())["interactions"][0]["response"]["body"]["json"]["access_token"]
        assert claims_in(stored) == {"exp": now + 3600, "nbf": now, "iat": now}
        with playhead.use_cassette(path):
            assert self.program(server, issued) == told
        with time_machine.travel(now + 7200):
            with pytest.raises(NoMatch) as missed, playhead.use_cassette(path):
                self.program(server, issued)
            assert any('wall_clock="recorded"' in note for note in missed.value.__notes__)
            assert any("a token of #1" in note for note in missed.value.__notes__)
            with playhead.use_cassette(path, wall_clock="recorded"):
                assert self.program(server, issued) == told

    def test_a_miss_before_anything_has_expired_says_nothing_of_it(self, server: Wire, tmp_path: Path) -> None:
        with playhead.use_cassette(tmp_path / "a.json", record="all"):
            self.program(server, token(exp=int(time.time()) + 3600))
        with pytest.raises(NoMatch) as missed, playhead.use_cassette(tmp_path / "a.json"):
            httpx.get(f"{server.url}/json/other")
        assert not any("wall_clock" in note for note in missed.value.__notes__)

    def test_base64_can_be_decoded(self, server: Wire, tmp_path: Path) -> None:
        key = b64encode(bytes(range(100, 132))).decode()
        text = b64encode(b"user:correct horse").decode()
        body = {
            "client_secret": key,
            "password": text,
            "sealed": b64encode(SECRET.encode()).decode(),
            "api_key": SECRET,
        }
        for record in ("all", "none"):
            with playhead.use_cassette(tmp_path / "a.json", record=record):
                given = httpx.post(f"{server.url}/echo", json=body).json()
        decoded = [b64decode(given[name], validate=True) for name in ("client_secret", "password", "sealed")]
        assert all(each.startswith(b"REDACTED-") for each in decoded)
        assert all(given[name].startswith("UkVEQUNURUQt") for name in ("client_secret", "password", "sealed"))
        assert given["api_key"].startswith("REDACTED-api-key-")
