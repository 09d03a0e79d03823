"""The service of a FastAPI tutorial: users that can be created, read and listed, and jobs that take their time."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from typing import Annotated

from fastapi import FastAPI, Header, HTTPException, Query
from fastapi.responses import StreamingResponse
from pydantic import BaseModel

__all__ = ["NewUser", "User", "create_app"]


class NewUser(BaseModel):
    """A body that a client sends."""

    name: str
    email: str


class User(NewUser):
    """An entry that the service keeps."""

    id: int
    active: bool = True


def create_app() -> FastAPI:
    """An application with a memory of its own: five users, and those that are created."""
    app = FastAPI(title="Users")
    _add_users(app)
    _add_slow(app)
    return app


def _add_users(app: FastAPI) -> None:
    names = ("Ada", "Brian", "Cleo", "Dennis", "Edith")
    users = {
        number: User(id=number, name=name, email=f"{name.lower()}@example.com") for number, name in enumerate(names, 1)
    }

    @app.get("/users")
    async def read_users(skip: int = 0, limit: Annotated[int, Query(le=100)] = 10) -> list[User]:
        return list(users.values())[skip : skip + limit]

    @app.get("/users/{user_id}")
    async def read_user(user_id: int) -> User:
        if user_id not in users:
            raise HTTPException(status_code=404, detail="User not found")
        return users[user_id]

    @app.post("/users", status_code=201)
    async def create_user(user: NewUser, x_token: Annotated[str | None, Header()] = None) -> User:
        if x_token != "let-me-in":
            raise HTTPException(status_code=401, detail="Invalid X-Token header")
        number = max(users) + 1
        users[number] = User(id=number, **user.model_dump())
        return users[number]


def _add_slow(app: FastAPI) -> None:
    @app.get("/jobs/{job_id}")
    async def run_job(job_id: int, delay_ms: int = 0) -> dict[str, int]:
        await asyncio.sleep(delay_ms / 1000)
        return {"job": job_id, "result": job_id * job_id}

    @app.get("/events")
    async def events(count: int = 5) -> StreamingResponse:
        async def body() -> AsyncIterator[str]:
            for number in range(count):
                yield f"event: tick\ndata: {json.dumps({'number': number})}\n\n"
                await asyncio.sleep(0.05)

        return StreamingResponse(body(), media_type="text/event-stream")
