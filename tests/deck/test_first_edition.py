"""Cassettes that the first edition recorded replay: here are such, as it wrote them."""

from __future__ import annotations

import gzip
import json
from base64 import b64encode
from datetime import date
from hashlib import sha256
from pathlib import Path
from typing import Any

import httpx
import pytest

import playhead
from playhead.errors import RequestDrift

URL = "http://127.0.0.1:42281"
FULL = "Ak3y-9f8e7d6c5b4a"
KEYS = pytest.mark.parametrize("secret", [FULL, "Bk3y-1a2b3c4d5e6f", "dummy", "a.txt"])
NUMBERS = pytest.mark.parametrize("number", [4714, 0, -1.5e3])


def tape(path: Path, *requests: dict[str, Any], by: str = "playhead 0.1.0") -> Path:
    """A cassette with the answers 1, 2, 3, ..."""
    interactions: list[object] = []
    timeline: list[object] = []
    for number, request in enumerate(requests, 1):
        kind = [["Content-Type", request.pop("kind")]] if "kind" in request else []
        answer = {"status": 200, "headers": [["Content-Length", "1"]], "body": {"text": [str(number)]}}
        asked = {"method": "POST", "headers": [["Accept", "*/*"], *kind], **request}
        interactions.append({"id": number, "request": asked, "response": answer})
        at = 1000 * number
        timeline.append({"id": number, "start_us": at, "head_us": at, "chunks": [[at, 1, 0]], "end_us": at})
    recorded = {"at": "2026-11-29T02:08:00Z", "by": by}
    document = {"playhead": 1, "recorded": recorded, "interactions": interactions, "timeline": timeline}
    path.write_text(json.dumps(document))
    return path


def body(value: object) -> dict[str, Any]:
    return {"url": f"{URL}/j", "kind": "application/json", "body": {"json": value, "style": "compact"}}


def post(**options: Any) -> httpx.Response:
    with httpx.Client(verify=False) as client:  # it takes long to read certificates
        return client.post(f"{URL}/j", **options)


def send(value: object) -> int:
    return int(post(json=value).text)


@pytest.mark.parametrize("name", ["token", "pin", "jwt", "assertion", "password", "otp", "access_token"])
@NUMBERS
def test_a_number_that_was_stored_as_nought_stands_for_any(tmp_path: Path, name: str, number: float) -> None:
    path = tape(tmp_path / "c.json", body({"a": 1, name: 0, "l": [{name: [0, {"x": 0}]}]}))
    with playhead.use_cassette(path):
        assert send({"a": 1, name: number, "l": [{name: [number, {"x": number}]}]}) == 1
    with pytest.raises(RequestDrift) as caught, playhead.use_cassette(path):
        send({"a": 2, name: number, "l": [{name: [number, {"x": number}]}]})
    assert [place for place, _, _ in caught.value.differences] == ["body.$.a"]


@KEYS
@NUMBERS
def test_numbers_beside_placeholders(tmp_path: Path, secret: str, number: float) -> None:
    stored = {"password": "REDACTED-password-1", "key": "REDACTED-key-2", "pin": {"lat": 0, "at": "REDACTED-pin-3"}}
    path = tape(tmp_path / "c.json", body({**stored, "sort_key": 7, "keys": 2}))
    with playhead.use_cassette(path):
        sent = {"password": secret, "key": secret, "pin": {"lat": number, "at": secret}}
        assert send({**sent, "sort_key": 7, "keys": 2}) == 1


def test_numbers_beside_a_placeholder_and_a_name_that_was_no_secret_then(tmp_path: Path) -> None:
    path = tape(tmp_path / "c.json", body({"pin": 0, "password": "REDACTED-password-1", "password2": "m.txt"}))
    with playhead.use_cassette(path):
        assert send({"pin": 1234, "password": FULL, "password2": "m.txt"}) == 1


def test_numbers_that_were_kept_are_compared(tmp_path: Path) -> None:
    path = tape(tmp_path / "c.json", body({"sort_key": 7, "next_token": 8, "key": 9, "max_tokens": 10, "z": 0}))
    with pytest.raises(RequestDrift) as caught, playhead.use_cassette(path):
        send({"sort_key": 17, "next_token": 18, "key": 19, "max_tokens": 20, "z": 1})
    assert len(caught.value.differences) == 5


def test_a_schema_was_redacted_like_any_value(tmp_path: Path) -> None:
    schema = {"type": "REDACTED-pin-1", "minimum": 0}
    path = tape(tmp_path / "c.json", body({"properties": {"pin": schema, "password": {"maxLength": 0}}}))
    with playhead.use_cassette(path):
        sent = {"type": "integer", "minimum": 1000}
        assert send({"properties": {"pin": sent, "password": {"maxLength": 10}}}) == 1


