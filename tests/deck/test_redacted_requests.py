"""A request that carries secrets finds its recording, though these are other secrets today; and no other one."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest

import playhead
from playhead.deck.deck import session_of
from playhead.errors import Exhausted, NoMatch, PlayheadWarning, RequestDrift
from tests.support.wire import Wire

ADA, BOB, EVE = "Ak3y-9f8e7d6c5b4a", "Bk3y-1a2b3c4d5e6f", "Ek3y-0f0e0d0c0b0a"

Ask = Callable[[str, str], int]
"""Asks a service with a secret; the turn in which it was asked when the answer was recorded."""


def by_query(url: str, secret: str) -> int:
    return turn(httpx.get(f"{url}/json/query", params={"page": "1", "api_key": secret}))


def by_path(url: str, secret: str) -> int:
    return turn(httpx.get(f"{url}/json/{secret}", headers={"x-api-key": secret}))


def by_body(url: str, secret: str) -> int:
    return turn(httpx.post(f"{url}/json/body", json={"who": {"password": secret}, "n": [1]}))


def by_form(url: str, secret: str) -> int:
    return turn(httpx.post(f"{url}/json/form", data={"client_secret": secret, "a": "b"}))


def by_part(url: str, secret: str) -> int:
    return turn(httpx.post(f"{url}/json/part", files={"password": (None, secret), "a": (None, "b")}))


def by_bearer(url: str, secret: str) -> int:
    return turn(httpx.get(f"{url}/json/bearer", headers={"authorization": f"Bearer {secret}"}))


def by_basic(url: str, secret: str) -> int:
    return turn(httpx.get(f"{url}/json/basic", auth=("user", secret)))


def by_key(url: str, secret: str) -> int:
    return turn(httpx.get(f"{url}/json/key", headers={"X-Acme-Api-Key": secret}))


WAYS = [by_query, by_path, by_body, by_form, by_part, by_bearer, by_basic, by_key]
each_way = pytest.mark.parametrize("ask", WAYS, ids=[way.__name__ for way in WAYS])


def turn(response: httpx.Response) -> int:
    return int(response.json()["turn"])


class Tape:
    """A cassette on which a service was recorded, and the service gone."""

    def __init__(self, path: Path, server: Wire) -> None:
        self.path, self.server, self.url = path, server, server.url

    def record(self, ask: Ask, *secrets: str) -> list[int]:
        with playhead.use_cassette(self.path, record="all"):
            turns = [ask(self.url, secret) for secret in secrets]
        self.server.close()
        return turns

    @contextmanager
    def replay(self, **options: Any) -> Iterator[playhead.Deck]:
        with playhead.use_cassette(self.path, **options) as deck:
            yield deck

    @property
    def text(self) -> str:
        return self.path.read_text()


@pytest.fixture
def tape(tmp_path: Path, server: Wire) -> Tape:
    return Tape(tmp_path / "secrets.json", server)


@each_way
def test_each_user_gets_the_own_answers_in_whatever_order_they_ask(tape: Tape, ask: Ask) -> None:
    first, second, third, fourth = tape.record(ask, ADA, BOB, ADA, BOB)
    assert ADA not in tape.text
    with tape.replay():
        asked = [ask(tape.url, secret) for secret in (ADA, BOB, BOB, ADA)]
    assert asked == [first, second, fourth, third]


@each_way
def test_dummy_keys_replay_and_so_do_other_ones(tape: Tape, ask: Ask) -> None:
    recorded = tape.record(ask, ADA, BOB)
    with tape.replay():
        assert [ask(tape.url, "dummy") for _ in range(2)] == recorded
    with tape.replay():
        assert [ask(tape.url, secret) for secret in ("one-of-today", "another-one")] == recorded


@each_way
def test_a_third_secret_gets_nobodys_answer(tape: Tape, ask: Ask) -> None:
    tape.record(ask, ADA, BOB, ADA)
    with tape.replay() as deck:
        ask(tape.url, ADA)
        ask(tape.url, BOB)
        with pytest.raises(RequestDrift) as caught:
            ask(tape.url, EVE)
        deck.acknowledge(caught.value)
        assert EVE not in repr((str(caught.value), caught.value.__notes__))
        ask(tape.url, ADA)
        with pytest.raises((NoMatch, Exhausted)) as gone:
            ask(tape.url, EVE)
        deck.acknowledge(gone.value)


def test_what_nothing_tells_apart_is_played_in_recorded_order_and_the_run_says_so(tape: Tape) -> None:
    recorded = tape.record(by_query, ADA, BOB)
    with tape.replay() as deck:
        assert [by_query(tape.url, secret) for secret in (BOB, ADA)] == recorded
        assert [label.split(" ")[0] for label in session_of(deck).report.ambiguous] == ["#1"]


def test_values_that_are_no_secrets_and_those_that_are_stand_side_by_side(tape: Tape) -> None:
    recorded = tape.record(lambda url, key: turn(httpx.get(f"{url}/json/x", params={"q": key})), "a.txt", "b.txt")
    text = tape.text.replace("q=b.txt", "q=REDACTED-q-7")
    tape.path.write_text(text)
    with tape.replay():
        asked = [turn(httpx.get(f"{tape.url}/json/x", params={"q": value})) for value in ("anything", "a.txt")]
    assert asked == recorded[::-1]


@pytest.mark.parametrize("value", ["other", "", "None", "a b&c", "ключ"])
def test_a_placeholder_stands_for_any_live_value_redacted_or_not(tape: Tape, value: str) -> None:
    """A variable that is not set, or a name that is no longer a secret one."""
    recorded = tape.record(
        lambda url, key: turn(
            httpx.post(f"{url}/json/x/{key}", params={"q": key, "n": "1"}, json={"a": [{"b": f"<{key}>"}], "c": 1})
        ),
        "value-of-a-variable",
    )
    tape.path.write_text(tape.text.replace("value-of-a-variable", "REDACTED-my-variable-1"))
    with tape.replay():
        path = value or "x"
        body = {"a": [{"b": f"<{value}>"}], "c": 1}
        assert turn(httpx.post(f"{tape.url}/json/x/{path}", params={"q": value, "n": "1"}, json=body)) == recorded[0]
    for params, sent in (({"q": value, "n": "2"}, body), ({"q": value, "n": "1"}, {**body, "c": 2})):
        with pytest.raises(RequestDrift) as caught, tape.replay():
            httpx.post(f"{tape.url}/json/x/{path}", params=params, json=sent)
        assert [place for place, _, _ in caught.value.differences] in (["query.n"], ["body.$.c"])


def test_a_token_that_the_recording_hands_out_finds_the_requests_it_was_used_in(tape: Tape, server: Wire) -> None:
    def login(user: str) -> str:
        answer = httpx.post(f"{server.url}/echo", json={"user": user, "access_token": f"tok-{user}-0123456789abcdef"})
        return str(answer.json()["access_token"])

    def jobs(token: str) -> int:
        return turn(httpx.get(f"{server.url}/json", headers={"authorization": f"Bearer {token}"}))

    with playhead.use_cassette(tape.path, record="all"):
        recorded = [jobs(login("ada")), jobs(login("bob"))]
    server.close()
    with tape.replay():
        tokens = [httpx.post(f"{tape.url}/echo", json={"user": "ada", "access_token": "x"}).json()["access_token"]]
        tokens += [httpx.post(f"{tape.url}/echo", json={"user": "bob", "access_token": "y"}).json()["access_token"]]
        assert [jobs(token) for token in reversed(tokens)] == recorded[::-1]


def test_another_scheme_is_drift(tape: Tape) -> None:
    tape.record(by_bearer, ADA)
    for headers in ({"authorization": "Basic dTpw"}, {"authorization": ADA}):
        with pytest.raises(RequestDrift) as caught, tape.replay():
            httpx.get(f"{tape.url}/json/bearer", headers=headers)
        assert [place for place, _, _ in caught.value.differences] == ["header.authorization"]
    with tape.replay(ignore=["header.authorization"]):
        httpx.get(f"{tape.url}/json/bearer", headers={"authorization": "Basic dTpw"})


@pytest.mark.filterwarnings("default::playhead.errors.PlayheadWarning")
@pytest.mark.parametrize(
    "headers", [{}, {"authorization": ""}, {"authorization": "Bearer "}, {"authorization": "bearer"}]
)
def test_no_credential_where_one_was_recorded_is_told(tape: Tape, headers: dict[str, str]) -> None:
    """A program without a key sends no field, or an empty one, or no more than the scheme: `f"Bearer {key}"`."""
    recorded = tape.record(by_bearer, ADA, ADA)
    with pytest.warns(PlayheadWarning, match="sent without authorization") as told, tape.replay() as deck:
        assert [turn(httpx.get(f"{tape.url}/json/bearer", headers=headers)) for _ in range(2)] == recorded
    assert len(told) == 1
    assert len(session_of(deck).report.without_credential) == 2
    with tape.replay(ignore=["header.authorization"]) as deck:
        httpx.get(f"{tape.url}/json/bearer", headers=headers)
    assert session_of(deck).report.without_credential == []
    with pytest.raises(RequestDrift) as caught, tape.replay(check=["header.authorization"]):
        httpx.get(f"{tape.url}/json/bearer", headers=headers)
    assert [place for place, _, _ in caught.value.differences] == ["header.authorization"]
    with tape.replay(check=["header.authorization"]):
        assert by_bearer(tape.url, "dummy") == recorded[0]


def test_a_request_without_credentials_and_one_with_get_each_its_own(tape: Tape, server: Wire) -> None:
    def ask(url: str, secret: str) -> int:
        return turn(httpx.get(f"{url}/json/me", headers={"authorization": f"Bearer {secret}"} if secret else {}))

    one, two, three = tape.record(ask, ADA, "", ADA)
    with tape.replay():
        assert [ask(tape.url, secret) for secret in (ADA, ADA, "")] == [one, three, two]


SIGNED = {
    "aws4": lambda n: (
        f"AWS4-HMAC-SHA256 Credential=AKIAEXAMPLE/2026{n:04}/us-east-1/s3/aws4_request, Signature={n:064x}"
    ),
    "digest": lambda n: f'Digest username="u", realm="r", nonce="{n:016x}", uri="/", response="{n * 7:032x}"',
    "hawk": lambda n: f'Hawk id="x", ts="{n}", nonce="{n}", mac="{n:032x}="',
    "oauth1": lambda n: f'OAuth oauth_consumer_key="k", oauth_nonce="{n:016x}", oauth_signature="{n:032x}"',
    "sharedkey": lambda n: f"SharedKey account:{n:032x}",
    "jwt": lambda n: "Bearer " + token({"sub": "ada", "iat": n}),
}


def token(claims: dict[str, Any]) -> str:
    parts = [base64.urlsafe_b64encode(json.dumps(part).encode()).decode().rstrip("=") for part in ({"a": 1}, claims)]
    return ".".join([*parts, "c2lnbmF0dXJl"])


@pytest.mark.parametrize("kind", SIGNED)
def test_what_is_computed_for_each_request_is_compared_by_its_presence(tape: Tape, kind: str) -> None:
    def ask(url: str, number: str) -> int:
        headers = {"authorization": SIGNED[kind](int(number)), "dpop": token({"jti": number})}
        return turn(httpx.get(f"{url}/json/s", headers=headers, params={"X-Amz-Signature": f"{int(number):064x}"}))

    recorded = tape.record(ask, "1", "1", "2")
    with tape.replay() as deck:
        assert [ask(tape.url, number) for number in ("11", "12", "13")] == recorded
        assert session_of(deck).report.ambiguous == []
    with pytest.raises(RequestDrift), tape.replay():
        httpx.get(f"{tape.url}/json/s", params={"X-Amz-Signature": "0" * 64}, headers={"authorization": "Basic dTpw"})


def test_sessions_and_names_of_organisations_are_neither_stored_nor_checked(tape: Tape) -> None:
    names = ("cookie", "x-csrf-token", "openai-organization", "x-amz-security-token")

    def ask(url: str, value: str) -> int:
        return turn(httpx.get(f"{url}/json/c", headers=dict.fromkeys(names, f"sid={value}")))

    recorded = tape.record(ask, ADA, ADA)
    assert "REDACTED" not in tape.text
    with tape.replay():
        assert [ask(tape.url, value) for value in (BOB, EVE)] == recorded


def test_a_cassette_of_the_first_edition_binds_nothing_and_has_no_credentials(tape: Tape) -> None:
    recorded = tape.record(by_query, ADA, ADA)
    tape.path.write_text(tape.text.replace(", edition 2", ""))
    with tape.replay():
        assert [by_query(tape.url, secret) for secret in (BOB, EVE)] == recorded
    with playhead.use_cassette(tape.path, record="new") as deck:
        assert len(deck.interactions) == 2


def test_a_placeholder_is_never_sent_to_a_live_service(tape: Tape, server: Wire) -> None:
    with playhead.use_cassette(tape.path, record="all"):
        httpx.post(f"{server.url}/echo", json={"access_token": ADA})
    seen = server.seen.total()

    def log_in_and_ask() -> None:
        given = httpx.post(f"{server.url}/echo", json={"access_token": "dummy"}).json()["access_token"]
        httpx.get(f"{server.url}/json", headers={"authorization": f"Bearer {given}"})

    with pytest.raises(NoMatch, match="not sent"), playhead.use_cassette(tape.path, record="new"):
        log_in_and_ask()
    assert server.seen.total() == seen


@pytest.mark.parametrize("repeat", [True, ["GET /json/{x:path}"]])
def test_a_repeated_request_gets_the_answer_of_its_own_secret(tape: Tape, repeat: Any) -> None:
    one, two = tape.record(by_query, ADA, BOB)
    with tape.replay(repeat=repeat) as deck:
        asked = [by_query(tape.url, secret) for secret in (ADA, BOB, ADA, BOB, BOB, ADA)]
        with pytest.raises(NoMatch) as caught:
            by_query(tape.url, EVE)
        deck.acknowledge(caught.value)
    assert asked == [one, two, one, two, two, one]
