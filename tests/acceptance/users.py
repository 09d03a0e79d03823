"""The code under test: a client of the users service, an application built on it, and workers that share it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterable
from typing import Any, Self

import httpx
from fastapi import Depends, FastAPI, HTTPException

__all__ = ["Counter", "UserClient", "UserNotFound", "client_of", "create_app", "fetch_all", "run_jobs"]


class UserNotFound(Exception):
    """There is no such user."""


class UserClient:
    """A typical client class: one `httpx.AsyncClient`, errors of its own."""

    def __init__(self, base_url: str, token: str = "", **options: Any) -> None:
        self._http = httpx.AsyncClient(base_url=base_url, headers={"x-token": token} if token else None, **options)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._http.aclose()

    async def get_user(self, user_id: int) -> dict[str, Any]:
        response = await self._http.get(f"/users/{user_id}")
        if response.status_code == 404:
            raise UserNotFound(user_id)
        response.raise_for_status()
        user: dict[str, Any] = response.json()
        return user

    async def create_user(self, name: str, email: str) -> dict[str, Any]:
        response = await self._http.post("/users", json={"name": name, "email": email})
        response.raise_for_status()
        user: dict[str, Any] = response.json()
        return user

    async def run_job(self, job_id: int, delay_ms: int) -> int:
        response = await self._http.get(f"/jobs/{job_id}", params={"delay_ms": delay_ms})
        result: int = response.json()["result"]
        return result


class Counter:
    """Shared state that workers update under a lock."""

    def __init__(self) -> None:
        self.done: list[int] = []
        self._lock = asyncio.Lock()

    async def add(self, job_id: int) -> None:
        async with self._lock:
            self.done.append(job_id)


async def fetch_all(client: UserClient, ids: Iterable[int]) -> list[dict[str, Any] | BaseException]:
    """All users at once; an error stands in the place of its user."""
    return await asyncio.gather(*(client.get_user(number) for number in ids), return_exceptions=True)


async def run_jobs(client: UserClient, delays_ms: Iterable[int], at_once: int, counter: Counter) -> list[int]:
    """Jobs in parallel, `at_once` at most; the counter knows in which order they were done."""
    places = asyncio.Semaphore(at_once)

    async def work(number: int, delay_ms: int) -> int:
        async with places:
            result = await client.run_job(number, delay_ms)
            await counter.add(number)
            return result

    return await asyncio.gather(*(work(number, delay) for number, delay in enumerate(delays_ms, 1)))


async def client_of() -> AsyncIterator[UserClient]:
    """The dependency that tests override."""
    raise NotImplementedError
    yield


def create_app() -> FastAPI:
    """An application whose endpoint asks the users service."""
    app = FastAPI()

    @app.get("/greeting/{user_id}")
    async def greet(user_id: int, client: UserClient = Depends(client_of)) -> dict[str, str]:  # noqa: B008
        try:
            user = await client.get_user(user_id)
        except UserNotFound:
            raise HTTPException(status_code=404, detail="nobody to greet") from None
        return {"greeting": f"Hello, {user['name']}!"}

    return app
