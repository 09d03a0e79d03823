"""Functions of the user's around the requests: to set up state, and to carry ids from one answer to the next request.

A file or a `module:object` has any of `start(live)`, `before(request, live)`, `after(request, response, live)` and
`finish(live)`, each sync or async.
"""

from __future__ import annotations

import inspect
import sys
import traceback
from dataclasses import dataclass, field
from importlib import import_module
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from typing import Any

import httpx

from playhead.errors import UsageError
from playhead.model.cassette import Exchange
from playhead.model.http import Request

__all__ = ["Hooks", "Live", "LiveRequest", "load_hooks"]

NAMES = ("start", "before", "after", "finish")


@dataclass(slots=True)
class LiveRequest:
    """A request that is about to be sent, with live values; what a hook changes is what goes out."""

    method: str
    url: str
    headers: dict[str, str]
    body: bytes

    def replace(self, old: str, new: str) -> None:
        """Put one text in the place of another, in the URL and in the body."""
        self.url = self.url.replace(old, new)
        self.body = self.body.replace(old.encode(), new.encode())


@dataclass(slots=True)
class Live:
    """The values that hooks have at hand.

    Attributes:
        client: For requests of their own, beside budget and rate.
        cassette: The path of the cassette.
        recorded: The exchange that was recorded.
        state: A dictionary of their own, for as long as the cassette lasts.
    """

    client: httpx.AsyncClient
    cassette: Path
    recorded: Exchange | None = None
    state: dict[str, Any] = field(default_factory=dict)


class Hooks:
    """The functions of one object; those that it lacks do nothing."""

    def __init__(self, owner: object = None, name: str = "") -> None:
        self._name = name
        self._functions = {each: getattr(owner, each) for each in NAMES if callable(getattr(owner, each, None))}
        if owner is not None and not self._functions:
            raise UsageError(f"--hooks {name} has none of {', '.join(NAMES)}: define at least one of them.")

    async def start(self, live: Live) -> None:
        """Before the first request of a cassette."""
        await self._call("start", live)

    async def finish(self, live: Live) -> None:
        """After the last request of a cassette, also if something failed."""
        await self._call("finish", live)

    async def before(self, request: Request, live: Live) -> Request | None:
        """Before a request; `None` if the hook leaves it out by returning False."""
        if "before" not in self._functions:
            return request
        assert isinstance(request.body, bytes)
        changed = LiveRequest(request.method, request.url, dict(request.headers), request.body)
        if await self._call("before", changed, live) is False:
            return None
        return Request(changed.method, changed.url, tuple(changed.headers.items()), changed.body, request.coding)

    async def after(self, request: Request, response: httpx.Response, live: Live) -> None:
        """After an answer, whose values are the live ones."""
        await self._call("after", request, response, live)

    async def _call(self, name: str, *arguments: object) -> object:
        function = self._functions.get(name)
        if function is None:
            return None
        try:
            result = function(*arguments)
            return await result if inspect.isawaitable(result) else result
        except Exception as error:
            raise self._failed(name, error) from error

    def _failed(self, name: str, error: Exception) -> UsageError:
        *_, last = traceback.extract_tb(error.__traceback__)
        return UsageError(
            f"The hook {name} of {self._name} failed at {last.filename}:{last.lineno} with {type(error).__name__}: "
            f"{error}; fix it, and run again."
        )


def load_hooks(text: str) -> Hooks:
    """Return the hooks in a Python file, or of a `module:object`.

    The object may be a class, which is called without arguments.
    """
    if text.endswith(".py"):
        return Hooks(_module_at(Path(text)), text)
    name, _, attribute = text.partition(":")
    if str(Path.cwd()) not in sys.path:
        sys.path.insert(0, str(Path.cwd()))
    try:
        owner = import_module(name)
        for part in filter(None, attribute.split(".")):
            owner = getattr(owner, part)
    except (ImportError, AttributeError, TypeError, ValueError) as error:
        raise UsageError(f"--hooks {text} cannot be loaded ({error}): give a file.py, or module:object.") from error
    return Hooks(owner() if inspect.isclass(owner) else owner, text)


def _module_at(path: Path) -> object:
    spec = spec_from_file_location(f"playhead_hooks_{path.stem}", path)
    if spec is None or spec.loader is None or not path.is_file():
        raise UsageError(f"--hooks {path} is not a file: give a file.py, or module:object.")
    module = module_from_spec(spec)
    try:
        spec.loader.exec_module(module)
    except (Exception, SystemExit) as error:
        raise UsageError(
            f"--hooks {path} cannot be loaded, with {type(error).__name__}: {error}; fix it, and run again."
        ) from error
    return module
