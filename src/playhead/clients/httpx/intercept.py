"""Interception: while a deck is open, the network transports of httpx and httpx2 ask it first.

Patched are the public methods of the network transport classes, so clients that were built earlier, inside a
third-party SDK or on `mounts` are reached; transports that never leave the process (ASGI, WSGI, Mock) are not. A
library imported while a deck is open is patched as it comes. The last deck to close takes all of it back.
"""

from __future__ import annotations

import importlib.abc
import importlib.machinery
import os
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from threading import RLock
from types import ModuleType
from typing import Any

from playhead.clients.httpx.library import LIBRARIES
from playhead.clients.rivals import telling_of_vcrpy
from playhead.deck.belonging import belonging_apply, belonging_start, belonging_submit, belonging_tasks
from playhead.deck.context import resolve
from playhead.deck.suspension import is_suspended
from playhead.patching import Patches

__all__ = ["intercepting"]

VCRPY = "vcr.cassette"
POOLS = "multiprocessing.pool"

_lock = RLock()
_users = 0
_patches = Patches("interception")


def intercepting() -> Callable[[], None]:
    """Patch the libraries that are loaded, and those that will be. Return a function that takes it back, once."""
    global _users
    with _lock:
        _users += 1
        if _users == 1:
            sys.meta_path.insert(0, _finder)
            _patches.note("sys.meta_path", _forget_finder)
            _patches.replace(threading.Thread, "start", belonging_start)
            _patches.replace(ThreadPoolExecutor, "submit", belonging_submit)
        _patch_loaded()
    pending = [True]

    def stop() -> None:
        global _users
        with _lock:
            if not pending:
                return
            pending.clear()
            _users -= 1
            if _users == 0:
                _patches.restore()

    return stop


def _forget_finder() -> None:
    if _finder in sys.meta_path:
        sys.meta_path.remove(_finder)


def _loaded() -> Iterator[ModuleType]:
    """Yield the client libraries that are loaded.

    httpx may hide behind httpx2's alias and still live on in its submodules.
    """
    for name in LIBRARIES:
        for holder in (name, f"{name}._transports.default"):
            module = sys.modules.get(holder)
            if module is not None and hasattr(module, "AsyncHTTPTransport"):
                yield module


def _patch_loaded() -> None:
    for module in _loaded():
        _patch(module)
    if VCRPY in sys.modules and (owner := getattr(sys.modules[VCRPY], "CassetteContextDecorator", None)) is not None:
        _patches.replace(owner, "_patch_generator", telling_of_vcrpy)
    if (pool := getattr(sys.modules.get(POOLS), "Pool", None)) is not None:
        _patches.replace(pool, "apply_async", belonging_apply)
        _patches.replace(pool, "_guarded_task_generation", belonging_tasks)


def _patch(module: ModuleType) -> None:
    _patches.replace(module.HTTPTransport, "handle_request", _sync_patch)
    _patches.replace(module.AsyncHTTPTransport, "handle_async_request", _async_patch)


def _async_patch(original: Callable[[object, object], Any]) -> Callable[[object, object], object]:
    from playhead.clients.handling import handle_async  # now, for the first request may come in an event loop
    from playhead.clients.httpx.front import async_front_of

    async def handle_async_request(self: object, request: Any) -> object:
        __tracebackhide__ = True  # pytest shows the line of the test instead
        session = None if is_suspended() else resolve()
        if session is None:
            return await original(self, request)
        return await handle_async(session, request, partial(original, self), async_front_of(request))

    return handle_async_request


def _sync_patch(original: Callable[[object, object], Any]) -> Callable[[object, object], object]:
    from playhead.clients.handling import handle
    from playhead.clients.httpx.front import front_of

    def handle_request(self: object, request: Any) -> object:
        __tracebackhide__ = True  # pytest shows the line of the test instead
        session = None if is_suspended() else resolve()
        if session is None:
            return original(self, request)
        return handle(session, request, partial(original, self), front_of(request))

    return handle_request


class _Finder(importlib.abc.MetaPathFinder):
    """Patches what is to be patched right after its import."""

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> importlib.machinery.ModuleSpec | None:
        if fullname not in (*LIBRARIES, VCRPY, POOLS):
            return None
        for finder in sys.meta_path:
            spec = None if finder is self else finder.find_spec(fullname, path, target)
            if spec is not None and spec.loader is not None:
                spec.loader = _Loader(spec.loader)
                return spec
        return None


class _Loader(importlib.abc.Loader):
    def __init__(self, loader: Any) -> None:
        self._loader = loader

    def create_module(self, spec: importlib.machinery.ModuleSpec) -> ModuleType | None:
        created: ModuleType | None = self._loader.create_module(spec)
        return created

    def exec_module(self, module: ModuleType) -> None:
        self._loader.exec_module(module)
        if module.__spec__ is not None:
            module.__spec__.loader = self._loader
        module.__loader__ = self._loader
        with _lock:
            if _users:
                _patch_loaded()


_finder = _Finder()

if hasattr(os, "register_at_fork"):  # Windows has none
    os.register_at_fork(before=_lock.acquire, after_in_parent=_lock.release, after_in_child=_lock.release)
