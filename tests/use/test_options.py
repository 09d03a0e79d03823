"""The effect of options on a program: each row of the table, seen from outside."""

from __future__ import annotations

import time
import warnings
from pathlib import Path

import httpx
import pytest

import playhead
from playhead import use_cassette
from playhead.deck.deck import session_of
from tests.support.wire import Wire, wire


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "cassette.json"


def record(path: Path, server: Wire, *targets: str, **options: object) -> None:
    with use_cassette(path, record="all", **options), httpx.Client() as client:  # type: ignore[arg-type]
        for target in targets:
            client.get(server.url + target)


def test_missing_records_once_and_replays_then(server: Wire, path: Path) -> None:
    for _ in range(2):
        with use_cassette(path, record="missing"):
            httpx.get(f"{server.url}/json/a")
    assert server.seen["/json/a"] == 1


def test_new_plays_what_is_known_and_adds_the_rest(server: Wire, path: Path) -> None:
    record(path, server, "/json/a")
    with use_cassette(path, record="new"):
        httpx.get(f"{server.url}/json/a")
        httpx.get(f"{server.url}/json/b")
        httpx.get(f"{server.url}/json/a")  # the one recording is used up: this is new
    assert (server.seen["/json/a"], server.seen["/json/b"]) == (2, 1)
    urls = [each.request.url.rpartition("/")[2] for each in playhead.load(path).interactions]
    assert urls == ["a", "b", "a"]


def test_all_records_afresh(server: Wire, path: Path) -> None:
    record(path, server, "/json/a", "/json/b")
    record(path, server, "/json/c")
    assert [each.request.url.rpartition("/")[2] for each in playhead.load(path).interactions] == ["c"]


def test_a_missing_cassette_is_named_at_the_first_request(path: Path) -> None:
    with pytest.raises(playhead.CassetteMissing, match=r"cassette\.json"), use_cassette(path):
        httpx.get("http://api.test/")


def test_timing_recorded_waits_and_a_number_divides(server: Wire, path: Path) -> None:
    record(path, server, "/slow-head?delay=0.9")

    def took_s(timing: str | float) -> float:
        started = time.perf_counter()
        with use_cassette(path, timing=timing):
            httpx.get(f"{server.url}/slow-head?delay=0.9")
        return time.perf_counter() - started

    recorded_s, quick_s, at_once_s = (min(took_s(timing) for _ in range(3)) for timing in ("recorded", 4, "instant"))
    assert recorded_s >= 0.88  # a busy machine takes longer, never less
    assert 0.2 <= quick_s < recorded_s
    assert at_once_s < recorded_s


def test_request_drift_names_every_place(server: Wire, path: Path) -> None:
    with use_cassette(path, record="all"):
        httpx.post(f"{server.url}/echo?page=1", json={"name": "Ada", "tags": ["x"]})
    with pytest.raises(playhead.RequestDrift) as info, use_cassette(path):
        httpx.post(f"{server.url}/echo?page=2", json={"name": "Eve", "tags": ["x"]})
    assert [place for place, _, _ in info.value.differences] == ["query.page", "body.$.name"]
    notes = "\n".join(info.value.__notes__)
    assert '"Ada"' in notes
    assert '"Eve"' in notes


def test_request_drift_can_be_a_warning_or_nothing(server: Wire, path: Path) -> None:
    record(path, server, "/json/a?page=1")
    with (
        pytest.warns(playhead.PlayheadWarning, match="no longer the request"),
        use_cassette(path, on_request_drift="warn") as deck,
    ):
        assert httpx.get(f"{server.url}/json/a?page=2").json()["query"] == {"page": "1"}
    assert len(deck.request_drift) == 1
    with warnings.catch_warnings(), use_cassette(path, on_request_drift="ignore"):
        warnings.simplefilter("error")
        httpx.get(f"{server.url}/json/a?page=2")


def test_a_recording_lent_to_a_drifted_request_stays_for_its_own(server: Wire, path: Path) -> None:
    record(path, server, "/json/a?page=1")
    with use_cassette(path, on_request_drift="ignore"):
        httpx.get(f"{server.url}/json/a?page=2")
        assert httpx.get(f"{server.url}/json/a?page=1").json()["query"] == {"page": "1"}


def test_ignored_places_do_not_matter(server: Wire, path: Path) -> None:
    with use_cassette(path, record="all"):
        httpx.post(f"{server.url}/echo?at=1", json={"id": 1, "items": [{"at": 1}, {"at": 2}]})
    with use_cassette(path, ignore=["query.at", "body.$.items[*].at"]):
        httpx.post(f"{server.url}/echo?at=2", json={"id": 1, "items": [{"at": 3}, {"at": 4}]})


