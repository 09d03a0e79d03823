"""Secrets in base64 of longer texts: recorded from a real service, none is in a file, wherever in it they begin."""

from __future__ import annotations

import json
import re
from base64 import b64decode, b64encode, encodebytes, urlsafe_b64encode
from pathlib import Path
from urllib.parse import quote, unquote

import httpx
import pytest

import playhead
from tests.support.wire import Wire

VALUE = "p@ss/w+rd-77"
PROVIDER = "gh" + "p_Zq7xW9bK2pL4tR8vM3nCa5sD1fG6hJ0kQwEr"
WRAPPED = re.compile(rb"\\n|\n")
RUN = re.compile(rb"[A-Za-z0-9+/_-]{8,}")


def bodies(text: str) -> list[tuple[str, bytes]]:
    """The text in base64, as different programs deliver it."""
    coded, url_safe = b64encode(text.encode()).decode(), urlsafe_b64encode(f"{text}?>~".encode()).decode().rstrip("=")
    return [
        ("text/plain", f"see {coded} there".encode()),
        ("text/html", f'<a href="/files/{coded}">x</a>'.encode()),
        ("text/plain", encodebytes(f"{text} {text} {text} {text}".encode())),
        ("application/json", json.dumps({"data": coded, "other": url_safe}).encode()),
        ("application/json", json.dumps({"data": encodebytes(text.encode() * 3).decode()}).encode()),
        ("application/json", json.dumps({"url": f"data:text/plain;base64,{coded}"}).replace("/", "\\/").encode()),
        ("application/json", json.dumps({"data": b64encode(coded.encode()).decode()}).encode()),
        ("application/octet-stream", b"\0\1" + coded.encode() + b"\0"),
        ("application/x-www-form-urlencoded", f"payload={quote(coded, safe='')}&b=1".encode()),
    ]


def decoded(data: bytes, depth: int = 2) -> bytes:
    """The data, and all that is in base64 in it, from any place on."""
    whole = [data]
    plain = unquote(WRAPPED.sub(b"", data).replace(b"\\/", b"/").decode("latin-1"), "latin-1").encode("latin-1")
    for run in RUN.findall(plain) if depth else ():
        for first in range(4):
            part = run[first:].translate(bytes.maketrans(b"-_", b"+/"))
            whole.append(decoded(b64decode(part[: len(part) // 4 * 4]), depth - 1))
    return b"\n".join(whole)


def send(server: Wire, secret: str) -> list[str]:
    answers = []
    with httpx.Client() as client:
        for before in ("", "a", "ab"):
            text = f"{before} the value is {secret} and so on"
            for media_type, content in bodies(text):
                answer = client.post(f"{server.url}/echo", content=content, headers={"content-type": media_type})
                answers.append(answer.text)
            client.get(f"{server.url}/json?data={quote(b64encode(text.encode()).decode(), safe='')}")
    return answers


@pytest.mark.parametrize("name", ["cassette.json", "cassette.msgpack"])
@pytest.mark.parametrize("secret", [VALUE, PROVIDER], ids=["value", "format"])
def test_no_secret_is_left_in_base64_and_the_recording_is_found(
    tmp_path: Path, server: Wire, monkeypatch: pytest.MonkeyPatch, secret: str, name: str
) -> None:
    monkeypatch.setenv("DB_PASS", VALUE)
    with playhead.use_cassette(tmp_path / name, record="all"):
        live = send(server, secret)
    assert all(secret.encode() in decoded(each.encode()) for each in live)
    for path in tmp_path.rglob("*"):
        assert not path.is_file() or secret.encode() not in decoded(path.read_bytes())
    with playhead.use_cassette(tmp_path / name) as deck:
        replayed = send(server, secret)
    assert deck.unplayed == ()
    for each in replayed:
        assert b"REDACTED-" in decoded(each.encode())


def test_base64_stays_what_it_was_around_a_secret(
    tmp_path: Path, server: Wire, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DB_PASS", VALUE)
    sent = {"data": b64encode(f"user ada, {VALUE}, thanks".encode()).decode()}
    with playhead.use_cassette(tmp_path / "a.json", record="all"):
        httpx.post(f"{server.url}/echo", json=sent)
    with playhead.use_cassette(tmp_path / "a.json"):
        answer = httpx.post(f"{server.url}/echo", json=sent).json()
    assert b64decode(answer["data"]) == b"user ada, REDACTED-db-pass-1, thanks"


@pytest.mark.parametrize("before", ["", "a", "ab"])
@pytest.mark.parametrize("value", ["", "x", "dummy", VALUE, "another-p@ss-1234"])
def test_a_text_in_base64_is_found_without_the_variable(
    tmp_path: Path, server: Wire, monkeypatch: pytest.MonkeyPatch, before: str, value: str
) -> None:
    def send(value: str, *, user: str = "ada") -> None:
        coded = b64encode(f"{before}{user}: {value}, thanks".encode()).decode()
        with httpx.Client(base_url=server.url) as client:
            client.post("/echo", json={"data": coded, "n": 1})
            client.post("/echo", content=f"see {coded} there", headers={"content-type": "text/plain"})
            client.post("/echo", data={"data": coded})
            client.get("/json", params={"data": coded})

    monkeypatch.setenv("DB_PASS", VALUE)
    with playhead.use_cassette(tmp_path / "a.json", record="all"):
        send(VALUE)
    monkeypatch.delenv("DB_PASS")
    with playhead.use_cassette(tmp_path / "a.json") as deck:
        send(value)
    assert deck.unplayed == ()
    with playhead.use_cassette(tmp_path / "a.json") as deck:
        with pytest.raises(playhead.RequestDrift) as caught:
            send(value, user="bob")
        assert "differs in one place" in str(caught.value)
        deck.acknowledge(caught.value)


def test_a_large_body_in_base64_loses_the_secret_alone(
    tmp_path: Path, server: Wire, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DB_PASS", VALUE)
    before, after = b"abcd efgh " * 350_000, b" ijkl mnop" * 350_000
    content = b64encode(before + VALUE.encode() + after)
    headers = {"content-type": "text/plain"}
    with playhead.use_cassette(tmp_path / "a.json", record="all"):
        httpx.post(f"{server.url}/echo", content=content, headers=headers)
    with playhead.use_cassette(tmp_path / "a.json"):
        answer = httpx.post(f"{server.url}/echo", content=content, headers=headers)
    plain = b64decode(answer.content)
    assert plain.startswith(before)
    assert plain.endswith(after)
    assert plain[len(before) : -len(after)].strip() == b"REDACTED-db-pass-1"


def test_known_values_are_found_behind_escapes_of_letters(
    tmp_path: Path, server: Wire, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DB_PASS", VALUE)
    spelled = "".join(f"\\u{ord(each):04x}" for each in VALUE)
    referred = "".join(f"&#x{ord(each):x};" for each in VALUE)
    with playhead.use_cassette(tmp_path / "a.json", record="all"):
        for media_type, content in (
            ("application/json", f'{{"note": "{spelled}"}}'),
            ("text/xml", f"<a>{referred}</a>"),
        ):
            httpx.post(f"{server.url}/echo", content=content, headers={"content-type": media_type})
    text = (tmp_path / "a.json").read_text()
    assert text.count("REDACTED-db-pass-1") == 4
