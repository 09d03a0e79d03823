"""The tutorial's first tests: a client class against the service, success and error."""

from __future__ import annotations

import httpx
import pytest

import playhead
from tests.acceptance.users import UserClient, UserNotFound


async def test_a_user_is_read(deck: playhead.Deck, users_url: str) -> None:
    route = deck.route("GET", "/users/{id}")
    async with UserClient(users_url) as client:
        user = await client.get_user(1)
    assert user == {"id": 1, "name": "Ada", "email": "ada@example.com", "active": True}
    route.assert_awaited_once_with(path="/users/1", params={})
    assert route.calls[-1].response is not None
    assert route.calls[-1].response.status == 200


async def test_an_unknown_user_is_an_error_of_the_client(deck: playhead.Deck, users_url: str) -> None:
    async with UserClient(users_url) as client:
        with pytest.raises(UserNotFound):
            await client.get_user(999)
    deck.route("GET", "/users/999").assert_awaited_once()


async def test_a_user_is_created_and_read_back(deck: playhead.Deck, users_url: str) -> None:
    async with UserClient(users_url, token="let-me-in") as client:
        created = await client.create_user("Grace", "grace@example.com")
        assert await client.get_user(created["id"]) == created
    users = deck.route("POST", "/users")
    users.assert_awaited_once_with(json={"name": "Grace", "email": "grace@example.com"})
    users.assert_awaited_with(headers={"x-token": "let-me-in"})


async def test_a_wrong_token_is_refused(deck: playhead.Deck, users_url: str) -> None:
    async with UserClient(users_url, token="guess") as client:
        with pytest.raises(httpx.HTTPStatusError, match="401"):
            await client.create_user("Grace", "grace@example.com")
    deck.route("POST", "/users").assert_awaited_once()


async def test_invalid_input_gets_the_services_own_explanation(deck: playhead.Deck, users_url: str) -> None:
    async with httpx.AsyncClient(base_url=users_url) as client:
        response = await client.post("/users", json={"name": "Grace"}, headers={"x-token": "let-me-in"})
    assert response.status_code == 422
    assert response.json()["detail"][0]["loc"] == ["body", "email"]


@pytest.mark.cassette("acceptance/first_page")
async def test_users_are_listed_by_page(users_url: str) -> None:
    async with httpx.AsyncClient(base_url=users_url) as client:
        first = (await client.get("/users", params={"limit": 2})).json()
        second = (await client.get("/users", params={"skip": 2, "limit": 2})).json()
    assert [user["id"] for user in first + second] == [1, 2, 3, 4]


def test_synchronous_code_is_tested_the_same_way(deck: playhead.Deck, users_url: str) -> None:
    response = httpx.get(f"{users_url}/users/2")
    assert response.json()["name"] == "Brian"
    deck.route("GET", "/users/{id}").assert_called_once()
