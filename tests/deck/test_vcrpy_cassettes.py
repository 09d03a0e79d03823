"""Cassettes of vcrpy, recorded by vcrpy itself from a real service, in a deck."""

from __future__ import annotations

import gzip
import os
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import httpx
import pytest
import vcr

import playhead

KEYS = ("Ak3y-9f8e7d6c5b4a", "Bk3y-1a2b3c4d5e6f")


class Handler(BaseHTTPRequestHandler):
    """Answers with bodies and headers of many kinds."""

    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        fields, body = [("Content-Type", "text/plain")], self.path.encode()
        if self.path == "/gzip":
            fields, body = [("Content-Encoding", "gzip")], gzip.compress(b"hello " * 40)
        elif self.path == "/twice":
            fields = [("Set-Cookie", "a=1"), ("Set-Cookie", "b=2"), ("X-CaSe", "Yes")]
        elif self.path == "/binary":
            body = bytes(range(256))
        elif self.path == "/moved":
            self._answer(302, [("Location", "/twice")], b"")
            return
        self._answer(200, fields, body)

    def do_POST(self) -> None:
        self._answer(201, [], self.rfile.read(int(self.headers.get("Content-Length", 0)))[::-1])

    def _answer(self, status: int, fields: list[tuple[str, str]], body: bytes) -> None:
        self.send_response(status, "As Asked")
        for field in (*fields, ("Content-Length", str(len(body)))):
            self.send_header(*field)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_args: object) -> None:
        return


class Service:
    """The service, until it is stopped."""

    def __init__(self) -> None:
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.01,))
        self._thread.start()
        self.url = f"http://127.0.0.1:{self._server.server_port}"

    def stop(self) -> None:
        if self._thread.is_alive():
            self._server.shutdown()
            self._thread.join()
            self._server.server_close()


@pytest.fixture
def service() -> Iterator[Service]:
    running = Service()
    yield running
    running.stop()


@pytest.fixture
def yaml(tmp_path: Path) -> Path:
    return tmp_path / "x.yaml"


def visit(url: str) -> list[object]:
    """Return what a client sees of many answers."""
    seen: list[object] = []
    with httpx.Client(base_url=url, follow_redirects=True) as client:
        for path in ("/gzip", "/twice", "/binary", "/moved"):
            got = client.get(path)
            seen.append((got.status_code, got.reason_phrase, got.headers.raw, got.content, len(got.history)))
        seen.append(client.post("/form", data={"a": "b"}).content)
        with client.stream("GET", "/stream") as got:
            seen.append((got.headers.raw, b"".join(got.iter_raw())))
    return seen


@pytest.mark.parametrize("timing", ["instant", "recorded", 10])
def test_a_client_sees_what_vcrpy_would_have_given_it(service: Service, yaml: Path, timing: str | float) -> None:
    with vcr.use_cassette(str(yaml)):
        visit(service.url)
    service.stop()
    with vcr.use_cassette(str(yaml), record_mode="none"):
        by_vcrpy = visit(service.url)
    with playhead.use_cassette(yaml, timing=timing) as deck:
        assert visit(service.url) == by_vcrpy
        assert deck.unplayed == ()
        assert os.fspath(deck) == str(yaml)


def by_query(url: str, key: str) -> bytes:
    return httpx.get(f"{url}/a", params={"token": key}).content


def by_json(url: str, key: str) -> bytes:
    return httpx.post(f"{url}/b", json={"who": {"password": key}}).content


def by_form(url: str, key: str) -> bytes:
    return httpx.post(f"{url}/c", data={"client_secret": key, "a": "b"}).content


def by_header(url: str, key: str) -> bytes:
    return httpx.get(f"{url}/d", headers={"authorization": f"Bearer {key}"}).content


each_way = pytest.mark.parametrize("ask", [by_query, by_json, by_form, by_header])
Ask = Callable[[str, str], bytes]


