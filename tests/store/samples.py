"""Small interactions for the tests of the store."""

from __future__ import annotations

from playhead.model.cassette import Exchange
from playhead.model.http import Request, Response
from playhead.model.timing import Timing


def sample(name: str, *, start_us: int = 0, origin: str | None = None, body: bytes = b"hi") -> Exchange:
    """An exchange told from others by its `name`."""
    request = Request("GET", f"http://api.test/{name}")
    return Exchange(
        1, request, Response(200, "OK", body=body), timing=Timing(start_us, end_us=start_us + 5), origin=origin
    )


def names(interactions: object) -> list[str]:
    """The names of samples, in their order."""
    assert hasattr(interactions, "__iter__")
    return [each.request.url.rpartition("/")[2] for each in interactions]
