"""One request as a test sees it: its live values to assert on, and what of them may be printed."""

from __future__ import annotations

import json as json_module
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from playhead.deck.environment import learn_environment
from playhead.engine.seen import SeenRequest
from playhead.model.http import BodyFile, Response
from playhead.redaction.redact import Redactor
from playhead.store.bodies import read_body

__all__ = ["RouteCall"]


@dataclass(frozen=True, slots=True, eq=False)
class RouteCall:
    """One request to a route, with the values that were sent. `response` is the recorded one, once it has ended.

    Its `repr` is `redacted`: what tests print ends up in logs.
    """

    _call: SeenRequest
    _redactor: Redactor | None = None

    @property
    def method(self) -> str:
        """Such as `"GET"`."""
        return self._call.request.method

    @property
    def url(self) -> str:
        """The absolute URL."""
        return self._call.request.url

    @property
    def path(self) -> str:
        """The path of the URL."""
        return urlsplit(self.url).path or "/"

    @property
    def params(self) -> dict[str, str | list[str]]:
        """The query parameters; a list where a name came more than once."""
        return _multi(parse_qsl(urlsplit(self.url).query, keep_blank_values=True))

    @property
    def headers(self) -> dict[str, str]:
        """The headers, names in lower case; several fields of one name joined by `", "`."""
        joined: dict[str, str] = {}
        for name, value in self._call.request.headers:
            key = name.lower()
            joined[key] = f"{joined[key]}, {value}" if key in joined else value
        return joined

    @property
    def content(self) -> bytes:
        """The body."""
        body = self._call.request.body
        return read_body(body) if isinstance(body, BodyFile) else body

    @property
    def json(self) -> Any:  # noqa: ANN401  # a JSON value
        """The body as JSON. Raises `ValueError` if it is not JSON."""
        return json_module.loads(self.content)

    @property
    def data(self) -> dict[str, str | list[str]]:
        """The body as a form; a list where a name came more than once."""
        return _multi(parse_qsl(self.content.decode("latin-1"), keep_blank_values=True))

    @property
    def response(self) -> Response | None:
        """The recorded response, `None` after a failure or while the body is being read for the first time."""
        return self._call.response

    @property
    def awaited(self) -> bool:
        """True if a head or a failure was delivered."""
        return self._call.awaited

    @property
    def redacted(self) -> RouteCall:
        """This request as it may be printed, with its secrets replaced as on the cassette."""
        redactor = self._redactor
        if redactor is None:
            redactor = Redactor()
            learn_environment(redactor)
        return RouteCall(SeenRequest(redactor.for_message(self._call.request)), redactor)

    def __repr__(self) -> str:
        shown = self.redacted
        target = urlsplit(shown.url)
        query = f"?{target.query}" if target.query else ""
        return f"{shown.method} {shown.path}{query}{_start_of(shown)}"


def _start_of(call: RouteCall) -> str:
    if isinstance(call._call.request.body, BodyFile):  # noqa: SLF001  # too large to redact here
        return f" <{call._call.request.body.size_bytes} bytes>"  # noqa: SLF001
    return f" {call.content[:60]!r}" if call.content else ""


def _multi(pairs: Iterable[tuple[str, str]]) -> dict[str, str | list[str]]:
    found: dict[str, str | list[str]] = {}
    for name, value in pairs:
        if name not in found:
            found[name] = value
        else:
            known = found[name]
            found[name] = [*known, value] if isinstance(known, list) else [known, value]
    return found
