"""An error can be acted on: values around where they differ, and hints that lead to a replay."""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
import pytest

import playhead
from playhead.errors import NoMatch, PlayheadError, RequestDrift
from tests.support.wire import Wire

Ask = Callable[[str], Any]


def recorded(path: Path, server: Wire, ask: Ask) -> str:
    with playhead.use_cassette(path, record="all"):
        ask(server.url)
    server.close()
    return server.url


def refused(path: Path, url: str, ask: Ask) -> PlayheadError:
    with pytest.raises(PlayheadError) as caught, playhead.use_cassette(path):
        ask(url)
    return caught.value


def notes(error: PlayheadError) -> str:
    assert all(len(note) <= 76 or "cassette" in note for note in error.__notes__)
    return "\n".join(error.__notes__)


def hint(error: PlayheadError) -> list[str]:
    found = re.search(r"ignore=\[(.*?)\]\Z", re.sub(r"\s*\n\s*", " ", notes(error)).strip(), re.DOTALL)
    return [] if found is None else re.findall(r'"((?:@|\w)[^"]*)"', found[1])


def test_two_long_values_are_shown_around_where_they_differ(tmp_path: Path, server: Wire) -> None:
    def ask(word: str) -> Ask:
        text = f"Summarise the following text in {'very ' * 40}{word} words, {'and ' * 40}be brief."
        body = {"messages": [{"role": "user", "content": [{"type": "text", "text": text}]}]}
        return lambda url: httpx.post(f"{url}/json", json=body)

    url = recorded(tmp_path / "a.json", server, ask("many"))
    error = refused(tmp_path / "a.json", url, ask("few"))
    assert isinstance(error, RequestDrift)
    was, now = error.differences[0][1:]
    assert "many" in was
    assert "few" in now
    assert f"recorded {was}" in notes(error)
    assert f"sent     {now}" in notes(error)
    assert "body.$.messages[0].content[0].text" in notes(error)
    with playhead.use_cassette(tmp_path / "a.json", ignore=hint(error)):
        assert ask("few")(url).status_code == 200


TENS = itertools.cycle(range(10, 60))

VALUES = [
    (lambda: str(uuid4()), ["@uuid"]),
    (lambda: str(uuid4()).upper(), ["@uuid"]),
    (lambda: uuid4().hex, ["@uuid"]),
    (lambda: uuid4().hex.upper(), ["@uuid"]),
    (lambda: f"urn:uuid:{uuid4()}", ["@uuid"]),
    (lambda: f"2026-11-29T01:02:{next(TENS)}Z", ["@datetime"]),
    (lambda: f"run {uuid4()} at 2026-11-29T01:{next(TENS)}:00+01:00", ["@uuid", "@datetime"]),
]


@pytest.mark.parametrize(("value", "expected"), VALUES)
@pytest.mark.parametrize("place", ["query", "body", "path"])
def test_values_that_are_new_in_every_run_are_hinted_at_by_their_kind(
    tmp_path: Path, server: Wire, value: Callable[[], str], expected: list[str], place: str
) -> None:
    def ask(url: str) -> httpx.Response:
        here = {each: value() if each == place else "x" for each in ("query", "body", "path")}
        return httpx.post(f"{url}/json/{here['path']}", params={"id": here["query"]}, json={"ref": [here["body"]]})

    url = recorded(tmp_path / "a.json", server, ask)
    error = refused(tmp_path / "a.json", url, ask)
    assert hint(error) == expected
    with playhead.use_cassette(tmp_path / "a.json", ignore=expected):
        assert ask(url).status_code == 200


def test_kinds_of_values_come_before_the_other_places(tmp_path: Path, server: Wire) -> None:
    def ask(page: int) -> Ask:
        return lambda url: httpx.post(f"{url}/json", json={"page": page, "ref": str(uuid4())})

    url = recorded(tmp_path / "a.json", server, ask(1))
    assert hint(refused(tmp_path / "a.json", url, ask(2))) == ["@uuid", "body.$.page"]


def test_many_long_places_are_hinted_at_in_full(tmp_path: Path, server: Wire) -> None:
    def ask(number: int) -> Ask:
        body = {f"a-rather-long-name-of-a-member-{n}": number for n in range(5)}
        return lambda url: httpx.post(f"{url}/json", json=body)

    url = recorded(tmp_path / "a.json", server, ask(1))
    error = refused(tmp_path / "a.json", url, ask(2))
    assert isinstance(error, RequestDrift)
    assert all(f'"{place}"' in notes(error) for place, _, _ in error.differences)


@pytest.mark.parametrize("found", [True, False])
def test_a_placeholder_that_was_read_from_the_recording_is_named(tmp_path: Path, server: Wire, found: bool) -> None:
    def ask(url: str) -> httpx.Response:
        token = httpx.post(f"{url}/echo", json={"job_token": "Xy7-qwerty-9876543210"}).json()["job_token"]
        return httpx.get(f"{url}/json/{token[:4]}", params={"a": token[:4]})

    def ask_with_all_of_it(url: str) -> httpx.Response:
        token = httpx.post(f"{url}/echo", json={"job_token": "Xy7-qwerty-9876543210"}).json()["job_token"]
        return httpx.get(f"{url}/json/{'Xy7-' if found else token}", params={"a": token})

    url = recorded(tmp_path / "a.json", server, ask)
    error = refused(tmp_path / "a.json", url, ask_with_all_of_it)
    assert isinstance(error, RequestDrift if found else NoMatch)
    assert "REDACTED-job-token-1" in notes(error)
    assert "was read from the recording" in notes(error)
    assert 'redact=["!job-token"]' in notes(error)


def test_a_placeholder_that_has_nothing_to_do_with_it_is_not(tmp_path: Path, server: Wire) -> None:
    def ask(page: str) -> Ask:
        def asking(url: str) -> httpx.Response:
            token = httpx.post(f"{url}/echo", json={"access_token": "Xy7-qwerty-9876543210"}).json()["access_token"]
            return httpx.get(f"{url}/json", params={"page": page}, headers={"authorization": f"Bearer {token}"})

        return asking

    url = recorded(tmp_path / "a.json", server, ask("1"))
    assert "read from the recording" not in notes(refused(tmp_path / "a.json", url, ask("2")))