def test_checked_headers_are_checked(server: Wire, path: Path) -> None:
    with use_cassette(path, record="all", check=["header.openai-beta"]):
        httpx.get(f"{server.url}/json/a", headers={"OpenAI-Beta": "v1"})
    with use_cassette(path, check=["header.openai-beta"]):
        httpx.get(f"{server.url}/json/a", headers={"OpenAI-Beta": "v1"})
    with pytest.raises(playhead.RequestDrift) as info, use_cassette(path, check=["header.openai-beta"]):
        httpx.get(f"{server.url}/json/a", headers={"OpenAI-Beta": "v2"})
    assert info.value.differences[0][0] == "header.openai-beta"


def test_repeat_answers_again(server: Wire, path: Path) -> None:
    record(path, server, "/json/a", "/json/b")
    with use_cassette(path, repeat=["GET /json/a"]):
        assert [httpx.get(f"{server.url}/json/a").json()["turn"] for _ in range(3)] == [1, 1, 1]
        httpx.get(f"{server.url}/json/b")
    with pytest.raises(playhead.Exhausted), use_cassette(path, repeat=["GET /json/a"]):  # noqa: PT012
        httpx.get(f"{server.url}/json/b")
        httpx.get(f"{server.url}/json/b")


def test_passthrough_is_neither_recorded_nor_matched(server: Wire, path: Path) -> None:
    with wire() as other, use_cassette(path, record="all", passthrough=[other.url]) as deck:
        httpx.get(f"{other.url}/json/a")
        httpx.get(f"{server.url}/json/a")
        assert other.seen["/json/a"] == 1
    assert len(session_of(deck).seen) == 1
    assert len(playhead.load(path).interactions) == 1


def test_discarded_hosts_are_unreachable_and_leave_no_trace(server: Wire, path: Path) -> None:
    with use_cassette(path, record="all", discard=["*.sentry.io"]):
        httpx.get(f"{server.url}/json/a")
        with pytest.raises(httpx.ConnectError):
            httpx.post("https://o1.ingest.sentry.io/api", json={})
    assert len(playhead.load(path).interactions) == 1


def test_origins_are_stored_by_name(path: Path) -> None:
    with wire() as one, use_cassette(path, record="all", origins={"users": f"{one.url}/json"}):
        httpx.get(f"{one.url}/json/a?x=1")
    assert playhead.load(path).interactions[0].request.url == "origin://users/a?x=1"
    with use_cassette(path, origins={"users": "https://users.example.org/v2"}):
        assert httpx.get("https://users.example.org/v2/a?x=1").json()["path"] == "/json/a"


def test_two_loopback_services_are_told_apart(path: Path) -> None:
    with wire() as one, wire() as two, use_cassette(path, record="all"):
        httpx.get(f"{one.url}/json/one")
        httpx.get(f"{two.url}/json/two")
    with use_cassette(path):
        assert httpx.get("http://127.0.0.1:1/json/two").json()["path"] == "/json/two"
        assert httpx.get("http://127.0.0.1:2/json/one").json()["path"] == "/json/one"


def test_an_unknown_value_is_named_with_those_that_are_known(path: Path) -> None:
    with pytest.raises(playhead.UsageError, match="missing"):
        use_cassette(path, record="once")
    with pytest.raises(playhead.UsageError, match="timing"):
        use_cassette(path, timing=-1)
    with pytest.raises(playhead.UsageError, match="headers"):
        use_cassette(path, ignore=["headers.x"])


def test_a_miss_can_be_acknowledged(server: Wire, path: Path) -> None:
    record(path, server, "/json/a")
    with use_cassette(path) as deck:
        with pytest.raises(playhead.NoMatch) as info:
            httpx.get(f"{server.url}/json/zzz")
        deck.acknowledge(info.value)


@pytest.mark.parametrize("record", ["none", "missing", "new", "all"])
@pytest.mark.parametrize(
    ("content", "error"),
    [
        (b"", playhead.CassetteCorrupt),
        (b"{", playhead.CassetteCorrupt),
        (b'{"some": "json"}', playhead.CassetteCorrupt),
        (b'{"playhead": 2, "interactions": []}', playhead.UnsupportedVersion),
        (b"\xff\xfe\x00", playhead.CassetteCorrupt),
    ],
)
def test_a_file_that_is_no_cassette_is_never_overwritten(
    path: Path, record: str, content: bytes, error: type[playhead.PlayheadError]
) -> None:
    path.write_bytes(content)
    with pytest.raises(error, match=r"cassette\.json"), use_cassette(path, record=record):
        pass
    assert path.read_bytes() == content


def test_secrets_do_not_reach_the_file_and_the_request_is_still_found(server: Wire, path: Path) -> None:
    def ask(token: str) -> None:
        headers = {"authorization": f"Bearer {token}"}
        httpx.post(f"{server.url}/echo?api_key={token}", json={"password": token, "name": "Ada"}, headers=headers)

    with use_cassette(path, record="all"):
        ask("hunter2-canary")
    assert b"canary" not in path.read_bytes()
    assert b"Ada" in path.read_bytes()
    with use_cassette(path):
        ask("another-one")