def test_what_was_allowed_then_is_compared(tmp_path: Path) -> None:
    path = tape(tmp_path / "c.json", body({"token": 5}))
    with playhead.use_cassette(path, redact=["!token"]):
        assert send({"token": 5}) == 1
    with pytest.raises(RequestDrift), playhead.use_cassette(path, redact=["!token"]):
        send({"token": 6})


@pytest.mark.parametrize("by", ["playhead 0.1.0, edition 2", "another tool", ""])
def test_on_other_cassettes_a_nought_is_a_nought(tmp_path: Path, by: str) -> None:
    path = tape(tmp_path / "c.json", body({"token": 0}), by=by)
    with playhead.use_cassette(path):
        assert send({"token": 0}) == 1
    with pytest.raises(RequestDrift), playhead.use_cassette(path):
        send({"token": 5})


HEAD = 'Content-Disposition: form-data; name="j"\r\nContent-Type: application/json'
PART = f"--b\r\n{HEAD}\r\n\r\n%s\r\n--b--\r\n"


@pytest.mark.parametrize(
    ("kind", "stored", "sent"),
    [
        ("application/x-ndjson", '{"pin":0}\n{"n":1,"token":0}\n', '{"pin":1234}\n{"n":1,"token":5.5}\n'),
        ("text/plain", '{"pin":0,"n":1}', '{"pin":1234,"n":1}'),
        (
            "multipart/form-data; boundary=b",
            PART % '{"pin":0}',
            PART % '{"pin":9}',
        ),
    ],
    ids=["lines", "text", "multipart"],
)
def test_json_in_other_bodies(tmp_path: Path, kind: str, stored: str, sent: str) -> None:
    path = tape(tmp_path / "c.json", {"url": f"{URL}/j", "kind": kind, "body": {"text": [stored]}})
    with playhead.use_cassette(path):
        assert post(content=sent.encode(), headers={"content-type": kind}).text == "1"


def test_a_compressed_body_was_stored_as_it_was_sent(tmp_path: Path) -> None:
    sent = b'{"token": 5, "a": 1}'
    coded = b64encode(gzip.compress(sent, mtime=1)).decode()
    path = tape(tmp_path / "c.json", {**body({}), "body": {"base64": coded}})
    with playhead.use_cassette(path):
        headers = {"content-type": "application/json", "content-encoding": "gzip"}
        assert post(content=gzip.compress(sent, mtime=2), headers=headers).text == "1"


FILLING = "y" * 9_000_000


@pytest.mark.parametrize(("kind", "secret"), [("application/json", "a.txt"), ("text/plain", FULL)])
def test_a_large_body_with_a_value_that_is_no_secret_today(tmp_path: Path, kind: str, secret: str) -> None:
    form = '{"key":"%s","filling":"' + FILLING + '","n":%d}'
    stored = (form % ("REDACTED-key-1", 1)).encode()
    digest = sha256(stored).hexdigest()
    (tmp_path / "bodies").mkdir()
    (tmp_path / "bodies" / f"{digest}.bin").write_bytes(stored)
    held = {"file": f"bodies/{digest}.bin", "size": len(stored)}
    path = tape(tmp_path / "c.json", {"url": f"{URL}/j", "kind": kind, "body": held})
    headers = {"content-type": kind}
    with playhead.use_cassette(path):
        assert post(content=(form % (secret, 1)).encode(), headers=headers).text == "1"
    with pytest.raises(RequestDrift), playhead.use_cassette(path):
        post(content=(form % (secret, 2)).encode(), headers=headers)


class Vault:
    async def open(self, token: int, pin: object = None, secret: object = None) -> str:
        return "never called"


CALL = """{"playhead": 1, "recorded": {"at": "2026-11-29T02:08:00Z", "by": "playhead 0.1.0"}, "interactions": [{"id": 1,
"call": {"double": "vault", "method": "open", "args": [0, {"at": [0], "b": "REDACTED-pin-1"}, {"$": "REDACTED-secret-2",
"v": "REDACTED-secret-3"}], "kwargs": {}}, "returned": "opened"}],
"timeline": [{"id": 1, "start_us": 1, "end_us": 2}]}"""


@NUMBERS
async def test_calls_with_numbers(tmp_path: Path, number: float) -> None:
    path = tmp_path / "c.json"
    path.write_text(CALL)
    async with playhead.use_cassette(path) as deck:
        vault = deck.double("vault", spec=Vault, real=Vault)
        today = date(2026, 11, 29)
        assert await vault.open(number, {"at": [number], "b": "other"}, today) == "opened"
