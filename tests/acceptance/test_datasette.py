"""Datasette, a server that somebody else wrote: tables, queries, paging and errors of its JSON API."""

from __future__ import annotations

import asyncio

import httpx

import playhead


async def test_rows_are_read_page_by_page(deck: playhead.Deck, datasette_url: str) -> None:
    titles: list[str] = []
    where = {"_size": "2", "_shape": "objects"}
    async with httpx.AsyncClient(base_url=datasette_url) as client:
        while True:
            page = (await client.get("/museum/painting.json", params=where)).json()
            titles += [row["title"] for row in page["rows"]]
            if page["next"] is None:
                break
            where["_next"] = page["next"]
    assert len(titles) == 5
    assert deck.route("GET", "/museum/painting.json").await_count == 3


async def test_a_query_runs_on_the_server(deck: playhead.Deck, datasette_url: str) -> None:
    sql = "select painter, count(*) as paintings from painting group by painter order by 2 desc, 1 limit 1"
    async with httpx.AsyncClient(base_url=datasette_url) as client:
        response = await client.get("/museum.json", params={"sql": sql, "_shape": "array"})
    assert response.json() == [{"painter": "Vermeer", "paintings": 2}]
    deck.route("GET", "/museum.json").assert_awaited_once_with(params={"sql": sql, "_shape": "array"})


async def test_errors_of_the_api_come_as_they_were(datasette_url: str) -> None:
    async with httpx.AsyncClient(base_url=datasette_url) as client:
        missing, wrong = await asyncio.gather(
            client.get("/museum/sculpture.json"), client.get("/museum.json", params={"sql": "select absent"})
        )
    assert (missing.status_code, missing.json()["ok"]) == (404, False)
    assert (wrong.status_code, wrong.json()["error"]) == (400, "no such column: absent")


async def test_filters_are_asked_for_together(deck: playhead.Deck, datasette_url: str) -> None:
    async with httpx.AsyncClient(base_url=datasette_url) as client:

        async def years(painter: str) -> list[int]:
            response = await client.get("/museum/painting.json", params={"painter": painter, "_shape": "array"})
            return [row["year"] for row in response.json()]

        found = await asyncio.gather(*map(years, ["Vermeer", "Monet", "Nobody"]))
    assert found == [[1658, 1665], [1906], []]
    assert deck.route("GET", "/museum/painting.json").await_count == 3
