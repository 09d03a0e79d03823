"""Secrets that show only in a second look: beside others, in the answer to the request that has them, or too late."""

from __future__ import annotations

import base64
import json
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import httpx
import pytest

import playhead
from playhead.doubles import channel
from playhead.redaction.calls import redacted_call
from tests.support import wire as wires
from tests.support.wire import Wire

CANARY = "Zq8vR2mW4xK9tB7n"
TOKEN = "ghp_aB3dE5fG7hJ9kL1mN3pQ5rS7tU9vW1xY3zA5"
PASSWORD = "hunter2-Zq8vR"


def answering(monkeypatch: pytest.MonkeyPatch, name: str, body: str, kind: str = "application/json") -> None:
    monkeypatch.setitem(
        wires.BEHAVIOURS, name, lambda each: each.send("200 OK", [("Content-Type", kind)], body.encode())
    )


def test_a_url_that_came_as_a_reason_phrase_is_searched_for_names(
    tmp_path: Path, server: Wire, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = f"{server.url}/back?code={CANARY}"
    answering(monkeypatch, "back", "{}")
    monkeypatch.setitem(wires.BEHAVIOURS, "start", lambda each: each.send(f"200 {url}", []))
    with playhead.use_cassette(tmp_path / "c.json", record="all"):
        httpx.get(f"{server.url}/start")
        httpx.get(url)
    assert CANARY not in (tmp_path / "c.json").read_text()


@pytest.mark.parametrize("secret", [PASSWORD, TOKEN])
def test_base64_in_escapes_that_leave_no_long_run_is_decoded(
    secret: str, tmp_path: Path, server: Wire, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DB_PASSWORD", PASSWORD)
    coded = base64.b64encode(json.dumps({"note": f"ada:{secret} "}).encode()).decode()
    line = "".join(f"\\u{ord(each):04x}" if number % 9 == 5 else each for number, each in enumerate(coded))
    answering(monkeypatch, "lines", f'{{"line":"{line}","n":"{PASSWORD}"}}')
    with playhead.use_cassette(tmp_path / "c.json", record="all"):
        httpx.get(f"{server.url}/lines")
    with playhead.use_cassette(tmp_path / "c.json"):
        replayed = httpx.get(f"{server.url}/lines").json()
    assert replayed["n"].startswith("REDACTED-db-password-")
    note = json.loads(base64.b64decode(replayed["line"]))["note"]
    assert secret not in note
    assert "REDACTED-" in note


def test_a_value_with_a_token_in_it_is_found_once_the_token_is_replaced(
    tmp_path: Path, server: Wire, monkeypatch: pytest.MonkeyPatch
) -> None:
    both = f"{CANARY}:{TOKEN}"
    answering(monkeypatch, "login", json.dumps({"credentials": both}))
    answering(monkeypatch, "who", f"no such client: {base64.b64encode(both.encode()).decode()} today", "text/plain")
    with playhead.use_cassette(tmp_path / "c.json", record="all"):
        httpx.get(f"{server.url}/login")
        httpx.get(f"{server.url}/who")
    with playhead.use_cassette(tmp_path / "c.json"):
        word = httpx.get(f"{server.url}/who").text.split()[3]
    assert CANARY.encode() not in base64.b64decode(word + "=" * (-len(word) % 4))


def test_what_an_answer_reveals_is_not_in_the_journal_with_its_own_request(
    tmp_path: Path, server: Wire, monkeypatch: pytest.MonkeyPatch
) -> None:
    answering(monkeypatch, "login", json.dumps({"access_token": CANARY}))
    with playhead.use_cassette(tmp_path / "c.json", record="all"):
        httpx.get(f"{server.url}/login?note={CANARY}")
        (journal,) = tmp_path.glob("*.journal")
        assert CANARY.encode() not in journal.read_bytes()
    assert CANARY not in (tmp_path / "c.json").read_text()


class Notes:
    async def keep(self, note: str) -> str:
        return "kept"


async def test_a_value_that_another_thread_learns_while_arguments_are_searched(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def late(redactor: Any, call: Any, names: Sequence[str] = ()) -> Any:
        stored = redacted_call(redactor, call, names)
        thread = threading.Thread(target=redactor.learn, args=([("X_TOKEN", CANARY)],))
        thread.start()
        thread.join()
        return stored

    monkeypatch.setattr(channel, "redacted_call", late)
    async with playhead.use_cassette(tmp_path / "c.json", record="all") as deck:
        await deck.double("notes", Notes, Notes).keep(f"see {CANARY}")
    assert CANARY not in (tmp_path / "c.json").read_text()