@each_way
def test_a_secret_that_was_recorded_is_compared_as_redacted(service: Service, yaml: Path, ask: Ask) -> None:
    with vcr.use_cassette(str(yaml)):
        recorded = ask(service.url, KEYS[0])
    service.stop()
    for key in (KEYS[0], "Ck3y-7a7b7c7d7e7f", "dummy"):
        with playhead.use_cassette(yaml):
            assert ask(service.url, key) == recorded


@pytest.mark.parametrize("ask", [by_query, by_json, by_form])
def test_secrets_that_were_recorded_find_their_own(service: Service, yaml: Path, ask: Ask) -> None:
    with vcr.use_cassette(str(yaml), match_on=["method", "uri", "body"]):
        recorded = [ask(service.url, key) for key in KEYS]
    service.stop()
    with playhead.use_cassette(yaml):
        assert [ask(service.url, key) for key in reversed(KEYS)] == recorded[::-1]


@pytest.mark.parametrize("ask", [by_query, by_form, by_header])
@pytest.mark.parametrize("put", [None, "XXXX"])
def test_what_vcrpy_filtered_is_no_drift(service: Service, yaml: Path, ask: Ask, put: str | None) -> None:
    filters = {
        "filter_headers": [("authorization", put)],
        "filter_query_parameters": [("token", put)],
        "filter_post_data_parameters": [("client_secret", put)],
    }
    with vcr.use_cassette(str(yaml), **filters):
        recorded = ask(service.url, KEYS[0])
    service.stop()
    with playhead.use_cassette(yaml) as deck:
        assert ask(service.url, KEYS[1]) == recorded
        assert deck.request_drift == []


def test_a_credential_counts_where_check_names_it(service: Service, yaml: Path) -> None:
    with vcr.use_cassette(str(yaml), filter_headers=["authorization"]):
        by_header(service.url, KEYS[0])
    with pytest.raises(playhead.RequestDrift), playhead.use_cassette(yaml, check=["header.authorization"]):
        by_header(service.url, KEYS[0])


def test_other_drift_is_drift_and_shows_no_recorded_secret(service: Service, yaml: Path) -> None:
    with vcr.use_cassette(str(yaml)):
        httpx.post(f"{service.url}/b?api_key={KEYS[0]}", json={"n": 1})
    with pytest.raises(playhead.RequestDrift) as caught, playhead.use_cassette(yaml):
        httpx.post(f"{service.url}/b?api_key={KEYS[1]}", json={"n": 2})
    told = "\n".join([str(caught.value), *caught.value.__notes__])
    assert "body.$.n" in told
    assert KEYS[0] not in told


def test_what_is_new_goes_to_a_cassette_of_ours_which_wins(service: Service, yaml: Path) -> None:
    with vcr.use_cassette(str(yaml)):
        by_query(service.url, KEYS[0])
    before = yaml.read_bytes()
    with playhead.use_cassette(yaml, record="new") as deck:
        by_query(service.url, KEYS[0])
        by_json(service.url, KEYS[1])
        assert (deck.played, len(deck.interactions)) == (1, 2)
    ours = yaml.with_suffix(".json")
    assert yaml.read_bytes() == before
    assert not any(key in ours.read_text() for key in KEYS)
    service.stop()
    for name in (yaml, ours):
        with playhead.use_cassette(name) as deck:
            by_json(service.url, "dummy")
            by_query(service.url, "dummy")
            assert os.fspath(deck) == str(ours)


def test_a_new_name_in_yaml_is_recorded_as_ours(service: Service, yaml: Path) -> None:
    for _ in range(2):
        with playhead.use_cassette(yaml, record="missing"):
            by_query(service.url, "dummy")
        service.stop()
    assert [each.name for each in yaml.parent.iterdir()] == ["x.json"]


