"""A FastAPI endpoint through `httpx.AsyncClient`: the application itself on the cassette, and the service behind it."""

from __future__ import annotations

from collections.abc import AsyncIterator

import httpx

import playhead
import playhead.httpx
from tests.acceptance.users import UserClient, client_of, create_app
from tests.support.tutorial_service import create_app as create_service


async def test_an_application_is_recorded_in_process(deck: playhead.Deck) -> None:
    app = httpx.ASGITransport(app=create_service())
    transport = playhead.httpx.AsyncTransport(deck, inner=app)
    async with httpx.AsyncClient(transport=transport, base_url="http://test") as client:
        read = await client.get("/users/3")
        missing = await client.get("/users/77")
    assert (read.status_code, read.json()["name"]) == (200, "Cleo")
    assert (missing.status_code, missing.json()) == (404, {"detail": "User not found"})
    deck.route("GET", "/users/{id}").assert_has_awaits([{"path": "/users/3"}, {"path": "/users/77"}])


async def test_an_endpoint_runs_for_real_and_what_it_asks_for_is_replayed(deck: playhead.Deck, users_url: str) -> None:
    app = create_app()

    async def recorded_client() -> AsyncIterator[UserClient]:
        async with UserClient(users_url) as client:
            yield client

    app.dependency_overrides[client_of] = recorded_client
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app=app), base_url="http://test") as client:
        found = await client.get("/greeting/4")
        missing = await client.get("/greeting/404")
    assert found.json() == {"greeting": "Hello, Dennis!"}
    assert (missing.status_code, missing.json()) == (404, {"detail": "nobody to greet"})
    assert deck.route("GET", "/users/{id}", host="127.0.0.1").await_count == 2
    deck.route("*", "/greeting/{rest:path}").assert_not_called()
