"""A value that becomes known as secret is taken out of all that stands on the cassette: of other tests, of what came
before in the same large body, of reason phrases and names of fields."""

from __future__ import annotations

import json
import threading
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import httpx
import pytest

from playhead import use_cassette
from tests.support.inner import run_inside

TOKEN = "corr3ct-horse-Battery-77x"
KEY = "sk-proj-" + "Ab3dE9" * 10
LARGE = ((KEY + " ").encode() + b"z" * 65_536) * 160
LOOKS_REDACTED = json.dumps(
    {"password": "correct-horse-battery-77", "a": "z" * 9_000_000, "b": "REDACTED-correct-horse-battery-77-1"}
).encode()
JWT = ".".join(
    urlsafe_b64encode(json.dumps(part).encode()).decode().rstrip("=") for part in ({"alg": "HS256"}, {"exp": 2e9})
)


class Handler(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        body = json.dumps({"note": TOKEN if "note" in self.path else ""}).encode()
        body = {"/large": LARGE, "/looks-redacted": LOOKS_REDACTED}.get(self.path, body)
        if self.path == "/tokens":
            names = ("token", "id_token", "auth_token", "access_token", "jwt", "assertion")
            body = json.dumps({name: f"{JWT}.c2lnbmF0dXJl{number}" for number, name in enumerate(names)}).encode()
        if self.path == "/reason":
            self.send_response(401, f"Bad key {KEY}")
            self.send_header(f"x-{KEY}", "1")
        else:
            self.send_response(200)
        self.send_header("content-type", "application/octet-stream" if self.path == "/large" else "application/json")
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args: object) -> None:
        return


@pytest.fixture
def url() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


def test_a_cassette_that_is_added_to_is_redacted_as_a_whole(url: str, tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    with use_cassette(path, record="new"):
        httpx.get(f"{url}/note/1")
    assert TOKEN in path.read_text()  # nobody knows yet
    with use_cassette(path, record="new"):
        httpx.get(f"{url}/me", headers={"authorization": f"Bearer {TOKEN}"})
        httpx.get(f"{url}/note/2")
    with use_cassette(path, record="new"):
        httpx.get(f"{url}/note/3")
    assert TOKEN not in path.read_text()
    with use_cassette(path) as deck:
        notes = [httpx.get(f"{url}/note/{number}").json()["note"] for number in (1, 2, 3)]
    assert all(note.startswith("REDACTED-authorization-") for note in notes)
    assert len(deck.unplayed) == 1


TESTS = """
import httpx, pathlib, pytest

@pytest.mark.cassette("shared")
def test_one(): httpx.get("URL/note/1")

@pytest.mark.cassette("shared")
def test_two(): httpx.get("URL/me", headers={"authorization": "Bearer TOKEN"})

@pytest.mark.cassette("shared")
def test_three():
    httpx.get("URL/note/3")
    files = list(pathlib.Path("cassettes").iterdir())
    assert files and not any(b"TOKEN" in path.read_bytes() for path in files)
"""


def test_tests_that_share_a_cassette_share_what_is_secret(url: str, pytester: pytest.Pytester) -> None:
    """In the journal of the run as soon as the test has passed that knows, and on the cassette."""
    pytester.makeini("[pytest]\nasyncio_default_fixture_loop_scope = function\n")
    pytester.makepyfile(test_it=TESTS.replace("URL", url).replace("TOKEN", TOKEN))
    result = run_inside(pytester, "--record")
    result.assert_outcomes(passed=3)
    assert TOKEN not in (pytester.path / "cassettes" / "shared.json").read_text()


def test_every_occurrence_in_a_large_body_goes(url: str, tmp_path: Path) -> None:
    with use_cassette(tmp_path / "a.json", record="all"):
        httpx.get(f"{url}/large")
    (body,) = (tmp_path / "bodies").iterdir()
    assert body.read_bytes().count(KEY.encode()) == 0
    assert body.read_bytes().count(b"REDACTED-openai-key") == LARGE.count(KEY.encode())


def test_a_large_body_stays_though_a_value_of_it_cannot_be_taken_out(url: str, tmp_path: Path) -> None:
    """Text within a placeholder is not ours to replace: the body is gone through again, and is the same."""
    with use_cassette(tmp_path / "a.json", record="all"):
        httpx.get(f"{url}/looks-redacted")
    with use_cassette(tmp_path / "a.json"):
        replayed = httpx.get(f"{url}/looks-redacted").json()
    assert replayed["password"].startswith("REDACTED-password-")
    assert replayed["b"] == "REDACTED-correct-horse-battery-77-1"


def test_reason_phrases_and_names_of_fields_are_looked_into(url: str, tmp_path: Path) -> None:
    with use_cassette(tmp_path / "a.json", record="all"):
        assert httpx.get(f"{url}/reason").reason_phrase == f"Bad key {KEY}"
    text = (tmp_path / "a.json").read_text()
    assert KEY not in text
    assert text.count("REDACTED-openai-key-1") == 2


def test_the_last_part_of_a_redacted_web_token_is_canonical_base64(url: str, tmp_path: Path) -> None:
    with use_cassette(tmp_path / "a.json", record="all"):
        httpx.get(f"{url}/tokens")
    with use_cassette(tmp_path / "a.json"):
        tokens = httpx.get(f"{url}/tokens").json().values()
    for token in tokens:
        last = token.rpartition(".")[2]
        assert last.startswith("REDACTED-")
        assert urlsafe_b64encode(urlsafe_b64decode(last)).decode() == last