@pytest.mark.parametrize("record", ["missing", "new", "all"])
def test_in_its_own_format_vcrpy_reads_it(service: Service, yaml: Path, record: str) -> None:
    if record != "missing":
        with vcr.use_cassette(str(yaml)):
            httpx.get(f"{service.url}/old")
    with playhead.use_cassette(yaml, record=record, format="vcrpy"):
        recorded = [by_json(service.url, KEYS[0]) for _ in range(1)], httpx.get(f"{service.url}/gzip").content
    assert [each.name for each in yaml.parent.iterdir()] == ["x.yaml"]
    assert KEYS[0] not in yaml.read_text()
    service.stop()
    with playhead.use_cassette(yaml):
        assert len(by_json(service.url, "dummy")) > 0
    with vcr.use_cassette(str(yaml), record_mode="none") as cassette:
        assert httpx.get(f"{service.url}/gzip").content == recorded[1]
        assert len(cassette) == (3 if record == "new" else 2)


def test_what_vcrpys_format_cannot_hold_is_refused_and_kept(service: Service, yaml: Path) -> None:
    service.stop()

    @playhead.use_cassette(yaml, record="missing", format="vcrpy")
    def record() -> None:
        with pytest.raises(httpx.ConnectError):
            httpx.get(service.url)

    with pytest.raises(playhead.UsageError, match=r"cannot hold the ConnectError of GET .*playhead recover") as caught:
        record()
    assert not yaml.exists()
    assert "x.yaml.journal" in str(caught.value)


@pytest.mark.parametrize("name", ["x.json", "x.msgpack"])
def test_vcrpys_format_has_a_name_in_yaml(tmp_path: Path, name: str) -> None:
    playhead.save(playhead.Cassette(), tmp_path / name)
    deck = playhead.use_cassette(tmp_path / name, record="all", format="vcrpy")
    with pytest.raises(playhead.UsageError, match="is not a cassette of vcrpy"), deck:
        pass


@pytest.mark.parametrize("record", ["none", "missing", "new", "all"])
def test_damaged_yaml_is_never_written_over(service: Service, yaml: Path, record: str) -> None:
    yaml.write_text("interactions:\n- request: {\n")
    for form in ("playhead", "vcrpy"):
        with pytest.raises(playhead.CassetteCorrupt), playhead.use_cassette(yaml, record=record, format=form):
            httpx.get(service.url)
    assert yaml.read_text() == "interactions:\n- request: {\n"
    assert [each.name for each in yaml.parent.iterdir()] == ["x.yaml"]


def test_json_that_is_no_cassette_is_left_alone(service: Service, yaml: Path) -> None:
    yaml.with_suffix(".json").write_text('{"users": []}')
    with playhead.use_cassette(yaml, record="missing"):
        by_query(service.url, "dummy")
    assert yaml.with_suffix(".json").read_text() == '{"users": []}'
    assert yaml.with_name("x.yaml.json").exists()


def test_by_url_the_next_recording_answers_whatever_the_body(service: Service, yaml: Path) -> None:
    with vcr.use_cassette(str(yaml), allow_playback_repeats=False, match_on=["method", "uri", "body"]):
        recorded = [httpx.post(f"{service.url}/b?x=1&y=2", json={"n": n}).content for n in (1, 2)]
    service.stop()
    with playhead.use_cassette(yaml, match="vcrpy") as deck:
        played = [httpx.post(f"{service.url}/b?y=2&x=1", json={"n": n}).content for n in (1, 3)]
        assert [each.differences[0][0] for each in deck.request_drift] == ["body.$.n"]
        with pytest.raises(playhead.Exhausted) as caught:
            httpx.post(f"{service.url}/b?y=2&x=1", json={"n": 1})
        deck.acknowledge(caught.value)
        with pytest.raises(playhead.NoMatch) as missed:
            httpx.post(f"{service.url}/b?y=2", json={"n": 1})
        deck.acknowledge(missed.value)
    assert played == recorded
    with playhead.use_cassette(yaml, match="vcrpy", repeat=True):
        assert [httpx.post(f"{service.url}/b?x=1&y=2").content for _ in range(3)] == [*recorded, recorded[1]]
