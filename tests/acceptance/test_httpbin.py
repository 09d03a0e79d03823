"""httpbin: what HTTP itself can do, recorded from a real server of it."""

from __future__ import annotations

import json

import httpx
import httpx2
import pytest

import playhead


async def test_both_libraries_are_on_one_cassette(deck: playhead.Deck, httpbin_url: str) -> None:
    async with httpx.AsyncClient(base_url=httpbin_url) as old, httpx2.AsyncClient(base_url=httpbin_url) as new:
        answers = [(await old.get("/get", params={"by": "old"})), (await new.get("/get", params={"by": "new"}))]
    assert [answer.json()["args"]["by"] for answer in answers] == ["old", "new"]
    assert [type(answer).__module__ for answer in answers] == ["httpx", "httpx2"]
    assert deck.route("GET", "/get").await_count == 2


async def test_redirects_are_requests_of_their_own(deck: playhead.Deck, httpbin_url: str) -> None:
    async with httpx.AsyncClient(base_url=httpbin_url, follow_redirects=True) as client:
        response = await client.get("/redirect/2")
    assert response.status_code == 200
    assert [each.status_code for each in response.history] == [302, 302]
    assert [call.path for call in deck.route("GET", "/{rest:path}").calls] == [
        "/redirect/2",
        "/relative-redirect/1",
        "/get",
    ]


@pytest.mark.parametrize("coding", ["gzip", "deflate"])
async def test_compressed_answers_are_decoded_as_ever(httpbin_url: str, coding: str) -> None:
    async with httpx.AsyncClient(base_url=httpbin_url) as client:
        response = await client.get(f"/{coding}", headers={"accept-encoding": coding})
    assert response.headers["content-encoding"] == coding
    assert response.json()["method"] == "GET"


@pytest.mark.parametrize("status", [204, 418, 503])
async def test_every_status_is_kept(httpbin_url: str, status: int) -> None:
    async with httpx.AsyncClient(base_url=httpbin_url) as client:
        response = await client.get(f"/status/{status}")
    assert response.status_code == status


async def test_lines_of_a_stream_come_one_by_one(httpbin_url: str) -> None:
    async with httpx.AsyncClient(base_url=httpbin_url) as client, client.stream("GET", "/stream/3") as response:
        lines = [json.loads(line) async for line in response.aiter_lines()]
    assert [line["id"] for line in lines] == [0, 1, 2]


async def test_files_are_found_again_whatever_the_boundary(deck: playhead.Deck, httpbin_url: str) -> None:
    async with httpx.AsyncClient(base_url=httpbin_url) as client:
        response = await client.post("/post", files={"report": ("report.txt", b"all is well")}, data={"kind": "weekly"})
    assert response.json()["files"] == {"report": "all is well"}
    assert response.json()["form"] == {"kind": "weekly"}
    deck.route("POST", "/post").assert_awaited_once()


async def test_credentials_work_and_stay_out_of_the_file(deck: playhead.Deck, httpbin_url: str) -> None:
    async with httpx.AsyncClient(base_url=httpbin_url) as client:
        response = await client.get("/basic-auth/ada/lovelace-1815", auth=("ada", "lovelace-1815"))
        headers = await client.get("/headers", headers={"authorization": "Bearer not-for-the-file-1234"})
    assert response.json()["authenticated"] is True
    assert headers.status_code == 200
    stored = [each.request for each in deck.interactions]
    credentials = [value for request in stored for name, value in request.headers if name.lower() == "authorization"]
    assert all(value.startswith(("Basic REDACTED-", "Bearer REDACTED-", "Basic UkVEQUNURUQt")) for value in credentials)
    assert not any("lovelace-1815" in request.url for request in stored)
    assert b"not-for-the-file-1234" not in b"".join(
        each.response.body for each in deck.interactions if each.response and isinstance(each.response.body, bytes)
    )
