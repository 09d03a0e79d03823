"""A service on loopback that can be told to change: to be busy, to refuse, to answer otherwise each time."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import parse_qs

from playhead.demo.serving import serving

TOKEN = "correct-horse-battery-9"

Answer = tuple[int, list[tuple[str, str]], Any]


class ChangingService:
    """An ASGI application. `users` is what `/users/ID` gives; `busy` is how often it answers 503 from now on, with
    `retry_after`; `seen` has every request as `METHOD target`."""

    def __init__(self) -> None:
        self.user: dict[str, Any] = {"name": "Ada", "email": "ada@example.org"}
        self.busy = 0
        self.status = 503
        self.retry_after = "0"
        self.refuses = 0
        self.moods: dict[str, list[dict[str, Any]]] = {}
        self.orders = 0
        self.seen: list[str] = []
        self.headers: list[dict[str, str]] = []
        self.bodies: list[bytes] = []
        self.turns: Counter[str] = Counter()

    async def __call__(self, scope: dict[str, Any], receive: Any, send: Any) -> None:
        if scope["type"] != "http":
            return
        body = b""
        while (message := await receive()).get("more_body") or message.get("body"):
            body += message["body"]
            if not message.get("more_body"):
                break
        self.headers.append({name.decode(): value.decode() for name, value in scope["headers"]})
        self.bodies.append(body)
        query = scope["query_string"].decode()
        self.seen.append(f"{scope['method']} {scope['path']}{'?' * bool(query)}{query}")
        status, headers, value = self._answer(scope["method"], scope["path"], parse_qs(query), body)
        content = b"" if value is None else json.dumps(value).encode()
        raw = [(b"content-type", b"application/json"), (b"content-length", b"%d" % len(content))]
        raw += [(name.encode(), text.encode()) for name, text in headers]
        await send({"type": "http.response.start", "status": status, "headers": raw})
        await send({"type": "http.response.body", "body": b"" if scope["method"] == "HEAD" else content})

    def _answer(self, method: str, path: str, query: dict[str, list[str]], body: bytes) -> Answer:
        self.turns[path] += 1
        if self.busy:
            self.busy -= 1
            headers = [("retry-after", self.retry_after)] if self.retry_after else []
            return self.status, headers, {"detail": "busy"}
        if self.refuses:
            return self.refuses, [], {"detail": "no"}
        kind, _, rest = path.strip("/").partition("/")
        if kind == "moody":
            moods = self.moods[rest]
            return 200, [], moods[(self.turns[path] - 1) % len(moods)]
        return getattr(self, f"_{kind}")(method, rest, query, body)

    def _users(self, method: str, rest: str, query: dict[str, list[str]], body: bytes) -> Answer:
        return 200, [], {"id": int(rest), **self.user}

    def _guarded(self, method: str, rest: str, query: dict[str, list[str]], body: bytes) -> Answer:
        if self.headers[-1].get("authorization") != f"Bearer {TOKEN}":
            return 401, [("www-authenticate", "Bearer")], {"detail": "who are you?"}
        return 200, [], {"secret": TOKEN, "hello": "you"}

    def _keyed(self, method: str, rest: str, query: dict[str, list[str]], body: bytes) -> Answer:
        given = query.get("api_key", [""])[0] if method == "GET" else json.loads(body)["api_key"]
        return (200, [], {"hello": "you"}) if given == TOKEN else (404, [], {"detail": "no such key"})

    def _tokens(self, method: str, rest: str, query: dict[str, list[str]], body: bytes) -> Answer:
        return 200, [], {"access_token": f"fresh-token-{self.turns['/tokens']:08}", **self.user}

    def _orders(self, method: str, rest: str, query: dict[str, list[str]], body: bytes) -> Answer:
        if method == "POST":
            self.orders += 1
            return 201, [("location", f"/orders/{self.orders}")], {"id": self.orders, **json.loads(body)}
        return (200, [], {"id": int(rest), "state": "open"}) if int(rest) == self.orders else (404, [], {"detail": "?"})


@contextmanager
def changing() -> Iterator[tuple[ChangingService, str]]:
    """A service, and its base URL."""
    service = ChangingService()
    with serving(service) as url:
        yield service, url
